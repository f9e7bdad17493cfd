// What every page-side hook stands on; runs before the page's first line, in each frame.
//
// The page is hostile: native functions are taken before it can replace them, nothing is left on its globals, nothing
// is thrown into it, and what is sent is bounded in number and size.
const native = globalThis[BINDING];
try {
  delete globalThis[BINDING];
} catch {
  // A binding that cannot be deleted stays visible; everything else still holds.
}
if (typeof native !== "function") return;
// A tab between two pages: no script ever runs there, and the hooks would cost a tenth of a page's work.
if (globalThis.top === globalThis && location.href === "about:blank" && !globalThis.opener) return;

const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
const ProxyClass = Proxy;
const ErrorClass = Error;
const stringify = JSON.stringify;
const call = Function.prototype.call;
const slice = call.bind(String.prototype.slice);
const includes = call.bind(String.prototype.includes);
const indexOf = call.bind(String.prototype.indexOf);
const trim = call.bind(String.prototype.trim);
const hasOwn = call.bind(Object.prototype.hasOwnProperty);
const now = Date.now;
const later = globalThis.setTimeout; // not the watched one of timers.js: what our hooks wait for keeps no page busy
const text = String;
const ORIGIN = text(globalThis.origin);
const MAX_SENT = 2000;
const MAX_TEXT = 4200;
let sent = 0;

/** Send one record; every value is a primitive, and the object has no prototype that the page could have changed. */
const send = (type, fields) => {
  if (sent >= MAX_SENT) return;
  sent += 1;
  const record = { __proto__: null, type, origin: ORIGIN, href: slice(text(location.href), 0, 2048) };
  for (const key in fields) {
    if (!hasOwn(fields, key)) continue;
    const value = fields[key];
    record[key] = typeof value === "string" ? slice(value, 0, MAX_TEXT) : value;
  }
  native(stringify(record));
};

/** The stack of whoever called, in the engine's own format whatever the page made of Error. */
const stackOf = () => {
  const limit = ErrorClass.stackTraceLimit;
  const prepare = ErrorClass.prepareStackTrace;
  let stack = "";
  try {
    ErrorClass.stackTraceLimit = 24;
    ErrorClass.prepareStackTrace = undefined;
    stack = text(new ErrorClass().stack);
  } catch {
    stack = "";
  }
  try {
    ErrorClass.stackTraceLimit = limit;
    if (prepare === undefined) delete ErrorClass.prepareStackTrace;
    else ErrorClass.prepareStackTrace = prepare;
  } catch {
    // A frozen Error constructor costs the stack, not the page.
  }
  return stack;
};

/** Wrap a method (or an accessor's setter or getter): ``before`` may look, ``after`` compare; neither can fail the call. */
const wrap = (owner, key, { before, after, accessor, getter }) => {
  const descriptor = owner && getOwnPropertyDescriptor(owner, key);
  const part = getter ? "get" : accessor ? "set" : "value";
  const original = descriptor && descriptor[part];
  if (typeof original !== "function" || !descriptor.configurable) return;
  const proxy = new ProxyClass(original, {
    __proto__: null,
    apply(target, self, args) {
      let seen;
      try {
        if (before) seen = before(self, args);
      } catch {
        seen = undefined;
      }
      const result = apply(target, self, args);
      try {
        if (after) after(self, args, seen);
      } catch {
        // The page gets its result in any case.
      }
      return result;
    },
  });
  defineProperty(owner, key, { ...descriptor, [part]: proxy });
};
