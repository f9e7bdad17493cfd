/** Builds elements without HTML text: clean under a strict Content-Security-Policy and Trusted Types. */
import { config } from './config.js';
import { append, setAttribute } from './gate.js';
import { language, t } from './texts.js';

/** @typedef {Node | string | null | undefined | false} Child */

/** @param {Child[]} children */
const present = (children) => /** @type {(Node | string)[]} */ (children.filter((child) => child));

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | undefined>} [props] true becomes an empty attribute
 * @param {...Child} children
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value !== false && value !== undefined) setAttribute.call(element, name, value === true ? '' : value);
  }
  append.apply(element, present(children)); // the browser's own: nothing of ours needs to be looked at
  return element;
}

/** @param {string} css */
function sheetOf(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

/** @type {CSSStyleSheet[] | undefined} */
let sheets;
/** The widget's styles, which all its elements share, made when there is one; further parts add their own. */
const styles = () => (sheets ??= [sheetOf(config.css)]);

/** @param {string} css */
export const addStyles = (css) => styles().push(sheetOf(css));

/** @param {HTMLElement} host */
export const dress = (host) => {
  /** @type {ShadowRoot} */ (host.shadowRoot).adoptedStyleSheets = styles();
};

/**
 * A custom element with an open shadow root that carries the widget's styles and language.
 *
 * @param {string} tag
 * @param {...Child} children
 */
export function shell(tag, ...children) {
  const host = h(/** @type {'div'} */ (tag), { lang: language(), dir: t('dir') });
  host.attachShadow({ mode: 'open' }).append(...present(children));
  dress(host);
  return host;
}
