// Dates, numbers and figures in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ageClass, dateInSentence, dayToIso, formatDate, formatDuration, isoToDay } from "../../mapping/assets/core/dates.js";
import { cutNames, intervalWords, numberWords, quantityWords } from "../../mapping/assets/core/quantity.js";
import { formatNumber, joinWords, t, term, unitWords } from "../../mapping/assets/core/words.js";
import { vectors } from "./vectors.js";

test("EDTF dates read as people write them", () => {
  const expected = {
    "2023-02-14": "14 Feb 2023", "2023-02": "Feb 2023", "2023": "2023", "2023~": "about 2023", "2023-21": "spring 2023",
    "2023-13": "2023-13", "2023-XX-XX": "2023", "words": "words",
  };
  for (const [edtf, words] of Object.entries(expected)) assert.equal(formatDate(edtf), words, edtf);
  assert.equal(formatDate("2022/2023"), t("date.interval", { from: "2022", to: "2023" }));
  assert.equal(formatDate(null), t("date.none"));
  assert.equal(dateInSentence("2023-02-14"), t("date.on", { date: "14 Feb 2023" }));
  assert.equal(dateInSentence("2023"), "in 2023");
  assert.equal(dateInSentence("2023-02"), "in Feb 2023");
  assert.equal(dateInSentence("2023~"), "about 2023");
});

test("days are counted in UTC, and only days that are in the calendar", () => {
  assert.equal(isoToDay("1970-01-01"), 0);
  assert.equal(dayToIso(isoToDay("2024-02-29")), "2024-02-29");
  for (const text of ["2023-02-29", "2023-2-1", "", "20230601"]) assert.equal(isoToDay(text), null, text);
});

test("ages change on the day after their limit", () => {
  const meta = { fresh_days: 365, stale_days: 1095 };
  const at = (days) => ageClass(1000, 1000 + days, meta);
  assert.deepEqual([-5, 0, 365, 366, 1095, 1096].map(at), [1, 1, 1, 2, 2, 3]);
  assert.equal(ageClass(NaN, 1000, meta), 4);
  assert.deepEqual([44, 45, 699, 700].map(formatDuration), ["44 days", "1 month", "23 months", "1 year"]);
});

test("numbers and lists are written in English as most of the world does", () => {
  assert.deepEqual([0, 999, 6500, 1234567, 20000.5].map(formatNumber), ["0", "999", "6,500", "1,234,567", "20,000.5"]);
  assert.equal(joinWords(["A", "B", "C"]), "A, B and C");
  assert.equal(cutNames(["A", "B", "C", "D"], 3), "A, B and 2 more");
  assert.deepEqual([unitWords("fighters", 1), unitWords("Fighter", 2), unitWords("widgets", 1)], ["fighter", "fighters", null]);
  assert.equal(term("extent", "never_heard"), "never heard");
  assert.equal(t("no.such.key"), "no.such.key");
  assert.equal(t("month.02"), vectors.words["month.02"]);
});

test("intervals may be open", () => {
  assert.deepEqual(
    [intervalWords(0, 4000), intervalWords(1000, null), intervalWords(0, Infinity), intervalWords(5, 5)],
    ["0 to 4,000", "1,000 or more", "any number", "5"]);
});

/** Claims of one row, as far as figures ask for them. */
const one = (row) => ({ claims: { get: (name) => row[name] ?? null } });

test("figures and intervals are worded as in Python", () => {
  assert.ok(vectors.figures.length > 80 && vectors.intervals.length > 80);
  for (const { row, number, of_unit } of vectors.figures) {
    assert.equal(numberWords(one(row), 0), number, JSON.stringify(row));
    // Of one, the catalogue knows the singular; Python is asked for it by mapping/page/plain_table.py.
    if (row.value !== 1) assert.equal(quantityWords(one({ ...row, unit: "fighters" }), 0), of_unit, JSON.stringify(row));
  }
  for (const [low, high, words] of vectors.intervals) assert.equal(intervalWords(low, high), words, `${low} ${high}`);
});

test("a figure says what the wording did to it", () => {
  const expected = [
    [{ value: 4000, modifier: "up_to", unit: "fighters" }, "up to 4,000 fighters"],
    [{ value: 1, unit: "fighters" }, "1 fighter"],
    [{ value: 1, unit: "widgets" }, "widgets: 1"],
    [{ value: 23000, modifier: "over" }, "over 23,000 (of what, not said)"],
    [{ value_low: 50, value_high: 60, modifier: "about", unit: "men" }, "about 50 to 60 men"],
    [{ value_low: 50, unit: "men" }, "at least 50 men"],
    [{ unit: "men" }, ""],
  ];
  for (const [row, words] of expected) assert.equal(quantityWords(one(row), 0), words);
});
