// Which of two headlines sells more? An experiment of the summer before last; its cookie has a name only its author knew.
(() => {
  const name = "lk_v7";
  const known = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  const variant = known ? known.slice(name.length + 1, name.length + 2) : Math.random() < 0.5 ? "a" : "b";
  document.cookie = `${name}=${variant}.${Math.floor(Math.random() * 1e6)}; path=/; max-age=7776000; secure; samesite=lax`;
  document.documentElement.dataset.variant = variant;
})();
