// What axe does not ask, of the page as it stands: answers a list of sentences, empty for a good page.
// Runs light and wide first; `narrow` is asked again at the width that 400 % zoom leaves of 1280 pixels.
window.aqbChecks = {
  shown(element) {
    return element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  },

  place(element) {
    return element.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  },

  structure() {
    const found = [];
    const count = (what, selector) => {
      const number = [...document.querySelectorAll(selector)].filter((one) => this.shown(one)).length;
      if (number !== 1) found.push(`${number} × ${what}`);
    };
    count("h1", "h1");
    count("main", "main, [role=main]");
    count("banner", "body > header, #container > header, [role=banner]");
    count("contentinfo", "body > footer, #container > footer, [role=contentinfo]");
    if (document.documentElement.lang !== "de") found.push(`lang is ${document.documentElement.lang}`);
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) found.push(`id ${id} stands twice`);
    const primary = [...document.querySelectorAll("main .kern-btn--primary")].filter((one) => this.shown(one));
    if (primary.length > 1) found.push(`${primary.length} primary buttons`);
    for (const table of document.querySelectorAll("table")) {
      const named = table.caption?.textContent.trim() || table.getAttribute("aria-label") || table.getAttribute("aria-labelledby");
      const region = table.closest("[role=region][aria-label]");
      if (!named && !region) found.push(`table without caption: ${this.place(table)}`);
      for (const head of table.querySelectorAll("th:not([scope])")) found.push(`th without scope: ${this.place(head)}`);
    }
    return found;
  },

  focusable() {
    const selector = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1']), video[controls]";
    return [...document.querySelectorAll(selector)].filter(
      (one) => !one.disabled && one.tabIndex >= 0 && this.shown(one),
    );
  },

  skipLink() {
    const first = this.focusable()[0];
    const target = first?.getAttribute("href")?.startsWith("#") && document.getElementById(first.getAttribute("href").slice(1));
    if (!target) return [`the first thing with focus is no skip link: ${first ? this.place(first) : "nothing"}`];
    first.focus();
    const box = first.getBoundingClientRect();
    const seen = box.left >= 0 && box.top >= 0 && box.width > 24 && box.height >= 24;
    first.blur();
    if (!seen) return ["the skip link is not seen when it has the focus"];
    if (!target.matches("main, [tabindex]") && target.tabIndex < 0) return ["the target of the skip link takes no focus"];
    return [];
  },

  // How an element and what could show its focus look: itself, what stands around it, and what is drawn before and after it.
  look(element) {
    const around = [element, ...[1, 2, 3].reduce((list) => [...list, list.at(-1)?.parentElement], [element]).slice(1)];
    const styles = around.filter(Boolean).map((one) => getComputedStyle(one));
    styles.push(getComputedStyle(element, "::before"), getComputedStyle(element, "::after"));
    if (element.labels?.[0]) {
      styles.push(getComputedStyle(element.labels[0], "::before"), getComputedStyle(element.labels[0], "::after"));
    }
    return styles
      .map((style) => (style.outlineStyle === "none" ? "" : style.outline) + style.boxShadow + style.borderColor + style.borderWidth)
      .join("|");
  },

  focusSeen() {
    const found = [];
    for (const element of this.focusable()) {
      const before = this.look(element);
      element.focus({ preventScroll: true });
      if (document.activeElement === element && this.look(element) === before) {
        found.push(`focus is not seen: ${this.place(element)}`);
      }
      element.blur();
    }
    return found;
  },

  // Whether the focus on this element is seen: a ring on it or drawn for it, and nothing lies over it.
  ring(element) {
    const found = [];
    const styles = [element, element.parentElement, element.closest("li, tr")].filter(Boolean).map((one) => getComputedStyle(one));
    for (const one of [element, element.labels?.[0]].filter(Boolean)) {
      styles.push(getComputedStyle(one, "::before"), getComputedStyle(one, "::after"));
    }
    const ringed = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    if (!styles.some(ringed)) found.push("has no ring");
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 40) / 2];
    const above = document.elementFromPoint(x, y);
    const inside = above && (element.contains(above) || above.contains(element) || element.labels?.[0]?.contains(above));
    if (!inside) found.push(`lies at ${Math.round(x)}, ${Math.round(y)} under ${above ? this.place(above) : "nothing"}`);
    return found;
  },

  motion() {
    const moves = (style) =>
      [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].some((part) => parseFloat(part) > 0.01);
    const found = [...document.querySelectorAll("body *")].filter((one) => moves(getComputedStyle(one)));
    return found.slice(0, 3).map((one) => `moves although motion is unwanted: ${this.place(one)}`);
  },

  // The part of an element that its scroll region shows.
  visible(element) {
    const box = element.getBoundingClientRect();
    const region = element.parentElement.closest(".results, .kern-table-responsive, [role=region]")?.getBoundingClientRect();
    if (!region) return box;
    return {
      left: Math.max(box.left, region.left), right: Math.min(box.right, region.right),
      top: Math.max(box.top, region.top), bottom: Math.min(box.bottom, region.bottom),
    };
  },

  // Nothing that can be pressed lies on something else that can be, but for what somebody opens over the page.
  overlaps() {
    const boxes = this.focusable()
      .filter((one) => !one.closest("[hidden], dialog, svg, .aqb-menu__panel") && one.offsetWidth > 2)
      .map((one) => [one, this.visible(one)]);
    const found = [];
    for (const [at, [one, a]] of boxes.entries()) {
      for (const [other, b] of boxes.slice(at + 1)) {
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        const related = one.contains(other) || other.contains(one) || getComputedStyle(one).position === "fixed";
        const bar = [one, other].some((part) => part.closest(".aqb-bar, .aqb-skip, .skip-to-content-link"));
        if (width > 3 && height > 3 && !related && !bar) found.push(`${this.place(one)} lies on ${this.place(other)}`);
      }
    }
    return found.slice(0, 5);
  },

  // WCAG 1.4.12: with more room between letters, words, lines and paragraphs nothing is cut off.
  spacing() {
    const style = document.createElement("style");
    style.textContent =
      "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }" +
      "p { margin-bottom: 2em !important }";
    document.head.append(style);
    const cut = [...document.querySelectorAll("body *")].filter((one) => {
      const look = getComputedStyle(one);
      const hides = [look.overflowX, look.overflowY].some((value) => value === "hidden" || value === "clip");
      const inside = one.clientWidth > 2 && one.clientHeight > 2 && one.textContent.trim();
      const control = one.matches("input, select, textarea, svg, svg *");
      return hides && inside && !control && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
    });
    style.remove();
    return cut.map((one) => `cut off with more room between letters: ${this.place(one)}`);
  },

  // The ways in which text stands on this page: an element and all around it, by name and classes. Colours follow from that,
  // so one element of each way is enough; `examples` keeps it.
  looks() {
    const step = (one) => `${one.localName}.${String(one.className).replace(/\baqb-(section|stack|w|measure)[\w-]*/g, "")}${one.matches("[aria-current], :checked, [open]") ? "!" : ""}`;
    const ways = new Map([[document.documentElement, ""]]);
    for (const one of document.querySelectorAll("body, body *")) {
      ways.set(one, `${ways.get(one.parentElement) ?? ""} ${step(one)}`);
    }
    const speaks = (one) => [...one.childNodes].some((part) => part.nodeType === Node.TEXT_NODE && part.data.trim());
    const speaking = [...ways].filter(([one]) => speaks(one) || one.matches("input, select, textarea"));
    this.examples = new Map(speaking.reverse().map(([one, way]) => [way, one]));
    return [...this.examples.keys()];
  },

  wide() {
    return [...this.structure(), ...this.skipLink(), ...this.focusSeen(), ...this.motion(), ...this.spacing(), ...this.overlaps(), ...this.cut()];
  },

  phone() {
    return [...this.overlaps(), ...this.cut()];
  },

  // Words of a button or link that stick out of it lie on what stands beside.
  cut() {
    const found = [...document.querySelectorAll(".kern-btn, .kern-badge, .aqb-nav a")].filter(
      (one) => this.shown(one) && one.scrollWidth > one.clientWidth + 2 && one.clientWidth > 2,
    );
    return found.map((one) => `its words stick out: ${this.place(one)}`);
  },

  narrow() {
    const page = document.scrollingElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const inRegion = (one) => one.closest("[role=region][tabindex='0'], .kern-table-responsive, pre");
    const over = [...document.querySelectorAll("body *")].filter(
      (one) => this.shown(one) && one.offsetWidth > 2 && !inRegion(one) && one.getBoundingClientRect().right > page.clientWidth + 1,
    );
    const right = (one) => one.getBoundingClientRect().right;
    const widest = over.reduce((one, other) => (other && right(other) >= right(one) ? other : one), over[0]);
    return [`${page.scrollWidth} px wide at ${page.clientWidth}: ${widest ? this.place(widest) : "?"}`];
  },

  // On paper there is nothing to press, every column is there, and the ink is dark.
  paper() {
    const all = (selector) => [...document.querySelectorAll(selector)].filter((one) => this.shown(one));
    const pressed = all("nav a, button, .kern-btn, [type=submit], .aqb-bar, .aqb-footer, #footer");
    const right = document.documentElement.clientWidth + 1;
    const cut = all("table").filter((one) => one.getBoundingClientRect().right > right);
    const dot = new OffscreenCanvas(1, 1).getContext("2d"); // gives red, green and blue of any colour
    dot.fillStyle = getComputedStyle(document.querySelector("h1")).color;
    dot.fillRect(0, 0, 1, 1);
    const [red, green, blue] = dot.getImageData(0, 0, 1, 1).data;
    return [
      ...pressed.map((one) => `is printed: ${this.place(one)}`),
      ...cut.map((one) => `is cut by the edge of the paper: ${this.place(one)}`),
      ...(red + green + blue > 300 ? ["is printed in light letters"] : []),
    ];
  },
};
