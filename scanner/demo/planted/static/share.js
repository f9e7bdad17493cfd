// Planted: a window that nobody asked for, and that no visitor sees behind the page.
(() => {
  const shared = encodeURIComponent(location.origin + location.pathname);
  open(`https://www.linkedin.com/sharing/share-offsite/?url=${shared}`, "share", "width=520,height=570");
})();
