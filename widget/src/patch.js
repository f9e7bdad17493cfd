/**
 * Asks the gate before a page script can make an element load: property setters, `setAttribute`, insertion, and HTML
 * given as text. Each wrapper calls the browser's own function for all that may pass, and never throws of itself.
 */
import { ATTRIBUTES, PREFIX, attr, check, checkTree, holdBack, isBlocked, trusted } from './gate.js';

/**
 * Put a function around a method. `around` may change the arguments before it calls the browser's own by `go`.
 *
 * @param {any} owner where the browser has it; else nothing happens
 * @param {string} name
 * @param {(self: any, args: any[], go: () => any) => any} around
 */
export function wrap(owner, name, around) {
  const original = owner?.[name];
  if (!original) return;
  owner[name] = {
    /** @this {any} @param {any[]} args */
    [name](...args) {
      return around(this, args, () => original.apply(this, args));
    },
  }[name];
}

/**
 * @param {any} owner a prototype
 * @param {string} property
 * @param {(self: any, value: any, set: (value: any) => void) => void} onSet
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
      onSet(this, value, (passed) => found.set.call(this, passed));
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
function disarmed(value) {
  const text = String(value);
  const safe = disarm(text, isBlocked);
  if (safe === text) return value;
  return typeof value === 'string' ? safe : (trusted()?.createHTML(safe) ?? value);
}

/** @param {any} owner @param {string} property */
const wrapHtml = (owner, property) => wrapProperty(owner, property, (_self, value, set) => set(disarmed(value)));

/** Methods that take nodes: appendChild, insertBefore, prepend, replaceWith, insertAdjacentElement … */
const INSERTION = /^(append|insert|prepend|before|after|replace)/;

/** Classes with a property that loads; that of VIDEO and AUDIO is HTMLMediaElement's. */
const CLASSES = ['Script', 'IFrame', 'Frame', 'Image', 'Link', 'Embed', 'Object', 'Source', 'Video', 'Media', 'Track', 'Input'];

export function patchElements() {
  for (const name of CLASSES) {
    const owner = /** @type {any} */ (window)[`HTML${name}Element`];
    for (const property of ATTRIBUTES) {
      wrapProperty(
        owner?.prototype,
        property,
        (self, value, set) => holdBack(self, property, value) || set(value),
        (self) => attr(self, PREFIX + property),
      );
    }
  }
  wrapProperty(HTMLLinkElement.prototype, 'rel', (self, value, set) => {
    set(value);
    check(self);
  });
  const { prototype } = Element;
  for (const [method, at] of /** @type {[string, number][]} */ ([
    ['setAttribute', 0],
    ['setAttributeNS', 1],
  ])) {
    wrap(prototype, method, (self, args, go) => {
      const name = String(args[at]).toLowerCase();
      if (name === 'srcdoc') args[at + 1] = disarmed(args[at + 1]);
      return holdBack(self, name, args[at + 1]) ? undefined : go();
    });
  }
  for (const owner of [Node, Element, Document, DocumentFragment, CharacterData, Range]) {
    for (const name of Object.keys(owner.prototype)) {
      if (INSERTION.test(name)) {
        wrap(owner.prototype, name, (_self, args, go) => {
          for (const node of args) if (node instanceof Node) checkTree(node);
          return go();
        });
      }
    }
  }
}

export function patchMarkup() {
  wrapHtml(HTMLIFrameElement.prototype, 'srcdoc');
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
}
