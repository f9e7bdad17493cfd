// Requests whose job is to report: sendBeacon, fetches that outlive the page, pictures of one pixel.
//
// DevTools does not tell what a Blob held, nor how large a picture was that is in no document: both are seen here.
{
  const MAX_TOLD = 200;
  const MAX_PIXELS = 200;
  const MAX_BLOB = 65536;
  const then = call.bind(Promise.prototype.then);
  const listen = call.bind(EventTarget.prototype.addEventListener);
  const getterOf = (type, key) => {
    const descriptor = type && getOwnPropertyDescriptor(type.prototype, key);
    return descriptor && descriptor.get;
  };
  const blobText = globalThis.Blob && call.bind(Blob.prototype.text);
  const blobSize = getterOf(globalThis.Blob, "size");
  const requestUrl = getterOf(globalThis.Request, "url");
  const requestKeepalive = getterOf(globalThis.Request, "keepalive");
  let told = 0;
  let pixels = 0;

  const carried = (api, url, data) => {
    if (told >= MAX_TOLD) return;
    told += 1;
    if (api) send("beacon", { api, url: slice(text(url), 0, 4000) });
    if (typeof data !== "object" || data === null) return;
    if (apply(blobSize, data, []) > MAX_BLOB) return; // throws for all that is no Blob
    then(blobText(data), (body) => send("blob", { url: slice(text(url), 0, 2000), body }), () => {});
  };
  wrap(globalThis.Navigator && Navigator.prototype, "sendBeacon", {
    before: (self, args) => carried("sendBeacon", args[0], args[1]),
  });
  wrap(globalThis, "fetch", {
    before(self, args) {
      const what = args[0];
      const options = args[1];
      const isRequest = typeof what === "object" && what !== null && requestUrl && what instanceof Request;
      const url = isRequest ? apply(requestUrl, what, []) : what;
      const body = options ? options.body : undefined;
      const alive = Boolean(options && options.keepalive) || (isRequest && apply(requestKeepalive, what, []));
      if (alive || (typeof body === "object" && body !== null)) carried(alive ? "fetch keepalive" : "", url, body);
    },
  });

  const naturalWidth = getterOf(globalThis.HTMLImageElement, "naturalWidth");
  const naturalHeight = getterOf(globalThis.HTMLImageElement, "naturalHeight");
  const currentSrc = getterOf(globalThis.HTMLImageElement, "currentSrc");
  wrap(globalThis.HTMLImageElement && HTMLImageElement.prototype, "src", {
    accessor: true,
    after(self) {
      if (pixels >= MAX_PIXELS) return;
      pixels += 1;
      const loaded = () => {
        if (apply(naturalWidth, self, []) > 1 || apply(naturalHeight, self, []) > 1) return;
        send("beacon", { api: "pixel", url: slice(apply(currentSrc, self, []), 0, 4000) });
      };
      listen(self, "load", loaded, { __proto__: null, once: true });
    },
  });
}
