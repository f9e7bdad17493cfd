/** The texts in the page's language, and durations and dates as that language writes them. */
import { config } from './config.js';

const RTL = /^(ar|fa|he|ur|yi)\b/;

/**
 * The best of the offered languages for what is wanted: the tag itself, its base language, else the first offered.
 *
 * @param {string[]} offered
 * @param {readonly string[]} wanted
 */
export function pickLanguage(offered, wanted) {
  for (const tag of wanted) {
    for (const candidate of [tag, tag.split('-')[0] || '']) {
      const found = offered.find((offer) => offer.toLowerCase() === candidate.toLowerCase());
      if (found) return found;
    }
  }
  return offered[0] || 'en';
}

/** The language in use: the page's own comes before the browser's, so that the banner reads like the page. */
export function language() {
  const page = document.documentElement.lang;
  return pickLanguage(Object.keys(config.texts), page ? [page] : navigator.languages || []);
}

export const direction = () => (RTL.test(language()) ? 'rtl' : 'ltr');

/**
 * @param {string} key
 * @param {Record<string, string>} [values] for the {placeholders}
 */
export function t(key, values = {}) {
  const text = config.texts[language()]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const UNITS = /** @type {[string, number][]} */ ([
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]);

/**
 * A lifetime in the largest unit that it fills, rounded: "13 months" is exact enough to judge, seconds are not readable.
 *
 * @param {number} seconds
 * @param {string} tag
 */
export function duration(seconds, tag) {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length * (length > 86_400 ? 1.98 : 0.99)) || ['second', 1];
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.max(1, Math.round(seconds / size)));
}

/** @param {number} time milliseconds */
export function date(time) {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'long' }).format(time);
}
