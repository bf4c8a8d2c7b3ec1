// What surrounds the map and changes without a reload: its room, paper, theme. And the
// view that it starts with.

import { RASTER_FROM } from "./place_raster.js";
import { NARROW_VIEW } from "./label_plan.js";

const FINE_SNAP = 0.25;
const FIT_PADDING = 10; // px
// What is said of a whole country needs room beside it; a wide map has that anyway.
const LABEL_ROOM = 38;
// Padding takes at most this share of a side: where it takes all of it, Leaflet finds no zoom (NaN).
const MOST_PADDING = 0.8;
// px between samples of what the legend hides: so close that no place which a reader could make
// out lies between them. Of thousands of places many would be asked about each, before the first drawing.
const SAMPLE_STEP = 12;
const SAMPLE_STEP_MANY = 42;

// A4 and Letter in portrait leave this much inside their margins, in CSS pixels.
const PAPER = [680, 500];

export class MapSurroundings {
  constructor(layer) {
    this.layer = layer;
    this.home = null;
    this.screenView = null;
    this.printing = null;
    this.wasHidden = false;
    this.fitClosely();
  }

  // Whole zoom steps may leave half of the map empty. A view that the author chose stays.
  fitClosely() {
    const { map, meta } = this.layer;
    // Where there is no room yet, the map is fitted when there is.
    if (!map.getSize().x || !map.getSize().y) return;
    if (!meta.fit) {
      this.settleLegend();
      return;
    }
    map.options.zoomSnap = FINE_SNAP;
    this.fit();
    this.home = { center: map.getCenter(), zoom: map.getZoom() };
  }

  // In the whole of the map; beside or above the legend, where that would hide what claims speak of.
  fit() {
    const { map, legend } = this.layer;
    const below = map.getSize().x < NARROW_VIEW ? LABEL_ROOM : FIT_PADDING;
    this.fitWithin({ left: FIT_PADDING, right: FIT_PADDING, below });
    const isHidden = this.settleLegend() > 0, room = legend.room();
    if (!isHidden || !room) return;
    const side = room.isLeft ? "left" : "right";
    const beside = { left: FIT_PADDING, right: FIT_PADDING, below, [side]: room.width + FIT_PADDING };
    const above = { left: FIT_PADDING, right: FIT_PADDING, below: room.height + LABEL_ROOM };
    this.fitWithin(this.zoomWithin(above) > this.zoomWithin(beside) ? above : beside);
  }

  settleLegend() {
    const { legend, units } = this.layer;
    const step = units.length < RASTER_FROM ? SAMPLE_STEP : SAMPLE_STEP_MANY;
    return legend.chooseCorner((x, y) => this.layer.isTold(x, y), step);
  }

  zoomWithin(padding) {
    const { map, meta } = this.layer;
    const { paddingTopLeft, paddingBottomRight } = this.paddingWithin(padding);
    return map.getBoundsZoom(meta.bounds, false, paddingTopLeft.add(paddingBottomRight));
  }

  fitWithin(padding, bounds = this.layer.meta.bounds) {
    this.layer.map.fitBounds(bounds, { animate: false, ...this.paddingWithin(padding) });
  }

  // As asked for, or less where the map is small.
  paddingWithin({ left, right, below }) {
    const { x, y } = this.layer.map.getSize();
    const across = Math.min(1, (x * MOST_PADDING) / (left + right));
    const down = Math.min(1, (y * MOST_PADDING) / (FIT_PADDING + below));
    return {
      paddingTopLeft: L.point(left * across, FIT_PADDING * down),
      paddingBottomRight: L.point(right * across, below * down),
    };
  }

  // Whether the view is still the one that was fitted at the start.
  isHome() {
    const { home } = this;
    const { map } = this.layer;
    if (!home || map.getZoom() !== home.zoom) return false;
    return map.project(map.getCenter()).distanceTo(map.project(home.center)) < 2;
  }

