// Keeps the style sheet, sets a cookie, and tells a third party that the house was visited: from where no page can see it.
addEventListener("install", (event) => {
  event.waitUntil(caches.open("fernhill-v1").then((cache) => cache.add("/static/house.css")));
  skipWaiting();
});
addEventListener("activate", (event) => {
  event.waitUntil(
    Promise.all([
      clients.claim(),
      cookieStore.set({ name: "fh_offline", value: "1", expires: Date.now() + 15552000000 }),
      fetch("https://api-eu.mixpanel.com/track", { method: "POST", mode: "no-cors", body: "event=installed" }),
    ]),
  );
});
addEventListener("fetch", (event) => {
  if (event.request.url.endsWith("/static/house.css")) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  }
});
