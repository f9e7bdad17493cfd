/** Chooses the language and loads its texts. Part of the script only where the site has more than one. */
import { part } from './chunk.js';
import { config } from './config.js';
import { optional } from './optional.js';
import { speakIn } from './texts.js';

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
optional.speak = () => {
  const page = document.documentElement.lang;
  const wanted = pickLanguage([config.language, ...Object.keys(config.languages)], page ? [page] : navigator.languages) || '';
  const file = config.languages[wanted];
  return file
    ? part(file).then(
        (loaded) => speakIn(wanted, loaded),
        () => {}, // the main language is better than no question at all
      )
    : undefined;
};
