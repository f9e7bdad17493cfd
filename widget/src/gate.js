/**
 * Holds elements back and lets them go. A held element keeps its place and its handlers; its URL waits in an attribute
 * `data-consentry-src` (…-srcset, -href, -data, -poster). Release sets the URL on the same element, so `onload`,
 * `nonce`, `integrity`, `crossorigin` and `async` are what the page gave it.
 */
import { config } from './config.js';
import { decide, isGranted, lettersOf } from './decide.js';
import { state } from './state.js';

/** @typedef {import('./types').Letter} Letter */

/** Attributes that make an element load something, by tag. */
export const URL_ATTRIBUTES = /** @type {Record<string, string[]>} */ ({
  SCRIPT: ['src'],
  IFRAME: ['src'],
  FRAME: ['src'],
  IMG: ['src', 'srcset'],
  LINK: ['href'],
  EMBED: ['src'],
  OBJECT: ['data'],
  SOURCE: ['src', 'srcset'],
  VIDEO: ['src', 'poster'],
  AUDIO: ['src'],
  TRACK: ['src'],
  INPUT: ['src'],
});
const TAGS = Object.keys(URL_ATTRIBUTES).join(',');
/** stylesheet, preload, modulepreload, prefetch, preconnect, prerender, dns-prefetch, icons, manifest; not "prev" */
const LOADING_RELS = /style|pre[lfcr]|dns|icon|manifest/i;
const PREFIX = 'data-consentry-';
/** Mark-up of this and other consent tools that names an element's category. */
const MARKS = ['data-category', 'data-cookieconsent', 'data-cookiecategory', 'data-name'];

const setAttribute = Element.prototype.setAttribute;
/** @param {Element} element @param {string} name */
const attr = (element, name) => element.getAttribute(name);

/** Elements that wait, also those outside the document. @type {Set<Element>} */
const waiting = new Set();
/** Scripts that the parser met without `async`: they run in the document's order. @type {WeakSet<Element>} */
const ordered = new WeakSet();
/** Marked elements that were let go: their mark says nothing any more. @type {WeakSet<Element>} */
const released = new WeakSet();
/** What the page wrote and could not yet: replayed on release. @type {{ category: Letter, run: () => void }[]} */
const postponed = [];
/** Called with each iframe that is held. @type {((frame: HTMLIFrameElement, letter: Letter) => void) | null} */
let onFrame = null;

/** @param {(frame: HTMLIFrameElement, letter: Letter) => void} callback */
export function onHeldFrame(callback) {
  onFrame = callback;
  for (const element of waiting) if (element instanceof HTMLIFrameElement) callback(element, categoryOf(element));
}

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

/**
 * @param {unknown} value
 * @returns {import('./types').Verdict | null} null for what is no URL
 */
export function judge(value) {
  try {
    const url = new URL(String(value), document.baseURI);
    const verdict = decide(config, state.granted, url, location.hostname);
    return !verdict.allow && state.once.includes(url.hostname) ? { ...verdict, allow: true } : verdict;
  } catch {
    return null;
  }
}

/** @param {unknown} value */
export function isBlocked(value) {
  const verdict = judge(value);
  return !!verdict && !verdict.allow;
}

/**
 * The attributes of an element that load; a `<link>` that only names something (canonical, alternate) has none.
 *
 * @param {Element} element
 * @returns {string[]}
 */
function urlAttributes(element) {
  if (element.tagName === 'LINK' && !LOADING_RELS.test(attr(element, 'rel') || '')) return [];
  return URL_ATTRIBUTES[element.tagName] || [];
}

/**
 * Whether setting this attribute to this value must wait.
 *
 * @param {Element} element
 * @param {string} attribute in lower case
 * @param {unknown} value
 */
export function mustWait(element, attribute, value) {
  if (!urlAttributes(element).includes(attribute)) return false;
  const text = String(value);
  const urls = attribute === 'srcset' ? text.split(/,\s+|\s+/).filter((part) => /[/:.]/.test(part)) : [text];
  return urls.some(isBlocked);
}

/**
 * Hold one attribute's value back.
 *
 * @param {Element} element
 * @param {string} attribute
 * @param {unknown} value
 * @returns {null} for wrappers: nothing is left to do
 */
export function hold(element, attribute, value) {
  element.removeAttribute(attribute);
  setAttribute.call(element, PREFIX + attribute, String(value));
  wait(element);
  return null;
}

