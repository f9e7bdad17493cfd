// Every page: how often the visitor came, which page was the last, and the worker that keeps the style for the train.
(() => {
  const found = /(?:^|; )fh_visits=(\d+)/.exec(document.cookie);
  if (!found) document.cookie = "fh_visits=1; path=/; max-age=15552000; secure; samesite=lax";
  if (location.pathname === "/") document.cookie = "fh_welcome=1; path=/; max-age=7776000; secure; samesite=lax";
  localStorage.setItem("fernhill.last", location.pathname);
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js");
})();
