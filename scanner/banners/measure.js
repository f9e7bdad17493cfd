// Runs in an isolated world of each frame, where the page's scripts cannot change what the DOM answers.
// Returns plain, bounded data: controls in boxes that may be about consent, what is ticked in them, and how they look.
(() => {
  const find = BUTTONS;
  const MAX_CONTROLS = 120;
  const MAX_TICKS = 200;
  const LIFTED = new Set(["fixed", "sticky"]);
  const framed = self !== top;
  const found = find(framed, true);
  const parentOf = (element) => element.assignedSlot ?? element.parentElement ?? (element.getRootNode().host || null);
  const within = (element, box) => {
    for (let at = element, steps = 0; at && steps < 200; at = parentOf(at), steps += 1) if (at === box) return true;
    return false;
  };
  // Whole characters only: half of a surrogate pair can be written in no report.
  const clean = (text, length) => String(text ?? "").replace(/\s+/g, " ").trim().slice(0, length).toWellFormed();

  // Any CSS colour as [red, green, blue, alpha]; the canvas knows them all, oklch() and color() included.
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (css) => {
    if (!known.has(css)) {
      const plain = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(css);
      if (plain) known.set(css, [+plain[1], +plain[2], +plain[3], plain[4] === undefined ? 1 : +plain[4]]);
      else {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = "transparent";
        pen.fillStyle = css;
        pen.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
        known.set(css, [red, green, blue, alpha / 255]);
      }
    }
    return known.get(css);
  };
  // A gradient counts as the mean of its stops; any other picture is one.
  const paintOf = (element) => {
    const style = getComputedStyle(element);
    let [red, green, blue, alpha] = rgba(style.backgroundColor);
    let picture = false;
    if (style.backgroundImage !== "none") {
      const stops = style.backgroundImage.includes("url(")
        ? null
        : style.backgroundImage.match(/(?:rgba?|hsla?|oklch|oklab|lab|lch|color)\([^()]*\)/g);
      if (stops?.length) {
        const colours = stops.slice(0, 12).map(rgba);
        [red, green, blue, alpha] = [0, 1, 2, 3].map((part) => colours.reduce((sum, one) => sum + one[part], 0) / colours.length);
      } else picture = true;
    }
    return [red, green, blue, alpha, Number(style.opacity), picture];
  };
  const stackOf = (element) => {
    const stack = [];
    for (let at = element; at && stack.length < 60; at = parentOf(at)) stack.unshift(paintOf(at));
    return stack;
  };

  // The part of an element that shows without scrolling.
  const shown = (element) => {
    const own = element.getBoundingClientRect();
    let [left, top_, right, bottom] = [Math.max(own.left, 0), Math.max(own.top, 0), Math.min(own.right, innerWidth), Math.min(own.bottom, innerHeight)];
    let clipped = false;
    for (let at = parentOf(element); at && at !== document.body && at !== document.documentElement; at = parentOf(at)) {
      const style = getComputedStyle(at);
      if (style.overflow !== "visible") {
        const box = at.getBoundingClientRect();
        left = Math.max(left, box.left); top_ = Math.max(top_, box.top);
        right = Math.min(right, box.right); bottom = Math.min(bottom, box.bottom);
        const scrolls = /auto|scroll/.test(style.overflow);
        const apart = own.bottom <= box.top || own.top >= box.bottom || own.right <= box.left || own.left >= box.right;
        if (apart && !scrolls) clipped = true;
      }
      if (style.position === "fixed") break;
    }
    const area = Math.max(0, right - left) * Math.max(0, bottom - top_);
    return { share: own.width * own.height ? Math.min(1, area / (own.width * own.height)) : 0, clipped,
             middle: [(left + right) / 2, (top_ + bottom) / 2] };
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
  const related = (one, other) => within(one, other) || within(other, one);
  const surfaceOf = (element, box) => {
    for (let at = element; at; at = parentOf(at)) {
      if (at.localName === "dialog" || /^(alert)?dialog$/.test(at.getAttribute("role") ?? "") || LIFTED.has(getComputedStyle(at).position)) return at;
      if (at === box) break;
    }
    return box;
  };
  const rectOf = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height];
  };
  const textHolder = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(), steps = 0; node && steps < 200; node = walker.nextNode(), steps += 1)
      if (node.data.trim()) return node.parentElement ?? element;
    return element;
  };
  // Whether a control stands in a sentence: its own inline text has words of others beside it.
  const inText = (element) => {
    if (!getComputedStyle(element).display.startsWith("inline")) return false;
    const parent = element.parentElement;
    return !!parent && [...parent.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 15);
  };
  const describe = (element, text, box) => {
    const style = getComputedStyle(element);
    const holder = textHolder(element);
    const letters = getComputedStyle(holder);
    const view = shown(element);
    const [x, y, width, height] = rectOf(element);
    const surface = box ? surfaceOf(element, box) : null;
    const top_ = view.share > 0 ? hit(...view.middle) : null;
    const border = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none" ? rgba(style.borderTopColor) : null;
    return {
      text: clean(text, 120), tag: clean(element.localName, 40), role: clean(element.getAttribute("role"), 40),
      action: clean(element.closest("[data-consentry-action]")?.getAttribute("data-consentry-action"), 20),
      rect: [x, y, width, height], share: view.share, middle: view.middle, clipped: view.clipped,
      covered: view.share > 0 && !(top_ && related(top_, element)),
      font: [parseFloat(letters.fontSize) || 0, parseInt(letters.fontWeight, 10) || 400, clean(letters.fontFamily, 80)],
      letters: rgba(letters.color), stack: stackOf(holder), own: stackOf(element), border,
      underlined: style.textDecorationLine.includes("underline") || letters.textDecorationLine.includes("underline"),
      in_text: inText(element), shadow: element.getRootNode() !== document,
      surface: surface ? rectOf(surface) : null,
    };
  };

  // Of elements within each other one is the control: what can be pressed by itself, else the innermost.
  const PRESSED = "button, a, input, summary, [role=button], [onclick]";
  const chosen = new Set(found.elements);
  const superfluous = new Set();
  for (const element of found.elements)
    for (let at = parentOf(element), steps = 0; at && steps < 40; at = parentOf(at), steps += 1)
      if (chosen.has(at)) superfluous.add(at.matches(PRESSED) && !element.matches(PRESSED) ? element : at);

  // Boxes that hold what may be a choice; the texts decide later which of them is a banner.
  const controls = [];
  for (let number = 0; number < found.items.length && controls.length < MAX_CONTROLS; number += 1) {
    const { text, box } = found.items[number];
    if (superfluous.has(found.elements[number]) || (box < 0 && !/\p{L}/u.test(text))) continue;
    if (box < 0 && controls.filter((one) => one.box < 0).length > 60) continue;
    const made = describe(found.elements[number], text, box < 0 ? null : found.boxElements[box]);
    if (!made.clipped) controls.push({ ...made, box });
  }
  // A cross to close that has no name.
  found.boxElements.forEach((box, number) => {
    const roots = [box, ...(box.shadowRoot ? [box.shadowRoot] : [])];
    for (const root of roots)
      for (const element of [...root.querySelectorAll("[class*=close i], [id*=close i], [class*=dismiss i]")].slice(0, 8)) {
        if (found.elements.includes(element) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const { width, height } = element.getBoundingClientRect();
        if (width < 8 || height < 8 || width > 80 || height > 80) continue;
        controls.push({ ...describe(element, "", box), box: number, action: "close" });
      }
  });

  const labelOf = (input) => {
    const named = (input.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean).slice(0, 3)
      .map((id) => input.getRootNode().getElementById?.(id)?.innerText ?? "").join(" ");
    const texts = [input.getAttribute("aria-label"), named, input.labels?.[0]?.innerText];
    for (const text of texts) if (clean(text, 200)) return clean(text, 200);
    for (let at = parentOf(input), steps = 0; at && steps < 4; at = parentOf(at), steps += 1)
      if (clean(at.innerText, 200)) return clean(at.innerText, 200);
    return clean(input.name || input.id, 200);
  };
  const ticks = [];
  const collect = (root, number) => {
    for (const element of root.querySelectorAll("*")) {
      if (ticks.length >= MAX_TICKS) return;
      if (element.shadowRoot) collect(element.shadowRoot, number);
      const role = element.getAttribute("role") ?? "";
      const native = element.localName === "input" && /^(checkbox|radio)$/.test(element.type);
      if (!native && !/^(switch|checkbox|menuitemcheckbox)$/.test(role)) continue;
      if (!element.checkVisibility() && !element.labels?.[0]?.checkVisibility()) continue;
      const aria = element.getAttribute("aria-checked");
      ticks.push({
        box: number, label: labelOf(element), kind: role || element.type,
        checked: native ? element.checked : aria === "true",
        fixed: element.disabled === true || element.getAttribute("aria-disabled") === "true" || element.matches("fieldset[disabled] *"),
      });
    }
  };
  found.boxElements.forEach((box, number) => { if (box.shadowRoot) collect(box.shadowRoot, number); collect(box, number); });

  // What of the viewport belongs to a box, to an overlay as large as the viewport, or to an inner frame.
  const frames = [...document.querySelectorAll("iframe, frame")].filter((one) => one.checkVisibility()).slice(0, 40);
  const shares = found.boxElements.map(() => 0);
  const frameShares = frames.map(() => 0);
  let overlay = 0;
  const GRID = 8;
  for (let row = 0; row < GRID; row += 1)
    for (let column = 0; column < GRID; column += 1) {
      const at = hit(((column + 0.5) / GRID) * innerWidth, ((row + 0.5) / GRID) * innerHeight);
      if (!at) continue;
      const box = found.boxElements.findIndex((one) => within(at, one));
      const frame = frames.indexOf(at);
      if (frame >= 0) frameShares[frame] += 1 / GRID ** 2;
      if (box >= 0) shares[box] += 1 / GRID ** 2;
      else if (frame < 0)
        for (let up = at; up; up = parentOf(up)) {
          const { width, height } = up.getBoundingClientRect();
          if (LIFTED.has(getComputedStyle(up).position) && width >= innerWidth * 0.95 && height >= innerHeight * 0.95) {
            overlay += 1 / GRID ** 2;
            break;
          }
        }
    }
  const root = document.documentElement;
  const body = document.body;
  const closed = (element) => !!element && /hidden|clip/.test(getComputedStyle(element).overflowY);
  const longer = Math.max(root.scrollHeight, body?.scrollHeight ?? 0) > innerHeight + 40;
  const hinted = (one) => /cookie|consent|gdpr|\bcmp\b|privacy/i.test(`${one.id} ${one.className} ${one.title} ${one.name} ${one.getAttribute("src")}`);
  const lifted = (one) => { for (let at = one; at; at = parentOf(at)) if (LIFTED.has(getComputedStyle(at).position) || at.localName === "dialog") return true; return false; };
  return {
    language: clean(root.lang, 20), framed, boxes: found.boxes.map((box, number) => ({ ...box, text: clean(box.text, 6000), share: shares[number], rect: rectOf(found.boxElements[number]), tag: clean(found.boxElements[number].localName, 40) })),
    controls, ticks, overlay,
    frames: frames.map((one, number) => ({ url: clean(one.src, 2000), rect: rectOf(one), share: frameShares[number], banner: lifted(one) || hinted(one), covered: !related(hit(...shown(one).middle) ?? one, one) })),
    scroll_locked: longer && (closed(body) || closed(root) || (!!body && getComputedStyle(body).position === "fixed")),
    blurred: !!body && [body, ...body.children].slice(0, 60).some((one) => getComputedStyle(one).filter.includes("blur(") && one.getBoundingClientRect().height > innerHeight / 2),
    text_length: Math.max(0, (body?.innerText ?? "").length - found.boxElements.reduce((sum, box) => sum + (box.innerText ?? "").length, 0)),
  };
})()
