/**
 * Asks before a page script writes a cookie or a storage key that the inventory knows. Deleting is always allowed, and
 * what the inventory does not know passes: only the scan can say what it is for. Part of the script where there is one.
 */
import { config } from './config.js';
import { isGranted, itemFor } from './decide.js';
import { postpone } from './gate.js';
import { optional } from './optional.js';
import { wrap, wrapProperty } from './patch.js';
import { state } from './state.js';

/**
 * @param {string} kind
 * @param {string} name
 * @returns {import('./types').Letter | undefined} the category that is missing
 */
export function missing(kind, name) {
  const category = itemFor(config.items, kind, name)?.[2];
  return category && !isGranted(category, state.granted) ? category : undefined;
}

/** @param {string} cookie as given to document.cookie */
export function deletes(cookie) {
  const [, age] = /;\s*max-age\s*=\s*(-?\d+)/i.exec(cookie) || [];
  const [, date] = /;\s*expires\s*=\s*([^;]+)/i.exec(cookie) || [];
  return age ? Number(age) <= 0 : Date.parse(date || '') <= Date.now();
}

/**
 * @param {any} owner the method's class, undefined where the browser has none
 * @param {string} method takes a name, or an object that has one, first
 * @param {(self: unknown) => string} kindOf
 * @param {(category: import('./types').Letter, again: () => void) => unknown} refuse
 */
export function guard(owner, method, kindOf, refuse) {
  wrap(owner?.prototype, method, (self, args, go) => {
    const category = missing(kindOf(self), String(args[0]?.name ?? args[0]));
    return category ? refuse(category, go) : go();
  });
}

/** @template T @param {() => T} read @returns {T | null} */
export function safely(read) {
  try {
    return read();
  } catch {
    return null; // storage is refused in this frame, or what was given is no address
  }
}

optional.guards.push(() => {
  wrapProperty(Document.prototype, 'cookie', (self, value, set) => {
    const text = String(value);
    const category = missing('c', (/^[^=;]*/.exec(text)?.[0] || '').trim());
    if (category && !deletes(text)) postpone(category, () => (self.cookie = text));
    else set(value);
  });
  guard(/** @type {any} */ (window).CookieStore, 'set', () => 'c', async (category, again) => postpone(category, again));
  guard(Storage, 'setItem', (self) => (self === safely(() => sessionStorage) ? 's' : 'l'), postpone);
});
