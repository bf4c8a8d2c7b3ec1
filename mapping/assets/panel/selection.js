// What is selected, in words: a place, several, a country, a set, or everything.

import { t } from "../core/words.js";
import { AGE_NAMES, formatDay } from "../core/dates.js";
import { el } from "../core/dom.js";
import { isCountry, isUnit, placeName, setKey } from "../core/lookup.js";
import { cutNames, setTitle } from "../core/quantity.js";
import { boundsOf } from "./bounds.js";

/** @param {Data} data @param {View} view */
export function selectionTitle(data, view) {
  const { place, set } = view.selected;
  if (set >= 0) return setTitle(data, set);
  if (place.length) return cutNames(place.map((index) => placeTitle(data, index)), 4);
  return t("selection.all");
}

/** "71 claims, 55 origins, 13 sources" */
export function countsWords({ counts: { claims, origins, sources } }) {
  return t("counts", {
    claims: t("claims", { n: claims }), origins: t("origins", { n: origins }), sources: t("sources", { n: sources }),
  });
}

/** What passes the filters and is in no count: nobody knows when it was published, or it was later. */
export function notCountedWords({ asof, undated, later }) {
  const words = { undated: t("counts.undated", { n: undated.length }), later: t("counts.later", { n: later, date: formatDay(asof) }) };
  if (undated.length) return t(later ? "counts.not_both" : "counts.not_undated", words);
  return later ? t("counts.not_later", words) : "";
}

/** "Kunduz, Afghanistan" @param {Data} data */
export function placeTitle(data, place) {
  const country = data.places.get("country", place);
  const name = data.places.get("name", place);
  if (country === null || country < 0 || country === place) return name;
  return t("place.in_country", { place: name, country: data.places.get("name", country) });
}

/**
 * Lines under the title: what the shade says, how old, and what else concerns the place.
 * @param {Data} data
 * @param {View} view
 */
export function selectionAbout(data, view, select) {
  const { place, set } = view.selected;
  if (set >= 0) return setAbout(data, set);
  if (place.length !== 1) return [];
  const index = place[0];
  /** @type {HTMLElement[]} */
  const lines = [el("p", { text: placeSummary(view.place, index) })];
  const more = boundsOf(data, index).length ? [compareButton()] : [];
  // Where the map draws countries, one is shaded and counted like any other place.
  if (isCountry(data, index)) return [...(isUnit(data, index) && view.place.sources[index] ? lines : []), ...countryAbout(view, index), ...more];
  const link = (text, patch) => lines.push(el("button", { type: "button", class: "ca-link-button", text, onclick: () => select(patch) }));
  for (const { set, rows } of view.sets) {
    if (!data.sets[set].whole || !data.sets[set].places.includes(index)) continue;
    link(t("selection.whole_too", { n: rows.length, places: setTitle(data, set) }), { set: setKey(data, set), place: [], claim: null });
  }
  const country = data.places.get("country", index);
  const nationwide = view.countries.find((entry) => entry.place === country);
  if (nationwide) {
    const text = t("selection.nationwide_too", { n: nationwide.rows.length, country: data.places.get("name", country) });
    link(text, { place: [data.places.get("id", country)] });
  }
  return [...lines, ...more];
}

/** Where it is said what the figures leave open together. */
function compareButton() {
  return el("p", {}, el("button", { type: "button", class: "ca-link-button", text: t("bounds.see"), onclick: () => document.getElementById("ca-tab-compare").click() }));
}

/** "5 sources speak of this place; freshest claim: stale" or that nothing was collected. */
function placeSummary(summary, index) {
  const sources = summary.sources[index];
  if (!sources && !summary.origins[index] && !summary.parts[index]) return t(summary.told[index] ? "selection.filtered" : "selection.nothing");
  if (!sources) return t("selection.only_soft");
  const age = AGE_NAMES[summary.age[index]];
  return t(age === "undated" ? "selection.place_undated" : "selection.place", { n: sources, age: t(`age.${age}`) });
}

/** @param {View} view */
function countryAbout(view, index) {
  const whole = view.countries.find((entry) => entry.place === index);
  return [el("p", { text: t("selection.country", { n: whole ? whole.rows.length : 0 }) })];
}

/** @param {Data} data */
function setAbout(data, set) {
  const { places, region, whole, partial } = data.sets[set];
  const beyond = partial ? [el("p", { text: t("selection.partial") })] : [];
  if (whole && !region) return [el("p", { text: t("selection.whole") }), ...beyond];
  if (!region) return [el("p", { text: t("selection.set") }), ...beyond];
  const lines = [el("p", { text: t("region.reading", { places: cutNames(places.map((index) => placeName(data, index)), 12) }) })];
  const reason = data.regions[region]?.reason;
  if (reason) lines.push(el("p", { text: t("region.reason", { reason }) }));
  return [...lines, ...beyond];
}
