// The map's own layer: fills, borders and marks on canvases, labels above, and what
// a pointer or a key does. Foreign layers lie above it and keep their events.

import { t } from "../core/words.js";
import { whenIdle } from "../core/dom.js";
import { pushTo, toldPlaces } from "../core/view.js";
import { Geometry, prepareLevel } from "./geometry.js";
import { controlBoxes, makeFrame } from "./frame.js";
import {
  LOOK_NONE, LOOK_SOFT, MAX_PIXEL_RATIO, Patterns, clearCanvas, copyBox, groupPlaces, paintBorders,
  readPalette, sortBorders,
} from "./paint.js";
import { FillPainter } from "./place_raster.js";
import { SetPainter, clusterPoints, paintHighlights, paintLeaders, paintPoints } from "./marks.js";
import { totalLine } from "./captions.js";
import { FittingNames, LabelPlan, drawSets, rankSets } from "./label_plan.js";
import { LabelLayer, TextMeasure } from "./labels.js";
import { MapPointer, openListPopup } from "./hover.js";
import { addLegend } from "./legend.js";
import { MapSurroundings } from "./surroundings.js";

const CANVAS_PADDING = 0.06; // of the view, on each side: a drag shows no empty edge
/** @type {[number, number]} */
const HIGHLIGHT = [6, 2.8]; // px of the light edge and of the line

/** @param {Data} data @param {Meta} meta */
export function createMapLayer(map, data, meta, { onPick }) {
  const layer = new ClaimLayer(map, data, meta, onPick);
  layer.start();
  return layer;
}

class ClaimLayer {
  /** @param {Data} data @param {Meta} meta */
  constructor(map, data, meta, onPick) {
    this.map = map;
    this.data = data;
    this.meta = meta;
    this.onPick = onPick;
    this.container = map.getContainer();
    this.geometry = new Geometry(data.geometry, meta.geometry, data.shapes, meta.bounds);
    this.view = null;
    this.hoveredPlace = -1;
    this.hoveredSet = -1;
    /** @type {any} */
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
    this.scene.partsOf = this.partFinder(countryOf);
    this.fills = new FillPainter(this.scene, this.units);
    this.looks = new Uint8Array(places.n);
    this.ages = new Uint8Array(places.n);
  }

  // A country whose units are drawn has no shape of its own: they are its parts.
  partFinder(countryOf) {
    const parts = new Map();
    for (const unit of this.units) pushTo(parts, countryOf[unit], unit);
    return (place) => (this.data.shapes[place]?.length ? [place] : parts.get(place) || []);
  }

  // --- life ---------------------------------------------------------------------------

  start() {
    const { map } = this;
    const pane = map.getPane("claimatlas") || map.createPane("claimatlas");
    pane.style.zIndex = "350"; // over tiles, under every overlay and marker
    pane.style.pointerEvents = "none";
    const labelPane = map.getPane("claimatlas-labels") || map.createPane("claimatlas-labels");
    labelPane.style.zIndex = "450";
    this.canvases = ["fills", "borders", "marks", "hover"].map((name) => {
      const canvas = document.createElement("canvas");
      canvas.className = `ca-canvas ca-canvas-${name} leaflet-zoom-animated`;
      canvas.setAttribute("aria-hidden", "true");
      pane.append(canvas);
      return canvas;
    });
    this.contexts = this.canvases.map((canvas) => canvas.getContext("2d"));
    if (this.contexts.includes(null)) throw new Error(t("map.no_canvas"));
    this.labels = new LabelLayer(map, labelPane);
    this.sets = new SetPainter();
    this.readTheme();
    this.legend = addLegend(map, this.meta, () => this.scene);
    this.pointer = new MapPointer(this);
    this.surroundings = new MapSurroundings(this);
    this.listen();
  }

  // Whether a pixel shows a place of which any claim speaks.
  isTold(x, y) {
    const place = this.pointer.placeAt(L.point(x, y));
    return place >= 0 && toldPlaces(this.data)[place] === 1;
  }

  listen() {
    const { map } = this;
    map.on("moveend", () => this.onMoveEnd());
    map.on("resize", () => this.redraw());
    // Leaflet counts from another corner now: what was painted lies nowhere. "moveend" follows.
    map.on("viewprereset", () => { this.frame = null; });
    map.on("move", () => this.onMove());
    map.on("zoom", () => this.follow(map.getCenter(), map.getZoom()));
    map.on("zoomanim", (event) => this.follow(event.center, event.zoom, true));
    map.on("layeradd layerremove", (event) => {
      if (event.layer instanceof L.TileLayer) this.redraw();
    });
    this.surroundings.follow();
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
    this.names = new FittingNames(this.data, scene, this.units, this.measure);
  }

