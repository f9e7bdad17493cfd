/**
 * Asks before a page script writes a cookie or a storage key that the inventory knows. Deleting is always allowed, and
 * what the inventory does not know passes: only the scan can say what it is for.
 */
import { config } from './config.js';
import { isGranted, itemFor } from './decide.js';
import { postpone } from './gate.js';
import { wrap, wrapProperty } from './patch.js';
import { state } from './state.js';

/**
 * @param {string} kind
 * @param {string} name
 * @returns {import('./types').Letter | null} the category that is missing
 */
function missing(kind, name) {
  const item = itemFor(config.items, kind, name);
  return item && !isGranted(item.category, state.granted) ? item.category : null;
}

/** @param {string} cookie as given to document.cookie */
export function deletes(cookie) {
  const age = /;\s*max-age\s*=\s*(-?\d+)/i.exec(cookie);
  if (age) return Number(age[1]) <= 0;
  const expires = /;\s*expires\s*=\s*([^;]+)/i.exec(cookie);
  return !!expires && Date.parse(expires[1] || '') <= Date.now();
}

export function patchStores() {
  wrapProperty(Document.prototype, 'cookie', (self, value) => {
    const text = String(value);
    const category = missing('c', (text.split(';')[0] || '').split('=')[0]?.trim() || '');
    return category && !deletes(text) ? postpone(category, () => (self.cookie = text)) : [value];
  });
  const store = /** @type {any} */ (window).CookieStore;
  if (store) {
    const set = store.prototype.set;
    store.prototype.set = function (/** @type {any[]} */ ...args) {
      const name = String(typeof args[0] === 'object' && args[0] ? args[0].name : args[0]);
      const category = missing('c', name);
      if (!category) return set.apply(this, args);
      postpone(category, () => void set.apply(this, args));
      return Promise.resolve();
    };
  }
  wrap(Storage.prototype, 'setItem', (self, args) => {
    const category = missing(self === safely(() => sessionStorage) ? 's' : 'l', String(args[0]));
    return category ? postpone(category, () => self.setItem(...args)) : args;
  });
}

/** @template T @param {() => T} read @returns {T | null} */
function safely(read) {
  try {
    return read();
  } catch {
    return null; // storage is refused in this frame
  }
}
