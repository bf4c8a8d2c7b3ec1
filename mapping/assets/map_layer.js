// The map's own layer: fills, borders and marks on canvases, labels above, and what
// a pointer or a key does. Foreign layers lie above it and keep their events.

const CANVAS_PADDING = 0.15; // of the view, on each side: a drag shows no empty edge
const MAX_PIXEL_RATIO = 2;
const POINT_REACH = 8;

function createMapLayer(map, data, meta, { onPick }) {
  const layer = new ClaimLayer(map, data, meta, onPick);
  layer.start();
  return layer;
}

class ClaimLayer {
  constructor(map, data, meta, onPick) {
    Object.assign(this, { map, data, meta, onPick });
    this.container = map.getContainer();
    this.geometry = new Geometry(data.geometry, meta.geometry, data.shapes, meta.bounds);
    this.view = null;
    this.hoveredPlace = -1;
    this.hoveredSet = -1;
    this.scene = { geometry: this.geometry, tiles: false, groups: [] };
    this.sortPlaces();
  }

  sortPlaces() {
    const { places } = this.data;
    const roles = Array.from({ length: places.n }, (_, i) => places.get("role", i));
    const countryOf = roles.map((role, i) => (role === "unit" ? (places.get("country", i) ?? -1) : i));
    const indices = roles.map((_, i) => i);
    this.units = indices.filter((i) => roles[i] === "unit");
    this.scene.lands = indices.filter((i) => roles[i] === "context" && this.data.shapes[i].length);
    this.countries = indices.filter((i) => roles[i] !== "unit");
    this.scene.chunks = sortBorders(this.geometry, countryOf, roles.map((role) => role === "unit"));
    this.looks = new Uint8Array(places.n);
    this.ages = new Uint8Array(places.n);
  }

  // --- life ---------------------------------------------------------------------------

  start() {
    const { map } = this;
    const pane = map.getPane("claimatlas") || map.createPane("claimatlas");
    pane.style.zIndex = "350"; // over tiles, under every overlay and marker
    pane.style.pointerEvents = "none";
    const labelPane = map.getPane("claimatlas-labels") || map.createPane("claimatlas-labels");
    labelPane.style.zIndex = "450";
    this.canvases = ["fills", "borders", "marks"].map((name) => {
      const canvas = document.createElement("canvas");
      canvas.className = `ca-canvas ca-canvas-${name} leaflet-zoom-animated`;
      canvas.setAttribute("aria-hidden", "true");
      pane.append(canvas);
      return canvas;
    });
    this.contexts = this.canvases.map((canvas) => canvas.getContext("2d"));
    this.labels = new LabelLayer(map, labelPane);
    this.sets = new SetPainter();
    this.tooltip = new MapTooltip(this.container);
    addCrosshair(this.container);
    this.readTheme();
    this.legend = addLegend(map, this.meta, () => this.scene);
    this.listen();
  }

  listen() {
    const { map } = this;
    map.on("moveend viewreset resize", () => this.onMoveEnd());
    map.on("move", () => this.onMove());
    map.on("zoom", () => this.follow(map.getCenter(), map.getZoom()));
    map.on("zoomanim", (event) => this.follow(event.center, event.zoom, true));
    map.on("movestart zoomstart", () => this.unhover());
    map.on("click", (event) => this.onClick(event));
    map.on("mousemove", (event) => this.onPointerMove(event));
    map.on("mouseout", () => this.unhover());
    map.on("layeradd layerremove", (event) => {
      if (event.layer instanceof L.TileLayer) this.redraw();
    });
    this.container.addEventListener("keydown", (event) => this.onKey(event));
    this.container.addEventListener("focus", () => this.onFocus());
    this.container.addEventListener("blur", () => this.unhover());
    this.followSurroundings();
  }

  // Theme, size, paper and screen resolution change without a reload.
  followSurroundings() {
    const retheme = () => this.retheme();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", retheme);
    new MutationObserver(retheme).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.paper = matchMedia("print");
    this.paper.addEventListener("change", () => this.onPaper());
    new ResizeObserver(() => this.onResize()).observe(this.container);
    this.wasHidden = !this.container.clientWidth || !this.container.clientHeight;
  }

  onResize() {
    const { clientWidth, clientHeight } = this.container;
    if (!clientWidth || !clientHeight) return;
    this.map.invalidateSize({ animate: false, pan: !this.wasHidden, debounceMoveend: false });
    if (this.wasHidden) {
      // A view that was chosen for no room at all is no view.
      this.wasHidden = false;
      this.map.fitBounds(this.meta.bounds, { animate: false });
    }
    this.redraw();
  }

