// The filtered claims as files, made in the page: CSV that is harmless in a spreadsheet, GeoJSON.

import { t } from "../core/words.js";
import { announce, el } from "../core/dom.js";
import { LISTS, claimByKey, tellingsOf } from "../core/lookup.js";
import { regionNames } from "../core/quantity.js";
import { isKnown, statusAt } from "../core/status.js";
import { claimGeometry } from "./geojson.js";

const DRAWN_MOST = 1000;
const SHORT_COLUMNS = { latitude: "lat", longitude: "lon" };

/**
 * A claim's value of a column of the claims table as of a day, lists joined by "; ". A status that it
 * got later, and claims that came out later, are not in it.
 * @param {Data} data
 */
function claimValue(data, row, name, asof) {
  const { claims, places } = data;
  const known = (code) => code >= 0 && Array.from(tellingsOf(data, code)).some((telling) => isKnown(data, telling, asof));
  const origin = (code) => claims.values("origin")[code] ?? "";
  if (name === "status") return statusAt(data, row, asof);
  if (name === "status_date") return claims.numbers("status_from")[row] > asof ? null : claims.get("status_date", row);
  if (name === "supersedes") {
    const other = claims.get("supersedes", row), at = other === null ? -1 : claimByKey(data, other);
    return at >= 0 && !isKnown(data, at, asof) ? null : other;
  }
  if (name === "origin_id") return claims.get("origin", row);
  if (name === "places") {
    if (claims.codes("regions", row).length) return regionNames(data, row).join("; ");
    // What the map draws as another place, or not at all, the claim calls by its own name.
    const own = claims.has("own_places") ? claims.get("own_places", row) : [];
    if (own.length) return own.join("; ");
    return Array.from(claims.codes("place", row), (place) => places.get("id", place)).join("; ");
  }
  if (name === "country") return Array.from(claims.codes("country", row), (place) => places.get("id", place)).join("; ");
  if (name === "denies") return Array.from(claims.codes("denies", row)).filter(known).map(origin).join("; ");
  if (name === "part_of") return known(claims.get("part_of", row) ?? -1) ? origin(claims.get("part_of", row)) : "";
  const value = claims.get(SHORT_COLUMNS[name] || name, row);
  return Array.isArray(value) ? value.join("; ") : value;
}

// What a spreadsheet takes for a formula, as geodata/io/formulas.py has it: one of four signs, also in
// full width (what NFKC makes one of them), behind blanks, or where a tab or a line's end begins a
// cell in some programs; and the same behind apostrophes, so that a reader takes away one, ours.
const SIGN = "[=+\\-@\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]";
const CELL_ENDS = "\\t\\r\\n";
const SPACES = "\\0-\\x08\\v\\f\\x0e-\\x20\\x7f-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
const BLANKS = `[${CELL_ENDS}${SPACES}]*`;
// A run of blanks is looked at once, from what stands before it: a text of tabs alone takes no time.
const FORMULA = new RegExp(`^(?:'*${BLANKS}${SIGN}|[^]*?[^${CELL_ENDS}${SPACES}][${SPACES}]*[${CELL_ENDS}]${BLANKS}${SIGN})`);
const PLAIN_NUMBER = /^[+-]?[0-9]+(?:\.[0-9]+)?$/;

/** A CSV cell; text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) && !PLAIN_NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {Data} data */
export function claimsCsv(data, rows, asof) {
  const lines = [LISTS.columns.join(",")];
  for (const row of rows) lines.push(LISTS.columns.map((name) => csvCell(claimValue(data, row, name, asof))).join(","));
  // A byte order mark: without it Excel reads UTF-8 as something else.
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

/**
 * A feature a claim, with the polygons of all its places: a total is drawn over its whole set.
 * Of many claims, polygons would make a file that no program opens: those keep their place ids.
 * @param {Data} data
 */
export function claimsGeoJson(data, rows, asof, spec) {
  const drawn = rows.length <= DRAWN_MOST;
  const features = Array.from(rows, (row) => {
    const properties = {};
    for (const name of LISTS.columns) {
      const value = claimValue(data, row, name, asof);
      if (value !== null && value !== "" && value !== undefined) properties[name] = value;
    }
    properties.place_ids = Array.from(data.claims.codes("place", row), (place) => data.places.get("id", place));
    const point = data.claims.get("lat", row) !== null;
    return { type: "Feature", geometry: drawn || point ? claimGeometry(data, spec, row) : null, properties };
  });
  return JSON.stringify({ type: "FeatureCollection", features });
}

/** @param {Data} data */
export function downloadCsv(data, rows, asof) {
  saveFile("claims.csv", "text/csv;charset=utf-8", claimsCsv(data, rows, asof));
}

/** @param {Data} data */
export function downloadGeoJson(data, rows, asof, spec) {
  saveFile("claims.geojson", "application/geo+json", claimsGeoJson(data, rows, asof, spec));
}

function saveFile(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = el("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  announce(t("download.done", { name }));
}
