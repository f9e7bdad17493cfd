/** The texts in the page's language: those of the first layer are at hand, each further part brings its own. */
import { config } from './config.js';

let tag = config.language;
let texts = config.texts;

/** @param {string} chosen @param {Record<string, string>} loaded all texts of that language */
export const speakIn = (chosen, loaded) => {
  tag = chosen;
  texts = loaded;
};

/** @param {Record<string, string>} found the main language's texts for a further part */
export const addTexts = (found) => {
  texts = { ...found, ...texts };
};

export const language = () => tag;

/** @param {string} key */
export const t = (key) => texts[key] ?? key;
