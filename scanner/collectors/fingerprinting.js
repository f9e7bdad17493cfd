// Which scripts read what tells one device from another: how often, and what they drew before they read a canvas.
//
// Counts are kept here and told a few times only, so that a page that calls ten thousand times costs ten records.
{
  const MAX_PAIRS = 80; // different pairs of interface and script
  const MAX_STACKS = 200; // of one interface; a later call counts for the script that was seen last
  const MAX_TOLD = 300;
  const MAX_CANVASES = 40;
  const MAX_CHARACTERS = 64;
  const MAX_FONTS = 200;
  const FRAME = /(https?:\/\/[^\s()]+?):\d+:\d+\)?$/m;
  const exec = call.bind(RegExp.prototype.exec);
  const getWeak = call.bind(WeakMap.prototype.get);
  const setWeak = call.bind(WeakMap.prototype.set);
  const charAt = call.bind(String.prototype.charAt);
  const startsWith = call.bind(String.prototype.startsWith);
  const isNaN = Number.isNaN;
  const abs = Math.abs;

  const pairs = { __proto__: null };
  const interfaces = { __proto__: null };
  let pairCount = 0;
  let told = 0;
  let waiting = false;
  let delay = 100;

  const flush = () => {
    waiting = false;
    for (const mark in pairs) {
      const pair = pairs[mark];
      if (pair.fresh && told < MAX_TOLD) {
        told += 1;
        send("fingerprint", { api: pair.api, count: pair.fresh, stack: pair.stack });
        pair.fresh = 0;
      }
    }
  };
  const called = (api, rare) => {
    let known = interfaces[api];
    if (known === undefined) known = interfaces[api] = { __proto__: null, stacks: 0, last: undefined };
    let pair = known.last;
    if (rare || known.stacks < MAX_STACKS) {
      known.stacks += 1;
      const stack = stackOf();
      const frame = exec(FRAME, stack);
      const mark = `${api}\n${frame ? frame[1] : ""}`;
      pair = pairs[mark];
      if (pair === undefined) {
        if (pairCount >= MAX_PAIRS) return "";
        pairCount += 1;
        pair = pairs[mark] = { __proto__: null, api, stack, fresh: 0 };
      }
      known.last = pair;
    }
    if (pair === undefined) return "";
    pair.fresh += 1;
    if (!waiting && delay < 15000) {
      waiting = true;
      apply(later, globalThis, [flush, delay]);
      delay *= 1.6; // a page that never ends is told ever more seldom
    }
    return pair.stack;
  };
  const watch = (owner, keys) => {
    const type = globalThis[owner];
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i];
      wrap(type && type.prototype, key, { before: () => called(`${owner}.${key}`) });
    }
  };
  const watchGetters = (owner, keys) => {
    const type = globalThis[owner];
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i];
      wrap(type && type.prototype, key, { getter: true, before: () => called(`${owner}.${key}`) });
    }
  };

  watch("Navigator", ["getBattery", "getGamepads"]);
  watch("MediaDevices", ["enumerateDevices"]);
  watch("Permissions", ["query"]);
  watch("Keyboard", ["getLayoutMap"]);
  watch("SpeechSynthesis", ["getVoices"]);
  watch("MediaCapabilities", ["decodingInfo"]);
  watch("StorageManager", ["estimate"]);
  watch("NavigatorUAData", ["getHighEntropyValues"]);
  watch("RTCPeerConnection", ["createDataChannel", "createOffer"]);
  watch("HTMLMediaElement", ["canPlayType"]);
  watch("FontFaceSet", ["check"]);
  watch("OfflineAudioContext", ["startRendering"]);
  watch("BaseAudioContext", ["createOscillator", "createDynamicsCompressor", "createAnalyser", "decodeAudioData"]);
  watch("AudioBuffer", ["getChannelData", "copyFromChannel"]);
  watch("AnalyserNode", ["getFloatFrequencyData", "getByteFrequencyData"]);
  watchGetters("Navigator", [
    "plugins",
    "mimeTypes",
    "hardwareConcurrency",
    "deviceMemory",
    "connection",
    "maxTouchPoints",
    "oscpu",
    "webdriver",
  ]);
  watchGetters("Screen", ["colorDepth", "pixelDepth", "availWidth", "availHeight", "orientation"]);
  wrap(globalThis, "queryLocalFonts", { before: () => called("queryLocalFonts") });

  for (const owner of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
    const type = globalThis[owner];
    wrap(type && type.prototype, "getParameter", {
      before(self, args) {
        called(args[0] === 37445 || args[0] === 37446 ? "WebGL.unmaskedRenderer" : "WebGL.getParameter");
      },
    });
    for (const key of ["getSupportedExtensions", "getShaderPrecisionFormat", "readPixels"]) {
      wrap(type && type.prototype, key, { before: () => called(`WebGL.${key}`) });
    }
  }

  // What was drawn on a canvas decides whether reading it back is a fingerprint.
  const drawn = new WeakMap();
  const fonts = { __proto__: null };
  let fontCount = 0;
  let canvasesTold = 0;
  const noteOf = (canvas) => {
    let note = getWeak(drawn, canvas);
    if (note === undefined) {
      note = { __proto__: null, characters: "", colours: "", colourCount: 0, saved: false, pixels: false };
      setWeak(drawn, canvas, note);
    }
    return note;
  };
  const fontUsed = (api, font) => {
    if (fonts[`${api}\n${font}`] || fontCount >= MAX_FONTS) return;
    fonts[`${api}\n${font}`] = true;
    fontCount += 1;
    called(api, true);
  };
  const getterOf = (type, key) => {
    const descriptor = type && getOwnPropertyDescriptor(type.prototype, key);
    return descriptor && descriptor.get;
  };
  const read = (api, canvas, width, height, lossy) => {
    const stack = called(api);
    const note = getWeak(drawn, canvas);
    if (!stack || note === undefined || canvasesTold >= MAX_CANVASES) return;
    canvasesTold += 1;
    send("canvas", {
      api,
      stack,
      width,
      height,
      characters: note.characters.length,
      colours: note.colourCount,
      saved: note.saved,
      lossy,
    });
  };
  for (const [owner, surface] of [
    ["CanvasRenderingContext2D", "HTMLCanvasElement"],
    ["OffscreenCanvasRenderingContext2D", "OffscreenCanvas"],
  ]) {
    const type = globalThis[owner];
    const canvasType = globalThis[surface];
    if (!type || !canvasType) continue;
    const canvasOf = getterOf(type, "canvas");
    const fillStyle = getterOf(type, "fillStyle");
    const strokeStyle = getterOf(type, "strokeStyle");
    const width = getterOf(canvasType, "width");
    const height = getterOf(canvasType, "height");
    const colour = (note, getter, self) => {
      const value = apply(getter, self, []);
      const mark = typeof value === "string" ? `${value};` : "gradient;";
      if (note.colourCount < 8 && !includes(note.colours, mark)) {
        note.colours += mark;
        note.colourCount += 1;
      }
    };
    const writes = (getter) => (self, args) => {
      const note = noteOf(apply(canvasOf, self, []));
      const written = slice(text(args[0]), 0, 200);
      for (let i = 0; i < written.length && note.characters.length < MAX_CHARACTERS; i += 1) {
        const character = charAt(written, i);
        if (!includes(note.characters, character)) note.characters += character;
      }
      colour(note, getter, self);
    };
    const draws = (getter) => (self) => colour(noteOf(apply(canvasOf, self, [])), getter, self);
    wrap(type.prototype, "fillText", { before: writes(fillStyle) });
    wrap(type.prototype, "strokeText", { before: writes(strokeStyle) });
    wrap(type.prototype, "fillRect", { before: draws(fillStyle) });
    for (const key of ["save", "restore"]) {
      wrap(type.prototype, key, {
        before(self) {
          noteOf(apply(canvasOf, self, [])).saved = true;
        },
      });
    }
    wrap(type.prototype, "font", { accessor: true, before: (self, args) => fontUsed("CanvasFont", slice(text(args[0]), 0, 100)) });
    wrap(type.prototype, "measureText", { before: () => called("Canvas.measureText") });
    wrap(type.prototype, "getImageData", {
      before(self, args) {
        const wide = abs(+args[2]);
        const high = abs(+args[3]);
        if (!isNaN(wide) && !isNaN(high)) read("Canvas.getImageData", apply(canvasOf, self, []), wide, high, false);
      },
    });
    const exports = (key) => ({
      before(self, args) {
        const kind = typeof args[0] === "function" ? args[1] : args[0];
        const asked = text(typeof kind === "object" && kind !== null ? kind.type : kind);
        const lossy = startsWith(asked, "image/jpeg") || startsWith(asked, "image/webp");
        read(`Canvas.${key}`, self, apply(width, self, []), apply(height, self, []), lossy);
      },
    });
    for (const key of ["toDataURL", "toBlob", "convertToBlob"]) wrap(canvasType.prototype, key, exports(key));
  }

  // Fonts tried out on elements: their size is read once for each family that is set in their own style.
  const styleOf = getterOf(globalThis.HTMLElement, "style");
  for (const key of ["offsetWidth", "offsetHeight"]) {
    wrap(globalThis.HTMLElement && HTMLElement.prototype, key, {
      getter: true,
      before(self) {
        const family = apply(styleOf, self, []).fontFamily;
        if (family !== "") fontUsed("ElementFont", slice(text(family), 0, 100));
      },
    });
  }
}
