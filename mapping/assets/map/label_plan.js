// Which sets are drawn, and which labels stand where: the one depends on the other.

import { t } from "../core/words.js";
import { WORLD_SIZE, boxesMeet, growBox } from "./geometry.js";
import { copyBox } from "./paint.js";
import { clusterRadius, pixelRings } from "./marks.js";
import { countryLine, countryLines, setLines, speakingRow } from "./captions.js";
import { LEADERS, LINE_NAME, LINE_PLAIN, LabelRoom, hangBox, nearbySpots, outlineSpots } from "./labels.js";

const SETS_DRAWN = 6;
const SETS_DRAWN_NARROW = 2;
// Of thousands of sets, most would find no room: each try costs an outline.
const SETS_TRIED = 16;
export const NARROW_VIEW = 600; // px
// Labels take at most this share of the view: the map lies beneath.
const LABEL_SHARE = 0.2;
const LABEL_SHARE_NARROW = 0.3;
// With more units than this in view there is no free land to look for.
const UNITS_SAMPLED = 300;
const COVER_CELL = 16; // px
// The label of a country without units stays on its point: centred, or with an edge or corner there.
const HANGS = [[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0], [1, 1], [-1, 1], [1, -1], [-1, -1]];
// A name needs this much of the width of what it names.
const NAME_SHARE = 0.98;
const NAMES_DRAWN = 80;

// The sets that may be drawn, first things first: the selected one alone; else those
// of the selected places; else all, the newest first.
/** @param {Data} data @param {View} view */
export function rankSets(data, view) {
  const byAge = [...view.sets].sort((a, b) => a.rows[0] - b.rows[0]);
  const { selected } = view;
  const only = selected.set >= 0 ? selected.set : claimSet(data, selected.claim);
  if (only >= 0) {
    return { only, byAge, ranked: [byAge.find((entry) => entry.set === only) || { set: only, rows: [] }] };
  }
  const places = new Set(selected.place);
  // A country is chosen by itself; its sets are made of its units.
  const isChosen = (place) => places.has(place) || places.has(data.places.get("country", place));
  const touches = ({ set }) => data.sets[set].places.some(isChosen);
  return { only, byAge, ranked: places.size ? byAge.filter(touches) : byAge };
}

/** @param {Data} data */
function claimSet(data, claim) {
  return claim >= 0 ? (data.claims.get("set", claim) ?? -1) : -1;
}

// A set keeps its colour while others come and go, unless a drawn one has it.
function freeColour(set, drawn, palette) {
  const { sets } = palette;
  for (let tries = 0; tries < sets.length; tries++) {
    const colour = sets[(set + tries) % sets.length];
    if (!drawn.some((mark) => mark.colour === colour)) return colour;
  }
  return sets[set % sets.length];
}

/** @param {Data} data */
function makeMark(data, entry, colour) {
  const { places, region, whole } = data.sets[entry.set];
  const row = entry.rows.length ? speakingRow(data, entry.rows) : -1;
  return {
    ...entry,
    places,
    colour,
    soft: region !== null && region !== undefined,
    dashed: whole !== undefined || (row >= 0 && data.claims.get("extent", row) === "within"),
    modifier: row >= 0 ? data.claims.get("modifier", row) : null,
  };
}

// A few of the ranked sets: those whose label finds room, and no place under more
// than some of them. More could not be told apart, the less so the further out.
export function drawSets(plan, ranked, only, makeHandlers) {
  const { data, frame, scene } = plan;
  const most = frame.width < NARROW_VIEW ? SETS_DRAWN_NARROW : SETS_DRAWN;
  const deepest = Math.max(2, Math.min(5, Math.round(frame.zoom) - 3));
  const depth = new Map();
  const marks = [];
  let tries = 0;
  for (const entry of ranked) {
    const { places } = data.sets[entry.set];
    if (marks.length >= most || tries >= SETS_TRIED) break;
    if (entry.set !== only && !plan.isInView(places)) continue;
    if (places.some((place) => (depth.get(place) || 0) >= deepest)) continue;
    tries++;
    const mark = makeMark(data, entry, freeColour(entry.set, marks, scene.palette));
    const labelled = plan.addSet(mark, makeHandlers(mark));
    // What is selected is drawn in any case.
    if (!labelled && entry.set !== only) continue;
    marks.push(mark);
    for (const place of places) depth.set(place, (depth.get(place) || 0) + 1);
  }
  return marks;
}

export class LabelPlan {
  // scene: what is drawn; view: what holds; frame: the container's own frame.
  constructor({ data, scene, units, view, frame, measure, obstacles }) {
    this.data = data;
    this.scene = scene;
    this.units = units;
    this.view = view;
    this.frame = frame;
    this.measure = measure;
    this.seen = frame.copies.map((copy) => copyBox(frame, copy));
    this.room = new LabelRoom(frame.width, frame.height, obstacles);
    this.labels = [];
    this.covered = 0;
    this.leaders = [];
    this.coverCells = new Map();
    /** @type {number[] | null} */
    this.visibleUnits = null;
  }

