/** The texts in the page's language: the site's main one is at hand, another is loaded, and only that one. */
import { part } from './chunk.js';
import { config } from './config.js';

let tag = config.language;
let texts = config.texts;

/**
 * The best of the offered languages for what is wanted: the tag itself, its base language, else the first offered.
 *
 * @param {string[]} offered
 * @param {readonly string[]} wanted
 */
export function pickLanguage(offered, wanted) {
  for (const want of wanted) {
    for (const candidate of [want, want.split('-')[0]]) {
      const found = offered.find((offer) => offer.toLowerCase() === candidate?.toLowerCase());
      if (found) return found;
    }
  }
  return offered[0];
}

/**
 * Choose the language: the page's own comes before the browser's, so that the banner reads like the page.
 *
 * @returns {Promise<void> | undefined} a promise where its texts must be loaded first; it never rejects
 */
export function speak() {
  const page = document.documentElement.lang;
  const wanted = pickLanguage([tag, ...Object.keys(config.languages)], page ? [page] : navigator.languages);
  const file = config.languages[wanted || ''];
  if (!file) return undefined;
  return part(file).then(
    (loaded) => {
      tag = /** @type {string} */ (wanted);
      texts = loaded;
    },
    () => {}, // the main language is better than no question at all
  );
}

/** @param {Record<string, string>} found the main language's texts for the second part */
export const addTexts = (found) => {
  texts = { ...found, ...texts };
};

export const language = () => tag;

/** @param {string} key */
export const t = (key) => texts[key] ?? key;
