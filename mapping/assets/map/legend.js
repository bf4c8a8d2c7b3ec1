// The legend: what shades, hatches and lines mean. A Leaflet control that folds.

import { formatNumber, t } from "../core/words.js";
import { AGE_AGEING, AGE_FRESH, AGE_STALE, AGE_UNKNOWN, LOOK_NONE, LOOK_SOFT, MAX_PIXEL_RATIO } from "./paint.js";
import {
  FEATHER_ALPHA, FEATHER_WIDTHS, OPEN_OUTWARDS, SetPainter, paintPoint, startPixels, strokeWith,
} from "./marks.js";
import { spanWords } from "./captions.js";

// px of window and of map: below, it folds until the reader unfolds it.
const LEGEND_NARROW = 800;
const LEGEND_NARROW_MAP = 700;
const LEGEND_LOW_MAP = 280;
const SWATCH = [30, 18];

/** @param {Meta} meta */
export function addLegend(map, meta, getScene) {
  const legend = new MapLegend(map, meta, getScene);
  legend.redraw();
  return legend;
}

class MapLegend {
  /** @param {Meta} meta */
  constructor(map, meta, getScene) {
    this.map = map;
    this.meta = meta;
    this.getScene = getScene;
    this.swatches = [];
    this.element = document.createElement("details");
    this.element.className = "ca-legend leaflet-control";
    this.suitRoom();
    L.DomEvent.disableClickPropagation(this.element);
    L.DomEvent.disableScrollPropagation(this.element);
    const head = document.createElement("summary");
    head.textContent = t("legend.title");
    this.element.append(head, ...this.makeParts());
    this.control = L.control({ position: "bottomleft" });
    this.control.onAdd = () => this.element;
    this.control.addTo(map);
  }

  /** Fold where the map has become narrow or low, unfold where it has become wide. */
  suitRoom() {
    const { x, y } = this.map.getSize();
    const isWide = window.innerWidth >= LEGEND_NARROW && x >= LEGEND_NARROW_MAP && y >= LEGEND_LOW_MAP;
    if (isWide === this.isWide) return;
    this.isWide = isWide;
    this.element.open = isWide;
  }

  // The lower corner in which less of what the map is about lies beneath; returns how much,
  // in samples that lie `step` pixels apart.
  chooseCorner(isTold, step) {
    const { x: width, y: height } = this.map.getSize();
    const { offsetWidth, offsetHeight } = this.element;
    const hidden = (left) => {
      let count = 0;
      for (let x = step / 2; x < offsetWidth; x += step) {
        for (let y = step / 2; y < offsetHeight; y += step) {
          if (isTold(left + x, height - y)) count++;
        }
      }
      return count;
    };
    const [left, right] = [hidden(0), hidden(width - offsetWidth)];
    this.control.setPosition(right < left ? "bottomright" : "bottomleft");
    return Math.min(left, right);
  }

  /** What it takes of the map, in pixels of its two sides; nothing while it is folded. */
  room() {
    if (!this.element.open) return null;
    const { offsetWidth, offsetHeight } = this.element;
    return { width: offsetWidth, height: offsetHeight, isLeft: this.control.getPosition() === "bottomleft" };
  }

  // Paper has room below the map, and cannot unfold what is folded.
  layOnPaper(isPaper) {
    if (isPaper) {
      this.openOnScreen = this.element.open;
      this.map.getContainer().closest(".ca-map").after(this.element);
    } else {
      this.control.setPosition(this.control.getPosition());
    }
    this.element.open = isPaper || this.openOnScreen;
  }

  makeParts() {
    return [
      this.part("legend.shades", [this.note("legend.not_danger"), ...this.shadeRows()]),
      this.part("legend.ages", [this.scale(this.ageRows())]),
      this.part("legend.totals", [this.pairs(this.totalRows())]),
    ];
  }

  part(titleKey, rows) {
    const part = document.createElement("div");
    part.className = "ca-legend-part";
    const title = document.createElement("h3");
    title.textContent = t(titleKey);
    part.append(title, ...rows);
    return part;
  }

  note(key) {
    const note = document.createElement("p");
    note.className = "ca-legend-note";
    note.textContent = t(key);
    return note;
  }

  // Swatches side by side, their words beneath.
  scale(rows) {
    const scale = document.createElement("div");
    scale.className = "ca-legend-scale";
    scale.append(...rows);
    return scale;
  }

  pairs(rows) {
    const grid = document.createElement("div");
    grid.className = "ca-legend-pairs";
    grid.append(...rows);
    return grid;
  }

