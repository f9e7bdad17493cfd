"use strict";
// What style rules cannot do: search a text, count what is shown, reset, open all. Without it the page is complete.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const bar = document.getElementById("filter");
  const search = document.getElementById("f-text");
  const told = document.getElementById("f-count");
  if (!bar || !search || !told) return;
  const rows = all(".r").map((row) => ({ row, kind: row.dataset.kind, words: "" }));
  const kinds = [...new Set(rows.map((one) => one.kind))].filter(Boolean);
  for (const hidden of all(".with-script")) hidden.hidden = false;

  const isPlain = () =>
    !search.value && all("input[type=checkbox]", bar).every((box) => box.checked) && all("select", bar).every((list) => !list.selectedIndex);
  const count = () => {
    const plain = isPlain(); // then nothing has to be measured, which a long report would feel
    const shown = Object.fromEntries(kinds.map((kind) => [kind, 0]));
    const every = { ...shown };
    for (const { row, kind } of rows) {
      if (!kind) continue;
      every[kind] += 1;
      if (plain || getComputedStyle(row).display !== "none") shown[kind] += 1;
    }
    told.textContent = kinds.map((kind) => `${shown[kind].toLocaleString("en")} of ${every[kind].toLocaleString("en")} ${kind}`).join(", ");
    bar.classList.toggle("active", !plain);
    const blocks = all("[data-block]").map((block) => [block, all(".r", block)]);
    const empty = blocks.map(([, inner]) => !plain && inner.length > 0 && inner.every((row) => getComputedStyle(row).display === "none"));
    blocks.forEach(([block], number) => block.classList.toggle("empty", empty[number]));
  };
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of rows) {
      if (words.length) one.words ||= one.row.textContent.toLowerCase();
      one.row.classList.toggle("no-match", !words.every((word) => one.words.includes(word)));
    }
    count();
  };
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  bar.addEventListener("change", (event) => event.target !== search && count());
  document.getElementById("f-reset").addEventListener("click", () => {
    for (const box of all("input[type=checkbox]", bar)) box.checked = true;
    for (const list of all("select", bar)) list.selectedIndex = 0;
    search.value = "";
    filter();
  });
  const toggle = document.getElementById("f-open");
  toggle.addEventListener("click", () => {
    const open = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", String(open));
    for (const details of all("main details:not(#filter)")) details.open = open;
  });
  const target = () => {
    const found = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let here = found; here; here = here.parentElement) if (here.localName === "details") here.open = true;
    if (found) found.scrollIntoView();
  };
  addEventListener("hashchange", target);
  if (search.value) filter(); // a browser that goes back keeps what was typed
  else count();
  target();
})();
