/**
 * Loads the widget's other files from beside its own: the second part (settings, sending, cleaning), the release of what
 * waits, and the texts of another language. Most pages need none. Their names carry a digest, so they are fetched once.
 */
import { config, shared } from './config.js';

const base = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src || config.server + '/w/';
const PATIENCE = 8000;

/** @param {number} ms @returns {Promise<undefined>} */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let attempts = 0;

/** @param {string} name @returns {Promise<any>} what the file exports as its default */
export async function part(name) {
  // A browser remembers that an import failed; another address asks again.
  const address = new URL(attempts ? name + '?' + attempts : name, base).href;
  const loaded = await Promise.race([import(address), sleep(PATIENCE)]);
  return loaded.default;
}

/**
 * A further part, loaded once; the promise rejects where it cannot be reached, and the next call tries again.
 *
 * @template T
 * @param {string} name
 * @returns {() => Promise<T>}
 */
export function further(name) {
  /** @type {Promise<T> | undefined} */
  let loading;
  return () => {
    loading ??= part(name).then((start) => start(shared()));
    loading.catch(() => {
      loading = undefined;
      attempts++;
    });
    return loading;
  };
}

export const more = /** @type {() => Promise<import('./more').More>} */ (further(config.more));
export const held = /** @type {() => Promise<import('./held').Held>} */ (further(config.held));