  // At `beforeprint` the width is still the screen's; here it is the paper's.
  onPaper() {
    if (this.paper.matches) {
      this.screenView = { center: this.map.getCenter(), zoom: this.map.getZoom() };
      const bounds = this.map.getBounds();
      this.map.invalidateSize({ animate: false, pan: false });
      this.map.fitBounds(bounds, { animate: false });
    } else if (this.screenView) {
      this.map.invalidateSize({ animate: false, pan: false });
      this.map.setView(this.screenView.center, this.screenView.zoom, { animate: false });
      this.screenView = null;
    }
    this.retheme();
  }

  retheme() {
    this.readTheme();
    this.redraw();
    this.legend.redraw();
  }

  readTheme() {
    const { scene } = this;
    scene.palette = readPalette(this.container);
    scene.fontFamily = getComputedStyle(this.container).fontFamily || "sans-serif";
    scene.patterns = new Patterns(scene.palette, this.pixelRatio());
    this.measure = new TextMeasure(scene.fontFamily);
  }

  pixelRatio() {
    return Math.min(MAX_PIXEL_RATIO, window.devicePixelRatio || 1);
  }

  // --- drawing ---------------------------------------------------------------------

  // What the view says is drawn at once: the caller measures until the next frame.
  update(view, state) {
    this.view = view;
    this.state = state;
    this.groupUnits();
    if (!this.frame) return this.redraw();
    paintFills(this.contexts[0], this.frame, this.scene);
    this.paintMarks();
    this.placeLabels();
    return undefined;
  }

  groupUnits() {
    const { sources, soft, age } = this.view.place;
    const { classes } = this.meta;
    for (const place of this.units) {
      let look = soft[place] > 0 ? LOOK_SOFT : LOOK_NONE;
      for (let i = 0; i < classes.length && sources[place] >= classes[i]; i++) look = i + 1;
      this.looks[place] = look;
      this.ages[place] = age[place];
    }
    this.scene.groups = groupPlaces(this.units, this.looks, this.ages);
  }

  // Lays the canvases anew around the view and paints everything.
  redraw() {
    const size = this.map.getSize();
    if (!this.view || !size.x || !size.y) return;
    this.scene.tiles = this.hasTiles();
    this.container.classList.toggle("ca-has-tiles", this.scene.tiles);
    this.layCanvases(size);
    paintFills(this.contexts[0], this.frame, this.scene);
    paintBorders(this.contexts[1], this.frame, this.scene);
    this.paintMarks();
    this.placeLabels();
  }

  hasTiles() {
    let found = false;
    this.map.eachLayer((layer) => {
      if (layer instanceof L.TileLayer) found = true;
    });
    return found;
  }

  layCanvases(size) {
    const dpr = this.pixelRatio();
    if (dpr !== this.scene.patterns.dpr) this.scene.patterns = new Patterns(this.scene.palette, dpr);
    const pad = size.multiplyBy(CANVAS_PADDING).round();
    this.corner = this.map.containerPointToLayerPoint(pad.multiplyBy(-1)).round();
    this.cornerLatLng = this.map.layerPointToLatLng(this.corner);
    const [width, height] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
    for (const canvas of this.canvases) {
      if (canvas.width !== Math.round(width * dpr)) canvas.width = Math.round(width * dpr);
      if (canvas.height !== Math.round(height * dpr)) canvas.height = Math.round(height * dpr);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      L.DomUtil.setTransform(canvas, this.corner, 1);
    }
    this.frame = this.makeFrame(this.corner, width, height, dpr);
  }

  // How world units fall on a rectangle whose corner is a point of Leaflet's layers.
  makeFrame(corner, width, height, dpr) {
    const zoom = this.map.getZoom();
    const scale = 2 ** zoom;
    const shift = this.map.getPixelOrigin().add(corner);
    const frame = {
      zoom, scale, dpr, width, height,
      left: this.geometry.origin.x * scale - shift.x,
      top: this.geometry.origin.y * scale - shift.y,
      copies: [],
    };
    const world = WORLD_SIZE * scale;
    for (let k = Math.floor(shift.x / world); k * world < shift.x + width; k++) frame.copies.push(k);
    return frame;
  }

  // The frame of the container itself: what a reader sees.
  seenFrame() {
    const size = this.map.getSize();
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    return this.makeFrame(corner, size.x, size.y, this.pixelRatio());
  }

  paintMarks() {
    const { view, scene, frame } = this;
    const ctx = this.contexts[2];
    this.choice = chooseSets(this.data, view, this.hoveredSet);
    this.marks = setMarks(this.data, this.choice, scene.palette, this.hoveredSet);
    clearCanvas(ctx);
    this.sets.paint(ctx, frame, scene, this.marks);
    paintHighlights(ctx, frame, scene, { selected: this.selectedPlaces(), hovered: this.hoveredPlace });
    this.clusters = clusterPoints(this.pointsInView(), this.geometry, frame.scale);
    paintPoints(ctx, frame, scene, this.clusters, view.selected.claim);
  }

