// Geometry: shared arcs decoded once, thinned once a zoom, drawn as Path2D.
//
// "World" units are Web Mercator pixels at zoom 0 (0 … 256), less an origin in
// the middle of the data: canvas paths are 32-bit floats, and near zero they
// keep enough digits for every zoom that Leaflet has.

import { unzigzag } from "../core/unpack.js";

export const WORLD_SIZE = 256;
const MAX_LATITUDE = 85.0511287798;

function mercatorX(lon) {
  return ((lon + 180) / 360) * WORLD_SIZE;
}

function mercatorY(lat) {
  const clamped = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat));
  const angle = Math.PI / 4 + (clamped * Math.PI) / 360;
  return WORLD_SIZE / 2 - (WORLD_SIZE / (2 * Math.PI)) * Math.log(Math.tan(angle));
}

// Latitudes lie on a grid, so that few of them are distinct: one logarithm each.
function mercatorRows(rows, y0, step) {
  let [lowest, highest] = [Infinity, -Infinity];
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] < lowest) lowest = rows[i];
    if (rows[i] > highest) highest = rows[i];
  }
  if (!(highest - lowest < rows.length)) return rows.map((row) => mercatorY(y0 + row * step));
  const known = new Float64Array(highest - lowest + 1).fill(NaN);
  return rows.map((row) => {
    const at = row - lowest;
    if (Number.isNaN(known[at])) known[at] = mercatorY(y0 + row * step);
    return known[at];
  });
}

function decodeArcs(bytes, spec, origin) {
  const start = new Int32Array(spec.arcs + 1);
  const x = new Float64Array(spec.points);
  const rows = new Float64Array(spec.points);
  const perColumn = (spec.step / 360) * WORLD_SIZE;
  const left = mercatorX(spec.x0) - origin.x;
  let at = 0;
  const read = () => {
    // Multiplied, not shifted: a finer grid needs more than 31 bits.
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (!(byte & 128)) return value;
      factor *= 128;
    }
  };
  let column = 0;
  let row = 0;
  let point = 0;
  for (let arc = 0; arc < spec.arcs; arc++) {
    const end = point + read();
    for (; point < end; point++) {
      column += unzigzag(read());
      row += unzigzag(read());
      x[point] = left + column * perColumn;
      rows[point] = row;
    }
    start[arc + 1] = point;
  }
  const y = mercatorRows(rows, spec.y0, spec.step);
  for (let i = 0; i < y.length; i++) y[i] -= origin.y;
  return { start, x, y };
}

// Points nearer than `gap` to the last kept one go. Arcs are thinned, not rings:
// neighbours keep one and the same shared edge, whichever way they walk it.
// What is small keeps the `finest` gap: an island is drawn as long as it is a pixel wide.
function thinArcs(full, boxes, coarse, finest) {
  const arcs = full.start.length - 1;
  const start = new Int32Array(arcs + 1);
  const x = new Float64Array(full.x.length);
  const y = new Float64Array(full.y.length);
  let kept = 0;
  for (let arc = 0; arc < arcs; arc++) {
    const at = arc * 4, side = Math.max(boxes[at + 2] - boxes[at], boxes[at + 3] - boxes[at + 1]);
    const gapSquared = (side < SMALL_ARC * coarse ? finest : coarse) ** 2;
    const first = full.start[arc];
    const last = full.start[arc + 1] - 1;
    for (let i = first; i <= last; i++) {
      const dx = full.x[i] - x[kept - 1];
      const dy = full.y[i] - y[kept - 1];
      if (i === first || i === last || dx * dx + dy * dy >= gapSquared) {
        x[kept] = full.x[i];
        y[kept++] = full.y[i];
      }
    }
    start[arc + 1] = kept;
  }
  return { start, x: x.slice(0, kept), y: y.slice(0, kept) };
}

function arcBoxes(full) {
  const { start, x, y } = full;
  const arcs = start.length - 1;
  const boxes = new Float64Array(arcs * 4);
  for (let arc = 0; arc < arcs; arc++) {
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (let i = start[arc]; i < start[arc + 1]; i++) {
      if (x[i] < west) west = x[i];
      if (x[i] > east) east = x[i];
      if (y[i] < north) north = y[i];
      if (y[i] > south) south = y[i];
    }
    const at = arc * 4;
    boxes[at] = west;
    boxes[at + 1] = north;
    boxes[at + 2] = east;
    boxes[at + 3] = south;
  }
  return boxes;
}

