// Facets: by what claims can be filtered, and which claims fail which filter.

import { derived } from "./decode.js";
import { LISTS, setByKey } from "./lookup.js";
import { statusFacet } from "./status.js";

// The order of the filters in the panel; each is one bit of a claim's failures.
export const FACET_KEYS = ["actor", "kind", "place", "source", "speaker", "outlet", "unit", "rating", "status"];
export const FACET_BIT = Object.fromEntries(FACET_KEYS.map((key, i) => [key, 1 << i]));
const SEARCH_BIT = 1 << 9;
const SET_BIT = 1 << 10;
export const ALL_BITS = 0xffff;
// A selected place or set narrows the list, but not what the map shows.
export const SELECTION_BITS = FACET_BIT.place | SET_BIT;
// A value of `actor` that stands for all that the layer control lumps together, and one for nobody.
export const OTHERS = "*others";
export const NOBODY = "*none";

/**
 * A facet's column: the distinct values, and each claim's codes into them, one a claim or,
 * with `starts`, several.
 * @returns {{values: string[], codes: Int32Array, starts: Int32Array | null}}
 * What status a claim has depends on the day; its values do not.
 * @param {Data} data
 */
export function facetColumn(data, key, asof = Infinity) {
  if (key === "status") return statusFacet(data, asof);
  return derived(data, `facet ${key}`, () => {
    const { claims } = data;
    if (key === "actor") return { values: claims.values("actors"), codes: claims.allCodes("actors"), starts: claims.starts("actors") };
    if (key === "place") return placeFacet(data);
    if (key === "rating") return ratingFacet(claims);
    return { values: claims.values(key), codes: claims.allCodes(key), starts: null };
  });
}

/** @param {Data} data */
export function facetValues(data, key) {
  return facetColumn(data, key).values;
}

/** A claim's places and countries together: whoever asks for a country gets all claims in it. @param {Data} data */
function placeFacet(data) {
  const { claims, places } = data;
  const values = [];
  for (let i = 0; i < places.n; i++) values.push(places.get("id", i));
  return { values, ...mergedLists(claims, "place", "country") };
}

/** @param {Table} claims */
function mergedLists(claims, first, second) {
  const a = claims.allCodes(first), b = claims.allCodes(second);
  const aStarts = claims.starts(first), bStarts = claims.starts(second);
  const codes = [];
  const starts = new Int32Array(claims.n + 1);
  for (let i = 0; i < claims.n; i++) {
    for (let k = aStarts[i]; k < aStarts[i + 1]; k++) codes.push(a[k]);
    for (let k = bStarts[i]; k < bStarts[i + 1]; k++) {
      if (!codes.includes(b[k], starts[i])) codes.push(b[k]);
    }
    starts[i + 1] = codes.length;
  }
  return { codes: Int32Array.from(codes), starts };
}

/** @param {Table} claims */
function ratingFacet(claims) {
  const columns = ["reliability", "credibility"].map((name) => ({
    codes: claims.allCodes(name), ratings: claims.values(name).map((value) => LISTS.ratings.indexOf(String(value))),
  }));
  const unrated = LISTS.ratings.length;
  const codes = new Int32Array(2 * claims.n);
  const starts = new Int32Array(claims.n + 1);
  let length = 0;
  for (let i = 0; i < claims.n; i++) {
    for (const column of columns) {
      const rating = column.codes[i] < 0 ? -1 : column.ratings[column.codes[i]];
      if (rating >= 0) codes[length++] = rating;
    }
    if (length === starts[i]) codes[length++] = unrated;
    starts[i + 1] = length;
  }
  return { values: [...LISTS.ratings, "unrated"], codes: codes.subarray(0, length), starts };
}

/** Remembers for each claim which filters it fails, and brings up to date only what changed. */
export class Failures {
  /** @param {Data} data @param {Meta} meta */
  constructor(data, meta, search) {
    this.data = data;
    this.search = search;
    this.others = new Set(meta.others || []);
    this.bits = new Uint16Array(data.claims.n);
    this.applied = {};
  }

  /** @returns {Uint16Array} a bit for each filter that the claim fails @param {State} state */
  update(state, asof) {
    for (const key of FACET_KEYS) {
      const chosen = state[key].join("\n");
      const signature = key === "status" && chosen ? `${asof}\n${chosen}` : chosen;
      if ((this.applied[key] ?? "") === signature) continue;
      this.applied[key] = signature;
      this.applyFacet(key, state[key], asof);
    }
    if ((this.applied.q ?? "") !== state.q) {
      this.applied.q = state.q;
      this.keep(SEARCH_BIT, this.search.find(state.q));
    }
    if ((this.applied.set ?? null) !== state.set) {
      this.applied.set = state.set;
      this.applySet(state.set);
    }
    return this.bits;
  }

  applyFacet(key, chosen, asof) {
    const bit = FACET_BIT[key];
    if (!chosen.length) return this.clear(bit);
    const { values, codes, starts } = facetColumn(this.data, key, asof);
    const wanted = new Uint8Array(values.length);
    values.forEach((value, code) => {
      const lumped = key === "actor" && chosen.includes(OTHERS) && this.others.has(value);
      if (lumped || chosen.includes(value)) wanted[code] = 1;
    });
    return this.keep(bit, starts === null ? oneOf(codes, wanted) : someOf(codes, starts, wanted));
  }

  applySet(key) {
    const set = key === null ? -1 : setByKey(this.data, key);
    if (set < 0) return this.clear(SET_BIT);
    return this.keep(SET_BIT, Uint8Array.from(this.data.claims.numbers("set"), (other) => Number(other === set)));
  }

  clear(bit) {
    const { bits } = this;
    for (let i = 0; i < bits.length; i++) bits[i] &= ~bit;
  }

  /** Let those pass that are marked. */
  keep(bit, passes) {
    const { bits } = this;
    for (let i = 0; i < bits.length; i++) bits[i] = passes[i] ? bits[i] & ~bit : bits[i] | bit;
  }
}

// Loops over all claims call no function for each, which took several times as long.

/** 1 for each claim whose one value is wanted. */
function oneOf(codes, wanted) {
  const passes = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) passes[i] = wanted[codes[i]];
  return passes;
}

/** 1 for each claim of whose values some is wanted. */
function someOf(codes, starts, wanted) {
  const passes = new Uint8Array(starts.length - 1);
  for (let i = 0; i < passes.length; i++) {
    for (let k = starts[i]; k < starts[i + 1]; k++) if (wanted[codes[k]]) passes[i] = 1;
  }
  return passes;
}

/**
 * How many of the claims that pass all *other* filters have each value of a facet.
 * Undated claims are not counted: they are visible at no date.
 * @param {Data} data
 * @param {View} view
 */
export function facetCounts(data, key, view) {
  const { values, codes, starts } = facetColumn(data, key, view.asof);
  const counts = new Uint32Array(values.length);
  const others = ~FACET_BIT[key];
  const { failures, visible } = view;
  for (let i = 0; i < failures.length; i++) {
    if (!visible[i] || failures[i] & others) continue;
    if (starts === null) {
      if (codes[i] >= 0) counts[codes[i]]++;
    } else {
      for (let k = starts[i]; k < starts[i + 1]; k++) counts[codes[k]]++;
    }
  }
  return counts;
}
