// A windowed list: only the chunks near the window stand in the page, whatever its length.
//
// Items are known by their position. They are drawn in chunks; a chunk's height is estimated
// until it has been drawn once. Browsers stop scrolling well beyond some 15 million pixels: a
// list that would be higher is pressed into a spacer of `MOST_PIXELS`. A short list stands in
// the page as a whole, drawn in slices, so that the browser's own search finds all of it.

const CHUNK = 2;
const MOST_PIXELS = 12e6;
const WINDOW_MARGIN = 600;
const WHOLE = 160;
const SLICE_MS = 8;

class WindowedList {
  /**
   * @param {Object} options
   * @param {HTMLElement} options.scroller  the element that scrolls
   * @param {HTMLElement} options.host      holds the chunks
   * @param {(position: number) => HTMLElement} options.render
   */
  constructor({ scroller, host, render }) {
    this.scroller = scroller;
    this.host = host;
    this.render = render;
    this.length = 0;
    this.chunks = new Map();
    this.estimate = 240 * CHUNK;
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
    this.count = Math.ceil(length / CHUNK);
    this.heights = new Float64Array(this.count).fill(this.estimate);
    if (length % CHUNK) this.heights[this.count - 1] = (this.estimate * (length % CHUNK)) / CHUNK;
    this.measured = new Uint8Array(this.count);
    this.tops = new Float64Array(this.count + 1);
    this.active = Math.min(this.active, Math.max(0, length - 1));
    this.host.replaceChildren();
    this.chunks.clear();
    this.addUp();
    if (this.scrolled) this.scroller.scrollTop = 0;
    this.scrolled = false;
    // First what is seen; the rest, once that has been drawn.
    if (this.window) this.drawTop();
    else this.update(0);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = requestAnimationFrame(() => {
      this.timer = setTimeout(() => (length <= WHOLE ? this.drawRest(SLICE_MS) : this.update()));
    });
  }

  /** Draw what is seen of a list that stands at its top, as high as the window was until now. */
  drawTop() {
    // What stands in another tab is drawn when it is shown.
    if (!this.length || this.scroller.hidden) return;
    const { height, hostTop } = this.window;
    const last = this.chunkAt(Math.max(0, height - hostTop)), fresh = [];
    for (let c = 0; c <= last; c++) fresh.push(this.drawChunk(c));
    this.place(-hostTop);
    this.measure(fresh);
  }

  /** Draw what a short list still lacks, for so many milliseconds at a time. */
  drawRest(slice) {
    if (this.length > WHOLE || !this.viewHeight) return;
    const deadline = performance.now() + slice;
    const fresh = [];
    for (let c = 0; c < this.count && performance.now() < deadline; c++) {
      if (!this.chunks.has(c)) fresh.push(this.drawChunk(c));
    }
    if (fresh.length) this.measure(fresh);
    this.place(this.virtualTop);
    clearTimeout(this.timer);
    if (this.chunks.size < this.count) this.timer = setTimeout(() => this.drawRest(SLICE_MS));
  }