  // Asked for only where labels look for free land.
  get unitsInView() {
    this.visibleUnits ??= this.units.filter((place) => this.isInView([place]));
    return this.visibleUnits;
  }

  // Container pixels of a geographic point, in the drawn copy of the world nearest the middle.
  point(lat, lon) {
    const { frame } = this;
    const world = this.scene.geometry.world(lat, lon);
    const middle = frame.width / 2;
    const across = frame.copies
      .map((copy) => (world.x + copy * WORLD_SIZE) * frame.scale + frame.left)
      .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    return { x: across[0], y: world.y * frame.scale + frame.top };
  }

  placePoint(place) {
    const { places } = this.data;
    return this.point(places.get("lat", place), places.get("lon", place));
  }

  place(label, size, spots) {
    const found = this.room.take(size, spots);
    if (!found) return false;
    const placed = { ...label, box: found.box };
    this.labels.push(placed);
    this.addLeader(placed, found.spot);
    return true;
  }

  // A label over the map's colours, while such labels leave enough of them to see.
  placeCard(label, size, spots) {
    const area = size[0] * size[1];
    const { width, height } = this.frame;
    const share = width < NARROW_VIEW ? LABEL_SHARE_NARROW : LABEL_SHARE;
    if (this.covered + area > share * width * height) return false;
    if (!this.place(label, size, spots)) return false;
    this.covered += area;
    return true;
  }

  // How much of a label's box would lie on units: percent, by a few samples.
  covers(box) {
    if (this.unitsInView.length > UNITS_SAMPLED) return 0;
    let hits = 0;
    for (const across of [0.05, 0.35, 0.65, 0.95]) {
      for (const down of [0.1, 0.9]) {
        const x = box[0] + across * (box[2] - box[0]);
        const y = box[1] + down * (box[3] - box[1]);
        if (this.isOnUnit(x, y)) hits++;
      }
    }
    return hits * 12.5;
  }

  // Whether a unit lies under a pixel, to the nearest cell of a coarse grid.
  isOnUnit(x, y) {
    const column = Math.floor(x / COVER_CELL);
    const row = Math.floor(y / COVER_CELL);
    const key = row * 1000 + column;
    let found = this.coverCells.get(key);
    if (found === undefined) {
      const { left, top, scale } = this.frame;
      const worldX = ((column + 0.5) * COVER_CELL - left) / scale;
      const worldY = ((row + 0.5) * COVER_CELL - top) / scale;
      found = this.unitsInView.some((place) => this.scene.geometry.contains(place, worldX, worldY));
      this.coverCells.set(key, found);
    }
    return found;
  }

  // A thin line from an outline to its label, in pixels of the container.
  addLeader(label, { on, away }) {
    if (!(away > LEADERS[0])) return;
    const [left, top, right, bottom] = label.box;
    const end = [Math.max(left, Math.min(right, on[0])), Math.max(top, Math.min(bottom, on[1]))];
    this.leaders.push({ from: on, to: end, colour: label.colour });
  }

  isInView(places) {
    const { geometry } = this.scene;
    return this.seen.some((seen) => places.some((place) => boxesMeet(geometry.box(place), seen)));
  }

  // Whether the set's label found room at its outline.
  addSet(mark, handlers) {
    const lines = setLines(this.data, mark);
    if (!lines.length) return false;
    const label = {
      key: `set ${mark.set}`, lines, kind: mark.soft ? "region" : "set", colour: mark.colour,
      pressed: mark.set === this.view.selected.set, ...handlers,
    };
    const size = this.measure.buttonSize(lines);
    return this.placeCard(label, size, this.spotsAround(mark.places, size));
  }

  // Where a label of this size has room at the outline of places, what covers least first.
  spotsAround(places, size) {
    const { geometry } = this.scene;
    const outline = geometry.outline(places);
    const rings = this.frame.copies.flatMap((copy) => pixelRings(this.frame, geometry, outline, copy));
    const free = outlineSpots(rings, this.frame).filter((spot) => this.room.hasRoom(hangBox(spot, size)));
    for (const spot of free) spot.cost += this.covers(hangBox(spot, size));
    return free.sort((a, b) => a.cost - b.cost);
  }

  // Where a country's label may stand: beside its units, so that no province seems to bear
  // its total; at its name where none is drawn.
  countrySpots(place, size) {
    const parts = this.scene.partsOf(place);
    if (parts.length === 1 && parts[0] === place) {
      const { x, y } = this.placePoint(place);
      return HANGS.map((hang) => ({ x, y, hang }));
    }
    if (!this.isInView(parts)) return [];
    const free = (spot) => this.room.hasRoom(hangBox(spot, size)) && this.covers(hangBox(spot, size)) === 0;
    const spots = [...this.spotsAround(parts, size), ...this.edgeSpots()].filter(free);
    // A narrow view has controls in its corners and at its edges.
    const isLooked = !spots.length && this.frame.width < NARROW_VIEW && this.unitsInView.length <= UNITS_SAMPLED;
    return isLooked ? this.openSpots(place, size).filter(free) : spots;
  }

