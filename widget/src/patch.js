/**
 * Asks the gate before a page script can make an element load: property setters, `setAttribute`, insertion, and HTML
 * given as text. Each wrapper calls the browser's own function for all that may pass, and never throws of itself.
 */
import { check, checkTree, hold, isBlocked, mustWait, trusted } from './gate.js';

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
      let passed;
      try {
        passed = before(this, args);
      } catch {
        passed = args;
      }
      return passed === null ? undefined : original.apply(this, passed || args);
    },
  }[name];
  Object.defineProperty(owner, name, { value: method, configurable: true, writable: true, enumerable: true });
}

/**
 * @param {any} owner a prototype
 * @param {string} property
 * @param {(self: any, value: any, set: (value: any) => void) => void} onSet
 * @param {(self: any) => any} [onGet] undefined: the browser's own value
 */
export function wrapProperty(owner, property, onSet, onGet) {
  const found = owner && Object.getOwnPropertyDescriptor(owner, property);
  const { get, set } = found || {};
  if (!get || !set) return;
  Object.defineProperty(owner, property, {
    ...found,
    get() {
      return (onGet && onGet(this)) ?? get.call(this);
    },
    set(value) {
      const native = (/** @type {any} */ given) => set.call(this, given);
      let handled = false;
      try {
        onSet(this, value, (given) => {
          handled = true;
          native(given);
        });
        handled = true;
      } finally {
        if (!handled) native(value);
      }
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

/** @param {any} self @param {any[]} args */
const checkNodes = (self, args) => {
  void self;
  for (const node of args) if (node instanceof Node) checkTree(node);
};

export function patchElements() {
  for (const [type, properties] of /** @type {[any, string[]][]} */ ([
    [HTMLScriptElement, ['src']],
    [HTMLIFrameElement, ['src']],
    [HTMLImageElement, ['src', 'srcset']],
    [HTMLLinkElement, ['href']],
    [HTMLEmbedElement, ['src']],
    [HTMLObjectElement, ['data']],
    [HTMLSourceElement, ['src', 'srcset']],
    [HTMLMediaElement, ['src']],
    [HTMLVideoElement, ['poster']],
    [HTMLInputElement, ['src']],
  ])) {
    for (const property of properties) {
      wrapProperty(
        type.prototype,
        property,
        (self, value, set) => (mustWait(self, property, value) ? hold(self, property, value) : set(value)),
        (self) => self.getAttribute('data-consentry-' + property),
      );
    }
  }
  wrapProperty(HTMLLinkElement.prototype, 'rel', (self, value, set) => {
    set(value);
    check(self);
  });
  wrapProperty(HTMLIFrameElement.prototype, 'srcdoc', (_self, value, set) => set(disarmed(value)));
  wrap(Element.prototype, 'setAttribute', (self, args) => {
    const name = String(args[0]).toLowerCase();
    if (name === 'srcdoc') return [args[0], disarmed(args[1])];
    if (!mustWait(self, name, args[1])) return undefined;
    hold(self, name, args[1]);
    return null;
  });
  wrap(Element.prototype, 'setAttributeNS', (self, args) => {
    if (!mustWait(self, String(args[1]).toLowerCase(), args[2])) return undefined;
    hold(self, String(args[1]).toLowerCase(), args[2]);
    return null;
  });
  for (const name of ['appendChild', 'insertBefore', 'replaceChild']) wrap(Node.prototype, name, checkNodes);
  for (const owner of [Element, Document, DocumentFragment]) {
    for (const name of ['append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren']) wrap(owner.prototype, name, checkNodes);
  }
  for (const name of ['before', 'after', 'replaceWith']) wrap(CharacterData.prototype, name, checkNodes);
  wrap(Element.prototype, 'insertAdjacentElement', checkNodes);
  wrap(Range.prototype, 'insertNode', checkNodes);
}

export function patchMarkup() {
  for (const owner of [Element, typeof ShadowRoot === 'undefined' ? null : ShadowRoot]) {
    for (const property of ['innerHTML', 'outerHTML']) {
      wrapProperty(owner?.prototype, property, (_self, value, set) => set(disarmed(value)));
    }
    wrap(owner?.prototype, 'setHTMLUnsafe', (_self, args) => [disarmed(args[0]), ...args.slice(1)]);
  }
  wrap(Element.prototype, 'insertAdjacentHTML', (_self, args) => [args[0], disarmed(args[1])]);
  wrap(Range.prototype, 'createContextualFragment', (_self, args) => [disarmed(args[0])]);
  for (const name of ['write', 'writeln']) wrap(Document.prototype, name, (_self, args) => args.map(disarmed));
}
