/** Asks before a page script's own requests: fetch, XMLHttpRequest, sendBeacon, WebSocket, EventSource. */
import { isBlocked } from './gate.js';
import { wrap } from './patch.js';

const failure = () => new TypeError('Failed to fetch');

export function patchNetwork() {
  const fetchNative = window.fetch;
  if (fetchNative) {
    window.fetch = function fetch(input, init) {
      const url = input instanceof Request ? input.url : input;
      return isBlocked(url) ? Promise.reject(failure()) : fetchNative.call(this ?? window, input, init);
    };
  }
  const beacon = navigator.sendBeacon;
  if (beacon) {
    Navigator.prototype.sendBeacon = function sendBeacon(/** @type {string | URL} */ url, /** @type {BodyInit | null} */ data) {
      return isBlocked(url) ? false : beacon.call(this, url, data);
    };
  }
  /** @type {WeakMap<XMLHttpRequest, boolean>} */
  const blocked = new WeakMap();
  wrap(XMLHttpRequest.prototype, 'open', (self, args) => {
    blocked.set(self, isBlocked(args[1]));
  });
  wrap(XMLHttpRequest.prototype, 'send', (self) => {
    if (!blocked.get(self)) return undefined;
    setTimeout(() => {
      for (const type of ['error', 'loadend']) self.dispatchEvent(new ProgressEvent(type));
    });
    return null;
  });
  for (const name of /** @type {const} */ (['WebSocket', 'EventSource'])) {
    const native = /** @type {any} */ (window)[name];
    if (!native) continue;
    /** @type {any} */ (window)[name] = new Proxy(native, {
      construct: (target, args, newTarget) =>
        isBlocked(args[0])
          ? dead({ url: String(args[0]), readyState: target.CLOSED, send() {}, close() {} }, ['error', 'close'])
          : Reflect.construct(target, args, newTarget),
    });
  }
}

/**
 * Something that never came about, and says so: a closed connection, a database that cannot be opened.
 *
 * @param {object} properties
 * @param {string[]} types the events that tell it
 */
export function dead(properties, types) {
  const object = Object.assign(/** @type {any} */ (new EventTarget()), properties);
  setTimeout(() => {
    for (const type of types) {
      const event = new Event(type);
      object.dispatchEvent(event);
      object['on' + type]?.(event);
    }
  });
  return object;
}
