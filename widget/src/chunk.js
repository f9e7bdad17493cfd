/**
 * Loads the widget's other files from beside its own: the second part (settings, placeholders, sending, cleaning), which
 * most pages never need, and the texts of another language. Their names carry a digest, so they are fetched once.
 */
import { config, shared } from './config.js';

const base = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src || config.server + '/w/';
const PATIENCE = 8000;

/** @param {number} ms @returns {Promise<undefined>} */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let attempts = 0;
/** @type {Promise<import('./more').More> | undefined} */
let loading;

/** @param {string} name @returns {Promise<any>} what the file exports as its default */
export async function part(name) {
  // A browser remembers that an import failed; another address asks again.
  const address = new URL(attempts ? name + '?' + attempts : name, base).href;
  const loaded = await Promise.race([import(address), sleep(PATIENCE)]);
  return loaded.default;
}

/** The second part, loaded once; rejects where it cannot be reached, and the next call tries again. */
export function more() {
  loading ??= part(config.more).then((start) => start(shared()));
  loading.catch(() => {
    loading = undefined;
    attempts++;
  });
  return loading;
}
