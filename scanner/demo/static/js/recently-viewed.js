// The last four teas that were looked at, on every tea's page.
(() => {
  const key = "larkspur_recent";
  const place = document.querySelector("[data-recent]");
  const here = { slug: place.dataset.recent, name: place.dataset.name };
  const seen = JSON.parse(localStorage.getItem(key) || "[]").filter((tea) => tea.slug !== here.slug);
  localStorage.setItem(key, JSON.stringify([here, ...seen].slice(0, 4)));
  for (const tea of seen) {
    const link = document.createElement("a");
    link.className = "plain";
    link.href = `/shop/${encodeURIComponent(tea.slug)}`;
    link.textContent = tea.name;
    place.append(link);
  }
  place.closest("section").hidden = seen.length === 0;
})();
