// Which place each pixel of the canvas shows. Where thousands of places change their colour, looking
// each pixel up takes a fraction of what filling their outlines does. The edges are not smoothed:
// borders lie over them.

import { whenIdle } from "../core/dom.js";
import { boxesMeet, walkRing } from "./geometry.js";
import { copyBox, copyMatrix, paintFills, tileShift } from "./paint.js";

// With fewer places, outlines are filled as fast.
export const RASTER_FROM = 500;

class PlaceRaster {
  /** @param {Object} frame of a canvas that shows one copy of the world */
  constructor(scene, frame) {
    this.scene = scene;
    this.frame = frame;
    this.width = Math.round(frame.width * frame.dpr);
    this.height = Math.round(frame.height * frame.dpr);
    this.matrix = copyMatrix(frame, frame.copies[0]);
    this.image = new ImageData(this.width, this.height);
    // The pattern that each place has in the picture.
    this.shown = Array.from({ length: scene.geometry.shapes.length }, () => null);
    this.laid = new Map();
  }

  /** Find the places of all pixels; yields often enough for idle time. */
  *fill(units) {
    const { scene, frame, matrix } = this;
    const level = scene.geometry.level(matrix[0]), box = copyBox(frame, frame.copies[0]);
    const crossings = Array.from({ length: this.height }, () => []);
    // A pixel's place, counted from 1; 0 is the sea.
    const pixels = new Uint32Array(this.width * this.height);
    // In the order in which they are painted.
    for (const place of [...scene.lands, ...units]) {
      if (!boxesMeet(scene.geometry.box(place), box)) continue;
      this.fillPlace(place, level, { crossings, pixels });
      yield;
    }
    this.runs = yield* this.runsOf(pixels);
  }

  // By the even-odd rule, as the outlines: on each row of pixels between every other crossing.
  fillPlace(place, level, { crossings, pixels }) {
    const { geometry } = this.scene;
    let top = this.height, bottom = -1;
    const cross = (x0, y0, x1, y1) => {
      if (y0 === y1) return;
      const slope = (x1 - x0) / (y1 - y0);
      const first = Math.max(0, Math.ceil(Math.min(y0, y1) - 0.5));
      const last = Math.min(this.height, Math.ceil(Math.max(y0, y1) - 0.5)) - 1;
      if (first > last) return;
      top = Math.min(top, first);
      bottom = Math.max(bottom, last);
      for (let row = first; row <= last; row++) crossings[row].push(x0 + (row + 0.5 - y0) * slope);
    };
    const [scale, left, above] = this.matrix;
    for (const ring of geometry.shapes[place]) {
      if (geometry.isSpeck(ring, level.gap)) continue;
      let startX = 0, startY = 0, lastX = 0, lastY = 0;
      walkRing(level.detail, ring, (worldX, worldY, first) => {
        const x = worldX * scale + left, y = worldY * scale + above;
        if (first) [startX, startY] = [x, y];
        else cross(lastX, lastY, x, y);
        [lastX, lastY] = [x, y];
      });
      cross(lastX, lastY, startX, startY);
    }
    for (let row = top; row <= bottom; row++) this.fillRow(pixels, row, crossings[row], place + 1);
  }

  fillRow(pixels, row, xs, value) {
    xs.sort((a, b) => a - b);
    for (let k = 0; k + 1 < xs.length; k += 2) {
      const from = Math.max(0, Math.ceil(xs[k] - 0.5)), to = Math.min(this.width, Math.ceil(xs[k + 1] - 0.5));
      if (from < to) pixels.fill(value, row * this.width + from, row * this.width + to);
    }
    xs.length = 0;
  }

  // Pixels of one place beside each other, row after row: place, first and end of each run.
  *runsOf(pixels) {
    const runs = [];
    for (let y = 0, i = 0; y < this.height; y++) {
      for (const end = i + this.width; i < end;) {
        const place = pixels[i], from = i;
        while (i < end && pixels[i] === place) i++;
        if (place) runs.push(place - 1, from, i);
      }
      yield;
    }
    return Uint32Array.from(runs);
  }

  /** The picture of the scene's groups. What keeps its pattern is in it already, and so is the sea. */
  colour() {
    const { width, image, runs, shown } = this;
    const out = new Uint32Array(image.data.buffer);
    const wanted = this.patterns(), isNew = wanted.map((pattern, place) => pattern !== shown[place]);
    for (let r = 0; r < runs.length; r += 3) {
      const place = runs[r];
      if (!isNew[place]) continue;
      const { rows, pixels } = wanted[place], end = runs[r + 2];
      let i = runs[r + 1];
      const y = (i / width) | 0;
      for (let k = rows[y] + i - y * width; i < end; i++, k++) out[i] = pixels[k];
    }
    this.shown = wanted;
    return image;
  }

  // The pattern of each place, laid out.
  patterns() {
    const { groups, lands, patterns } = this.scene;
    const wanted = Array.from({ length: this.shown.length }, () => null);
    const use = (tile, places) => {
      const laid = this.layOut(tile);
      for (const place of places) wanted[place] = laid;
    };
    use(patterns.landPixels(), lands);
    for (const { look, age, places } of groups) use(patterns.pixels(look, age), places);
    return wanted;
  }

  // A tile that is fixed to the ground, repeated as wide as the picture, and where in it each row
  // of the picture begins.
  layOut(tile) {
    let laid = this.laid.get(tile);
    if (laid) return laid;
    const { width, height, matrix } = this, size = tile.width;
    const [left, top] = [tileShift(matrix[1], size), tileShift(matrix[2], size)];
    const along = (i, shift) => (((i - shift) % size) + size) % size;
    const pixels = new Uint32Array(size * width);
    for (let row = 0; row < size; row++) {
      for (let x = 0; x < width; x++) pixels[row * width + x] = tile.pixels[row * size + along(x, left)];
    }
    laid = { pixels, rows: Uint32Array.from({ length: height }, (_, y) => along(y, top) * width) };
    this.laid.set(tile, laid);
    return laid;
  }
}

/** Paints the fills of a scene: of a new frame by outlines; in other colours by pixels, once they are known. */
export class FillPainter {
  constructor(scene, units) {
    this.scene = scene;
    this.units = units;
    this.frame = null;
    this.raster = null;
  }

  paint(ctx, frame) {
    paintFills(ctx, frame, this.scene);
    this.frame = frame;
    this.raster = null;
    // Through the author's tiles one sees, and a second copy of the world has patterns of its own.
    if (this.units.length >= RASTER_FROM && !this.scene.tiles && frame.copies.length === 1) this.prepare(ctx, frame);
  }

  recolour(ctx, frame) {
    if (this.raster) ctx.putImageData(this.raster.colour(), 0, 0);
    else paintFills(ctx, frame, this.scene);
  }

  rehearse() {
    this.raster?.colour();
  }

  prepare(ctx, frame) {
    let raster = null, work = null;
    const step = (deadline) => {
      if (this.frame !== frame) return undefined;
      raster ??= new PlaceRaster(this.scene, frame);
      work ??= raster.fill(this.units);
      let isDone = false;
      while (!isDone && deadline.timeRemaining() > 2) isDone = work.next().done;
      if (!isDone) return whenIdle(step);
      this.raster = raster;
      // Drawn once before anybody asks: the browser gives a canvas the memory that this takes.
      return whenIdle(() => this.raster === raster && this.recolour(ctx, frame));
    };
    whenIdle(step);
  }
}
