/** Lets go what was held, once its category is granted: in the document's order, on the same elements. */
import { isGranted } from './decide.js';
import { ATTRIBUTES, PREFIX, attr, ordered, postponed, released, setAttribute, waiting } from './gate.js';
import { categoryOf, dormant, heldUrl, markOf } from './marks.js';
import { state } from './state.js';
import { trusted } from './trusted.js';

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
    if (element instanceof HTMLTemplateElement) {
      unfold(element);
    } else if (script && !heldUrl(script)) {
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
  if (element instanceof HTMLTemplateElement) return unfold(element);
  if (element instanceof HTMLScriptElement) {
    if (ordered.has(element)) element.async = false;
    restoreType(element);
  }
  settle(element);
  for (const attribute of ATTRIBUTES) {
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

/**
 * Put what a template holds in its place. Its scripts run in their order, as if the page had written them there.
 *
 * @param {HTMLTemplateElement} template
 */
function unfold(template) {
  settle(template);
  const content = document.importNode(template.content, true);
  for (const script of content.querySelectorAll('script')) script.async = script.hasAttribute('async');
  template.after(content);
}