/** @param {Element} element */
function wait(element) {
  const isNew = !waiting.has(element);
  waiting.add(element);
  if (isNew && onFrame && element instanceof HTMLIFrameElement) onFrame(element, categoryOf(element));
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
 * What an attribute will be set to on release: held by us, or written by the page as `data-src`.
 *
 * @param {Element} element
 * @param {string} attribute
 */
const dormant = (element, attribute) => attr(element, PREFIX + attribute) ?? (MARKS.some((mark) => element.hasAttribute(mark)) ? attr(element, 'data-' + attribute) : null);

/** @param {Element} element @returns {string} */
export function heldUrl(element) {
  for (const attribute of URL_ATTRIBUTES[element.tagName] || []) {
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
function markOf(element) {
  for (const mark of MARKS) {
    const value = attr(element, mark);
    if (value === null || released.has(element)) continue;
    if (element.tagName === 'SCRIPT' ? attr(element, 'type') === 'text/plain' : heldUrl(element)) return lettersOf(value);
  }
  return null;
}

/**
 * Look at one element: hold back what must wait, register what is marked, wake what may run.
 *
 * @param {Element} element
 * @param {boolean} [parsed] whether the parser put it there
 */
export function check(element, parsed = false) {
  for (const attribute of urlAttributes(element)) {
    if (element.hasAttribute(PREFIX + attribute)) wait(element);
    const value = attr(element, attribute);
    if (value === null || !mustWait(element, attribute, value)) continue;
    if (element instanceof HTMLScriptElement) {
      if (parsed && !element.hasAttribute('async')) ordered.add(element);
      // Without its URL a script would run the text inside it, which the page never meant to run.
      if (element.textContent) {
        setAttribute.call(element, PREFIX + 'type', attr(element, 'type') || '');
        setAttribute.call(element, 'type', 'text/plain');
      }
    }
    hold(element, attribute, value);
    if (element instanceof HTMLIFrameElement) stopFrame(element);
  }
  if (markOf(element)) wait(element);
}

/**
 * A frame that has begun to load is stopped by a navigation to nothing.
 *
 * @param {HTMLIFrameElement} frame
 */
function stopFrame(frame) {
  if (frame.isConnected) frame.contentWindow?.location.replace('about:blank');
}

/**
 * Check a node and all below it.
 *
 * @param {Node} node
 * @param {boolean} [parsed]
 */
export function checkTree(node, parsed = false) {
  if (node instanceof Element && (URL_ATTRIBUTES[node.tagName] || node.hasAttribute('data-src'))) check(node, parsed);
  if (node instanceof Element || node instanceof DocumentFragment) {
    if (node.firstElementChild) for (const child of node.querySelectorAll(TAGS)) check(child, parsed);
  }
}

/** @type {{ createScriptURL(url: string): unknown, createHTML(html: string): unknown } | null | undefined} */
let policy;

/** Our Trusted Types policy: it returns only what the page itself had given. Null where the page's CSP refuses it. */
export function trusted() {
  if (policy === undefined) {
    try {
      const same = (/** @type {string} */ text) => text;
      policy = window.trustedTypes?.createPolicy('consentry', { createScriptURL: same, createHTML: same }) || null;
    } catch {
      policy = null;
    }
  }
  return policy;
}

/** @param {Element} a @param {Element} b */
function documentOrder(a, b) {
  const position = a.compareDocumentPosition(b);
  if (position & Node.DOCUMENT_POSITION_DISCONNECTED) return 0;
  return position & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

let releasing = false;

/** Release, in document order, everything whose category is granted now, and what comes to wait meanwhile. */
export async function release() {
  for (const entry of postponed.splice(0)) {
    if (isGranted(entry.category, state.granted)) attempt(entry.run);
    else postponed.push(entry);
  }
  if (releasing) return;
  releasing = true;
  /** @type {Promise<unknown>[]} */
  const loading = [];
  for (let element; (element = [...waiting].sort(documentOrder).find((next) => categoryOf(next) === 'n')); ) {
    const script = element instanceof HTMLScriptElement ? element : null;
    if (script && !heldUrl(script)) {
      await Promise.all(loading.splice(0)); // an inline script may need what stands before it
      rerun(script);
    } else {
      if (script && !script.hasAttribute('async')) loading.push(loaded(script));
      letGo(element);
    }
  }
  releasing = false;
}

/** @param {() => void} run */
function attempt(run) {
  try {
    run();
  } catch {
    // the page's own action failed; that is not ours to report
  }
}

/** @param {Element} script */
function loaded(script) {
  return new Promise((resolve) => {
    for (const type of ['load', 'error']) script.addEventListener(type, resolve, { once: true });
    setTimeout(resolve, 10_000); // a script that never answers must not hold back what follows
  });
}

/** @param {Element} element */
function settle(element) {
  waiting.delete(element);
  released.add(element);
}

/**
 * Let one element load, whatever the consent ("load once").
 *
 * @param {Element} element
 */
export function letGo(element) {
  if (element instanceof HTMLScriptElement) {
    if (ordered.has(element)) element.async = false;
    restoreType(element);
  }
  settle(element);
  for (const attribute of URL_ATTRIBUTES[element.tagName] || []) {
    const url = dormant(element, attribute);
    if (url === null) continue;
    element.removeAttribute(PREFIX + attribute);
    const typed = /^(SCRIPT|EMBED|OBJECT)$/.test(element.tagName) && trusted();
    setAttribute.call(element, attribute, /** @type {string} */ (typed ? typed.createScriptURL(url) : url));
  }
}

/** @param {HTMLScriptElement} script */
function restoreType(script) {
  const type = attr(script, PREFIX + 'type');
  if (type !== null || markOf(script)) {
    const wanted = type ?? attr(script, 'data-type') ?? '';
    if (wanted) setAttribute.call(script, 'type', wanted);
    else script.removeAttribute('type');
    script.removeAttribute(PREFIX + 'type');
  }
}

/**
 * Run an inline script that was marked as `text/plain`: the browser takes it up when it is inserted anew.
 *
 * @param {HTMLScriptElement} script
 */
function rerun(script) {
  const { parentNode: parent, nextSibling: next } = script;
  restoreType(script);
  settle(script);
  if (!parent) return;
  parent.removeChild(script);
  parent.insertBefore(script, next);
}

/** Watch the document for what the parser and the page insert. */
export function observe() {
  new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === 'attributes') check(/** @type {Element} */ (record.target));
      for (const node of record.addedNodes) checkTree(node, document.readyState === 'loading');
    }
    if (state.granted !== 'n' && [...waiting].some((element) => categoryOf(element) === 'n')) void release();
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['src', 'href', 'srcset', 'data', 'rel'] });
  checkTree(document.documentElement, true);
}
