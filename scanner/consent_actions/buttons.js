// Every visible button-like element inside a box that may be a consent banner, open shadow roots included.
// Returns { items, elements }: `items` are plain data, `elements` the same in order, to be clicked; `boxElements` are the
// boxes. With `everywhere`, buttons count that a visitor would have to scroll to, or cannot reach at all.
(isFrame, everywhere = false) => {
  const BUTTONS =
    "button, [role=button], a, input[type=button], input[type=submit], summary, [onclick], [class*=btn], [class*=button]";
  const HINT = /cookie|consent|gdpr|\bcmp\b|ccpa|privacy-(?:banner|manager|notice)/i;
  const MAX = everywhere ? 2000 : 400;
  const items = [];
  const elements = [];
  const boxes = [];
  let outside = 0;

  const visible = (element) => {
    const box = element.getBoundingClientRect();
    if (box.width < 8 || box.height < 8) return false;
    if (!everywhere && (box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth)) return false;
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const parentOf = (element) =>
    element.assignedSlot ?? element.parentElement ?? (element.getRootNode().host || null);
  const words = (root) => {
    if (!root) return "";
    let text = root.innerText ?? "";
    if (root.shadowRoot) for (const child of root.shadowRoot.children) text += ` ${child.innerText ?? ""}`;
    return text.slice(0, 6000);
  };
  // The outermost box around an element; what was found for one is used again for all that it holds.
  const known = new Map();
  const boxOf = (button) => {
    const path = [];
    let at = button;
    while (at && at !== document.body && at !== document.documentElement && !known.has(at)) {
      path.push(at);
      at = parentOf(at);
    }
    let around = known.get(at) ?? null;
    for (const element of path.reverse()) {
      const style = getComputedStyle(element);
      const named = HINT.test(`${element.id} ${typeof element.className === "string" ? element.className : ""} ${element.localName}`);
      const role = element.getAttribute("role");
      const lifted = style.position === "fixed" || style.position === "sticky" || element.localName === "dialog";
      if (lifted || named || role === "dialog" || role === "alertdialog" || element.getAttribute("aria-modal") === "true")
        around = { box: around?.box ?? element, hint: named || !!around?.hint };
      known.set(element, around);
    }
    return around ?? (isFrame ? { box: document.body, hint: false } : null);
  };
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (items.length >= MAX || !element.matches(BUTTONS)) continue;
      const found = boxOf(element);
      if (!found && everywhere && (outside += 1) > 200) continue; // a long page's own links leave room for the banner's
      if (!visible(element)) continue;
      const text = (element.innerText || element.value || element.getAttribute("aria-label") || element.title || "").trim();
      if (!text || text.length > 80) continue;
      let number = -1;
      if (found) {
        number = boxes.findIndex((known) => known.box === found.box);
        if (number < 0) {
          number = boxes.length;
          boxes.push({ box: found.box, hint: found.hint, text: words(found.box) });
        } else boxes[number].hint ||= found.hint;
      }
      items.push({ text, box: number });
      elements.push(element);
    }
  };
  walk(document);
  const boxElements = boxes.map(({ box }) => box);
  return { items, elements, boxElements, boxes: boxes.map(({ hint, text }) => ({ hint, text })) };
}
