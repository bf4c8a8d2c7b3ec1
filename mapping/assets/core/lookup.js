// Finding things in the data: places and claims by id, sets by key, tellings by origin.

import { t } from "./words.js";
import { derived } from "./decode.js";

/** @type {{kinds: Record<string, string[]>, ratings: string[], columns: string[], unspecified: string}} */
export let LISTS = { kinds: {}, ratings: [], columns: [], unspecified: "" };

/** Take the code lists that came with the page: geodata/schema.py has them. */
export function setLists(lists) {
  LISTS = lists;
}

/** "states", "events" or "speech"; what is in no list is speech, which nothing is counted by. */
export function kindGroup(kind) {
  return Object.keys(LISTS.kinds).find((group) => LISTS.kinds[group].includes(kind)) ?? "speech";
}

function indexById(table, name) {
  const index = new Map();
  for (let i = 0; i < table.n; i++) index.set(table.get(name, i), i);
  return index;
}

/** The index of a place id; −1 where the page has none. @param {Data} data */
export function placeByKey(data, id) {
  return derived(data, "places by id", () => indexById(data.places, "id")).get(id) ?? -1;
}

/** @param {Data} data */
export function claimByKey(data, id) {
  return derived(data, "claims by id", () => indexById(data.claims, "claim_id")).get(id) ?? -1;
}

/**
 * A set's key in the address: its region's id, else the ids of the provinces that it stands for
 * or else of its places, in order and joined by "+", and one more for those beyond the map.
 * @param {Data} data
 */
export function setKey(data, set) {
  const { places, region, whole, partial } = data.sets[set];
  if (region) return region;
  const ids = whole ? Object.keys(whole) : places.map((place) => data.places.get("id", place));
  return `${ids.sort().join("+")}${partial ? "+" : ""}`;
}

/** @param {Data} data */
export function setByKey(data, key) {
  return derived(data, "sets by key", () => {
    const index = new Map();
    data.sets.forEach((_, set) => index.set(setKey(data, set), set));
    return index;
  }).get(key) ?? -1;
}

/** A place's name; with its country where two countries have one of that name. @param {Data} data */
export function placeName(data, place) {
  return derived(data, "place names", () => uniqueNames(data.places))[place];
}

function uniqueNames(places) {
  const seen = new Map();
  for (let i = 0; i < places.n; i++) {
    const name = places.get("name", i);
    seen.set(name, (seen.get(name) || 0) + 1);
  }
  const names = [];
  for (let i = 0; i < places.n; i++) {
    const name = String(places.get("name", i) ?? places.get("id", i));
    const country = places.get("country", i);
    const homonym = seen.get(name) > 1 && country !== null && country >= 0 && country !== i;
    names.push(homonym ? t("place.in_country", { place: name, country: places.get("name", country) }) : name);
  }
  return names;
}

/** @param {Data} data */
export function isCountry(data, place) {
  return data.places.get("level", place) === 0;
}

/** All claims, origin after origin. @param {Data} data */
export function tellings(data) {
  return derived(data, "tellings", () => groupRows(data.claims.allCodes("origin"), data.claims.values("origin").length));
}

/** Whether the map shades the place, rather than draws it as the land around or as a whole of units. @param {Data} data */
export function isUnit(data, place) {
  return data.places.get("role", place) === "unit";
}

/** The claims that tell an origin, newest first. @param {Data} data */
export function tellingsOf(data, origin) {
  const { starts, rows } = tellings(data);
  return rows.subarray(starts[origin], starts[origin + 1]);
}

/** Rows in the order of their codes: `rows[starts[c] … starts[c + 1]]` have code c. */
export function groupRows(codes, n) {
  const starts = new Int32Array(n + 1);
  for (const code of codes) if (code >= 0) starts[code + 1]++;
  for (let c = 0; c < n; c++) starts[c + 1] += starts[c];
  const next = starts.slice(0, n);
  const rows = new Int32Array(starts[n]);
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) rows[next[codes[i]]++] = i;
  return { starts, rows };
}

/** The telling whose figures count for an origin, whatever the day; −1 where there is none. @param {Data} data */
export function canonicalOf(data, origin) {
  const rows = tellingsOf(data, origin);
  for (const row of rows) if (data.claims.get("canonical", row)) return row;
  return rows.length ? rows[rows.length - 1] : -1;
}

/** The claims that deny an origin. @param {Data} data */
export function denialsOf(data, origin) {
  return derived(data, "denials", () => {
    const index = new Map();
    for (let i = 0; data.claims.has("denies") && i < data.claims.n; i++) {
      for (const code of data.claims.codes("denies", i)) {
        if (!index.has(code)) index.set(code, []);
        index.get(code).push(i);
      }
    }
    return index;
  }).get(origin) || [];
}
