// The map's words: what labels and tooltips say of sets, countries and places.

import { t, term } from "../core/words.js";
import { quantityWords, relationWords, setTitle } from "../core/quantity.js";
import { AGE_AGEING, AGE_FRESH, AGE_STALE, AGE_UNKNOWN } from "./paint.js";
import { LINE_PLAIN, LINE_STRONG } from "./labels.js";

// "1 year", "18 months" would need a calendar: whole years, else days.
export function spanWords(days) {
  return days % 365 === 0 ? t("map.years", { n: days / 365 }) : t("map.days", { n: days });
}

/** @param {Data} data */
export function actorWords(data, row) {
  const names = data.claims.get("actors", row);
  if (Array.isArray(names) && names.length) return names.join(", ");
  return data.claims.get("actor", row) || "";
}

// No figure without who says it: "CSTO on ISKP".
/** @param {Data} data */
function voiceWords(data, row) {
  const source = data.claims.get("source", row);
  return source ? t("map.voice", { source, actor: actorWords(data, row) }) : actorWords(data, row);
}

/** @param {Data} data */
export function yearWords(data, row) {
  const year = (day) => String(new Date(day * 86400000).getUTCFullYear());
  const trueOf = data.claims.get("true_of", row), seen = data.claims.get("seen", row);
  if (trueOf !== null) return year(trueOf);
  // When it was published does not say what it is true of.
  return seen === null ? "" : t("map.published", { year: year(seen) });
}

export function dotted(parts) {
  return parts.filter(Boolean).join(" · ");
}

// The newest claim with a figure speaks for a total; without one the newest claim.
/** @param {Data} data */
export function speakingRow(data, rows) {
  const row = rows.find((candidate) => quantityWords(data, candidate));
  return row === undefined ? rows[0] : row;
}

// What a claim says in a few words: its figure, else what it counts, else its kind.
/** @param {Data} data */
export function gistWords(data, row) {
  return (
    quantityWords(data, row) || data.claims.get("unit", row) || term("kind", data.claims.get("kind", row))
  );
}

/** @param {Data} data */
function extentWords(data, row, whole) {
  // What is said of each of some provinces is said of each as a whole.
  if (whole && data.claims.get("extent", row) === "each") return "";
  return data.claims.get("extent", row) === "joint" ? t("map.jointly") : t("map.somewhere");
}

// "up to 4,000 fighters jointly · ISKP", as lines of a label.
/** @param {Data} data */
export function setLines(data, { set, rows }) {
  const { region, whole, partial } = data.sets[set];
  const lines = [];
  if (rows.length) {
    const row = speakingRow(data, rows);
    lines.push({
      text: `${gistWords(data, row)} ${extentWords(data, row, whole)}`.trim(),
      font: LINE_STRONG,
      className: "ca-label-figure",
    });
    const more = rows.length > 1 ? t("map.more", { n: rows.length - 1 }) : "";
    lines.push({ text: dotted([voiceWords(data, row), yearWords(data, row), more]), font: LINE_PLAIN });
  }
  if (region !== null && region !== undefined) {
    lines.push({ text: regionWords(data, region), font: LINE_PLAIN, className: "ca-label-reading" });
  } else if (whole) lines.push({ text: t("map.whole", { places: setTitle(data, set) }), font: LINE_PLAIN, className: "ca-label-reading" });
  if (partial) lines.push({ text: t("map.partial"), font: LINE_PLAIN, className: "ca-label-reading" });
  return lines;
}

// "5,000 militants somewhere in northern Afghanistan · Russia on ISKP · 2019": where no outline
// shows what is meant, the places are named.
/** @param {Data} data */
export function totalLine(data, { set, rows }) {
  if (!rows.length) return setTitle(data, set);
  const row = speakingRow(data, rows);
  const more = rows.length > 1 ? t("map.more", { n: rows.length - 1 }) : "";
  return dotted([`${gistWords(data, row)} ${relationWords(data, row)}`, voiceWords(data, row), yearWords(data, row), more]);
}

/** @param {Data} data */
function regionWords(data, region) {
  const name = data.regions[region]?.name || region;
  return t("map.region", { region: name });
}

// "Afghanistan · 21 nationwide claims", "newest: over 23,000 militants · 2025".
/** @param {Data} data */
export function countryLines(data, { place, rows }) {
  const row = speakingRow(data, rows);
  return [
    {
      text: dotted([data.places.get("name", place), t("map.nationwide", { n: rows.length })]),
      font: LINE_STRONG,
      className: "ca-label-figure",
    },
    {
      text: t("map.newest", { words: dotted([gistWords(data, row), voiceWords(data, row), yearWords(data, row)]) }),
      font: LINE_PLAIN,
      className: "ca-label-newest",
    },
  ];
}

/** @param {Data} data */
export function countryLine(data, { place, rows }) {
  const text = `${data.places.get("name", place)} · ${t("map.nationwide_short", { n: rows.length })}`;
  return [{ text, font: LINE_STRONG, className: "ca-label-figure" }];
}

/** @param {Meta} meta */
function ageWords(age, meta) {
  const limits = { fresh: spanWords(meta.fresh_days), stale: spanWords(meta.stale_days) };
  if (age === AGE_FRESH) return t("map.age_fresh", limits);
  if (age === AGE_AGEING) return t("map.age_ageing", limits);
  if (age === AGE_STALE) return t("map.age_stale", limits);
  return age === AGE_UNKNOWN ? t("map.age_unknown") : "";
}

// How many totals a tooltip spells out before it counts the rest.
const TOTALS_TOLD = 3;

/** @param {Data} data */
function totalWords(data, { set, rows }) {
  const row = speakingRow(data, rows);
  const { region, whole } = data.sets[set];
  const joint = data.claims.get("extent", row) === "joint" && (region === null || region === undefined);
  const words = dotted([gistWords(data, row), voiceWords(data, row), yearWords(data, row)]);
  if (whole && !region) return t("map.in_whole", { places: setTitle(data, set), words });
  return t(joint ? "map.in_joint" : "map.in_within", { words });
}

// A place in plain lines: its name, its sources, its age, the totals that include it.
/** @param {Data} data @param {Meta} meta @param {View} view */
export function placeLines(data, meta, view, place) {
  const lines = [placeHeading(data, place)];
  const sources = view.place.sources[place];
  if (sources > 0) {
    lines.push(t("map.sources", { n: sources }), ageWords(view.place.age[place], meta));
  } else {
    lines.push(t(quietKey(view, place)));
  }
  const totals = view.sets.filter(({ set }) => data.sets[set].places.includes(place));
  lines.push(...totals.slice(0, TOTALS_TOLD).map((total) => totalWords(data, total)));
  const rest = totals.length - TOTALS_TOLD;
  if (rest > 0) lines.push(t("map.more_totals", { n: rest }));
  return lines.filter(Boolean);
}

// Why a place is not shaded.
function quietKey({ place: { origins, parts, told } }, place) {
  if (origins[place] > 0 || parts[place]) return "map.soft_only";
  return told[place] ? "map.filtered" : "map.nothing";
}

/** @param {Data} data */
function placeHeading(data, place) {
  const country = data.places.get("country", place);
  const name = data.places.get("name", place);
  if (country === null || country < 0 || country === place) return name;
  return `${name}, ${data.places.get("name", country)}`;
}

/** @param {Data} data @param {View} view */
export function landLines(data, view, place) {
  const total = view.countries.find((entry) => entry.place === place);
  const lines = [data.places.get("name", place)];
  if (total) lines.push(t("map.nationwide", { n: total.rows.length }));
  return lines;
}
