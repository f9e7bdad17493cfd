// Whether imprint and policy can be reached while the banner is up: each link is scrolled to and asked what lies over it.
// Runs in an isolated world; WORDS is { imprint: [...], policy: [...] } in lower case. The page is scrolled back at the end.
(() => {
  const words = WORDS;
  const MAX = 1500;
  const parentOf = (element) => element.assignedSlot ?? element.parentElement ?? (element.getRootNode().host || null);
  const within = (element, box) => {
    for (let at = element, steps = 0; at && steps < 200; at = parentOf(at), steps += 1) if (at === box) return true;
    return false;
  };
  const hit = (x, y) => {
    let at = document.elementFromPoint(x, y);
    while (at?.shadowRoot) {
      const deeper = at.shadowRoot.elementFromPoint(x, y);
      if (!deeper || deeper === at) break;
      at = deeper;
    }
    return at;
  };
  const kindOf = (link) => {
    const text = ` ${(link.innerText || link.getAttribute("aria-label") || link.title || "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
    if (text.length < 4 || text.length > 90) return null;
    return Object.keys(words).find((kind) => words[kind].some((word) => text.includes(` ${word} `) || (word.length > 8 && text.includes(word)))) ?? null;
  };
  const found = [];
  let looked = 0;
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (found.length >= 24 || looked >= MAX || !element.matches("a[href], button, [role=link]")) continue;
      looked += 1;
      const kind = kindOf(element);
      if (kind && element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getBoundingClientRect().width > 4) found.push([kind, element]);
    }
  };
  walk(document);
  const root = document.scrollingElement ?? document.documentElement;
  const closed = (element) => !!element && /hidden|clip/.test(getComputedStyle(element).overflowY);
  const locked = closed(document.body) || closed(document.documentElement) || (!!document.body && getComputedStyle(document.body).position === "fixed");
  const start = [scrollX, scrollY];
  const answers = found.map(([kind, element]) => {
    const lifted = (() => { for (let at = element; at; at = parentOf(at)) if (/fixed|sticky/.test(getComputedStyle(at).position) || at.localName === "dialog") return true; return false; })();
    const reach = () => {
      const box = element.getBoundingClientRect();
      const first = [...element.getClientRects()].find((one) => one.width > 2) ?? box;
      const x = first.left + first.width / 2;
      const y = first.top + first.height / 2;
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return "out of view";
      const over = hit(x, y);
      return over && within(over, element) ? "" : "covered";
    };
    let problem = reach();
    if (problem && locked && problem === "out of view" && !lifted) problem = "the page cannot be scrolled to it";
    else if (problem) {
      element.scrollIntoView({ block: "center", behavior: "instant" });
      const again = reach();
      problem = again === "covered" ? "the banner covers it" : again;
      scrollTo({ left: start[0], top: start[1], behavior: "instant" });
    }
    return { kind, text: (element.innerText || element.getAttribute("aria-label") || "").replace(/\s+/g, " ").trim().slice(0, 90).toWellFormed(), url: String(element.href ?? "").slice(0, 500).toWellFormed(), lifted, problem };
  });
  scrollTo({ left: 0, top: Math.min(root.scrollHeight, 600), behavior: "instant" });
  return answers;
})()
