// A claim's figure and its places, in words: what was said, no more and no less.

import { formatNumber, joinWords, t, unitWords } from "./words.js";
import { kindGroup, placeName } from "./lookup.js";

const MANY_PLACES = 8;

/** "up to 4,000 fighters"; "" where the claim has no figure. @param {Data} data */
export function quantityWords(data, i) {
  const number = numberWords(data, i);
  if (number === "") return "";
  const unit = data.claims.get("unit", i);
  if (unit === null) return t("quantity.no_unit", { number });
  const value = data.claims.get("value", i);
  if (value === null) return t("quantity.of_unit", { number, unit });
  const fitting = unitWords(unit, value);
  return fitting === null ? t("quantity.one_of_unit", { number, unit }) : t("quantity.of_unit", { number, unit: fitting });
}

/** "up to 4,000": the figure with what the wording does to it. @param {Data} data */
export function numberWords(data, i) {
  const { claims } = data;
  const value = claims.get("value", i), low = claims.get("value_low", i), high = claims.get("value_high", i);
  const modifier = claims.get("modifier", i) || "exact";
  if (low !== null && high !== null && (value === null || modifier === "between" || modifier === "about")) {
    const key = modifier === "about" ? "quantity.about_between" : "quantity.between";
    return t(key, { low, high });
  }
  if (value !== null) {
    // A bound that is itself "about" has one end of its own, as geodata/text/figures.py has it.
    const about = ["up_to", "over", "at_least"].includes(modifier) && (low === null) !== (high === null);
    return t(`quantity.${modifier === "between" ? "exact" : modifier}`, { value: about ? t("quantity.about", { value }) : value });
  }
  if (low !== null) return t("quantity.at_least", { value: low });
  if (high !== null) return t("quantity.up_to", { value: high });
  return "";
}

/** "0 to 4,000", "1,000 or more": an interval that may be open. */
export function intervalWords(low, high) {
  if (high === null || !Number.isFinite(high)) return low > 0 ? t("interval.open", { low }) : t("interval.any");
  return low === high ? formatNumber(low) : t("interval.closed", { low, high });
}

/** The names of a claim's own places, long lists cut: "A, B, … and 5 more". @param {Data} data */
export function placesWords(data, i, limit = MANY_PLACES) {
  return cutNames(ownPlaces(data, i), limit);
}

/** The names of a claim's places: its own, where the map does not draw all of them. @param {Data} data */
function ownPlaces(data, i) {
  if (data.claims.has("own_places")) {
    const own = data.claims.get("own_places", i);
    if (own.length) return own;
  }
  return Array.from(data.claims.codes("place", i), (place) => placeName(data, place));
}

export function cutNames(names, limit) {
  if (names.length <= limit) return joinWords(names);
  const rest = names.length - limit + 1;
  return joinWords([...names.slice(0, limit - 1), t("more.n", { n: rest })]);
}

/** What a set is called: its region, the provinces that it stands for, else its places. @param {Data} data */
export function setTitle(data, set) {
  const { places, region, whole } = data.sets[set];
  if (region) return data.regions[region]?.name || region;
  if (whole) return cutNames(Object.values(whole), 6);
  return cutNames(places.map((index) => placeName(data, index)), 6);
}

/** @param {Data} data */
function countryWords(data, i) {
  return joinWords(Array.from(data.claims.codes("country", i), (place) => placeName(data, place)));
}

/** @param {Data} data */
export function regionNames(data, i) {
  return data.claims.codes("regions", i).length
    ? data.claims.get("regions", i).map((id) => data.regions[id]?.name || id) : [];
}

/** How the claim covers its places: "jointly in A, B and C", "in all of Afghanistan". @param {Data} data */
export function relationWords(data, i) {
  const { claims } = data;
  const extent = claims.get("extent", i);
  const regions = regionNames(data, i);
  if (extent === "nationwide") {
    const speech = kindGroup(claims.get("kind", i)) === "speech";
    const places = countryWords(data, i);
    return places ? t(speech ? "relation.nationwide_speech" : "relation.nationwide", { places }) : "";
  }
  if (regions.length) return t(`relation.region_${extent === "joint" ? "joint" : "soft"}`, { places: joinWords(regions) });
  const count = ownPlaces(data, i).length;
  if (count === 0) return claims.get("lat", i) === null ? countryOnly(data, i) : pointWords(data, i);
  const places = placesWords(data, i);
  if (count === 1) return t(extent === "within" ? "relation.within" : "relation.single", { places });
  if (extent === "each") return t(quantityWords(data, i) ? "relation.each" : "relation.single", { places });
  return t(`relation.${extent}`, { places });
}

/** @param {Data} data */
function countryOnly(data, i) {
  const places = countryWords(data, i);
  return places ? t("relation.single", { places }) : "";
}

/** @param {Data} data */
function pointWords(data, i) {
  return t("relation.point", { lat: data.claims.get("lat", i).toFixed(3), lon: data.claims.get("lon", i).toFixed(3) });
}

/** Whether the figure is one total over several places, or over a region's soft edges. @param {Data} data */
export function isTotal(data, i) {
  const { claims } = data;
  const extent = claims.get("extent", i);
  if (extent === "nationwide" || claims.codes("regions", i).length) return true;
  return (extent === "joint" || extent === "within") && claims.codes("place", i).length > 1;
}

/**
 * The figure as a place's own list may show it: a total is marked as one that the place is
 * included in, and never stands as the place's own number.
 * @param {Data} data
 */
export function includedWords(data, i) {
  const extent = data.claims.get("extent", i);
  const quantity = quantityWords(data, i);
  const soft = data.claims.codes("regions", i).length > 0;
  const places = soft ? joinWords(regionNames(data, i))
    : extent === "nationwide" ? countryWords(data, i) : placesWords(data, i);
  const key = extent === "nationwide" ? "nationwide" : soft ? "region" : extent;
  return t(`included.${key}${quantity ? "" : "_no_value"}`, { quantity, places });
}

/** What the total leaves for one of its places: only its upper bound. @param {Data} data */
export function shareWords(data, i, place) {
  if (!quantityWords(data, i)) return "";
  const high = data.claims.get("high", i);
  const name = placeName(data, place);
  return high === null ? t("included.share_open", { place: name })
    : t("included.share", { place: name, interval: intervalWords(0, high) });
}
