// Marks over the fills: outlines of sets, the selection, points.
//
// A set's outline is a band just inside its edge. Sets that share a place get
// bands at different depths, side by side, so that neither hides the other.
// The line tells how the figure is worded and how it covers the places:
//   joint solid, within dashed, region a wide soft edge without a line;
//   about two thin lines; up to: teeth inwards (it may be less);
//   over, at least: teeth outwards (it may be more).

import { pushTo } from "../core/view.js";
import { WORLD_SIZE, boxesMeet, walkRing } from "./geometry.js";

const BAND_WIDTH = 2.4;
const BAND_GAP = 2;
const TOOTH_LENGTH = 4.5;
const TOOTH_PATTERN = [1.3, 7.7];
const DASH_PATTERN = [9, 6];
export const FEATHER_WIDTHS = [27, 24, 21, 18, 15, 12, 9, 6, 3];
export const FEATHER_ALPHA = 0.055;
const OPEN_INWARDS = new Set(["up_to"]);
export const OPEN_OUTWARDS = new Set(["over", "at_least"]);

// Wide lines hide finer turns than this, and cost by the point.
const RING_GAP = 1.8;

// Rings in CSS pixels of the canvas.
export function pixelRings(frame, geometry, rings, copy) {
  const level = geometry.level(frame.scale * frame.dpr);
  const left = frame.left + copy * WORLD_SIZE * frame.scale;
  return rings
    .filter((ring) => !geometry.isSpeck(ring, level.gap * 3))
    .map((ring) => {
      const points = [];
      let [lastX, lastY] = [Infinity, Infinity];
      walkRing(level.detail, ring, (worldX, worldY) => {
        const x = worldX * frame.scale + left;
        const y = worldY * frame.scale + frame.top;
        if (Math.abs(x - lastX) < RING_GAP && Math.abs(y - lastY) < RING_GAP) return;
        points.push([x, y]);
        [lastX, lastY] = [x, y];
      });
      return points;
    });
}

function ringsPath(rings) {
  const path = new Path2D();
  for (const points of rings) {
    points.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
    path.closePath();
  }
  return path;
}

function ringsBox(rings, margin) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of rings.flat()) {
    box[0] = Math.min(box[0], x - margin);
    box[1] = Math.min(box[1], y - margin);
    box[2] = Math.max(box[2], x + margin);
    box[3] = Math.max(box[3], y + margin);
  }
  return box;
}

// The part of a box that lies on the canvas, in its own pixels: [x, y, width, height].
/** @returns {[number, number, number, number]} */
function canvasRect(box, frame) {
  const left = Math.max(0, Math.floor(box[0] * frame.dpr));
  const top = Math.max(0, Math.floor(box[1] * frame.dpr));
  const right = Math.min(Math.round(frame.width * frame.dpr), Math.ceil(box[2] * frame.dpr));
  const bottom = Math.min(Math.round(frame.height * frame.dpr), Math.ceil(box[3] * frame.dpr));
  return [left, top, right - left, bottom - top];
}

export function strokeWith(ctx, path, style) {
  ctx.strokeStyle = style.colour;
  ctx.lineWidth = style.width;
  ctx.setLineDash(style.dash || []);
  ctx.globalCompositeOperation = style.erase ? "destination-out" : "source-over";
  ctx.globalAlpha = style.alpha ?? 1;
  ctx.stroke(path);
  ctx.globalCompositeOperation = "source-over";
  ctx.globalAlpha = 1;
}

export function startPixels(ctx, frame) {
  ctx.setTransform(frame.dpr, 0, 0, frame.dpr, 0, 0);
  ctx.lineJoin = "round";
  ctx.lineCap = "butt";
}

function bandWidth(mark) {
  return BAND_WIDTH * (mark.strong ? 1.7 : 1) * (mark.modifier === "about" ? 1.6 : 1);
}

// How far inside the outline each band begins: after those of sets with a common place.
function bandInsets(marks, share) {
  const taken = new Map();
  return marks.map((mark) => {
    const inset = Math.max(0, ...mark.places.map((place) => taken.get(place) || 0));
    const teeth = OPEN_INWARDS.has(mark.modifier) ? TOOTH_LENGTH * 0.8 : 0;
    const end = inset + (bandWidth(mark) + teeth + BAND_GAP) * share;
    for (const place of mark.places) taken.set(place, end);
    return inset;
  });
}

