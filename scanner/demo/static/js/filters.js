// The filter of the tea list, kept while the tab is open.
(() => {
  const key = "larkspur_filter";
  const show = (kind) => {
    sessionStorage.setItem(key, kind);
    for (const button of document.querySelectorAll("[data-filter]")) {
      button.setAttribute("aria-pressed", String(button.dataset.filter === kind));
    }
    for (const card of document.querySelectorAll("[data-kind]")) {
      card.hidden = kind !== "all" && card.dataset.kind !== kind;
    }
  };
  for (const button of document.querySelectorAll("[data-filter]")) {
    button.addEventListener("click", () => show(button.dataset.filter));
  }
  show(sessionStorage.getItem(key) || "all");
})();
