// What leaves the page as a file: no cell becomes a formula.

import assert from "node:assert/strict";
import { test } from "node:test";

import { csvCell } from "../../mapping/assets/panel/download.js";

test("cells that a spreadsheet would run begin with an apostrophe", () => {
  for (const text of ["=1+1", "+1", "-cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@a", "\u00a0=1"]) {
    assert.match(csvCell(text), /^"?'/, JSON.stringify(text));
  }
});

test("other cells stay as they are, quoted where they must be", () => {
  assert.deepEqual([null, undefined, "", 0, -1.5].map(csvCell), ["", "", "", "0", "-1.5"]);
  assert.equal(csvCell('said "so", twice'), '"said ""so"", twice"');
  assert.deepEqual(["a;b", "a\nb", "a=b", "1-2"].map(csvCell), ['"a;b"', '"a\nb"', "a=b", "1-2"]);
});
