/**
 * Asks the gate before a page script can make an element load: property setters, `setAttribute`, insertion, and HTML
 * given as text. Each wrapper calls the browser's own function for all that may pass, and never throws of itself.
 */
import { URL_ATTRIBUTES, check, checkTree, hold, isBlocked, mustWait, trusted } from './gate.js';

/** @typedef {(this: any, ...args: any[]) => any} Method */

/**
 * Replace a method by one that runs `before` first; `before` may return other arguments.
 *
 * @param {any} owner
 * @param {string} name
 * @param {(self: any, args: any[]) => any[] | null | void} before null: do not call the browser's own function
 */
export function wrap(owner, name, before) {
  const original = owner && owner[name];
  if (typeof original !== 'function') return;
  const method = {
    /** @type {Method} */
    [name](...args) {
      const passed = before(this, args);
      return passed === null ? undefined : original.apply(this, passed || args);
    },
  }[name];
  Object.defineProperty(owner, name, { value: method, configurable: true, writable: true, enumerable: true });
}

/**
 * @param {any} owner a prototype
 * @param {string} property
 * @param {(self: any, value: any) => any[] | null} onSet what to set, null: nothing
 * @param {(self: any) => any} [onGet] null: the browser's own value
 */
export function wrapProperty(owner, property, onSet, onGet) {
  const found = owner && Object.getOwnPropertyDescriptor(owner, property);
  if (!found?.set) return;
  Object.defineProperty(owner, property, {
    ...found,
    get() {
      return onGet?.(this) ?? found.get.call(this);
    },
    set(value) {
      const passed = onSet(this, value);
      if (passed) found.set.call(this, passed[0]);
    },
  });
}

const TAG = /<(script|iframe|img|link|embed|object|source|video|audio)\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi;
const URL_ATTRIBUTE = /(\s)(src|srcset|href|data|poster)(\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)/gi;

/**
 * Disarm HTML text before the browser parses it: URLs that must wait move to `data-consentry-…`.
 *
 * @param {string} html
 * @param {(url: string) => boolean} blocked
 */
export function disarm(html, blocked) {
  return html.replace(TAG, (tag, name) => {
    if (/^link$/i.test(name) && !/\brel\s*=/i.test(tag)) return tag;
    return tag.replace(URL_ATTRIBUTE, (whole, space, attribute, equals, value) => {
      const url = value.replace(/^["']|["']$/g, '').replace(/&amp;/g, '&');
      return blocked(url) ? space + 'data-consentry-' + attribute.toLowerCase() + equals + value : whole;
    });
  });
}

/**
 * Disarm text or a Trusted Types value; the value is kept as it is where nothing in it must wait.
 *
 * @param {any} value
 */
function disarmed(value) {
  const text = String(value);
  if (!text.includes('<')) return value;
  const safe = disarm(text, isBlocked);
  if (safe === text) return value;
  return typeof value === 'string' ? safe : (trusted()?.createHTML(safe) ?? value);
}

/** @param {any} _self @param {any[]} args */
const checkNodes = (_self, args) => {
  for (const node of args) if (node instanceof Node) checkTree(node);
};

/** Methods that take nodes: appendChild, insertBefore, prepend, replaceWith, insertAdjacentElement … */
const INSERTION = /^(append|insert|prepend|before|after|replace)/;

export function patchElements() {
  const seen = new Set();
  for (const [tag, properties] of Object.entries(URL_ATTRIBUTES)) {
    for (const property of properties) {
      // The property belongs to the element's class or to one above it: `src` of VIDEO and AUDIO to HTMLMediaElement.
      let owner = Object.getPrototypeOf(document.createElement(tag));
      while (owner && !Object.hasOwn(owner, property)) owner = Object.getPrototypeOf(owner);
      if (!owner || seen.has(owner[Symbol.toStringTag] + property)) continue;
      seen.add(owner[Symbol.toStringTag] + property);
      wrapProperty(
        owner,
        property,
        (self, value) => (mustWait(self, property, value) ? hold(self, property, value) : [value]),
        (self) => self.getAttribute('data-consentry-' + property),
      );
    }
  }
  wrapProperty(HTMLLinkElement.prototype, 'rel', (self, value) => {
    self.setAttribute('rel', value);
    check(self);
    return null;
  });
  wrapProperty(HTMLIFrameElement.prototype, 'srcdoc', (_self, value) => [disarmed(value)]);
  wrap(Element.prototype, 'setAttribute', (self, args) => {
    const name = String(args[0]).toLowerCase();
    if (name === 'srcdoc') return [args[0], disarmed(args[1])];
    return mustWait(self, name, args[1]) ? hold(self, name, args[1]) : args;
  });
  wrap(Element.prototype, 'setAttributeNS', (self, args) => {
    const name = String(args[1]).toLowerCase();
    return mustWait(self, name, args[2]) ? hold(self, name, args[2]) : args;
  });
  for (const owner of [Node, Element, Document, DocumentFragment, CharacterData, Range]) {
    for (const name of Object.keys(owner.prototype)) if (INSERTION.test(name)) wrap(owner.prototype, name, checkNodes);
  }
}

export function patchMarkup() {
  for (const owner of [Element, typeof ShadowRoot === 'undefined' ? null : ShadowRoot]) {
    for (const property of ['innerHTML', 'outerHTML']) {
      wrapProperty(owner?.prototype, property, (_self, value) => [disarmed(value)]);
    }
    wrap(owner?.prototype, 'setHTMLUnsafe', (_self, args) => [disarmed(args[0]), ...args.slice(1)]);
  }
  wrap(Element.prototype, 'insertAdjacentHTML', (_self, args) => [args[0], disarmed(args[1])]);
  wrap(Range.prototype, 'createContextualFragment', (_self, args) => [disarmed(args[0])]);
  for (const name of ['write', 'writeln']) wrap(Document.prototype, name, (_self, args) => args.map(disarmed));
}
