/**
 * Asks before a page script writes a cookie or a storage key, or opens a database or cache, that the inventory knows.
 * Deleting is always allowed, and what the inventory does not know passes: only the scan can say what it is for.
 */
import { config } from './config.js';
import { isGranted, itemFor } from './decide.js';
import { postpone } from './gate.js';
import { dead } from './network.js';
import { wrap, wrapProperty } from './patch.js';
import { state } from './state.js';

/**
 * @param {string} kind
 * @param {string} name
 * @returns {import('./types').Letter | null} the category that is missing
 */
function missing(kind, name) {
  const item = itemFor(config.items, kind, name);
  return item && !isGranted(item[2], state.granted) ? item[2] : null;
}

/** @param {string} cookie as given to document.cookie */
export function deletes(cookie) {
  const age = /;\s*max-age\s*=\s*(-?\d+)/i.exec(cookie);
  if (age) return Number(age[1]) <= 0;
  const expires = /;\s*expires\s*=\s*([^;]+)/i.exec(cookie);
  return !!expires && Date.parse(expires[1] || '') <= Date.now();
}

export function patchStores() {
  wrapProperty(Document.prototype, 'cookie', (self, value, set) => {
    const text = String(value);
    const category = missing('c', (/^[^=;]*/.exec(text)?.[0] || '').trim());
    if (category && !deletes(text)) postpone(category, () => (self.cookie = text));
    else set(value);
  });
  const refused = new DOMException('Waits for consent', 'AbortError');
  const page = /** @type {any} */ (window);
  guard(page.CookieStore, 'set', () => 'c', async (category, again) => postpone(category, again));
  guard(Storage, 'setItem', (self) => (self === safely(() => sessionStorage) ? 's' : 'l'), postpone);
  guard(page.IDBFactory, 'open', () => 'i', () => dead({ error: refused, readyState: 'done' }, ['error']));
  guard(page.CacheStorage, 'open', () => 'h', () => Promise.reject(refused));
  wrap(page.ServiceWorkerContainer?.prototype, 'register', (_self, args, go) => {
    const category = missing('w', safely(() => new URL(String(args[0]), document.baseURI).href) || '');
    return category ? new Promise((done) => postpone(category, () => done(go()))) : go();
  });
}

/**
 * @param {any} owner the method's class, undefined where the browser has none
 * @param {string} method takes a name, or an object that has one, first
 * @param {(self: unknown) => string} kindOf
 * @param {(category: import('./types').Letter, again: () => void) => unknown} refuse
 */
function guard(owner, method, kindOf, refuse) {
  wrap(owner?.prototype, method, (self, args, go) => {
    const category = missing(kindOf(self), String(args[0]?.name ?? args[0]));
    return category ? refuse(category, go) : go();
  });
}

/** @template T @param {() => T} read @returns {T | null} */
function safely(read) {
  try {
    return read();
  } catch {
    return null; // storage is refused in this frame, or what was given is no address
  }
}
