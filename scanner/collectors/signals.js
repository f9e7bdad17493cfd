// Calls of consent interfaces that a vendor's script takes out of its queue as soon as it runs.
//
// A stub's queue is whole just after the inline script that put the vendor's script into the page: that is the moment at
// which an observer of the document is told. Nothing of the page is replaced.
{
  const MAX_LOOKS = 40;
  const MAX_CALLS = 20;
  const Observer = globalThis.MutationObserver;
  const observe = Observer && call.bind(Observer.prototype.observe);
  const isArray = Array.isArray;
  const told = { __proto__: null };
  let looks = 0;
  const plain = (value) => {
    if (typeof value === "string") return slice(value, 0, 60);
    if (value === undefined || value === null) return "";
    if (typeof value !== "object") return text(value);
    let found = "";
    for (const key in value) {
      if (found.length > 600) break;
      const inner = value[key];
      if (typeof inner === "string" || typeof inner === "boolean") found += `${slice(key, 0, 40)}=${slice(text(inner), 0, 40)};`;
    }
    return found;
  };
  const tell = (api, words) => {
    const mark = `${api}\n${words}`;
    if (told[mark]) return;
    told[mark] = true;
    send("consent_call", { api, words });
  };
  const queued = (api, queue, wanted) => {
    if (!isArray(queue)) return;
    let calls = 0;
    for (let i = 0; i < queue.length && i < 200 && calls < MAX_CALLS; i += 1) {
      const entry = queue[i];
      const [first, second, third] =
        typeof entry === "string" ? [entry, queue[i + 1], queue[i + 2]] : [entry && entry[0], entry && entry[1], entry && entry[2]];
      if (typeof first !== "string" || !wanted(first)) continue;
      calls += 1;
      tell(api, `${slice(first, 0, 30)}|${plain(second)}|${plain(third)}`);
    }
  };
  const look = () => {
    if (looks >= MAX_LOOKS) return;
    looks += 1;
    try {
      if (globalThis.fbq) queued("meta_pixel", globalThis.fbq.queue, (word) => word === "consent" || word === "init");
      if (globalThis.clarity) queued("microsoft_clarity", globalThis.clarity.q, (word) => word === "consent" || word === "consentv2");
      if (globalThis.uetq) queued("microsoft_uet", globalThis.uetq, (word) => word === "consent");
    } catch {
      // A queue that cannot be read is none.
    }
  };
  const scripts = (records) => {
    for (let i = 0; i < records.length && looks < MAX_LOOKS; i += 1) {
      const added = records[i].addedNodes;
      for (let j = 0; j < added.length; j += 1) {
        if (added[j].localName === "script") {
          look();
          return;
        }
      }
    }
  };
  // Only the page's own document: what frames of others ask their visitors is theirs.
  if (Observer && globalThis.top === globalThis) {
    observe(new Observer(scripts), document, { __proto__: null, childList: true, subtree: true });
  }
}
