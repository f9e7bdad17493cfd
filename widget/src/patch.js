/**
 * Asks the gate before a page script can make an element load: `setAttribute`, insertion; other properties than a link's are
 * for properties.js, HTML given as text for markup.js. Each wrapper calls the browser's own function for all that may pass, and never throws of itself.
 */
import { PREFIX, attr, checkTree, holdBack } from './gate.js';

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

/** Methods that take nodes, by name: to look through all that a class has would take longer than all the rest here. */
const INSERTIONS = 'appendChild,insertBefore,replaceChild,append,prepend,before,after,replaceWith,replaceChildren,insertAdjacentElement,insertNode,moveBefore'.split(',');

/** Let the gate look at what is given to a property that loads, in all of its prototype's elements. @param {any} owner @param {string} property */
export const guardProperty = (owner, property) =>
  wrapProperty(
    owner?.prototype,
    property,
    (self, value, set) => holdBack(self, property, value) || set(value),
    (self) => attr(self, PREFIX + property),
  );

/** What every site needs: a link's hint is no request, so no shield would refuse it. For other properties see properties.js. */
export function patchElements() {
  guardProperty(HTMLLinkElement, 'href');
  wrapProperty(HTMLLinkElement.prototype, 'rel', (self, value, set) => {
    set(value);
    checkTree(self);
  });
  const { prototype } = Element;
  for (const at of [0, 1]) {
    wrap(prototype, at ? 'setAttributeNS' : 'setAttribute', (self, args, go) => {
      const name = String(args[at]).toLowerCase();
      return holdBack(self, name, args[at + 1]) ? undefined : go();
    });
  }
  for (const owner of [Node, Element, Document, DocumentFragment, CharacterData, Range]) {
    for (const name of INSERTIONS) {
      if (Object.hasOwn(owner.prototype, name)) {
        wrap(owner.prototype, name, (_self, args, go) => {
          for (const node of args) if (node instanceof Node) checkTree(node);
          return go();
        });
      }
    }
  }
}