  pixelRatio() {
    return Math.min(MAX_PIXEL_RATIO, window.devicePixelRatio || 1);
  }

  // --- drawing ---------------------------------------------------------------------

  // What the view says is drawn at once: the caller measures until the next frame.
  /** @param {View} view @param {State} state */
  update(view, state) {
    this.view = view;
    this.state = state;
    this.scene.groups = this.groupUnits(view);
    if (!this.frame) return this.redraw();
    this.fills.recolour(this.contexts[0], this.frame);
    this.placeLabels();
    this.paintMarks();
    return undefined;
  }

  /** What another view would need, without drawing it: the browser compiles what has run. @param {View} view */
  rehearse(view) {
    if (!this.frame) return;
    this.scene.groups = this.groupUnits(view);
    this.fills.rehearse();
    this.scene.groups = this.groupUnits(this.view);
    this.planLabels(view);
  }

  /** @param {View} view */
  groupUnits(view) {
    const { sources, origins, parts, age } = view.place;
    const { classes } = this.meta;
    for (const place of this.units) {
      // What does not shade was still collected: vague places, movements, denials.
      let look = origins[place] > 0 || parts[place] ? LOOK_SOFT : LOOK_NONE;
      for (let i = 0; i < classes.length && sources[place] >= classes[i]; i++) look = i + 1;
      this.looks[place] = look;
      this.ages[place] = age[place];
    }
    return groupPlaces(this.units, this.looks, this.ages);
  }

  // Lays the canvases anew around the view and paints everything.
  redraw() {
    const size = this.map.getSize();
    if (!this.view || !size.x || !size.y) return;
    this.scene.tiles = this.hasTiles();
    this.container.classList.toggle("ca-has-tiles", this.scene.tiles);
    this.layCanvases(size);
    this.fills.paint(this.contexts[0], this.frame);
    paintBorders(this.contexts[1], this.frame, this.scene);
    this.placeLabels();
    this.paintMarks();
    this.prepareZooms();
  }

  // A zoom step finds its detail ready: thinned and drawn up while nothing else is to do.
  prepareZooms() {
    const { frame, geometry } = this;
    if (this.prepared === frame.zoom) return;
    this.prepared = frame.zoom;
    const scales = [frame.scale * 2, frame.scale / 2].map((scale) => scale * frame.dpr);
    const work = scales.map((scale) => prepareLevel(geometry, scale, copyBox(frame, frame.copies[0])));
    const step = (deadline) => {
      if (this.prepared !== frame.zoom) return;
      while (work.length && deadline.timeRemaining() > 3) if (work[0].next().done) work.shift();
      if (work.length) whenIdle(step);
    };
    whenIdle(step);
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
    const sides = [Math.round(width * dpr), Math.round(height * dpr)];
    for (const canvas of this.canvases) {
      if (canvas.width !== sides[0] || canvas.height !== sides[1]) {
        // A canvas that is given a size is empty.
        [canvas.width, canvas.height] = sides;
        this.hoverPainted = this.marksPainted = false;
      }
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      L.DomUtil.setTransform(canvas, this.corner, 1);
    }
    this.frame = makeFrame(this.map, this.geometry, this.corner, [width, height], dpr);
  }

  // The frame of the container itself: what a reader sees.
  seenFrame() {
    const size = this.map.getSize();
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    return makeFrame(this.map, this.geometry, corner, [size.x, size.y], this.pixelRatio());
  }

  paintMarks() {
    const { view, scene, frame } = this;
    const ctx = this.contexts[2];
    const hovering = this.marks.some((mark) => mark.set === this.hoveredSet);
    const marks = this.marks.map((mark) => {
      const strong = mark.set === this.hoveredSet || mark.set === this.onlySet;
      return { ...mark, strong, faded: hovering && !strong };
    });
    const { places, together } = this.selectedPlaces();
    const isNeeded = marks.length + places.length + together.length + this.clusters.length + this.leaders.length > 0;
    // An untouched canvas costs the browser nothing; a cleared one is given its 5 MB.
    if (this.marksPainted) clearCanvas(ctx);
    this.marksPainted = isNeeded;
    if (!isNeeded) return this.paintHover();
    // Under a set's own line, which tells how the total is worded; over it for a place.
    paintHighlights(ctx, frame, scene, together, HIGHLIGHT);
    this.sets.paint(ctx, frame, scene, marks);
    paintHighlights(ctx, frame, scene, places, HIGHLIGHT);
    paintPoints(ctx, frame, scene, this.clusters, view.selected.claim);
    paintLeaders(ctx, frame, scene, this.leaders);
    return this.paintHover();
  }

