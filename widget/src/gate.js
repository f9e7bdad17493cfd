/**
 * Holds elements back and lets them go. A held element keeps its place and its handlers; its URL waits in an attribute
 * `data-consentry-src` (…-srcset, -href, -data, -poster). Release sets the URL on the same element, so `onload`,
 * `nonce`, `integrity`, `crossorigin` and `async` are what the page gave it.
 */
import { config } from './config.js';
import { decide } from './decide.js';
import { state } from './state.js';

/** @typedef {import('./types').Letter} Letter */

/** Attributes that make an element load something; one that means nothing to its element does no harm when it waits. */
export const ATTRIBUTES = ['src', 'srcset', 'href', 'data', 'poster'];
const TAGS = 'script,iframe,frame,img,link,embed,object,source,video,audio,track,input,template';
/** stylesheet, preload, modulepreload, prefetch, preconnect, prerender, dns-prefetch, icons, manifest; not "prev" */
const LOADING_RELS = /style|pre[lfcr]|dns|icon|manifest/i;
export const PREFIX = 'data-consentry-';
/** What may be marked, and by what (marks.js looks closer), or is held already, as in a copy of what was held. */
const MARKED =
  ':is(script[type="text/plain"],template,[data-src],[data-cookieblock-src]):is([data-category],[data-cookieconsent],[data-cookiecategory],[data-name],[data-purpose]),' +
  `[${PREFIX + ATTRIBUTES.join(`],[${PREFIX}`)}]`;

export const { setAttribute, append } = Element.prototype;
/** @param {Element} element @param {string} name */
export const attr = (element, name) => element.getAttribute(name);

/** Elements that wait, also those outside the document. @type {Set<Element>} */
export const waiting = new Set();
/** Scripts that the parser met without `async`: they run in the document's order. @type {WeakSet<Element>} */
export const ordered = new WeakSet();
/** Marked elements that were let go: their mark says nothing any more. @type {WeakSet<Element>} */
export const released = new WeakSet();
/** What the page wrote and could not yet: replayed on release. @type {{ category: Letter, run: () => void }[]} */
export const postponed = [];

/**
 * Keep an action for the time when its category is granted.
 *
 * @param {Letter} category
 * @param {() => void} run
 * @returns {null} for wrappers: nothing is left to do
 */
export function postpone(category, run) {
  if (postponed.length < 200) postponed.push({ category, run });
  return null;
}

/** The address that the page's relative ones go by, as it was last looked at. */
let basis = '';
/** Whether all that is below its origin may pass: it is the page's own, and no rule may hold back what is on its host. */
let passes = false;

/**
 * @param {unknown} value
 * @returns {import('./types').Verdict | null} null for what is no URL
 */
export function judge(value) {
  try {
    const url = new URL(String(value), document.baseURI);
    const verdict = decide(config, state.granted, url, location.hostname, state.off);
    verdict.allow ||= state.once.includes(url.hostname);
    return verdict;
  } catch {
    return null;
  }
}

/** Look at the page's base: whenever something is asked, but once for all elements of a tree, as the answer takes the browser long. */
function rebase() {
  if (document.baseURI === basis) return;
  const { origin, hostname } = location;
  basis = document.baseURI;
  passes = basis.startsWith(origin + '/') && !config.rules.some((rule) => hostname.endsWith(rule[0]));
}

/** @param {unknown} value */
function blocks(value) {
  // Most of a page's elements are its own, by a slash and more than white space or another slash: no need to take their
  // addresses apart. Signs are compared, as a page's first regular expressions are slow.
  const text = String(value);
  const relative = text[0] === '/' && /** @type {string} */ (text[1] || '') > '/' && text[1] !== '\\';
  return !(passes && relative) && judge(text)?.allow === false;
}

/** @param {unknown} value */
export function isBlocked(value) {
  rebase();
  return blocks(value);
}

/**
 * Whether an element loads what its attributes name: not a `<link>` that only names something (canonical, alternate), and
 * nothing that the page's author exempts.
 *
 * @param {Element} element
 */
const loads = (element) =>
  (element.tagName === 'LINK' ? LOADING_RELS.test(attr(element, 'rel') || '') : element.matches(TAGS)) && attr(element, 'data-cookieconsent') !== 'ignore';

/**
 * Hold an attribute's value back where it must wait.
 *
 * @param {Element} element
 * @param {string} attribute in lower case
 * @param {unknown} value
 * @returns {boolean} whether it was held
 */
function hold(element, attribute, value) {
  if (!ATTRIBUTES.includes(attribute) || element.tagName === 'A') return false;
  const text = String(value);
  const urls = attribute === 'srcset' ? text.split(/,?\s+/).filter((part) => /[/:.]/.test(part)) : [text];
  if (!urls.some(blocks) || !loads(element)) return false; // most may pass, and what an element is takes longer to find out
  element.removeAttribute(attribute);
  setAttribute.call(element, PREFIX + attribute, text);
  waiting.add(element);
  return true;
}

/** @type {typeof hold} */
export const holdBack = (...args) => {
  rebase();
  return hold(...args);
};

/**
 * Look at one element: hold back what must wait, register what is marked, wake what may run.
 *
 * @param {Element} element
 * @param {boolean} [parsed] whether the parser put it there
 */
function check(element, parsed) {
  const names = element.getAttributeNames();
  for (const attribute of names) {
    if (!ATTRIBUTES.includes(attribute) || !hold(element, attribute, attr(element, attribute))) continue;
    if (element instanceof HTMLScriptElement) {
      if (parsed && !element.hasAttribute('async')) ordered.add(element);
      // Without its URL a script would run the text inside it, which the page never meant to run.
      if (element.textContent) {
        setAttribute.call(element, PREFIX + 'type', attr(element, 'type') || '');
        setAttribute.call(element, 'type', 'text/plain');
      }
    }
    // A frame that has begun to load is stopped by a navigation to nothing.
    if (element instanceof HTMLIFrameElement) element.contentWindow?.location.replace('about:blank');
  }
  if (names.some((name) => name.startsWith('data-')) && !released.has(element) && element.matches(MARKED)) waiting.add(element);
}

/**
 * Check a node and all below it.
 *
 * @param {Node} node
 * @param {boolean} [parsed]
 */
export function checkTree(node, parsed) {
  rebase();
  if (node instanceof Element && node.matches(TAGS)) check(node, parsed);
  if ((node instanceof Element || node instanceof DocumentFragment) && node.firstElementChild) {
    for (const child of node.querySelectorAll(TAGS)) check(child, parsed);
  }
}

/**
 * Watch the document for what the parser and the page insert.
 *
 * @param {() => void} tend called after each change, for what waits
 */
export function observe(tend) {
  const all = document.getElementsByTagName('*');
  new MutationObserver((records) => {
    const parsed = document.readyState === 'loading';
    // The parser adds nodes one by one. To look through the document once takes a fraction of the time that it takes to look at
    // each of them, where they are no small part of it.
    const many = records.length * 8 > all.length;
    if (many) checkTree(document.documentElement, parsed);
    for (const record of records) {
      if (record.type === 'attributes') checkTree(record.target);
      else if (!many) for (const node of record.addedNodes) checkTree(node, parsed);
    }
    tend();
  }).observe(document, { childList: true, subtree: true, attributeFilter: [...ATTRIBUTES, 'rel', PREFIX + 'src'] });
  checkTree(document.documentElement, true);
}
