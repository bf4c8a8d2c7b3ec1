// Tables, column by column; a column is unpacked when it is first used, a text when it is read.

import { unpackShapes } from "./unpack.js";

export const EMPTY_CODES = new Int32Array(0);

export function readMeta() {
  const block = /** @type {HTMLElement} */ (document.getElementById("claimatlas-meta"));
  return JSON.parse(block.textContent);
}

/** One table. A column that is missing everywhere may be absent. Its types stand in mapping/page/packing.py. */
export class Table {
  /** @param {{n: number, words: string[], columns: Record<string, Column>}} source */
  constructor({ n, columns, words }, streams) {
    this.n = n;
    this.columns = columns;
    this.words = words;
    this.streams = streams;
    this.cache = new Map();
  }

  has(name) {
    return Object.hasOwn(this.columns, name);
  }

  isList(name) {
    return this.has(name) && this.columns[name].t === "list";
  }

  /** The distinct values of a dict or list column ([] where the codes are indices themselves). */
  values(name) {
    if (!this.has(name)) return [];
    const { v } = this.columns[name];
    if (typeof v === "string") return this.values(v);
    return v && v.stems ? this.cached(`values ${name}`, () => this.names(v)) : v || [];
  }

  names(source) {
    return Array.from(this.streams.get(source.s), (_, i) => this.nameAt(source, i));
  }

  nameAt({ stems, s, k }, i) {
    const stem = this.streams.get(s)[i], number = this.streams.get(k)[i];
    if (stem === 0) return null;
    return number === 0 ? stems[stem - 1] : stems[stem - 1] + (number - 1);
  }

  /** What stands in each row: the number of a value, of a list, of a way; a column may follow from another. */
  rows(name) {
    const column = this.columns[name];
    if (column.of === undefined) return this.streams.get(column.s);
    return this.cached(`rows ${name}`, () => this.rows(column.of).map((row) => column.m[row]));
  }

  /** The value in row i: string, number or null; an array for a list column. */
  get(name, i) {
    if (!this.has(name)) return null;
    const column = this.columns[name];
    if (column.t === "dict") {
      const row = this.rows(name)[i];
      return row === 0 ? null : this.values(name)[row - 1];
    }
    if (column.t === "names") return this.nameAt(column, i);
    if (column.t === "words") return this.textAt(name, i);
    if (column.t === "list") return Array.from(this.codes(name, i), (code) => (column.v ? column.v[code] : code));
    const number = this.numbers(name)[i];
    return Number.isNaN(number) ? null : number;
  }

  textAt(name, i) {
    const codes = this.wordCodes(name), starts = this.wordStarts(name);
    const end = starts[i + 1];
    let k = starts[i];
    if (k === end) return null;
    let text = this.words[codes[k]];
    while (++k < end) text += ` ${this.words[codes[k]]}`;
    return text;
  }

  /** The words of a text column, as positions in `words`, row after row. */
  wordCodes(name) {
    return this.streams.get(this.columns[name].c);
  }

  /** Where each row's words start in `wordCodes`; n + 1 entries. */
  wordStarts(name) {
    return this.cached(`words ${name}`, () => addUp(this.streams.get(this.columns[name].n)));
  }

  /** The code of a dict column in row i; −1 where missing. */
  code(name, i) {
    return this.has(name) && this.columns[name].t === "dict" ? this.rows(name)[i] - 1 : -1;
  }

  /** The codes of a list column in row i. */
  codes(name, i) {
    if (!this.isList(name)) return EMPTY_CODES;
    const starts = this.starts(name);
    return this.allCodes(name).subarray(starts[i], starts[i + 1]);
  }

  /** All codes: one a row for a dict column, all rows' in turn for a list column. */
  allCodes(name) {
    return this.cached(`codes ${name}`, () => {
      if (!this.has(name)) return new Int32Array(this.n).fill(-1);
      return this.isList(name) ? this.listCodes(name) : this.rows(name).map((row) => row - 1);
    });
  }