  // On a canvas of its own: the pointer changes it often.
  paintHover() {
    const ctx = this.contexts[3];
    // Untouched canvases cost the browser nothing.
    if (this.hoverPainted) clearCanvas(ctx);
    this.hoverPainted = this.hoveredPlace >= 0;
    if (this.hoverPainted) paintHighlights(ctx, this.frame, this.scene, [[this.hoveredPlace]], [3.4, 1.4]);
  }

  // Each selected place by itself; a claim's or a set's places as one.
  selectedPlaces() {
    const { place, set, claim } = this.view.selected;
    const ofClaim = claim >= 0 ? [...(this.data.claims.get("place", claim) || [])] : [];
    const ofSet = set >= 0 ? this.data.sets[set].places : [];
    const filled = (groups) => groups.filter((places) => places.length);
    return {
      places: filled(place.filter((index) => index >= 0).map((index) => this.scene.partsOf(index))),
      together: filled([ofClaim, ofSet]),
    };
  }

  /** @param {View} view */
  pointsOf(view) {
    const { claims } = this.data;
    return Array.from(view.points, (row) => ({
      row,
      ...this.geometry.world(claims.get("lat", row), claims.get("lon", row)),
    }));
  }

  placeLabels() {
    const { plan, marks, only, clusters } = this.planLabels(this.view);
    this.marks = marks;
    this.onlySet = only;
    this.clusters = clusters;
    this.labels.show(plan.labels);
    const shift = this.map.containerPointToLayerPoint([0, 0]).subtract(this.corner);
    this.leaders = plan.leaders.map((leader) => ({ ...leader, shift }));
  }

  // Chooses sets and places labels; what is drawn of the sets follows from it.
  /** @param {View} view */
  planLabels(view) {
    const frame = this.seenFrame(), obstacles = controlBoxes(this.container);
    // What is left out must be counted: where its label finds no room, the others make some.
    const totals = this.planTotals(view, { frame, obstacles }) || this.planTotals(view, { frame, obstacles, keepRoom: true });
    const { plan } = totals;
    const clusters = clusterPoints(this.pointsOf(view), this.frame.scale);
    plan.avoid(clusters);
    const { units, lands } = this.names.at(frame.scale), told = new Set(view.countries.map((entry) => entry.place));
    plan.addNames(units, "name");
    plan.addNames(lands.filter(({ place }) => !told.has(place)), "land");
    return { ...totals, clusters };
  }

  // Sets and countries with their labels; null where the count of the others found no room,
  // unless room was kept for it.
  /** @param {View} view */
  planTotals(view, { frame, obstacles, keepRoom = false }) {
    const { data, scene, measure } = this;
    const plan = new LabelPlan({ data, scene, view, measure, units: this.units, frame, obstacles });
    if (keepRoom) plan.keepRoomForMore(view.sets.length);
    const { ranked, byAge, only } = rankSets(data, view);
    if (only < 0) this.labelCountries(plan, view);
    const marks = drawSets(plan, ranked, only, (mark) => ({
      onClick: (event) => this.onPick({ set: mark.set }, event),
      onHover: (on) => this.hoverSet(on ? mark.set : -1),
    }));
    if (only >= 0) this.labelCountries(plan, view);
    const rest = byAge.filter(({ set }) => !marks.some((mark) => mark.set === set));
    const isWhole = plan.addMore(rest, { onClick: () => this.listSets(rest) }) || keepRoom;
    return isWhole ? { plan, marks, only } : null;
  }

  /** @param {View} view */
  labelCountries(plan, view) {
    for (const entry of [...view.countries].sort((a, b) => b.rows.length - a.rows.length)) {
      plan.addCountry(entry, { onClick: (event) => this.onPick({ country: entry.place }, event) });
    }
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
    // A short way leaves the canvases over the view: only labels look for room anew.
    if (this.view && this.covers()) {
      this.placeLabels();
      this.paintMarks();
    } else {
      this.redraw();
    }
    this.pointer.tellFocused();
  }

  listSets(entries) {
    const items = entries.map((entry) => ({
      text: totalLine(this.data, entry),
      onClick: (event) => this.onPick({ set: entry.set }, event),
    }));
    const { x, y } = this.map.getSize();
    // Low enough that the list fits above it: the map need not move.
    const foot = this.map.containerPointToLatLng([x / 2, Math.min(y - 16, y / 2 + 160)]);
    openListPopup(this.map, foot, t("map.more_totals", { n: entries.length }), items);
  }

  hoverSet(set) {
    if (set === this.hoveredSet || !this.view) return;
    this.hoveredSet = set;
    if (this.frame) this.paintMarks();
  }

  hoverPlace(place) {
    if (place === this.hoveredPlace) return;
    this.hoveredPlace = place;
    if (this.view && this.frame) this.paintHover();
  }
}
