// What leaves the page as a file: no cell becomes a formula.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { dayToIso } from "../../mapping/assets/core/dates.js";
import { claimsCsv, claimsGeoJson, csvCell } from "../../mapping/assets/panel/download.js";
import { pageOf, vectors } from "./vectors.js";

const cases = JSON.parse(readFileSync(new URL("../data/formula_cases.json", import.meta.url), "utf8"));

test("cells are guarded as Python guards them", () => {
  for (const [text, guarded] of cases) {
    const quoted = /[",\r\n;\t]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
    assert.equal(csvCell(text), quoted, JSON.stringify(text));
  }
});

test("other cells stay as they are, quoted where they must be", () => {
  assert.deepEqual([null, undefined, "", 0, -1.5].map(csvCell), ["", "", "", "0", "-1.5"]);
  assert.equal(csvCell('said "so", twice'), '"said ""so"", twice"');
  assert.deepEqual(["a;b", "a\nb", "a=b", "1-2"].map(csvCell), ['"a;b"', '"a\nb"', "a=b", "1-2"]);
});

for (const page of vectors.pages) {
  test(`${page.name}: what is saved says nothing that was not known on the day`, () => {
    const { data, meta } = pageOf(page);
    const { claims } = data;
    const rows = Array.from({ length: claims.n }, (_, row) => row);
    for (const { day, visible, status } of page.days) {
      const out = rows.filter((row) => visible.includes(claims.get("claim_id", row)));
      const later = new Set(rows.filter((row) => claims.numbers("seen")[row] > day).map((row) => claims.get("claim_id", row)));
      const { features } = JSON.parse(claimsGeoJson(data, out, day, meta.geometry));
      const [header, ...lines] = claimsCsv(data, out, day).trim().split("\r\n");
      assert.equal(features.length, out.length);
      assert.ok(lines.length >= out.length && header.includes("status"));
      for (const { properties } of features) {
        assert.equal(properties.status, status[properties.claim_id], `${dayToIso(day)} ${properties.claim_id}`);
        if (properties.status === "current") assert.ok(!(properties.status_date > dayToIso(day)));
        assert.ok(!later.has(properties.supersedes), properties.claim_id);
      }
      if (page.name !== "random") continue;
      const own = header.replace("\ufeff", "").split(",").indexOf("status");
      const given = lines.map((line) => line.split(",")[own]);
      assert.deepEqual(given.filter((value) => value === "retracted").length, out.filter((row) => status[claims.get("claim_id", row)] === "retracted").length);
    }
  });
}
