/**
 * Asks before a page script's own requests: fetch, XMLHttpRequest, sendBeacon, WebSocket, EventSource. Part of the script
 * where the shield (shield.js) does not refuse all of them by itself.
 */
import { dead, fail } from './failing.js';
import { isBlocked } from './gate.js';
import { optional } from './optional.js';
import { wrap } from './patch.js';

optional.guards.push(() => {
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
});
