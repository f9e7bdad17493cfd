// A menu for small screens: the button opens and closes what it controls.
for (const button of document.querySelectorAll("[data-menu]")) {
  const menu = document.getElementById(button.dataset.menu);
  button.hidden = false;
  menu.dataset.ready = "";
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    menu.toggleAttribute("data-open", open);
  });
}