export function growBox(box, boxes, at) {
  box[0] = Math.min(box[0], boxes[at]);
  box[1] = Math.min(box[1], boxes[at + 1]);
  box[2] = Math.max(box[2], boxes[at + 2]);
  box[3] = Math.max(box[3], boxes[at + 3]);
}

export function boxesMeet(a, b) {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

// Walks a ring's arcs in their order; each calls back with (x, y, isFirst).
export function walkRing(level, ring, visit) {
  let first = true;
  for (const ref of ring) {
    const arc = ref < 0 ? ~ref : ref;
    const from = level.start[arc];
    const to = level.start[arc + 1] - 1;
    // The last point of an arc is the first of the next.
    if (ref < 0) for (let i = to; i > from; i--, first = false) visit(level.x[i], level.y[i], first);
    else for (let i = from; i < to; i++, first = false) visit(level.x[i], level.y[i], first);
  }
}

// Levels of detail that are kept at a time: the one shown, and its neighbours.
const LEVELS_KEPT = 4;
// Thinned to so many pixels: what is left out cannot be seen. Far out, where thousands of places
// are in view and few pixels wide, it is coarser: that is a quarter of what drawing them takes.
const PIXEL_GAP = 0.9;
const PIXEL_GAP_FAR = 2;
const FAR_LEVEL = 3;
const SMALL_ARC = 4; // gaps
const FULL_LEVEL = 40;

export class Geometry {
  constructor(bytes, spec, shapes, bounds) {
    const [[south, west], [north, east]] = bounds;
    this.origin = {
      x: mercatorX((west + east) / 2),
      y: (mercatorY(south) + mercatorY(north)) / 2,
    };
    this.shapes = shapes;
    this.full = decodeArcs(bytes, spec, this.origin);
    this.boxes = arcBoxes(this.full);
    this.placeBoxes = this.boxPlaces();
    this.levels = new Map([[FULL_LEVEL, { detail: this.full, paths: [], gap: 0 }]]);
    // Where the gap is finer than the grid, thinning would keep every point.
    this.finest = Math.ceil(Math.log2((PIXEL_GAP * 360) / (spec.step * WORLD_SIZE)));
    this.outlines = new Map();
  }

  boxPlaces() {
    const all = new Float64Array(this.shapes.length * 4);
    this.shapes.forEach((rings, place) => {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (const ring of rings) {
        for (const ref of ring) growBox(box, this.boxes, (ref < 0 ? ~ref : ref) * 4);
      }
      all.set(box, place * 4);
    });
    return all;
  }

  box(place) {
    return this.placeBoxes.subarray(place * 4, place * 4 + 4);
  }

  world(lat, lon) {
    return { x: mercatorX(lon) - this.origin.x, y: mercatorY(lat) - this.origin.y };
  }

  // The level of detail for a scale, in device pixels a world unit.
  level(scale) {
    const zoom = Math.max(0, Math.ceil(Math.log2(scale)));
    const key = zoom > this.finest ? FULL_LEVEL : zoom;
    let level = this.levels.get(key);
    if (!level) {
      const gap = PIXEL_GAP / 2 ** key, coarse = (key <= FAR_LEVEL ? PIXEL_GAP_FAR : PIXEL_GAP) / 2 ** key;
      level = { detail: thinArcs(this.full, this.boxes, coarse, gap), paths: [], gap };
    }
    this.levels.delete(key);
    this.levels.set(key, level); // the newest stands last
    for (const old of this.levels.keys()) {
      if (this.levels.size <= LEVELS_KEPT) break;
      if (old !== FULL_LEVEL) this.levels.delete(old);
    }
    return level;
  }

  // A ring that is smaller than a pixel both ways cannot be seen.
  isSpeck(ring, gap) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ref of ring) growBox(box, this.boxes, (ref < 0 ? ~ref : ref) * 4);
    return box[2] - box[0] < gap && box[3] - box[1] < gap;
  }

  path(place, level) {
    const known = level.paths[place];
    if (known) return known;
    const path = new Path2D();
    for (const ring of this.shapes[place]) this.addRing(path, ring, level);
    level.paths[place] = path;
    return path;
  }

  addRing(path, ring, level) {
    if (this.isSpeck(ring, level.gap)) return;
    walkRing(level.detail, ring, (x, y, first) => {
      if (first) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    path.closePath();
  }

  addArc(path, arc, level) {
    const { start, x, y } = level.detail;
    let i = start[arc];
    path.moveTo(x[i], y[i]);
    for (i++; i < start[arc + 1]; i++) path.lineTo(x[i], y[i]);
  }

  contains(place, x, y) {
    const at = place * 4, boxes = this.placeBoxes;
    if (x < boxes[at] || x > boxes[at + 2] || y < boxes[at + 1] || y > boxes[at + 3]) return false;
    let inside = false;
    for (const ring of this.shapes[place]) {
      for (const ref of ring) {
        if (this.crossesOften(ref < 0 ? ~ref : ref, x, y)) inside = !inside;
      }
    }
    return inside;
  }

  // Whether a ray to the east meets the arc an odd number of times.
  crossesOften(arc, x, y) {
    const at = arc * 4;
    if (y < this.boxes[at + 1] || y > this.boxes[at + 3] || x > this.boxes[at + 2]) return false;
    const { start, x: xs, y: ys } = this.full;
    let odd = false;
    for (let i = start[arc] + 1; i < start[arc + 1]; i++) {
      const above = ys[i - 1] > y;
      if (above === ys[i] > y) continue;
      const cut = xs[i] + ((y - ys[i]) * (xs[i - 1] - xs[i])) / (ys[i - 1] - ys[i]);
      if (x < cut) odd = !odd;
    }
    return odd;
  }

  // The outline of several places: the arcs that an odd number of their rings
  // use, chained into rings again.
  outline(places) {
    const key = places.join(" ");
    let rings = this.outlines.get(key);
    if (!rings) {
      rings = this.chain(this.oddArcs(places));
      this.outlines.set(key, rings);
    }
    return rings;
  }

  oddArcs(places) {
    const odd = new Map();
    for (const place of new Set(places)) {
      for (const ring of this.shapes[place] || []) {
        for (const ref of ring) {
          const arc = ref < 0 ? ~ref : ref;
          if (!odd.delete(arc)) odd.set(arc, ref);
        }
      }
    }
    return [...odd.values()];
  }

  // Whether a ring runs clockwise is not asked: arcs join at either end.
  chain(refs) {
    const meeting = new Map();
    for (const ref of refs) {
      for (const key of [this.endKey(ref, true), this.endKey(ref, false)]) {
        if (!meeting.has(key)) meeting.set(key, []);
        meeting.get(key).push(ref);
      }
    }
    const used = new Set();
    const rings = [];
    for (const first of refs) {
      if (used.has(first)) continue;
      used.add(first);
      const ring = [];
      const home = this.endKey(first, true);
      for (let ref = first; ref !== undefined; ) {
        ring.push(ref);
        const end = this.endKey(ref, false);
        if (end === home) break;
        const next = (meeting.get(end) || []).find((candidate) => !used.has(candidate));
        ref = next === undefined || this.endKey(next, true) === end ? next : ~next;
        if (next !== undefined) used.add(next);
      }
      rings.push(ring);
    }
    return rings;
  }

  endKey(ref, atStart) {
    const arc = ref < 0 ? ~ref : ref;
    const { start, x, y } = this.full;
    const i = ref < 0 === atStart ? start[arc + 1] - 1 : start[arc];
    return `${x[i]} ${y[i]}`;
  }
}

// Paths of what is in view, for another scale; yields often enough for idle time.
export function* prepareLevel(geometry, scale, box) {
  const level = geometry.level(scale);
  yield;
  for (let place = 0; place < geometry.shapes.length; place++) {
    if (!boxesMeet(geometry.box(place), box)) continue;
    geometry.path(place, level);
    yield;
  }
}