  addUp() {
    let top = 0;
    for (let c = 0; c < this.count; c++) {
      this.tops[c] = top;
      top += this.heights[c];
    }
    this.tops[this.count] = top;
    this.total = top;
    this.pixels = Math.min(top, MOST_PIXELS);
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

  chunkAt(top) {
    let low = 0, high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= top) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // ---- drawing ---------------------------------------------------------------------------------

  /** Draw what has come near the window, drop what has left it. */
  update(margin = WINDOW_MARGIN) {
    const { viewHeight } = this;
    if (!this.length || !viewHeight) return;
    const top = this.virtualTop;
    const first = this.chunkAt(Math.max(0, top - margin));
    const last = this.chunkAt(Math.max(0, top + viewHeight + margin));
    for (const [c, chunk] of this.length > WHOLE ? this.chunks : []) {
      if ((c < first || c > last) && !chunk.contains(document.activeElement)) {
        chunk.remove();
        this.chunks.delete(c);
      }
    }
    const fresh = [];
    for (let c = first; c <= last; c++) if (!this.chunks.has(c)) fresh.push(this.drawChunk(c));
    this.place(top);
    if (fresh.length) this.measure(fresh);
  }

  drawChunk(c) {
    const chunk = el("div", { class: "ca-chunk", role: "presentation" });
    const end = Math.min(this.length, (c + 1) * CHUNK);
    for (let position = c * CHUNK; position < end; position++) chunk.append(this.drawItem(position));
    let next = null;
    for (const [other, element] of this.chunks) {
      if (other > c && (next === null || other < next.c)) next = { c: other, element };
    }
    this.host.insertBefore(chunk, next ? next.element : null);
    this.chunks.set(c, chunk);
    return c;
  }

  drawItem(position) {
    const item = this.render(position);
    item.setAttribute("aria-posinset", position + 1);
    item.setAttribute("aria-setsize", this.length);
    item.dataset.position = position;
    this.setTabbable(item, position === this.active);
    return item;
  }

  /** The active item is the list's one tab stop; its links and buttons follow it. */
  setTabbable(item, tabbable) {
    item.tabIndex = tabbable ? 0 : -1;
    for (const control of item.querySelectorAll("a, button")) control.tabIndex = tabbable ? 0 : -1;
  }

  /** Put the chunks where a window at a virtual position sees them; at the top that is where they are. */
  place(top) {
    const shift = this.total <= this.pixels || top <= 0 ? 0 : this.scroller.scrollTop - this.hostTop - top;
    for (const [c, chunk] of this.chunks) chunk.style.transform = `translateY(${this.tops[c] + shift}px)`;
  }

  /** Take the true heights of chunks, keeping what the reader looks at where it is. */
  measure(chunks) {
    const { viewHeight } = this;
    if (!viewHeight) return;
    const top = this.virtualTop;
    this.window = { height: viewHeight, hostTop: this.hostTop };
    const anchor = this.chunkAt(Math.max(0, top));
    const offset = top - this.tops[anchor];
    let changed = false;
    for (const c of chunks) {
      const height = this.chunks.get(c).offsetHeight;
      changed ||= Math.abs(height - this.heights[c]) > 0.5;
      this.heights[c] = height;
      this.measured[c] = 1;
    }
    if (!changed) return;
    this.adoptEstimate(chunks);
    this.addUp();
    const moved = top > 0 ? this.tops[anchor] + offset - top : 0;
    if (Math.abs(moved) > 0.5) this.scrollToVirtual(top + moved);
    // At the top of the list nothing has moved: no need to ask, and to lay out once more.
    const now = top > 0 ? this.virtualTop : top;
    this.place(now);
    // Chunks lower than thought leave room in the window.
    const end = now + viewHeight;
    if (this.tops[Math.max(...this.chunks.keys()) + 1] < Math.min(end, this.total)) this.update(0);
  }

  /** The first chunks drawn say how high the others may be. */
  adoptEstimate(chunks) {
    if (this.adopted || chunks.length < 2) return;
    this.adopted = true;
    let sum = 0, count = 0;
    for (const c of chunks) if (c < this.count - 1) { sum += this.heights[c]; count++; }
    if (!count) return;
    this.estimate = sum / count;
    for (let c = 0; c < this.count; c++) if (!this.measured[c]) this.heights[c] = this.estimate;
  }

  onResize() {
    if (!this.viewHeight) return undefined;
    if (this.scroller.clientWidth === this.width || !this.length) {
      this.update();
      return this.drawRest(SLICE_MS);
    }
    this.width = this.scroller.clientWidth;
    this.measured.fill(0);
    this.update();
    return this.measure([...this.chunks.keys()]);
  }

  // ---- items -----------------------------------------------------------------------------------

  /** The element of an item, if it stands in the page. */
  item(position) {
    const chunk = this.chunks.get(Math.floor(position / CHUNK));
    return chunk ? chunk.querySelector(`[data-position="${position}"]`) : null;
  }

  /** Draw an item anew, keeping the focus in it. */
  redrawItem(position) {
    const old = this.item(position);
    if (!old) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const fresh = this.drawItem(position);
    old.replaceWith(fresh);
    if (focused) {
      const same = focused === old ? fresh : fresh.querySelector(`.${[...focused.classList].join(".") || "none"}`);
      (same || fresh).focus({ preventScroll: true });
    }
    this.measure([Math.floor(position / CHUNK)]);
  }

  /** Bring an item into the window: to its top, or with `nearest` only as far as needed. */
  scrollTo(position, { nearest = false } = {}) {
    const c = Math.floor(position / CHUNK);
    if (!this.chunks.has(c)) {
      this.scrollToVirtual(this.tops[c]);
      this.update();
    }
    for (let turn = 0; turn < 3; turn++) {
      const item = this.item(position);
      if (!item) return;
      const top = this.tops[c] + item.offsetTop, bottom = top + item.offsetHeight;
      const window = this.virtualTop;
      if (nearest && top >= window && bottom <= window + this.viewHeight) return;
      const below = nearest && bottom > window + this.viewHeight && item.offsetHeight < this.viewHeight;
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
