// From the page's data blocks to tables: base64, gunzip, JSON, typed arrays on first use.

const EMPTY_CODES = new Int32Array(0);

function readMeta() {
  return JSON.parse(document.getElementById("claimatlas-meta").textContent);
}

/** The bytes of a base64 text; the browser's own decoder where it has one. */
function decodeBase64(text) {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function gunzipStream(elementId) {
  const element = document.getElementById(elementId);
  const bytes = decodeBase64(element.textContent);
  // The text is large and never read again.
  element.remove();
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}

async function readBytes(elementId) {
  return new Uint8Array(await gunzipStream(elementId).arrayBuffer());
}

async function readJson(elementId) {
  return JSON.parse(await gunzipStream(elementId).text());
}

/** One table, column by column. A column that is missing everywhere may be absent. */
class Table {
  /** @param {{n: number, columns: Record<string, {t: string, v: any, c?: number[], n?: number[]}>}} source */
  constructor({ n, columns }) {
    this.n = n;
    this.columns = columns;
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
    return (this.has(name) && this.columns[name].v) || [];
  }

  /** The value in row i: string, number or null; an array for a list column. */
  get(name, i) {
    const column = this.has(name) ? this.columns[name] : null;
    if (column === null) return null;
    if (column.t === "raw") return column.v[i] ?? null;
    if (column.t === "dict") {
      const code = column.c[i];
      return code < 0 ? null : column.v[code];
    }
    const codes = this.codes(name, i);
    return Array.from(codes, (code) => (column.v ? column.v[code] : code));
  }

  /** The code of a dict column in row i; −1 where missing. */
  code(name, i) {
    const column = this.has(name) ? this.columns[name] : null;
    return column === null || column.t !== "dict" ? -1 : column.c[i];
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
      return Int32Array.from(this.columns[name].c);
    });
  }

  /** Where each row's codes start in `allCodes` of a list column; n + 1 entries. */
  starts(name) {
    return this.cached(`starts ${name}`, () => {
      const starts = new Int32Array(this.n + 1);
      if (!this.isList(name)) return starts;
      const counts = this.columns[name].n;
      for (let i = 0; i < this.n; i++) starts[i + 1] = starts[i] + counts[i];
      return starts;
    });
  }

  /** A raw column as numbers; NaN where missing. */
  numbers(name) {
    return this.cached(`numbers ${name}`, () => {
      const numbers = new Float64Array(this.n).fill(NaN);
      if (!this.has(name)) return numbers;
      const values = this.columns[name].v;
      for (let i = 0; i < this.n; i++) if (typeof values[i] === "number") numbers[i] = values[i];
      return numbers;
    });
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

/** What the page carries, as tables; `geometry` are the bytes of the shared arcs. */
function createData(json, geometry) {
  return {
    claims: new Table(json.claims),
    places: new Table(json.places),
    shapes: json.places.shapes || [],
    sets: json.sets || [],
    regions: json.regions || {},
    geometry,
    cache: new Map(),
  };
}

/** A value that is derived from the data once. */
function derived(data, key, make) {
  let value = data.cache.get(key);
  if (value === undefined) {
    value = make();
    data.cache.set(key, value);
  }
  return value;
}