  // Each selected place by itself; a claim's or a set's places as one.
  selectedPlaces() {
    const { place, set, claim } = this.view.selected;
    const groups = place.filter((index) => index >= 0).map((index) => this.drawnParts(index));
    const ofClaim = claim >= 0 ? [...(this.data.claims.get("place", claim) || [])] : [];
    const ofSet = set >= 0 ? this.data.sets[set].places : [];
    return [...groups, ofClaim, ofSet].filter((places) => places.length);
  }

  // A country whose units are drawn has no shape of its own.
  drawnParts(place) {
    if (this.data.shapes[place]?.length) return [place];
    return this.units.filter((unit) => this.data.places.get("country", unit) === place);
  }

  pointsInView() {
    const { claims } = this.data;
    return Array.from(this.view.points, (row) => ({
      row,
      ...this.geometry.world(claims.get("lat", row), claims.get("lon", row)),
    }));
  }

  placeLabels() {
    const { data, scene, view, measure } = this;
    const plan = new LabelPlan({
      data, scene, view, measure, frame: this.seenFrame(), obstacles: this.controlBoxes(),
    });
    const setHandlers = (mark) => ({
      onClick: (event) => this.onPick({ set: mark.set }, event),
      onHover: (on) => this.hoverSet(on ? mark.set : -1),
    });
    const pickCountry = (entry) => ({ onClick: (event) => this.onPick({ country: entry.place }, event) });
    const [first, others] = [this.marks.filter((mark) => mark.strong), this.marks.filter((mark) => !mark.strong)];
    for (const mark of first) plan.addSet(mark, setHandlers(mark));
    for (const entry of [...view.countries].sort((a, b) => b.rows.length - a.rows.length)) {
      plan.addCountry(entry, pickCountry(entry));
    }
    for (const mark of others) plan.addSet(mark, setHandlers(mark));
    const rest = [...plan.unplaced, ...this.choice.rest];
    plan.addMore(rest, { onClick: (event) => this.listSets(rest, event) });
    plan.addNames(this.units, "name");
    const told = new Set(view.countries.map((entry) => entry.place));
    plan.addNames(this.scene.lands.filter((place) => !told.has(place)), "land");
    this.labels.show(plan.labels);
  }

  controlBoxes() {
    const own = this.container.getBoundingClientRect();
    return Array.from(this.container.querySelectorAll(".leaflet-control"), (control) => {
      const box = control.getBoundingClientRect();
      return [box.left - own.left - 3, box.top - own.top - 3, box.right - own.left + 3, box.bottom - own.top + 3];
    });
  }

  // --- moving -----------------------------------------------------------------------

  // While the map zooms, the canvases are stretched; labels go with their points.
  follow(center, zoom, animated = false) {
    if (!this.frame) return;
    const scale = this.map.getZoomScale(zoom, this.frame.zoom);
    const corner = this.map._latLngToNewLayerPoint(this.cornerLatLng, zoom, center);
    for (const canvas of this.canvases) L.DomUtil.setTransform(canvas, corner, scale);
    if (animated) this.labels.animate(zoom, center);
  }

  covers() {
    if (!this.frame || this.frame.zoom !== this.map.getZoom()) return false;
    const size = this.map.getSize();
    const seen = this.map.containerPointToLayerPoint([0, 0]);
    return (
      seen.x >= this.corner.x && seen.y >= this.corner.y &&
      seen.x + size.x <= this.corner.x + this.frame.width &&
      seen.y + size.y <= this.corner.y + this.frame.height
    );
  }

  // A long drag leaves the padding: paint on the way, once a frame.
  onMove() {
    if (this.moving || !this.frame || this.frame.zoom !== this.map.getZoom() || this.covers()) return;
    this.moving = requestAnimationFrame(() => {
      this.moving = 0;
      this.redraw();
    });
  }

  onMoveEnd() {
    this.redraw();
    if (this.container.matches(":focus-visible")) this.tellMiddle();
  }

  // --- pointer and keys --------------------------------------------------------------

  // Whether a marker, a path or a control that is not ours has the event.
  isForeign(event) {
    const target = event.originalEvent?.target;
    return Boolean(target?.closest?.(".leaflet-interactive, .leaflet-popup, .leaflet-control, .ca-label"));
  }

  // The place under a point of the container: units before the land around.
  placeAt(point) {
    const latlng = this.map.containerPointToLatLng(point).wrap();
    const { x, y } = this.geometry.world(latlng.lat, latlng.lng);
    const unit = this.units.find((place) => this.geometry.contains(place, x, y));
    if (unit !== undefined) return unit;
    return this.scene.lands.find((place) => this.geometry.contains(place, x, y)) ?? -1;
  }

