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
  const boxOf = (button) => {
    let box = null;
    let hint = false;
    for (let at = button; at && at !== document.body && at !== document.documentElement; at = parentOf(at)) {
      const style = getComputedStyle(at);
      const named = HINT.test(`${at.id} ${typeof at.className === "string" ? at.className : ""} ${at.localName}`);
      const role = at.getAttribute("role");
      const lifted = style.position === "fixed" || style.position === "sticky" || at.localName === "dialog";
      if (lifted || named || role === "dialog" || role === "alertdialog" || at.getAttribute("aria-modal") === "true") {
        box = at;
        hint ||= named;
      }
    }
    return box ? { box, hint } : isFrame ? { box: document.body, hint: false } : null;
  };
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (items.length >= MAX || !element.matches(BUTTONS) || !visible(element)) continue;
      const text = (element.innerText || element.value || element.getAttribute("aria-label") || element.title || "").trim();
      if (!text || text.length > 80) continue;
      const found = boxOf(element);
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
