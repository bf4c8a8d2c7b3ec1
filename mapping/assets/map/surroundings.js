// What surrounds the map and changes without a reload: its room, paper, theme. And the
// view that it starts with.

const FINE_SNAP = 0.25;
const FIT = { animate: false, padding: [10, 10] };

class MapSurroundings {
  constructor(layer) {
    this.layer = layer;
    this.home = null;
    this.screenView = null;
    this.wasHidden = false;
    this.fitClosely();
  }

  // Whole zoom steps may leave half of the map empty. A view that the author chose stays.
  fitClosely() {
    const { map, meta } = this.layer;
    if (!meta.fit) return;
    map.options.zoomSnap = FINE_SNAP;
    map.fitBounds(meta.bounds, FIT);
    this.home = { center: map.getCenter(), zoom: map.getZoom() };
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
    const retheme = () => this.layer.retheme();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", retheme);
    new MutationObserver(retheme).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.paper = matchMedia("print");
    this.paper.addEventListener("change", () => this.onPaper());
    new ResizeObserver(() => this.onResize()).observe(this.layer.container);
    this.wasHidden = !this.layer.container.clientWidth || !this.layer.container.clientHeight;
  }

  onResize() {
    const { map } = this.layer;
    const { clientWidth, clientHeight } = this.layer.container;
    const size = map.getSize();
    if (!clientWidth || !clientHeight || (size.x === clientWidth && size.y === clientHeight)) return;
    // A view that was chosen for no room at all is no view; one that nobody moved is fitted anew.
    if (this.wasHidden || this.isHome()) {
      this.wasHidden = false;
      map._sizeChanged = true; // as invalidateSize does, without a move of its own
      map.fitBounds(this.layer.meta.bounds, FIT);
      this.home = { center: map.getCenter(), zoom: map.getZoom() };
    } else {
      map.invalidateSize({ animate: false, debounceMoveend: false });
    }
    this.layer.redraw();
  }

  // At `beforeprint` the width is still the screen's; here it is the paper's. The same
  // ground is fitted to it, between two zoom steps if need be.
  onPaper() {
    const { map } = this.layer;
    this.layer.pointer.unhover();
    this.layer.hoverSet(-1);
    if (this.paper.matches || this.screenView) this.layer.legend.unfoldForPaper(this.paper.matches);
    if (this.paper.matches) {
      this.screenView = { center: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap };
      const bounds = map.getBounds();
      map.options.zoomSnap = 0;
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(bounds, { animate: false });
    } else if (this.screenView) {
      map.options.zoomSnap = this.screenView.snap;
      map.invalidateSize({ animate: false, pan: false });
      map.setView(this.screenView.center, this.screenView.zoom, { animate: false });
      this.screenView = null;
    }
    this.layer.retheme();
  }
}
