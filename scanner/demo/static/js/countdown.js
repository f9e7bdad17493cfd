// Three days from the first look, for everybody: the sale that never ends.
(() => {
  const key = "larkspur_sale_start";
  const start = Number(localStorage.getItem(key)) || Date.now();
  localStorage.setItem(key, String(start));
  const hours = Math.max(1, Math.round((start + 3 * 86400000 - Date.now()) / 3600000));
  document.querySelector("[data-countdown]").textContent = `${hours} hours`;
})();
