// What leaves the page as a file: no cell becomes a formula.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { csvCell } from "../../mapping/assets/panel/download.js";

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
