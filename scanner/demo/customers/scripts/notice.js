// A home-made notice: what stands in its template runs once the visitor has agreed, on this page and on later ones.
(() => {
  const notice = document.getElementById("cookie-notice");
  const chosen = () => (/(?:^|; )cookie_choice=(\w+)/.exec(document.cookie) || [])[1];
  const run = () => {
    for (const node of document.getElementById("after-consent").content.children) {
      if (node.tagName !== "SCRIPT") {
        document.body.append(node.cloneNode(true));
        continue;
      }
      const script = document.createElement("script");
      for (const { name, value } of node.attributes) script.setAttribute(name, value);
      script.textContent = node.textContent;
      document.body.append(script);
    }
  };
  for (const button of notice.querySelectorAll("[data-choice]")) {
    button.addEventListener("click", () => {
      document.cookie = `cookie_choice=${button.dataset.choice}; path=/; max-age=15552000; secure; samesite=lax`;
      notice.hidden = true;
      if (button.dataset.choice === "all") run();
    });
  }
  if (!chosen()) notice.hidden = false;
  else if (chosen() === "all") run();
})();
