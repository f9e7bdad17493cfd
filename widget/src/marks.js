/** Reads the mark-up by which a page says that an element waits: our own words, and those of other consent tools. */
import { isGranted } from './decide.js';
import { ATTRIBUTES, PREFIX, attr, judge, released } from './gate.js';
import { state } from './state.js';

/** @typedef {import('./types').Letter} Letter */

const MARKS = ['data-category', 'data-cookieconsent', 'data-cookiecategory', 'data-name', 'data-purpose'];
/** Names that other consent tools use for the categories, so that existing mark-up keeps its meaning. */
const ALIASES = /** @type {[RegExp, Letter][]} */ ([
  [/^(necessary|essential|ignore)$/, 'n'],
  [/^(performance|statistics|analytics|measurement)$/, 'p'],
  [/^(functional(ity)?|preferences)$/, 'f'],
]);

/**
 * The letters that a mark-up attribute asks for; all of them must be granted. A word that we do not know waits for
 * advertising, so that a misspelt category never runs early.
 *
 * @param {string} value such as "statistics, marketing"
 * @returns {Letter[]}
 */
export function lettersOf(value) {
  const words = value.toLowerCase().split(/[\s,]+/).filter(Boolean);
  return words.map((word) => ALIASES.find(([names]) => names.test(word))?.[1] ?? 'a');
}

/**
 * The category for which a held or marked element waits (the last of several that is not granted).
 *
 * @param {Element} element
 * @returns {Letter}
 */
export function categoryOf(element) {
  const marked = markOf(element)?.filter((letter) => !isGranted(letter, state.granted)) || [];
  const verdict = judge(heldUrl(element));
  return marked.pop() || (verdict && !verdict.allow ? verdict.category : 'n');
}

/**
 * What an attribute will be set to on release: held by us, or written by the page as `data-src` or `data-cookieblock-src`.
 *
 * @param {Element} element
 * @param {string} attribute
 */
export function dormant(element, attribute) {
  const marked = MARKS.some((mark) => element.hasAttribute(mark));
  return attr(element, PREFIX + attribute) ?? (marked ? (attr(element, 'data-' + attribute) ?? attr(element, 'data-cookieblock-' + attribute)) : null);
}

/** @param {Element} element @returns {string} */
export function heldUrl(element) {
  const frame = element instanceof HTMLTemplateElement && element.content.querySelector('iframe');
  if (frame) return attr(frame, 'src') || '';
  for (const attribute of ATTRIBUTES) {
    const url = dormant(element, attribute);
    if (url) return url;
  }
  return '';
}

/**
 * The categories that mark-up names, null where the element is not marked.
 *
 * @param {Element} element
 * @returns {Letter[] | null}
 */
export function markOf(element) {
  const { tagName } = element;
  for (const mark of MARKS) {
    const value = attr(element, mark);
    if (value === null || released.has(element)) continue;
    const marks =
      tagName === 'TEMPLATE'
        ? /category|purpose/.test(mark)
        : tagName === 'SCRIPT'
          ? attr(element, 'type') === 'text/plain'
          : mark !== 'data-purpose' && heldUrl(element);
    if (marks) return lettersOf(value);
  }
  return null;
}
