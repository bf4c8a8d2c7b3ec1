// From the bytes of a packed block to its header and the streams of numbers that it names.
// The other half, and why the data are laid out so, is mapping/page/packing.py.

/** The header of a packed block, and its streams. */
export function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return { header, streams: new Streams(bytes, 4 + length, header.streams) };
}

export function unzigzag(value) {
  return value & 1 ? -((value + 1) / 2) : value / 2;
}

/** Whole numbers, each stream made when first asked for. */
class Streams {
  /** @param {[number, number, number][]} layout  how many numbers, bytes a number, whether they are steps */
  constructor(bytes, start, layout) {
    this.bytes = bytes;
    this.layout = layout;
    this.made = [];
    this.starts = [];
    for (const [count, width] of layout) {
      this.starts.push(start);
      start += count * width;
    }
  }

  /** @returns {Int32Array} */
  get(index) {
    return (this.made[index] ??= this.make(index));
  }

  make(index) {
    const { bytes } = this;
    const [count, width, stepped] = this.layout[index];
    const numbers = new Int32Array(count);
    for (let plane = 0; plane < width; plane++) {
      const start = this.starts[index] + plane * count, shift = 8 * plane;
      for (let i = 0; i < count; i++) numbers[i] |= bytes[start + i] << shift;
    }
    if (!stepped) return numbers;
    let last = 0;
    for (let i = 0; i < count; i++) {
      const step = numbers[i];
      last += (step >>> 1) ^ -(step & 1);
      numbers[i] = last;
    }
    return numbers;
  }
}

/** The rings of each place, as lists of arcs. */
export function unpackShapes([shapes, rings, arcs], streams) {
  const lengths = streams.get(rings), codes = streams.get(arcs);
  let ring = 0, at = 0;
  return Array.from(streams.get(shapes), (count) => {
    const own = [];
    for (const end = ring + count; ring < end; ring++) {
      const refs = [];
      for (const stop = at + lengths[ring]; at < stop; at++) refs.push((codes[at] >>> 1) ^ -(codes[at] & 1));
      own.push(refs);
    }
    return own;
  });
}
