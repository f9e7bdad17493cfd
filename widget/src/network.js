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
      construct: (target, args, newTarget) => (isBlocked(args[0]) ? dead(String(args[0])) : Reflect.construct(target, args, newTarget)),
    });
  }
}

/**
 * A connection that never came about: closed, and it says so once.
 *
 * @param {string} url
 */
function dead(url) {
  const connection = /** @type {any} */ (new EventTarget());
  Object.assign(connection, { url, readyState: url.startsWith('ws') ? 3 : 2, send() {}, close() {} });
  setTimeout(() => {
    for (const type of ['error', 'close']) {
      const event = new Event(type);
      connection.dispatchEvent(event);
      connection['on' + type]?.(event);
    }
  });
  return connection;
}
