// Who writes web storage, opens databases and caches, and registers service workers.
{
  const seen = { __proto__: null };
  const MAX_KEYS = 500;
  let keys = 0;
  const report = (area, key, value) => {
    const mark = `${area}\n${key}`;
    if (seen[mark] === undefined) {
      keys += 1;
      if (keys > MAX_KEYS) return;
      seen[mark] = 0;
    }
    seen[mark] += 1;
    if (seen[mark] > 2) return; // the first two writes tell who; a counter would only repeat it
    send("storage", { area, key, value, stack: stackOf() });
  };
  const areas = () => {
    try {
      return { local: globalThis.localStorage, session: globalThis.sessionStorage };
    } catch {
      return {}; // opaque origins and blocked storage
    }
  };
  const { local, session } = areas();
  wrap(globalThis.Storage && Storage.prototype, "setItem", {
    after(self, args) {
      const area = self === local ? "local_storage" : self === session ? "session_storage" : "";
      if (area) report(area, slice(text(args[0]), 0, 1024), slice(text(args[1]), 0, 256));
    },
  });
  wrap(globalThis.IDBFactory && IDBFactory.prototype, "open", {
    before: (self, args) => report("indexed_db", slice(text(args[0]), 0, 1024), ""),
  });
  wrap(globalThis.CacheStorage && CacheStorage.prototype, "open", {
    before: (self, args) => report("cache_storage", slice(text(args[0]), 0, 1024), ""),
  });
  wrap(globalThis.ServiceWorkerContainer && ServiceWorkerContainer.prototype, "register", {
    before: (self, args) => report("service_worker", slice(text(args[0]), 0, 1024), ""),
  });
}