  // Anywhere in the view, what is nearest to a place first.
  openSpots(place, [width, height]) {
    const { x: middleX, y: middleY } = this.placePoint(place);
    const spots = [];
    for (let x = 8; x + width < this.frame.width - 8; x += COVER_CELL) {
      for (let y = 8; y + height < this.frame.height - 8; y += COVER_CELL / 2) {
        const cost = Math.hypot(x + width / 2 - middleX, y + height / 2 - middleY);
        spots.push({ x, y, hang: [1, 1], on: [x, y], away: 0, cost });
      }
    }
    return spots.sort((a, b) => a.cost - b.cost);
  }

  // Corners and edges of the view, for what belongs to no place on it.
  edgeSpots() {
    const { width, height } = this.frame;
    const along = (side, length) => [8, length / 2, length - 8][side + 1];
    return [[-1, 1], [0, 1], [-1, 0], [0, -1], [1, 1], [1, -1]].map(([x, y]) => ({
      x: along(x, width), y: along(y, height), hang: [-x, -y], on: [0, 0], away: 0,
    }));
  }

  // In full where the country is about as wide as its label, else its name and a count.
  addCountry(entry, handlers) {
    const label = { key: `country ${entry.place}`, kind: "country", ...handlers };
    label.pressed = this.view.selected.place.includes(entry.place);
    const wide = this.countryWidth(entry.place);
    const forms = [countryLines(this.data, entry), countryLine(this.data, entry)];
    for (const [i, lines] of forms.entries()) {
      const size = this.measure.buttonSize(lines);
      if (size[0] * (i ? 0.3 : 0.7) > wide && !label.pressed) continue;
      if (this.placeCard({ ...label, lines }, size, this.countrySpots(entry.place, size))) return;
    }
  }

  countryWidth(place) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const part of this.scene.partsOf(place)) growBox(box, this.scene.geometry.placeBoxes, part * 4);
    return (box[2] - box[0]) * this.frame.scale;
  }

  moreLines(n) {
    return [{ text: t("map.more_short", { n }), font: LINE_PLAIN }];
  }

  moreSpots() {
    const { width, height } = this.frame;
    return [[0.5, 1], [0.4, 1], [0.6, 1], [0.5, 0], [0.3, 1], [0.7, 1], [0.35, 0], [0.65, 0]].map(([x, y]) => ({
      x: width * x, y: y ? height - 8 : 8, hang: [0, y ? -1 : 1],
    }));
  }

  // The others' labels stay away from where the count of what is left out will stand.
  keepRoomForMore(most) {
    this.kept = this.room.take(this.measure.buttonSize(this.moreLines(most)), this.moreSpots());
  }

  // Whether the sets that are left out, if any, could be counted.
  addMore(rest, handlers) {
    if (!rest.length) return true;
    const lines = this.moreLines(rest.length), size = this.measure.buttonSize(lines);
    const label = { key: "more", lines, kind: "more", ...handlers };
    if (!this.kept) return this.place(label, size, this.moreSpots());
    this.labels.push({ ...label, box: hangBox(this.kept.spot, size) });
    return true;
  }

  // Point marks keep names away, not labels of totals.
  avoid(clusters) {
    for (const { x, y, rows } of clusters) {
      const radius = clusterRadius(rows.length);
      for (const copy of this.frame.copies) {
        const across = (x + copy * WORLD_SIZE) * this.frame.scale + this.frame.left;
        const down = y * this.frame.scale + this.frame.top;
        this.room.taken.push([across - radius, down - radius, across + radius, down + radius]);
      }
    }
  }

  // Names of units and of the land around, the first that find room.
  addNames(fitting, kind) {
    let drawn = 0;
    for (const { place, lines, size } of fitting) {
      if (drawn >= NAMES_DRAWN) break;
      const { x, y } = this.placePoint(place);
      const spots = nearbySpots(x, y, [[0, 0], [0, 12], [0, -12]]);
      if (this.place({ key: `name ${place}`, lines, kind }, size, spots)) drawn++;
    }
  }
}

/** Of units and lands those whose name fits into their shape, widest first: the zoom alone decides it. */
export class FittingNames {
  /** @param {Data} data */
  constructor(data, scene, units, measure) {
    this.data = data;
    this.scene = scene;
    this.units = units;
    this.measure = measure;
    this.scale = null;
  }

  /** Kept until the scale changes: thousands are not tried for every view. */
  at(scale) {
    if (this.scale !== scale) {
      this.scale = scale;
      this.found = { units: this.fitting(this.units), lands: this.fitting(this.scene.lands) };
    }
    return this.found;
  }

  fitting(places) {
    const { data, scene, measure, scale } = this;
    const fitting = [];
    for (const place of places) {
      const box = scene.geometry.box(place);
      const wide = (box[2] - box[0]) * scale;
      if (wide < 24) continue;
      const lines = [{ text: data.places.get("name", place) || "", font: LINE_NAME }];
      const size = measure.size(lines, [1, 0]);
      if (size[0] <= wide * NAME_SHARE) fitting.push({ place, lines, size, wide });
    }
    return fitting.sort((a, b) => b.wide - a.wide);
  }
}
