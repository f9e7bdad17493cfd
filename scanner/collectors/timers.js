// Short timers that are still pending, so that a page is not judged quiet just before a delayed tag fires.
//
// A timer set from a timer's callback counts up to the third link of the chain: a tag that waits twice is seen, a page
// that polls for ever is not waited for.
{
  const SHORT_MS = 2000;
  const MAX_CHAIN = 3;
  const MAX_REPORTED = 200;
  const original = globalThis.setTimeout;
  const pending = { __proto__: null };
  let chain = 0;
  let reported = 0;
  const tell = (id, due, link) => {
    reported += 1;
    send("timer", { id, due, link });
  };
  globalThis.setTimeout = new ProxyClass(original, {
    __proto__: null,
    apply(target, self, args) {
      const callback = args[0];
      const delay = +args[1] || 0;
      const link = chain + 1;
      if (typeof callback !== "function" || delay < 20 || delay > SHORT_MS || link > MAX_CHAIN || reported >= MAX_REPORTED) {
        return apply(target, self, args);
      }
      let id = 0;
      args[0] = function (...rest) {
        const outer = chain;
        chain = link;
        try {
          return apply(callback, this, rest);
        } finally {
          chain = outer;
          if (pending[id]) {
            delete pending[id];
            tell(id, null, 0);
          }
        }
      };
      id = apply(target, self, args);
      pending[id] = true;
      tell(id, delay, link);
      return id;
    },
  });
  wrap(globalThis, "clearTimeout", {
    before(self, args) {
      if (pending[args[0]]) {
        delete pending[args[0]];
        tell(args[0], null, 0);
      }
    },
  });
}
