// Which place each pixel of the canvas shows. Where thousands of places change their colour, looking
// each pixel up takes a fraction of what filling their outlines does. The edges are not smoothed:
// borders lie over them.

// With fewer places, outlines are filled as fast.
const RASTER_FROM = 500;

class PlaceRaster {
  /** @param {Object} frame of a canvas that shows one copy of the world */
  constructor(scene, frame) {
    Object.assign(this, { scene, frame });
    this.width = Math.round(frame.width * frame.dpr);
    this.height = Math.round(frame.height * frame.dpr);
    this.matrix = copyMatrix(frame, frame.copies[0]);
    // A pixel's place, counted from 1; 0 is the sea.
    this.places = new Uint32Array(this.width * this.height);
    this.columnsOf = new Map();
    this.image = new ImageData(this.width, this.height);
  }

  /** Find the places of all pixels; yields often enough for idle time. */
  *fill(units) {
    const { scene, frame, matrix } = this;
    const level = scene.geometry.level(matrix[0]), box = copyBox(frame, frame.copies[0]);
    const crossings = Array.from({ length: this.height }, () => []);
    // In the order in which they are painted.
    for (const place of [...scene.lands, ...units]) {
      if (!boxesMeet(scene.geometry.box(place), box)) continue;
      this.fillPlace(place, level, crossings);
      yield;
    }
  }

  // By the even-odd rule, as the outlines: on each row of pixels between every other crossing.
  fillPlace(place, level, crossings) {
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
    for (let row = top; row <= bottom; row++) this.fillRow(row, crossings[row], place + 1);
  }

  fillRow(row, xs, value) {
    xs.sort((a, b) => a - b);
    for (let k = 0; k + 1 < xs.length; k += 2) {
      const from = Math.max(0, Math.ceil(xs[k] - 0.5)), to = Math.min(this.width, Math.ceil(xs[k + 1] - 0.5));
      if (from < to) this.places.fill(value, row * this.width + from, row * this.width + to);
    }
    xs.length = 0;
  }

  /** The picture of the scene's groups, every pixel by its place's pattern. */
  colour() {
    const { width, height, places, image } = this;
    // The sea stays what it is, and all other pixels are written each time.
    const out = new Uint32Array(image.data.buffer);
    const { starts, sizeOf, sizes, pixels } = this.tiles();
    const columns = sizes.map((size) => this.shifts(size, width, this.matrix[1]));
    const rows = sizes.map((size) => this.shifts(size, height, this.matrix[2]));
    for (let y = 0, i = 0; y < height; y++) {
      const tops = sizes.map((size, k) => rows[k][y] * size);
      for (let x = 0; x < width; x++, i++) {
        const place = places[i];
        if (place === 0) continue;
        const k = sizeOf[place];
        out[i] = pixels[starts[place] + tops[k] + columns[k][x]];
      }
    }
    return image;
  }

  // The pixels of all patterns one after the other; where each place's begin, and their size.
  tiles() {
    const { groups, lands, patterns, geometry } = this.scene;
    const count = geometry.shapes.length + 1;
    const starts = new Uint32Array(count), sizeOf = new Uint8Array(count);
    const sizes = [], parts = [];
    let length = 0;
    const use = (tile, places) => {
      let k = sizes.indexOf(tile.width);
      if (k < 0) k = sizes.push(tile.width) - 1;
      for (const place of places) {
        starts[place + 1] = length;
        sizeOf[place + 1] = k;
      }
      parts.push(tile.pixels);
      length += tile.pixels.length;
    };
    use(patterns.landPixels(), lands);
    for (const { look, age, places } of groups) use(patterns.pixels(look, age), places);
    const pixels = new Uint32Array(length);
    let at = 0;
    for (const part of parts) {
      pixels.set(part, at);
      at += part.length;
    }
    return { starts, sizeOf, sizes, pixels };
  }

  // Where in a tile that is fixed to the ground each column, or row, of pixels lies.
  shifts(size, length, at) {
    const key = `${size} ${length} ${at}`;
    let found = this.columnsOf.get(key);
    if (!found) {
      const shift = tileShift(at, size);
      found = Uint8Array.from({ length }, (_, i) => (((i - shift) % size) + size) % size);
      this.columnsOf.set(key, found);
    }
    return found;
  }
}

/** Paints the fills of a scene: of a new frame by outlines; in other colours by pixels, once they are known. */
class FillPainter {
  constructor(scene, units) {
    Object.assign(this, { scene, units, frame: null, raster: null });
  }

  paint(ctx, frame) {
    paintFills(ctx, frame, this.scene);
    this.frame = frame;
    this.raster = null;
    // Through the author's tiles one sees, and a second copy of the world has patterns of its own.
    if (this.units.length >= RASTER_FROM && !this.scene.tiles && frame.copies.length === 1) this.prepare(frame);
  }

  recolour(ctx, frame) {
    if (this.raster) ctx.putImageData(this.raster.colour(), 0, 0);
    else paintFills(ctx, frame, this.scene);
  }

  rehearse() {
    this.raster?.colour();
  }

  prepare(frame) {
    let raster = null, work = null;
    const step = (deadline) => {
      if (this.frame !== frame) return;
      raster ??= new PlaceRaster(this.scene, frame);
      work ??= raster.fill(this.units);
      let isDone = false;
      while (!isDone && deadline.timeRemaining() > 2) isDone = work.next().done;
      if (isDone) this.raster = raster;
      else whenIdle(step);
    };
    whenIdle(step);
  }
}
