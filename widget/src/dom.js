/** Builds elements without HTML text: clean under a strict Content-Security-Policy and Trusted Types. */
import { config } from './config.js';
import { direction, language } from './texts.js';

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | ((event: any) => void) | undefined>} [props] functions become listeners, true an empty attribute
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * A 24-unit line icon from path data.
 *
 * @param {string} path
 */
export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' })) svg.setAttribute(name, value);
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/** @type {CSSStyleSheet | undefined} */
let sheet;

/**
 * A custom element with an open shadow root that carries the widget's styles and language.
 *
 * @param {string} tag
 * @param {...Child} children
 */
export function shell(tag, ...children) {
  const host = document.createElement(tag);
  host.lang = language();
  host.dir = direction();
  const root = host.attachShadow({ mode: 'open' });
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(config.css);
  }
  root.adoptedStyleSheets = [sheet];
  for (const child of children) if (child) root.append(child);
  return host;
}
