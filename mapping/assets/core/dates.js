// Days as the page counts them (since 1970-01-01, UTC) and EDTF dates as people read them.

import { t } from "./words.js";

export const DAY_MS = 86400000;
const MONTH_KEYS = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];

export function dayToIso(day) {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The day of "2023-06-01", or null for anything else. */
export function isoToDay(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return null;
  const time = Date.UTC(+match[1], +match[2] - 1, +match[3]);
  const day = Math.round(time / DAY_MS);
  return Number.isFinite(day) && dayToIso(day) === text ? day : null;
}

export function today() {
  return Math.floor(Date.now() / DAY_MS);
}

/** "14 Feb 2023" for a day. */
export function formatDay(day) {
  return formatDate(dayToIso(day));
}

/** "14 Feb 2023", "Feb 2023", "2023", "about 2023"; what it cannot read stays as written. */
export function formatDate(edtf) {
  if (edtf === null || edtf === undefined || edtf === "") return t("date.none");
  const text = String(edtf).trim();
  if (text.includes("/")) return formatInterval(text);
  const match = /^(-?\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2}|XX))?(?:-(\d{2}|XX))?([~?%]?)$/.exec(text);
  if (!match) return text;
  const plain = formatParts(match[1], match[2], match[3]);
  if (plain === null) return text;
  if (match[4] === "~") return t("date.about", { date: plain });
  if (match[4] === "?") return t("date.uncertain", { date: plain });
  if (match[4] === "%") return t("date.about_uncertain", { date: plain });
  return plain;
}

function formatParts(year, month, day) {
  if (year.endsWith("XX")) return t("date.century", { years: `${year.slice(0, 2)}00` });
  if (year.endsWith("X")) return t("date.decade", { years: `${year.slice(0, 3)}0` });
  if (!month || month === "XX") return year;
  const season = { 21: "spring", 22: "summer", 23: "autumn", 24: "winter" }[month];
  if (season) return t(`date.${season}`, { year });
  if (!MONTH_KEYS.includes(month)) return null;
  const name = t(`month.${month}`);
  if (!day || day === "XX") return t("date.month", { month: name, year });
  return t("date.day", { day: String(+day), month: name, year });
}

function formatInterval(text) {
  const [from, to] = text.split("/");
  const open = (part) => part === "" || part === "..";
  if (open(from) && open(to)) return text;
  if (open(from)) return t("date.until", { date: formatDate(to) });
  if (open(to)) return t("date.from", { date: formatDate(from) });
  return t("date.interval", { from: formatDate(from), to: formatDate(to) });
}

/** The date with the preposition that its precision wants: "in 2023", "on 14 Feb 2023". */
export function dateInSentence(edtf) {
  const text = String(edtf).trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return t("date.on", { date: formatDate(text) });
  if (/^\d{3}X/.test(text)) return t("date.in_decade", { date: formatDate(text) });
  // Months, seasons and years, sure or not; "about 2023" and "2022 to 2023" stand by themselves.
  if (/^\d{2}(\d{2}|XX)(-(\d{2}|XX))?(-XX)?\??$/.test(text)) return t("date.in", { date: formatDate(text) });
  return formatDate(text);
}

/** "3 days", "5 months", "2 years": how long, in the unit that a reader would choose. */
export function formatDuration(days) {
  if (days < 45) return t("duration.days", { n: days });
  if (days < 700) return t("duration.months", { n: Math.round(days / 30.44) });
  return t("duration.years", { n: Math.floor(days / 365.25) });
}

/** What the classes of age are called; nothing is known of the day that an "undated" claim is true of. */
export const AGE_NAMES = ["", "fresh", "ageing", "stale", "undated"];

/** The class of an age, as AGE_NAMES counts them. @param {Meta} meta */
export function ageClass(aged, asof, meta) {
  if (aged === null || Number.isNaN(aged)) return 4;
  const days = asof - aged;
  if (days <= meta.fresh_days) return 1;
  return days <= meta.stale_days ? 2 : 3;
}
