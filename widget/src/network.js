/** Asks before a page script's own requests: fetch, XMLHttpRequest, sendBeacon, WebSocket, EventSource. */
import { isBlocked } from './gate.js';
import { wrap } from './patch.js';

export function patchNetwork() {
  wrap(window, 'fetch', (_self, [input], go) => (isBlocked(input?.url ?? input) ? Promise.reject(new TypeError('Failed to fetch')) : go()));
  wrap(Navigator.prototype, 'sendBeacon', (_self, [url], go) => !isBlocked(url) && go());
  const blocked = new WeakSet();
  const { prototype } = XMLHttpRequest;
  wrap(prototype, 'open', (self, args, go) => {
    blocked[isBlocked(args[1]) ? 'add' : 'delete'](self);
    return go();
  });
  wrap(prototype, 'send', (self, _args, go) => (blocked.has(self) ? fail(self, ['error', 'loadend'], ProgressEvent) : go()));
  for (const name of ['WebSocket', 'EventSource']) {
    const page = /** @type {any} */ (window);
    page[name] &&= new Proxy(page[name], {
      construct: (target, args, newTarget) =>
        isBlocked(args[0])
          ? dead({ url: String(args[0]), readyState: target.CLOSED, send() {}, close() {} }, ['error', 'close'])
          : Reflect.construct(target, args, newTarget),
    });
  }
}

/**
 * @param {EventTarget} target
 * @param {string[]} types fired in this order, soon
 * @param {new (type: string) => Event} [Kind]
 */
function fail(target, types, Kind = Event) {
  setTimeout(() => types.forEach((type) => target.dispatchEvent(new Kind(type))));
}

/**
 * Something that never came about, and says so: a closed connection, a database that cannot be opened.
 *
 * @param {object} properties
 * @param {string[]} types the events that tell it
 */
export function dead(properties, types) {
  const object = Object.assign(/** @type {any} */ (new EventTarget()), properties);
  for (const type of types) object.addEventListener(type, (/** @type {Event} */ event) => object['on' + type]?.(event));
  fail(object, types);
  return object;
}
