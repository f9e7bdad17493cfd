/**
 * Removes databases, caches and service workers of what is not granted. Part of the second part only where the inventory has
 * one.
 */
import { cleaners, mustGo } from './clean.js';

cleaners.push(async (left) => {
  try {
    for (const { name } of (await indexedDB.databases?.()) || []) {
      if (!name || !mustGo('i', name)) continue;
      if (!(await deleted(name))) left.push('indexed_db:' + name);
    }
    for (const worker of (await navigator.serviceWorker?.getRegistrations()) || []) {
      const address = (worker.active || worker.waiting || worker.installing)?.scriptURL;
      if (address && mustGo('w', address)) await worker.unregister();
    }
    for (const key of window.caches ? await caches.keys() : []) if (mustGo('h', key)) await caches.delete(key);
  } catch {
    // refused in this context
  }
});

/** @param {string} name @returns {Promise<boolean>} false where another tab keeps it open */
function deleted(name) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve(true);
    request.onerror = request.onblocked = () => resolve(false);
    setTimeout(() => resolve(false), 1000);
  });
}