// A band at depth 0 is drawn as it is. Deeper ones are drawn on a canvas of their
// own, where what lies outside them is erased.
export class SetPainter {
  constructor() {
    this.scratch = document.createElement("canvas");
  }

  paint(ctx, frame, scene, chosen) {
    const solid = chosen.filter((mark) => !mark.soft);
    // Far out, provinces are too small for full depths.
    const insets = bandInsets(solid, Math.max(0.35, Math.min(1, (frame.zoom - 2) / 3)));
    for (const copy of frame.copies) {
      for (const mark of chosen) if (mark.soft) this.paintSoft(ctx, frame, scene, mark, copy);
      solid.forEach((mark, i) => {
        this.paintBand(ctx, frame, scene, { ...mark, inset: insets[i] }, copy);
      });
    }
  }

  // {path, box} in pixels; null where nothing of it is on the canvas.
  outline(frame, scene, mark, copy) {
    const outline = scene.geometry.outline(mark.places);
    const rings = pixelRings(frame, scene.geometry, outline, copy);
    const box = ringsBox(rings, 2 * TOOTH_LENGTH + FEATHER_WIDTHS[0] / 2);
    return boxesMeet(box, [0, 0, frame.width, frame.height]) ? { path: ringsPath(rings), box } : null;
  }

  paintSoft(ctx, frame, scene, mark, copy) {
    const outline = this.outline(frame, scene, mark, copy);
    if (!outline) return;
    startPixels(ctx, frame);
    for (const width of FEATHER_WIDTHS) {
      strokeWith(ctx, outline.path, { colour: mark.colour, width, alpha: mark.faded ? FEATHER_ALPHA / 2 : FEATHER_ALPHA });
    }
  }

  paintBand(ctx, frame, scene, mark, copy) {
    const outline = this.outline(frame, scene, mark, copy);
    if (!outline) return;
    if (mark.inset === 0 && !mark.faded) {
      startPixels(ctx, frame);
      this.strokeMark(ctx, frame, scene, mark, outline.path);
      return;
    }
    const rect = canvasRect(outline.box, frame);
    if (rect[2] <= 0 || rect[3] <= 0) return;
    this.strokeMark(this.startScratch(frame, rect), frame, scene, mark, outline.path);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = mark.faded ? 0.35 : 1;
    ctx.drawImage(this.scratch, ...rect, ...rect);
    ctx.globalAlpha = 1;
  }

  /** @param {[number, number, number, number]} rect */
  startScratch(frame, rect) {
    const { scratch } = this;
    const [width, height] = [frame.width * frame.dpr, frame.height * frame.dpr].map(Math.round);
    if (scratch.width !== width || scratch.height !== height) {
      scratch.width = width;
      scratch.height = height;
    }
    const ctx = scratch.getContext("2d");
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(...rect);
    startPixels(ctx, frame);
    return ctx;
  }

  strokeMark(ctx, frame, scene, mark, path) {
    ctx.save();
    ctx.clip(path, "evenodd");
    this.strokeBand(ctx, path, mark, scene.palette);
    ctx.restore();
    if (OPEN_OUTWARDS.has(mark.modifier)) this.strokeTeethOutwards(ctx, frame, path, mark);
  }

  // Strokes are twice as wide as what shows of them: the clip keeps the inner half.
  strokeBand(ctx, path, mark, { halo }) {
    const about = mark.modifier === "about";
    const width = bandWidth(mark);
    const { inset, colour } = mark;
    const dash = mark.dashed ? DASH_PATTERN : [];
    const outer = 2 * (inset + width);
    strokeWith(ctx, path, { colour: halo, width: outer + 1.6, alpha: 0.75 });
    if (OPEN_INWARDS.has(mark.modifier)) {
      strokeWith(ctx, path, { colour, width: outer + 2 * TOOTH_LENGTH, dash: TOOTH_PATTERN });
      if (mark.dashed) strokeWith(ctx, path, { colour: halo, width: outer });
    }
    strokeWith(ctx, path, { colour, width: outer, dash });
    if (about) {
      strokeWith(ctx, path, { colour: halo, width: 2 * (inset + width * 0.67) });
      strokeWith(ctx, path, { colour, width: 2 * (inset + width * 0.33), dash });
    }
    if (inset > 0) strokeWith(ctx, path, { colour, width: 2 * (inset - 0.5), erase: true });
  }

