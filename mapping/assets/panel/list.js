// A windowed list: only the items near the window stand in the page, whatever its length.
//
// Items are known by their position. They stand one below the other, and a margin stands for
// those that are left out; an item's height is estimated until it has been drawn once. Browsers
// stop scrolling well beyond some 15 million pixels: a list that would be higher is pressed into
// a spacer of `MOST_PIXELS`. A short list stands in the page as a whole, drawn in slices, so
// that the browser's own search finds all of it.

import { SLICE_MS } from "../core/dom.js";

const MOST_PIXELS = 12e6;
const WINDOW_MARGIN = 600;
const WHOLE = 160;
const ITEM_HEIGHT = 240;

/** Where items begin: known heights of some of them, an estimate for the others. */
class ItemHeights {
  constructor(length, estimate) {
    this.length = length;
    this.estimate = estimate;
    // The positions of what is known, ascending; their heights; and all heights before each.
    this.positions = [];
    this.heights = [];
    this.sums = [0];
  }

  /** How many of the known ones stand before a position. */
  knownBefore(position) {
    let low = 0, high = this.positions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.positions[middle] < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get(position) {
    const k = this.knownBefore(position);
    return this.positions[k] === position ? this.heights[k] : this.estimate;
  }

  set(position, height) {
    const k = this.knownBefore(position);
    const isKnown = this.positions[k] === position;
    this.positions.splice(k, Number(isKnown), position);
    this.heights.splice(k, Number(isKnown), height);
    for (let i = k; i < this.heights.length; i++) this.sums[i + 1] = this.sums[i] + this.heights[i];
  }

  top(position) {
    const k = this.knownBefore(position);
    return this.sums[k] + (position - k) * this.estimate;
  }

  get total() {
    return this.top(this.length);
  }

  /** The last item that begins at or above a height. */
  at(top) {
    let low = 0, high = this.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.top(middle) <= top) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

export class WindowedList {
  /**
   * @param {Object} options
   * @param {HTMLElement} options.scroller  the element that scrolls
   * @param {HTMLElement} options.host      holds the items
   * @param {(position: number) => HTMLElement} options.render
   */
  constructor({ scroller, host, render }) {
    this.scroller = scroller;
    this.host = host;
    this.render = render;
    this.length = 0;
    this.items = new Map();
    // What was drawn since heights were last taken.
    this.fresh = new Set();
    this.heights = new ItemHeights(0, ITEM_HEIGHT);
    this.active = 0;
    this.width = 0;
    // Whether it may be scrolled, and its window when that was last laid out: known without asking
    // the browser, which would have to lay out the page to answer.
    this.scrolled = false;
    this.window = null;
    scroller.addEventListener("scroll", () => {
      this.scrolled = true;
      this.update();
    }, { passive: true });
    host.addEventListener("keydown", (event) => this.onKey(event));
    host.addEventListener("focusin", (event) => this.onFocus(event));
    new ResizeObserver(() => this.onResize()).observe(scroller);
  }

  /** Show a list of this length, from its top. */
  setLength(length) {
    this.length = length;
    this.heights = new ItemHeights(length, this.heights.estimate);
    this.active = Math.min(this.active, Math.max(0, length - 1));
    this.host.replaceChildren();
    this.items.clear();
    this.fresh.clear();
    this.makeRoom();
    if (this.scrolled) this.scroller.scrollTop = 0;
    this.scrolled = false;
    // First what is seen; the rest, once that has been drawn.
    if (this.window) this.drawTop();
    else this.update(0);
    this.followUp();
  }

  /** Draw what is seen of a list that stands at its top, as high as the window was until now. */
  drawTop() {
    // What stands in another tab is drawn when it is shown; cards lower than thought leave room
    // until `followUp`.
    if (!this.length || this.scroller.hidden) return;
    const { height, hostTop } = this.window;
    const last = this.heights.at(Math.max(0, height - hostTop));
    for (let position = 0; position <= last; position++) this.drawItem(position);
  }

  /** After the next frame, draw and measure what that left. */
  followUp() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = requestAnimationFrame(() => {
      this.timer = setTimeout(() => {
        this.update();
        this.drawRest(SLICE_MS);
      });
    });
  }

  /** Draw what a short list still lacks, for so many milliseconds at a time. */
  drawRest(slice) {
    if (this.length > WHOLE || this.items.size === this.length || !this.viewHeight) return;
    const deadline = performance.now() + slice;
    for (let position = 0; position < this.length && performance.now() < deadline; position++) {
      if (!this.items.has(position)) this.drawItem(position);
    }
    this.place(this.virtualTop);
    this.measure();
    clearTimeout(this.timer);
    if (this.items.size < this.length) this.timer = setTimeout(() => this.drawRest(SLICE_MS));
  }

  /** As high as all items, or as browsers allow. */
  makeRoom() {
    this.total = this.heights.total;
    this.pixels = Math.min(this.total, MOST_PIXELS);
    this.host.style.height = `${this.pixels}px`;
  }

  // ---- positions: "virtual" ones as if the spacer were as high as the whole list -------------

  get viewHeight() {
    return this.scroller.clientHeight;
  }

  get hostTop() {
    return this.host.offsetTop;
  }

  get virtualTop() {
    const top = this.scroller.scrollTop - this.hostTop;
    if (this.total <= this.pixels || top <= 0) return top;
    return top * ((this.total - this.viewHeight) / (this.pixels - this.viewHeight));
  }

  scrollToVirtual(top) {
    const pressed = this.total <= this.pixels || top <= 0
      ? top : top * ((this.pixels - this.viewHeight) / (this.total - this.viewHeight));
    this.scrolled = true;
    this.scroller.scrollTop = pressed + this.hostTop;
  }

  // ---- drawing ---------------------------------------------------------------------------------

  /** Draw what has come near the window, drop what has left it. */
  update(margin = WINDOW_MARGIN) {
    const { viewHeight } = this;
    if (!this.length || !viewHeight) return;
    const top = this.virtualTop;
    const first = this.heights.at(Math.max(0, top - margin));
    const last = this.heights.at(Math.max(0, top + viewHeight + margin));
    for (const [position, item] of this.length > WHOLE ? this.items : []) {
      if ((position < first || position > last) && !item.contains(document.activeElement)) {
        item.remove();
        this.items.delete(position);
        this.fresh.delete(position);
      }
    }
    for (let position = first; position <= last; position++) if (!this.items.has(position)) this.drawItem(position);
    this.place(top);
    this.measure();
  }

  drawItem(position) {
    const item = this.makeItem(position);
    let next = null;
    for (const other of this.items.keys()) if (other > position && (next === null || other < next)) next = other;
    this.host.insertBefore(item, next === null ? null : this.items.get(next));
    this.items.set(position, item);
    this.fresh.add(position);
  }

  makeItem(position) {
    const item = this.render(position);
    item.setAttribute("aria-posinset", String(position + 1));
    item.setAttribute("aria-setsize", String(this.length));
    item.dataset.position = position;
    this.setTabbable(item, position === this.active);
    return item;
  }

  /** The active item is the list's one tab stop; its links and buttons follow it. */
  setTabbable(item, tabbable) {
    item.tabIndex = tabbable ? 0 : -1;
    for (const control of item.querySelectorAll("a, button")) control.tabIndex = tabbable ? 0 : -1;
  }

  /** Leave the room of what is not drawn, so that a window at a virtual position sees its items. */
  place(top) {
    const shift = this.total <= this.pixels || top <= 0 ? 0 : this.scroller.scrollTop - this.hostTop - top;
    let before = -1, end = 0;
    for (const position of [...this.items.keys()].sort((a, b) => a - b)) {
      const start = this.heights.top(position) + shift;
      // In a pressed list what stands above the window begins above the host.
      const gap = position === before + 1 && before >= 0 ? 0 : start - end;
      this.items.get(position).style.marginBlockStart = gap ? `${gap}px` : "";
      before = position;
      end = start + this.heights.get(position);
    }
  }

  /** Take the heights of what was drawn, keeping what the reader looks at where it is. */
  measure() {
    const { viewHeight, heights, fresh } = this;
    if (!viewHeight) return;
    const top = this.virtualTop;
    this.window = { height: viewHeight, hostTop: this.hostTop };
    if (!fresh.size) return;
    const anchor = heights.at(Math.max(0, top));
    const offset = top - heights.top(anchor);
    for (const position of fresh) heights.set(position, this.items.get(position).getBoundingClientRect().height);
    this.adoptEstimate([...fresh]);
    fresh.clear();
    this.makeRoom();
    const moved = top > 0 ? heights.top(anchor) + offset - top : 0;
    if (Math.abs(moved) > 0.5) this.scrollToVirtual(top + moved);
    // At the top of the list nothing has moved: no need to ask, and to lay out once more.
    const now = top > 0 ? this.virtualTop : top;
    this.place(now);
    // Items lower than thought leave room in the window; one that is kept for its focus may stand far below.
    let next = heights.at(Math.max(0, now));
    while (this.items.has(next)) next++;
    if (heights.top(next) < Math.min(now + viewHeight, this.total)) this.update(0);
  }

  /** The first items drawn say how high the others may be. */
  adoptEstimate(positions) {
    const inner = positions.filter((position) => position < this.length - 1);
    if (this.adopted || inner.length < 2) return;
    this.adopted = true;
    this.heights.estimate = inner.reduce((sum, position) => sum + this.heights.get(position), 0) / inner.length;
  }

  onResize() {
    if (!this.viewHeight) return undefined;
    if (this.scroller.clientWidth === this.width || !this.length) {
      // A window that has become lower shows what it needs already; chips make it so with each filter.
      if (!this.items.size || this.viewHeight > (this.window?.height ?? 0)) this.update(0);
      return this.followUp();
    }
    this.width = this.scroller.clientWidth;
    for (const position of this.items.keys()) this.fresh.add(position);
    return this.update();
  }

  // ---- items -----------------------------------------------------------------------------------

  /** The element of an item, if it stands in the page. */
  item(position) {
    return this.items.get(position) ?? null;
  }

  /** Draw items anew, those that stand in the page. */
  redraw(positions) {
    for (const position of positions) this.redrawItem(position);
    this.place(this.virtualTop);
    this.measure();
  }

  // Keeps the focus in it.
  redrawItem(position) {
    const old = this.item(position);
    if (!old) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const fresh = this.makeItem(position);
    old.replaceWith(fresh);
    this.items.set(position, fresh);
    this.fresh.add(position);
    if (focused) {
      /** @type {HTMLElement | null} */
      const same = focused === old ? fresh : fresh.querySelector(`.${[...focused.classList].join(".") || "none"}`);
      (same || fresh).focus({ preventScroll: true });
    }
  }

  /** Bring an item into the window: to its top, or with `nearest` only as far as needed. */
  scrollTo(position, { nearest = false } = {}) {
    if (!this.items.has(position)) {
      this.scrollToVirtual(this.heights.top(position));
      this.update();
    }
    for (let turn = 0; turn < 3; turn++) {
      if (!this.items.has(position)) return;
      const top = this.heights.top(position), height = this.heights.get(position), bottom = top + height;
      const window = this.virtualTop;
      if (nearest && top >= window && bottom <= window + this.viewHeight) return;
      const below = nearest && bottom > window + this.viewHeight && height < this.viewHeight;
      this.scrollToVirtual(below ? bottom - this.viewHeight + 8 : Math.max(top - 8, 0));
      this.update();
    }
  }

  focusItem(position) {
    this.scrollTo(position, { nearest: true });
    this.activate(position);
    this.item(position)?.focus({ preventScroll: true });
  }

  activate(position) {
    if (position === this.active) return;
    const old = this.item(this.active);
    if (old) this.setTabbable(old, false);
    this.active = position;
    const item = this.item(position);
    if (item) this.setTabbable(item, true);
  }

  onFocus(event) {
    const item = event.target.closest("[data-position]");
    if (item) this.activate(Number(item.dataset.position));
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.length) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 1, PageUp: -1, Home: -Infinity, End: Infinity };
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    this.focusItem(Math.max(0, Math.min(this.length - 1, this.active + steps[event.key])));
  }
}