  row(text, draw) {
    const row = document.createElement("div");
    row.className = "ca-legend-row";
    const image = document.createElement("img");
    image.alt = "";
    [image.width, image.height] = SWATCH;
    const words = document.createElement("span");
    words.textContent = text;
    row.append(image, words);
    this.swatches.push({ image, draw });
    return row;
  }

  shadeRows() {
    const shades = this.meta.classes.map((_, i) =>
      this.row(this.classWords(i), (ctx, scene) => fillSwatch(ctx, scene, i + 1, AGE_FRESH)),
    );
    return [
      this.scale(shades),
      this.row(t("legend.soft"), (ctx, scene) => fillSwatch(ctx, scene, LOOK_SOFT, 0)),
      this.row(t("legend.none"), (ctx, scene) => fillSwatch(ctx, scene, LOOK_NONE, 0)),
    ];
  }

  // "1", "3–4", "5+"
  classWords(i) {
    const { classes } = this.meta;
    const from = classes[i];
    if (i + 1 === classes.length) return t("legend.or_more", { from });
    const to = classes[i + 1] - 1;
    return to > from ? t("legend.range", { from, to }) : formatNumber(from);
  }

  ageRows() {
    const limits = { fresh: spanWords(this.meta.fresh_days), stale: spanWords(this.meta.stale_days) };
    return [
      ["legend.fresh", AGE_FRESH],
      ["legend.ageing", AGE_AGEING],
      ["legend.stale", AGE_STALE],
      ["legend.unknown", AGE_UNKNOWN],
    ].map(([key, age]) => this.row(t(key, limits), (ctx, scene) => fillSwatch(ctx, scene, 2, age)));
  }

  totalRows() {
    return [
      ["legend.joint", {}],
      ["legend.within", { dashed: true }],
      ["legend.up_to", { modifier: "up_to" }],
      ["legend.over", { modifier: "over" }],
      ["legend.about", { modifier: "about" }],
      ["legend.region", { soft: true }],
    ]
      .map(([key, mark]) => this.row(t(key), (ctx, scene) => lineSwatch(ctx, scene, mark)))
      .concat(this.row(t("legend.point"), (ctx, scene) => pointSwatch(ctx, scene)));
  }

  // Pictures, drawn on one canvas in turn: a canvas a swatch would be a layer of its own to the
  // browser, 20 ms of the start, and would not be printed.
  redraw() {
    const scene = this.getScene();
    const dpr = Math.min(MAX_PIXEL_RATIO, window.devicePixelRatio || 1);
    const canvas = document.createElement("canvas");
    const ctx = canvas.getContext("2d", { willReadFrequently: true });
    for (const { image, draw } of this.swatches) {
      [canvas.width, canvas.height] = SWATCH.map((side) => side * dpr);
      draw(ctx, { ...scene, dpr });
      image.src = canvas.toDataURL();
    }
  }
}

function fillSwatch(ctx, { palette, patterns, dpr }, look, age) {
  const [width, height] = SWATCH.map((side) => side * dpr);
  ctx.fillStyle = patterns.style(ctx, look, age, [1, 0, 0]) || palette.fills[look];
  ctx.fillRect(0, 0, width, height);
  ctx.strokeStyle = palette.country;
  ctx.lineWidth = dpr;
  ctx.strokeRect(dpr / 2, dpr / 2, width - dpr, height - dpr);
}

// A corner of a set, with the same painter as the map.
function lineSwatch(ctx, scene, mark) {
  const frame = { dpr: scene.dpr, width: SWATCH[0], height: SWATCH[1] };
  const path = new Path2D();
  path.rect(-20, 6, 60, 60);
  const full = { inset: 0, colour: scene.palette.sets[0], ...mark };
  if (mark.soft) {
    startPixels(ctx, frame);
    for (const width of FEATHER_WIDTHS) strokeWith(ctx, path, { colour: full.colour, width: width * 0.6, alpha: FEATHER_ALPHA });
    return;
  }
  startPixels(ctx, frame);
  ctx.save();
  ctx.clip(path, "evenodd");
  const painter = new SetPainter();
  painter.strokeBand(ctx, path, full, scene.palette);
  ctx.restore();
  if (OPEN_OUTWARDS.has(mark.modifier)) painter.strokeTeethOutwards(ctx, frame, path, full);
}

function pointSwatch(ctx, { palette, dpr, fontFamily }) {
  startPixels(ctx, { dpr });
  ctx.font = `600 10px ${fontFamily}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  paintPoint(ctx, palette, { x: 6, y: 9, count: 1, strong: false });
  ctx.beginPath();
  ctx.arc(20, 9, 8, 0, 2 * Math.PI);
  ctx.fillStyle = palette.halo;
  ctx.strokeStyle = palette.point;
  ctx.lineWidth = 1.4;
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = palette.point;
  ctx.fillText("3", 20, 9.5);
}
