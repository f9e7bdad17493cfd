/** Builds elements without HTML text: clean under a strict Content-Security-Policy and Trusted Types. */
import { config } from './config.js';
import { append, setAttribute } from './gate.js';
import { language, t } from './texts.js';

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | null | undefined | false} Child */

/** @param {Child[]} children */
const present = (children) => /** @type {(Node | string)[]} */ (children.filter((child) => child));

/**
 * @template {keyof HTMLElementTagNameMap | 'svg' | 'path'} K
 * @param {K} tag
 * @param {Record<string, string | boolean | ((event: any) => void) | undefined>} [props] functions become listeners, true an empty attribute
 * @param {...Child} children
 * @returns {K extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[K] : SVGElement}
 */
export function h(tag, props = {}, ...children) {
  const element = /** @type {any} */ (/^(svg|path)$/.test(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag));
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false && value !== undefined) setAttribute.call(element, name, value === true ? '' : value);
  }
  append.apply(element, present(children)); // the browser's own: nothing of ours needs to be looked at
  return element;
}

/** A 24-unit line icon from path data. @param {string} d */
export const icon = (d) => h('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, h('path', { d }));

/** The widget's styles, which all its elements share; the second part adds its own. @type {CSSStyleSheet[]} */
const sheets = [];

/** @param {string} css */
export function addStyles(css) {
  if (css !== config.css && !sheets[0]) addStyles(config.css);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.push(sheet);
}

/** @param {HTMLElement} host */
export function dress(host) {
  if (!sheets[0]) addStyles(config.css);
  /** @type {ShadowRoot} */ (host.shadowRoot).adoptedStyleSheets = sheets;
}

/**
 * A custom element with an open shadow root that carries the widget's styles and language.
 *
 * @param {string} tag
 * @param {...Child} children
 */
export function shell(tag, ...children) {
  const host = document.createElement(tag);
  host.lang = language();
  host.dir = t('dir');
  host.attachShadow({ mode: 'open' }).append(...present(children));
  dress(host);
  return host;
}