  strokeTeethOutwards(ctx, frame, path, mark) {
    const outside = new Path2D(path);
    outside.rect(-10, -10, frame.width + 20, frame.height + 20);
    ctx.save();
    ctx.clip(outside, "evenodd");
    strokeWith(ctx, path, { colour: mark.colour, width: 2 * TOOTH_LENGTH, dash: TOOTH_PATTERN });
    ctx.restore();
  }
}

// From outlines to labels that stand off.
export function paintLeaders(ctx, frame, { palette }, leaders) {
  startPixels(ctx, frame);
  for (const { from, to, colour, shift } of leaders) {
    const path = new Path2D();
    path.moveTo(from[0] + shift.x, from[1] + shift.y);
    path.lineTo(to[0] + shift.x, to[1] + shift.y);
    strokeWith(ctx, path, { colour: palette.halo, width: 3.4, alpha: 0.8 });
    strokeWith(ctx, path, { colour, width: 1.4 });
  }
}

// --- selection and hover -----------------------------------------------------------

// Outlines of groups of places, visible on every fill: a dark line with a light edge.
export function paintHighlights(ctx, frame, scene, groups, [edge, line]) {
  startPixels(ctx, frame);
  const { palette, geometry } = scene;
  for (const places of groups) {
    for (const copy of frame.copies) {
      const path = ringsPath(pixelRings(frame, geometry, geometry.outline(places), copy));
      strokeWith(ctx, path, { colour: palette.halo, width: edge });
      strokeWith(ctx, path, { colour: palette.focus, width: line });
    }
  }
}

// --- points ---------------------------------------------------------------------------

const CLUSTER_CELL = 38;
const POINT_RADIUS = 4.5;

// Points in one cell of a pixel grid that is fixed to the ground become one mark;
// so do marks that would cover each other.
export function clusterPoints(points, scale) {
  const cells = new Map();
  for (const point of points) {
    const column = Math.floor((point.x * scale) / CLUSTER_CELL);
    const row = Math.floor((point.y * scale) / CLUSTER_CELL);
    pushTo(cells, `${column} ${row}`, point);
  }
  const groups = [...cells.values()].sort((a, b) => b.length - a.length);
  const clusters = [];
  for (const members of groups) {
    const cluster = makeCluster(members);
    const near = clusters.find((other) => clustersTouch(cluster, other, scale));
    if (near) Object.assign(near, makeCluster([...near.members, ...members]));
    else clusters.push(cluster);
  }
  return clusters;
}

function makeCluster(members) {
  return {
    members,
    x: members.reduce((sum, point) => sum + point.x, 0) / members.length,
    y: members.reduce((sum, point) => sum + point.y, 0) / members.length,
    rows: members.map((point) => point.row),
  };
}

function clustersTouch(a, b, scale) {
  const reach = clusterRadius(a.rows.length) + clusterRadius(b.rows.length) + 2;
  return ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) * scale * scale < reach * reach;
}

export function clusterRadius(count) {
  return count === 1 ? POINT_RADIUS : Math.min(18, 7.5 + 2.2 * Math.log2(count));
}

export function paintPoints(ctx, frame, scene, clusters, selectedRow) {
  startPixels(ctx, frame);
  const { palette } = scene;
  ctx.font = `600 11px ${scene.fontFamily}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const copy of frame.copies) {
    for (const cluster of clusters) {
      const x = (cluster.x + copy * WORLD_SIZE) * frame.scale + frame.left;
      const y = cluster.y * frame.scale + frame.top;
      if (x < -20 || y < -20 || x > frame.width + 20 || y > frame.height + 20) continue;
      paintPoint(ctx, palette, { x, y, count: cluster.rows.length, strong: cluster.rows.includes(selectedRow) });
    }
  }
}

export function paintPoint(ctx, palette, { x, y, count, strong }) {
  const radius = clusterRadius(count);
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.lineWidth = strong ? 4 : 1.6;
  ctx.fillStyle = count === 1 ? palette.point : palette.halo;
  ctx.strokeStyle = count === 1 ? palette.halo : palette.point;
  if (strong) ctx.strokeStyle = palette.focus;
  ctx.fill();
  ctx.stroke();
  if (count === 1) return;
  ctx.fillStyle = palette.point;
  ctx.fillText(String(count), x, y + 0.5);
}
