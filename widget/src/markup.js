/**
 * Disarms HTML that a page gives as text, before the browser parses it. Part of the script where the shield (shield.js) does
 * not refuse all that such HTML could load by itself.
 */
import { PREFIX, isBlocked } from './gate.js';
import { optional } from './optional.js';
import { wrap, wrapProperty } from './patch.js';
import { trusted } from './trusted.js';

const TAG = /<(script|iframe|img|link|embed|object|source|video|audio)\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi;
const URL_ATTRIBUTE = /(\s)(src|srcset|href|data|poster)(\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)/gi;

/**
 * Disarm HTML text before the browser parses it: URLs that must wait move to `data-consentry-…`.
 *
 * @param {string} html
 * @param {(url: string) => boolean} blocked
 */
export const disarm = (html, blocked) =>
  html.replace(TAG, (tag, name) =>
    /^link$/i.test(name) && !/\brel\s*=/i.test(tag)
      ? tag
      : tag.replace(URL_ATTRIBUTE, (whole, space, attribute, equals, value) =>
          blocked(value.replace(/^["']|["']$/g, '').replace(/&amp;/g, '&')) ? space + PREFIX + attribute.toLowerCase() + equals + value : whole,
        ),
  );

/**
 * Disarm text or a Trusted Types value; the value is kept as it is where nothing in it must wait.
 *
 * @param {any} value
 */
const disarmed = (value) => {
  const text = String(value);
  const safe = disarm(text, isBlocked);
  if (safe === text) return value;
  return typeof value === 'string' ? safe : (trusted()?.createHTML(safe) ?? value);
};

/** @param {any} owner @param {string} property */
const wrapHtml = (owner, property) => wrapProperty(owner, property, (_self, value, set) => set(disarmed(value)));

optional.guards.push(() => {
  wrapHtml(HTMLIFrameElement.prototype, 'srcdoc');
  for (const at of [0, 1]) {
    wrap(Element.prototype, at ? 'setAttributeNS' : 'setAttribute', (_self, args, go) => {
      if (/^srcdoc$/i.test(args[at])) args[at + 1] = disarmed(args[at + 1]);
      return go();
    });
  }
  const texts = /** @type {[any, string, number?][]} */ ([
    [Element, 'setHTMLUnsafe'],
    [ShadowRoot, 'setHTMLUnsafe'],
    [Range, 'createContextualFragment'],
    [Document, 'write'],
    [Document, 'writeln'],
    [Element, 'insertAdjacentHTML', 1],
  ]);
  for (const [owner, name, only] of texts) {
    wrap(owner.prototype, name, (_self, args, go) => {
      args.forEach((text, index) => {
        if (typeof text !== 'object' || text !== null) if (index >= (only || 0)) args[index] = disarmed(text);
      });
      return go();
    });
  }
  for (const owner of [Element, ShadowRoot]) for (const property of ['innerHTML', 'outerHTML']) wrapHtml(owner.prototype, property);
});
