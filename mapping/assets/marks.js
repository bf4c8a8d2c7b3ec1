// Marks over the fills: outlines of sets, the selection, points.
//
// A set's outline is a band just inside its edge. Sets that share a place get
// bands at different depths, side by side, so that neither hides the other.
// The line tells how the figure is worded and how it covers the places:
//   joint solid, within dashed, region a wide soft edge without a line;
//   about two thin lines; up to: teeth inwards (it may be less);
//   over, at least: teeth outwards (it may be more).

const BAND_WIDTH = 2.6;
const BAND_GAP = 2.2;
const TOOTH_LENGTH = 4.5;
const TOOTH_PATTERN = [1.3, 7.7];
const DASH_PATTERN = [9, 6];
const FEATHER_WIDTHS = [26, 20, 14, 8];
const OPEN_INWARDS = new Set(["up_to"]);
const OPEN_OUTWARDS = new Set(["over", "at_least"]);

// Rings in CSS pixels of the canvas, points nearer than a pixel left out.
function pixelRings(frame, geometry, rings, copy) {
  const level = geometry.level(frame.scale * frame.dpr);
  const left = frame.left + copy * WORLD_SIZE * frame.scale;
  return rings
    .filter((ring) => !geometry.isSpeck(ring, level.gap * 3))
    .map((ring) => {
      const points = [];
      walkRing(level.detail, ring, (x, y) => {
        points.push([x * frame.scale + left, y * frame.scale + frame.top]);
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

function strokeWith(ctx, path, style) {
  ctx.strokeStyle = style.colour;
  ctx.lineWidth = style.width;
  ctx.setLineDash(style.dash || []);
  ctx.globalCompositeOperation = style.erase ? "destination-out" : "source-over";
  ctx.globalAlpha = style.alpha ?? 1;
  ctx.stroke(path);
  ctx.globalCompositeOperation = "source-over";
  ctx.globalAlpha = 1;
}

function startPixels(ctx, frame) {
  ctx.setTransform(frame.dpr, 0, 0, frame.dpr, 0, 0);
  ctx.lineJoin = "round";
  ctx.lineCap = "butt";
}

// Depths of bands: the lowest that no set with a common place has taken.
function bandDepths(chosen) {
  const taken = new Map();
  return chosen.map(({ places }) => {
    const used = new Set(places.flatMap((place) => taken.get(place) || []));
    let depth = 0;
    while (used.has(depth)) depth++;
    for (const place of places) taken.set(place, [...(taken.get(place) || []), depth]);
    return depth;
  });
}

// Bands are drawn on a canvas of their own: what lies outside them is erased there.
class SetPainter {
  constructor() {
    this.scratch = document.createElement("canvas");
  }

  paint(ctx, frame, scene, chosen) {
    // Far out, provinces are too small for full depths.
    const depthScale = Math.max(0.35, Math.min(1, (frame.zoom - 2) / 4));
    const depths = bandDepths(chosen.filter((mark) => !mark.soft));
    const solid = chosen.filter((mark) => !mark.soft).map((mark, i) => ({
      ...mark,
      inset: depths[i] * (BAND_WIDTH + BAND_GAP) * depthScale,
    }));
    for (const copy of frame.copies) {
      for (const mark of chosen) if (mark.soft) this.paintSoft(ctx, frame, scene, mark, copy);
      for (const mark of solid) this.paintBand(ctx, frame, scene, mark, copy);
    }
  }

  outline(frame, scene, mark, copy) {
    const rings = scene.geometry.outline(mark.places);
    return ringsPath(pixelRings(frame, scene.geometry, rings, copy));
  }

  paintSoft(ctx, frame, scene, mark, copy) {
    startPixels(ctx, frame);
    const path = this.outline(frame, scene, mark, copy);
    for (const width of FEATHER_WIDTHS) {
      strokeWith(ctx, path, { colour: mark.colour, width, alpha: mark.faded ? 0.05 : 0.11 });
    }
  }

  paintBand(ctx, frame, scene, mark, copy) {
    const path = this.outline(frame, scene, mark, copy);
    const scratch = this.startScratch(frame);
    scratch.save();
    scratch.clip(path, "evenodd");
    this.strokeBand(scratch, path, mark, scene.palette);
    scratch.restore();
    if (OPEN_OUTWARDS.has(mark.modifier)) this.strokeTeethOutwards(scratch, frame, path, mark);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = mark.faded ? 0.4 : 1;
    ctx.drawImage(this.scratch, 0, 0);
    ctx.globalAlpha = 1;
  }

  startScratch(frame) {
    const { scratch } = this;
    const [width, height] = [frame.width * frame.dpr, frame.height * frame.dpr].map(Math.round);
    if (scratch.width !== width || scratch.height !== height) {
      scratch.width = width;
      scratch.height = height;
    }
    const ctx = scratch.getContext("2d");
    clearCanvas(ctx);
    startPixels(ctx, frame);
    return ctx;
  }

  // Strokes are twice as wide as what shows of them: the clip keeps the inner half.
  strokeBand(ctx, path, mark, palette) {
    const width = BAND_WIDTH * (mark.strong ? 1.7 : 1) * (mark.modifier === "about" ? 1.6 : 1);
    const { inset, colour } = mark;
    const outer = 2 * (inset + width);
    if (OPEN_INWARDS.has(mark.modifier)) {
      const tips = outer + 2 * TOOTH_LENGTH;
      strokeWith(ctx, path, { colour, width: tips, dash: TOOTH_PATTERN });
      strokeWith(ctx, path, { colour, width: outer, erase: true });
    }
    strokeWith(ctx, path, { colour: palette.halo, width: outer + 1.6, alpha: 0.75 });
    strokeWith(ctx, path, { colour, width: outer, dash: mark.dashed ? DASH_PATTERN : [] });
    if (mark.modifier === "about") {
      strokeWith(ctx, path, { colour, width: 2 * (inset + width * 0.66), erase: true });
      strokeWith(ctx, path, {
        colour: palette.halo, width: 2 * (inset + width * 0.66), alpha: 0.75,
      });
      strokeWith(ctx, path, {
        colour, width: 2 * (inset + width * 0.34), dash: mark.dashed ? DASH_PATTERN : [],
      });
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

// --- selection and hover -----------------------------------------------------------

function paintHighlights(ctx, frame, scene, { selected, hovered }) {
  startPixels(ctx, frame);
  const { palette, geometry } = scene;
  const stroke = (places, widths) => {
    for (const copy of frame.copies) {
      const path = ringsPath(pixelRings(frame, geometry, geometry.outline(places), copy));
      strokeWith(ctx, path, { colour: palette.halo, width: widths[0] });
      strokeWith(ctx, path, { colour: palette.focus, width: widths[1] });
    }
  };
  for (const places of selected) if (places.length) stroke(places, [6, 2.8]);
  if (hovered >= 0 && geometry.shapes[hovered]?.length) stroke([hovered], [3.4, 1.4]);
}

// --- points ---------------------------------------------------------------------------

const CLUSTER_CELL = 38;
const POINT_RADIUS = 4.5;

// Points in one cell of a pixel grid that is fixed to the ground become one mark.
function clusterPoints(points, geometry, scale) {
  const cells = new Map();
  for (const point of points) {
    const key = `${Math.floor((point.x * scale) / CLUSTER_CELL)} ${Math.floor((point.y * scale) / CLUSTER_CELL)}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(point);
  }
  return [...cells.values()].map((members) => ({
    x: members.reduce((sum, point) => sum + point.x, 0) / members.length,
    y: members.reduce((sum, point) => sum + point.y, 0) / members.length,
    rows: members.map((point) => point.row),
  }));
}

function clusterRadius(count) {
  return count === 1 ? POINT_RADIUS : Math.min(18, 7.5 + 2.2 * Math.log2(count));
}

function paintPoints(ctx, frame, scene, clusters, selectedRow) {
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

function paintPoint(ctx, palette, { x, y, count, strong }) {
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
