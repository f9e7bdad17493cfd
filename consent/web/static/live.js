// While a scan is under way, its part of the page is fetched anew every few seconds. Without scripts the browser reloads the page
// by itself. When nothing is under way any more, the whole page is loaded: it has other things to show then.
"use strict";
(function () {
  const every = 3000;
  const parts = (root) => [...root.querySelectorAll("[data-live]")];

  async function look() {
    if (document.hidden) return again();
    let answer;
    try {
      answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
    } catch {
      return again();
    }
    if (!answer.ok) return answer.status < 500 ? location.reload() : again();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = parts(page);
    const shown = parts(document);
    if (fresh.length !== shown.length || fresh.some((part) => part.dataset.live !== "yes")) return location.reload();
    fresh.forEach((part, place) => {
      // Only what differs is written, so that screen readers are told of changes alone.
      if (part.innerHTML !== shown[place].innerHTML) shown[place].replaceChildren(...part.childNodes);
    });
    again();
  }

  function again() {
    setTimeout(look, every);
  }

  if (parts(document).some((part) => part.dataset.live === "yes")) again();
})();
