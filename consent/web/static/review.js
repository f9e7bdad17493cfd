// The review by keyboard: 1 to 4 choose, j, k and the arrows to the sides move, Enter saves. Nothing of it is needed: the page works with Tab
// alone, and without scripts. In a text field no key does anything of its own but Escape, which leaves it (WCAG 2.2, 2.1.4: single
// keys can be switched off).
"use strict";
(function () {
  const keys = document.querySelector("[data-keys]");
  if (!keys) return;
  const form = document.querySelector("form[data-review]");
  const button = keys.querySelector("[data-keys-switch]");
  const remembered = "consentry-review-keys";
  let on = read() !== "off";

  function read() {
    try {
      return localStorage.getItem(remembered);
    } catch {
      return null;
    }
  }

  function tell() {
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Shortcuts are on" : "Shortcuts are off";
  }

  button.addEventListener("click", () => {
    on = !on;
    try {
      localStorage.setItem(remembered, on ? "on" : "off");
    } catch {
      // then it holds for this page
    }
    tell();
  });

  const types = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || element.matches("textarea, select, input:not([type=radio], [type=checkbox])"));

  function choose(number) {
    const radio = form && form.querySelector(`[data-key="${number}"]`);
    if (!radio) return false;
    radio.checked = true;
    const first = radio.value === "necessary" && !form.querySelector("[name=criterion]:checked") ? "[name=criterion]" : "";
    const purpose = form.querySelector("#purpose");
    (first ? form.querySelector(first) : purpose.value.trim() ? radio : purpose).focus();
    return true;
  }

  function step(where) {
    const link = document.querySelector(`[data-step="${where}"]`);
    if (link) location.assign(link.href);
    return Boolean(link);
  }

  function save(target) {
    // On a link or a button Enter does what it always does.
    if (!form || (target instanceof Element && target.closest("a, button, summary"))) return false;
    form.requestSubmit();
    return true;
  }

  function act(event) {
    const radio = event.target instanceof HTMLInputElement && event.target.type === "radio";
    if (/^[1-4]$/.test(event.key)) return choose(event.key);
    if (event.key === "j" || (event.key === "ArrowRight" && !radio)) return step("on");
    if (event.key === "k" || (event.key === "ArrowLeft" && !radio)) return step("back");
    return event.key === "Enter" && save(event.target);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (types(event.target)) {
      if (event.key === "Escape") event.target.blur();
    } else if (on && act(event)) {
      event.preventDefault();
    }
  });

  const wrong = form && form.querySelector("[aria-invalid=true]");
  if (wrong) (wrong.matches("input") ? wrong : wrong.querySelector("input")).focus();
  keys.hidden = false;
  tell();
})();
