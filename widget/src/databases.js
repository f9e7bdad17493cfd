/**
 * Asks before a page script opens a database or a cache, or registers a service worker, that the inventory knows. Part of
 * the script where there is one.
 */
import { dead } from './failing.js';
import { postpone } from './gate.js';
import { optional } from './optional.js';
import { wrap } from './patch.js';
import { guard, missing, safely } from './stores.js';

optional.guards.push(() => {
  const refused = new DOMException('Waits for consent', 'AbortError');
  const page = /** @type {any} */ (window);
  guard(page.IDBFactory, 'open', () => 'i', () => dead({ error: refused, readyState: 'done' }, ['error']));
  guard(page.CacheStorage, 'open', () => 'h', () => Promise.reject(refused));
  wrap(page.ServiceWorkerContainer?.prototype, 'register', (_self, args, go) => {
    const category = missing('w', safely(() => new URL(String(args[0]), document.baseURI).href) || '');
    return category ? new Promise((done) => postpone(category, () => done(go()))) : go();
  });
});