  clusterAt(point) {
    const frame = this.seenFrame();
    for (let i = this.clusters.length - 1; i >= 0; i--) {
      const cluster = this.clusters[i];
      const reach = Math.max(POINT_REACH, clusterRadius(cluster.rows.length) + 2);
      for (const copy of frame.copies) {
        const dx = (cluster.x + copy * WORLD_SIZE) * frame.scale + frame.left - point.x;
        const dy = cluster.y * frame.scale + frame.top - point.y;
        if (dx * dx + dy * dy <= reach * reach) return cluster;
      }
    }
    return null;
  }

  onClick(event) {
    if (this.isForeign(event) || !this.view) return;
    const cluster = this.clusterAt(event.containerPoint);
    if (cluster && cluster.rows.length === 1) this.onPick({ claim: cluster.rows[0] }, event.originalEvent);
    else if (cluster) this.listPoints(cluster, event.latlng);
    else this.pick(this.placeAt(event.containerPoint), event.originalEvent);
  }

  pick(place, event) {
    if (place < 0) return this.onPick(null, event);
    const role = this.data.places.get("role", place);
    if (role === "unit") return this.onPick({ place }, event);
    // Land around is no choice, unless claims speak of that country.
    const told = this.view.countries.some((entry) => entry.place === place);
    return this.onPick(told ? { country: place } : null, event);
  }

  listPoints({ rows }, latlng) {
    const items = rows.map((row) => ({
      text: dotted([gistWords(this.data, row), actorWords(this.data, row), yearWords(this.data, row)]),
      onClick: (event) => this.onPick({ claim: row }, event),
    }));
    openListPopup(this.map, latlng, t("map.points", { n: rows.length }), items);
  }

  listSets(entries) {
    const items = entries.map((entry) => ({
      text: dotted(setLines(this.data, entry).map((line) => line.text)),
      onClick: (event) => this.onPick({ set: entry.set }, event),
    }));
    openListPopup(this.map, this.map.getCenter(), t("map.more_totals", { n: entries.length }), items);
  }

  onPointerMove(event) {
    if (this.isForeign(event) || event.originalEvent?.pointerType === "touch") return this.unhover();
    this.pointer = event.containerPoint;
    this.hovering ||= requestAnimationFrame(() => {
      this.hovering = 0;
      if (this.pointer && this.view) this.hover(this.pointer);
    });
    return undefined;
  }

  hover(point) {
    const cluster = this.clusterAt(point);
    const place = cluster ? -1 : this.placeAt(point);
    this.container.classList.toggle("ca-can-pick", Boolean(cluster) || this.isUnit(place));
    const lines = cluster ? this.clusterLines(cluster) : this.linesOf(place);
    if (lines.length) this.tooltip.show(lines, point.x, point.y);
    else this.tooltip.hide();
    this.hoverPlace(this.isUnit(place) ? place : -1);
  }

  isUnit(place) {
    return place >= 0 && this.data.places.get("role", place) === "unit";
  }

  clusterLines({ rows }) {
    if (rows.length > 1) return [t("map.points", { n: rows.length })];
    return [gistWords(this.data, rows[0]), dotted([actorWords(this.data, rows[0]), yearWords(this.data, rows[0])])];
  }

  linesOf(place) {
    if (place < 0) return [];
    if (this.isUnit(place)) return placeLines(this.data, this.meta, this.view, place);
    return landLines(this.data, this.view, place);
  }

  hoverPlace(place) {
    if (place === this.hoveredPlace) return;
    this.hoveredPlace = place;
    this.paintMarks();
  }

  hoverSet(set) {
    if (set === this.hoveredSet || !this.view) return;
    this.hoveredSet = set;
    this.paintMarks();
  }

  unhover() {
    this.pointer = null;
    this.tooltip.hide();
    this.container.classList.remove("ca-can-pick");
    if (this.view && this.frame) this.hoverPlace(-1);
  }

  onFocus() {
    if (this.container.matches(":focus-visible")) this.tellMiddle();
  }

  // What the cross in the middle stands on, shown and said.
  tellMiddle() {
    if (!this.view) return;
    const middle = this.map.getSize().divideBy(2);
    const place = this.placeAt(middle);
    const lines = this.linesOf(place);
    if (!lines.length) return this.tooltip.hide();
    this.tooltip.show(lines, middle.x, middle.y);
    announce(lines.join(". "));
    return this.hoverPlace(this.isUnit(place) ? place : -1);
  }

  onKey(event) {
    if (event.target !== this.container || !this.view) return;
    if (event.key === "Escape") this.onPick(null, event);
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    this.pick(this.placeAt(this.map.getSize().divideBy(2)), event);
  }
}
