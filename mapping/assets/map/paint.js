// Painting: colours from the theme, fills with their hatches, and borders.
//
// A frame says how world units fall on a canvas:
//   {scale, dpr, width, height, left, top, copies, size, still}
// where x = world x * scale + left, in CSS pixels, and `copies` are the whole
// worlds (…, -1, 0, 1, …) of which a part is in view.

import { WORLD_SIZE, boxesMeet, growBox } from "./geometry.js";

const SHADES = 5;
export const LOOK_NONE = 0; // nothing collected
export const LOOK_SOFT = SHADES + 1; // only claims that do not shade
export const AGE_FRESH = 1;
export const AGE_AGEING = 2;
export const AGE_STALE = 3;
export const AGE_UNKNOWN = 4;
const AGES = 5;
const HATCH_TILE = 10;
const STIPPLE_TILE = 7;
export const MAX_PIXEL_RATIO = 2;

export function readPalette(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--ca-${name}`).trim();
  const numbered = (stem, count) =>
    Array.from({ length: count }, (_, i) => read(`${stem}-${i + 1}`));
  return {
    land: read("land"),
    sea: read("sea"),
    soft: read("soft"),
    fills: [read("none"), ...numbered("shade", SHADES), read("none")],
    hatchOnLight: read("hatch-on-light"),
    hatchOnDark: read("hatch-on-dark"),
    unit: read("border-unit"),
    country: read("border-country"),
    context: read("border-context"),
    sets: numbered("set", 6),
    point: read("point"),
    focus: read("focus"),
    halo: read("halo"),
  };
}

// Relative luminance (WCAG 2.2), to choose hatches that show on a fill.
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function hatchColour(palette, look) {
  return luminance(palette.fills[look]) > 0.27 ? palette.hatchOnLight : palette.hatchOnDark;
}

function drawTile(size, dpr, draw) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(size * dpr);
  const ctx = tile.getContext("2d");
  ctx.scale(tile.width / size, tile.height / size);
  draw(ctx, size);
  return tile;
}

function plainTile(colour) {
  return drawTile(1, 1, (ctx) => {
    ctx.fillStyle = colour;
    ctx.fillRect(0, 0, 1, 1);
  });
}

function drawHatch(ctx, size, { colour, crossed }) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.1;
  ctx.beginPath();
  // Lines run over the tile's corners, so that tiles join without a break.
  for (const shift of [-size, 0, size]) {
    ctx.moveTo(shift - 2, size + 2);
    ctx.lineTo(shift + size + 2, -2);
    if (crossed) {
      ctx.moveTo(shift - 2, -2);
      ctx.lineTo(shift + size + 2, size + 2);
    }
  }
  ctx.stroke();
}

// Of which day a claim is true is not known: broken lines across.
function drawBroken(ctx, size, colour) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  ctx.moveTo(0, size / 2);
  ctx.lineTo(size * 0.55, size / 2);
  ctx.stroke();
}

function drawStipple(ctx, size, colour) {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.arc(size / 2, size / 2, 1.15, 0, 2 * Math.PI);
  ctx.fill();
}

// The pattern of a look and an age, its fill included: one pass over each place, not
// two. Null where the fill stands alone.
function patternTile(palette, look, age, dpr) {
  const ground = (ctx, size) => {
    ctx.fillStyle = palette.fills[look];
    ctx.fillRect(0, 0, size, size);
  };
  if (look === LOOK_SOFT) {
    return drawTile(STIPPLE_TILE, dpr, (ctx, size) => {
      ground(ctx, size);
      drawStipple(ctx, size, palette.soft);
    });
  }
  if (look === LOOK_NONE || age < AGE_AGEING) return null;
  const colour = hatchColour(palette, look);
  return drawTile(HATCH_TILE, dpr, (ctx, size) => {
    ground(ctx, size);
    if (age === AGE_UNKNOWN) drawBroken(ctx, size, colour);
    else drawHatch(ctx, size, { colour, crossed: age === AGE_STALE });
  });
}

// Where the first tile begins that lies whole right of, or below, the edge of the canvas.
export function tileShift(at, size) {
  return Math.round(at - Math.floor(at / size) * size);
}

function tilePixels(tile) {
  const { data } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
  return { width: tile.width, pixels: new Uint32Array(data.buffer) };
}

export class Patterns {
  constructor(palette, dpr) {
    this.palette = palette;
    this.dpr = dpr;
    this.tiles = new Map();
    this.pixelsOf = new Map();
  }

  /** The pixels of a pattern, or of the fill that stands alone. */
  pixels(look, age) {
    return this.pixelsFor(look * AGES + age, () => this.tile(look, age), this.palette.fills[look]);
  }

  landPixels() {
    return this.pixelsFor("land", () => null, this.palette.land);
  }

  pixelsFor(key, getTile, colour) {
    if (!this.pixelsOf.has(key)) this.pixelsOf.set(key, tilePixels(getTile() || plainTile(colour)));
    return this.pixelsOf.get(key);
  }

  tile(look, age) {
    const key = look * AGES + age;
    if (!this.tiles.has(key)) this.tiles.set(key, patternTile(this.palette, look, age, this.dpr));
    return this.tiles.get(key);
  }

  // A pattern in device pixels, fixed to the ground; null where there is none. Its own transform
  // takes back the context's, so that each of its pixels is one of the canvas: sampled without
  // smoothing, it then fills as fast as where nothing is transformed.
  style(ctx, look, age, [scale, x, y]) {
    const tile = this.tile(look, age);
    if (!tile) return null;
    const shift = (at) => (tileShift(at, tile.width) - at) / scale;
    const pattern = ctx.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix([1 / scale, 0, 0, 1 / scale, shift(x), shift(y)]));
    return pattern;
  }
}

export function clearCanvas(ctx) {
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
}

// [scale, x, y] of one copy of the world, in device pixels.
export function copyMatrix(frame, copy) {
  const shift = copy * WORLD_SIZE * frame.scale;
  return [frame.scale * frame.dpr, (frame.left + shift) * frame.dpr, frame.top * frame.dpr];
}

// The part of one copy of the world that the canvas shows, as a box.
export function copyBox(frame, copy) {
  const left = frame.left + copy * WORLD_SIZE * frame.scale;
  return [
    -left / frame.scale,
    -frame.top / frame.scale,
    (frame.width - left) / frame.scale,
    (frame.height - frame.top) / frame.scale,
  ];
}

function eachCopy(ctx, frame, paint) {
  for (const copy of frame.copies) {
    const matrix = copyMatrix(frame, copy);
    ctx.setTransform(matrix[0], 0, 0, matrix[0], matrix[1], matrix[2]);
    paint(copyBox(frame, copy), matrix, copy);
  }
}

// Places of one fill, one pattern: [{look, age, places}].
export function groupPlaces(units, looks, ages) {
  const groups = new Map();
  for (const place of units) {
    const look = looks[place];
    const age = look === LOOK_NONE || look === LOOK_SOFT ? 0 : ages[place];
    const key = look * AGES + age;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { look, age, places: [] }));
    group.places.push(place);
  }
  return [...groups.values()];
}

function fillPlaces(ctx, geometry, level, box, places) {
  for (const place of places) {
    if (boxesMeet(geometry.box(place), box)) ctx.fill(geometry.path(place, level), "evenodd");
  }
}

export function paintFills(ctx, frame, scene) {
  const { geometry, palette, patterns } = scene;
  const level = geometry.level(frame.scale * frame.dpr);
  clearCanvas(ctx);
  ctx.imageSmoothingEnabled = false;
  eachCopy(ctx, frame, (box, matrix) => {
    if (!scene.tiles) {
      ctx.fillStyle = palette.land;
      fillPlaces(ctx, geometry, level, box, scene.lands);
    }
    ctx.globalAlpha = scene.tiles ? 0.72 : 1; // the author's tiles shine through
    for (const { look, age, places } of scene.groups) {
      ctx.fillStyle = patterns.style(ctx, look, age, matrix) || palette.fills[look];
      fillPlaces(ctx, geometry, level, box, places);
    }
    ctx.globalAlpha = 1;
  });
}

// --- borders -------------------------------------------------------------------

const BORDER_OUTER = 0; // a unit's coast, or its edge to another country
const BORDER_INNER = 1; // between two units of one country
const BORDER_CONTEXT = 2; // of the land around
const BORDER_NONE = 3;
// Arcs are kept by the cell of a grid, so that only those in view are stroked.
const BORDER_CELL = WORLD_SIZE / 16;

// Each arc once, not once a neighbour: [{arcs: [outer, inner, context], box, paths}].
export function sortBorders(geometry, countryOf, isUnit) {
  const owners = new Int32Array(geometry.full.start.length - 1).fill(-1);
  const kinds = new Uint8Array(owners.length);
  geometry.shapes.forEach((rings, place) => {
    for (const ring of rings) {
      for (const ref of ring) {
        const arc = ref < 0 ? ~ref : ref;
        const other = owners[arc];
        if (other === -1) kinds[arc] = isUnit[place] ? BORDER_OUTER : BORDER_CONTEXT;
        else if (other === place) kinds[arc] = BORDER_NONE;
        else if (countryOf[other] === countryOf[place]) kinds[arc] = isUnit[place] ? BORDER_INNER : BORDER_NONE;
        else kinds[arc] = isUnit[place] || isUnit[other] ? BORDER_OUTER : BORDER_CONTEXT;
        if (other === -1 || isUnit[place]) owners[arc] = place;
      }
    }
  });
  return gatherBorders(geometry, owners, kinds);
}

function gatherBorders(geometry, owners, kinds) {
  const chunks = new Map();
  owners.forEach((place, arc) => {
    if (place < 0 || kinds[arc] === BORDER_NONE) return;
    const at = arc * 4;
    const column = Math.floor((geometry.boxes[at] + geometry.boxes[at + 2]) / 2 / BORDER_CELL);
    const row = Math.floor((geometry.boxes[at + 1] + geometry.boxes[at + 3]) / 2 / BORDER_CELL);
    const key = row * 1000 + column;
    let chunk = chunks.get(key);
    if (!chunk) {
      chunk = { arcs: [[], [], []], box: [Infinity, Infinity, -Infinity, -Infinity] };
      chunks.set(key, chunk);
    }
    chunk.arcs[kinds[arc]].push(arc);
    growBox(chunk.box, geometry.boxes, at);
  });
  return [...chunks.values()];
}

function borderPath(geometry, level, chunk, kind) {
  level.borders ??= new Map();
  let paths = level.borders.get(chunk);
  if (!paths) level.borders.set(chunk, (paths = []));
  if (!paths[kind]) {
    paths[kind] = new Path2D();
    for (const arc of chunk.arcs[kind]) geometry.addArc(paths[kind], arc, level);
  }
  return paths[kind];
}

// Lines of at most one device pixel are drawn about eight times as fast as wider
// ones; far out, where lines are many, wider ones would cover the land besides.
function borderStyles(frame, palette) {
  const hairline = 1 / frame.dpr;
  const near = frame.zoom >= 7;
  return [
    [BORDER_CONTEXT, palette.context, near ? Math.max(0.9, hairline) : hairline],
    [BORDER_INNER, palette.unit, near ? Math.max(1, hairline) : hairline * Math.max(0.35, Math.min(1, frame.zoom / 5))],
    [BORDER_OUTER, palette.country, near ? 1.4 : hairline],
  ];
}

export function paintBorders(ctx, frame, scene) {
  const { geometry, palette, chunks } = scene;
  const level = geometry.level(frame.scale * frame.dpr);
  clearCanvas(ctx);
  ctx.lineJoin = "round";
  eachCopy(ctx, frame, (box) => {
    for (const [kind, colour, width] of borderStyles(frame, palette)) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width / frame.scale;
      for (const chunk of chunks) {
        if (chunk.arcs[kind].length && boxesMeet(chunk.box, box)) {
          ctx.stroke(borderPath(geometry, level, chunk, kind));
        }
      }
    }
  });
}
