// The language switch: remembers the choice for half a year, and only once a visitor chooses.
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    document.cookie = `lang=${button.dataset.language}; path=/; max-age=15552000; secure; samesite=lax`;
    location.reload();
  });
}
