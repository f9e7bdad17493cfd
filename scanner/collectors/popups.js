// A window that a script opens and holds in its hand runs before the scanner can listen to it. So it is opened blank, the
// scanner is asked to say when it listens (a dialog is the one question that a script can wait for), and then it goes to
// its address. Where nobody answers at once (frames of other origins may show no dialogs), nothing else changes.
{
  const MAX_HELD = 3;
  const MAX_TOLD = 20;
  const open = globalThis.open;
  const ask = globalThis.prompt;
  const UrlClass = globalThis.URL;
  const lower = call.bind(String.prototype.toLowerCase);
  const base = getOwnPropertyDescriptor(Node.prototype, "baseURI").get;
  const page = globalThis.document;
  const href = getOwnPropertyDescriptor(UrlClass.prototype, "href").get;
  let held = 0;
  let told = 0;

  const resolved = (url) => {
    try {
      return url === "" ? "" : apply(href, new UrlClass(url, apply(base, page, [])), []);
    } catch {
      return null; // the page is to get the browser's own error
    }
  };
  const isNew = (name, features) => {
    if (name !== "" && lower(name)[0] === "_" && lower(name) !== "_blank") return false;
    return !includes(lower(features), "noopener") && !includes(lower(features), "noreferrer");
  };

  const go = (opened, url) => {
    try {
      if (url && url !== "about:blank") opened.location = url;
    } catch {
      // A sandbox that forbids it forbids it to the page as well.
    }
  };

  globalThis.open = new ProxyClass(open, {
    __proto__: null,
    apply(target, self, args) {
      const address = args[0] === undefined ? "" : text(args[0]);
      const name = args[1] === undefined ? "" : text(args[1]);
      const features = args[2] === undefined || args[2] === null ? "" : text(args[2]);
      const url = resolved(address);
      if (url && told < MAX_TOLD) {
        told += 1;
        send("popup", { url, stack: "" });
      }
      if (url === null || held >= MAX_HELD || !isNew(name, features)) return apply(target, self, [address, name || "_blank", features]);
      const opened = apply(target, self, ["", name || "_blank", features]);
      if (!opened || opened.opener !== globalThis) {
        if (opened) go(opened, url);
        return opened;
      }
      held += 1;
      apply(ask, globalThis, [BINDING]);
      go(opened, url);
      return opened;
    },
  });
}