  // Theme, size, paper and screen resolution change without a reload.
  follow() {
    const retheme = () => this.printing || this.layer.retheme();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", retheme);
    new MutationObserver(retheme).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.paper = matchMedia("print");
    this.paper.addEventListener("change", () => this.onPaper());
    addEventListener("beforeprint", () => this.beforePrint());
    addEventListener("afterprint", () => this.afterPrint());
    new ResizeObserver(() => this.onResize()).observe(this.layer.container);
    const { clientWidth, clientHeight } = this.layer.container;
    this.size = L.point(clientWidth, clientHeight);
    this.wasHidden = !clientWidth || !clientHeight;
  }

  onResize() {
    const { map } = this.layer;
    const { clientWidth, clientHeight } = this.layer.container;
    if (this.printing || !clientWidth || !clientHeight) return;
    // Leaflet follows the window by itself, and knows the new size by now.
    const room = L.point(clientWidth, clientHeight);
    if (room.equals(this.size)) return;
    this.size = room;
    // A view that was chosen for no room at all is no view; one that nobody moved is fitted anew.
    if (this.wasHidden || this.isHome()) {
      this.wasHidden = false;
      map._sizeChanged = true; // as invalidateSize does, without a move of its own
      this.layer.legend.suitRoom();
      this.fit();
      this.home = { center: map.getCenter(), zoom: map.getZoom() };
    } else {
      map.invalidateSize({ animate: false, debounceMoveend: false });
      this.layer.legend.suitRoom();
    }
    this.layer.redraw();
  }

  // Chromium leaves out canvases that are painted by paths once printing has begun, and prints
  // pictures of them: so they are painted in the room that paper has (see layout.css), and
  // pictures stand in for them.
  beforePrint() {
    if (this.paper.matches) return;
    this.printing = { theme: document.documentElement.dataset.theme, pictures: [] };
    document.documentElement.dataset.theme = "light";
    this.room().style.cssText = `width: ${PAPER[0]}px; height: ${PAPER[1]}px`;
    this.layPaper(true);
    for (const canvas of this.layer.canvases) this.printing.pictures.push(this.stand(canvas));
  }

  stand(canvas) {
    const picture = canvas.cloneNode();
    picture.getContext("2d").drawImage(canvas, 0, 0);
    canvas.before(picture);
    canvas.hidden = true;
    return picture;
  }

  afterPrint() {
    if (!this.printing) return;
    for (const picture of this.printing.pictures) picture.remove();
    for (const canvas of this.layer.canvases) canvas.hidden = false;
    document.documentElement.dataset.theme = this.printing.theme;
    this.printing = null;
    this.room().style.cssText = "";
    this.layPaper(false);
  }

  room() {
    return this.layer.container.closest(".ca-map");
  }

  // Paper that is only emulated, or a browser that does not say before it prints.
  onPaper() {
    if (!this.printing) this.layPaper(this.paper.matches);
  }

  // The same ground is fitted, between two zoom steps if need be; the legend goes below it.
  layPaper(on) {
    const { map } = this.layer;
    this.layer.pointer.unhover();
    this.layer.hoverSet(-1);
    if (on) document.documentElement.dataset.paper = "";
    if (on || this.screenView) this.layer.legend.layOnPaper(on);
    if (on) {
      this.screenView = { center: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap };
      const bounds = this.isHome() ? this.layer.meta.bounds : map.getBounds();
      map.options.zoomSnap = 0;
      map.invalidateSize({ animate: false, pan: false });
      const { x, y } = map.getSize();
      if (x && y) this.fitWithin({ left: FIT_PADDING, right: FIT_PADDING, below: FIT_PADDING }, bounds);
    } else if (this.screenView) {
      map.options.zoomSnap = this.screenView.snap;
      map.invalidateSize({ animate: false, pan: false });
      map.setView(this.screenView.center, this.screenView.zoom, { animate: false });
      this.screenView = null;
    }
    if (!on) delete document.documentElement.dataset.paper;
    this.layer.retheme();
  }
}