  listCodes(name) {
    const { n: lengths, c: codes } = this.columns[name];
    const rows = this.rows(name), starts = this.starts(name), firsts = addUp(lengths);
    const all = new Int32Array(starts[this.n]);
    for (let i = 0, at = 0; i < this.n; i++) {
      for (let k = firsts[rows[i]]; k < firsts[rows[i] + 1]; k++) all[at++] = codes[k];
    }
    return all;
  }

  /** Where each row's codes start in `allCodes` of a list column; n + 1 entries. */
  starts(name) {
    return this.cached(`starts ${name}`, () => {
      if (!this.isList(name)) return new Int32Array(this.n + 1);
      const { n: lengths } = this.columns[name];
      return addUp(this.rows(name).map((row) => lengths[row]));
    });
  }

  /** A column as numbers; NaN where missing. */
  numbers(name) {
    return this.cached(`numbers ${name}`, () => {
      const numbers = new Float64Array(this.n).fill(NaN);
      const column = this.has(name) ? this.columns[name] : { t: "none" };
      if (column.t === "num") this.fillScaled(numbers, name);
      if (column.t === "share") this.fillShares(numbers, name);
      if (column.t === "dict") this.fillDistinct(numbers, name);
      return numbers;
    });
  }

  /** Numbers that no scale makes whole are distinct values. */
  fillDistinct(numbers, name) {
    const rows = this.rows(name), values = this.values(name);
    for (let i = 0; i < numbers.length; i++) {
      const value = values[rows[i] - 1];
      if (typeof value === "number") numbers[i] = value;
    }
  }

  fillScaled(numbers, name) {
    const { least, d } = this.columns[name];
    const rows = this.rows(name), scale = 10 ** d;
    for (let i = 0; i < numbers.length; i++) if (rows[i] > 0) numbers[i] = (rows[i] - 1 + least) / scale;
  }

  /** Bounds that are shares of a figure of the same row. */
  fillShares(numbers, name) {
    const rows = this.rows(name);
    const ways = this.columns[name].ways.map(([other, share]) => ({ of: other ? this.numbers(other) : null, share }));
    for (let i = 0; i < numbers.length; i++) {
      if (rows[i] === 0) continue;
      const { of, share } = ways[rows[i]];
      numbers[i] = of ? of[i] * share : share;
    }
  }

  cached(key, make) {
    let value = this.cache.get(key);
    if (value === undefined) {
      value = make();
      this.cache.set(key, value);
    }
    return value;
  }
}

/** Where each of several lengths starts, and where the last one ends. */
export function addUp(lengths) {
  const starts = new Int32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) starts[i + 1] = starts[i] + lengths[i];
  return starts;
}

/** What the page carries, as tables; `geometry` are the bytes of the shared arcs. */
export function createData({ header, streams }, geometry) {
  return {
    claims: new Table(header.claims, streams),
    places: new Table(header.places, streams),
    shapes: unpackShapes(header.places.shapes, streams),
    sets: header.sets || [],
    regions: header.regions || {},
    aliases: header.aliases || [],
    spelt: header.spelt || [],
    /** @type {Record<string, string>} what else bodies are called */
    bodies: header.bodies || {},
    bounds: header.bounds ? new Table(header.bounds, streams) : null,
    contradictions: header.contradictions ? new Table(header.contradictions, streams) : null,
    contradictionLimits: limitsOf(header.contradictions),
    geometry,
    cache: new Map(),
  };
}

/** What the table of contradictions leaves out; nothing where there is no table. */
function limitsOf(header) {
  return { leftOut: header?.left_out ?? 0, setsOf: header?.sets_of ?? null, setsLeftOut: header?.sets_left_out ?? false };
}

/** A value that is derived from the data once. @param {Data} data */
export function derived(data, key, make) {
  let value = data.cache.get(key);
  if (value === undefined) {
    value = make();
    data.cache.set(key, value);
  }
  return value;
}
