// Python packs, the page's own scripts unpack.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createData } from "../../mapping/assets/core/decode.js";
import { unpack } from "../../mapping/assets/core/unpack.js";
import { bytesOf, decodeText91, pageOf, vectors } from "./vectors.js";

const rowsOf = (table, name) => Array.from({ length: table.n }, (_, i) => table.get(name, i));
const lists = (value) => (Array.isArray(value) ? value : (value ?? []));

function holdsColumns(data, columns) {
  for (const [name, expected] of Object.entries(columns)) {
    const isList = data.claims.isList(name);
    const got = rowsOf(data.claims, name);
    assert.equal(got.length, expected.length, name);
    assert.deepEqual(isList ? got.map(lists) : got, expected, name);
    if (expected.every((value) => value === null || typeof value === "number")) {
      const numbers = Array.from(data.claims.numbers(name), (value) => (Number.isNaN(value) ? null : value));
      assert.deepEqual(numbers, expected, `numbers of ${name}`);
    }
  }
}

test("columns of every kind come back as Python put them in", () => {
  assert.equal(vectors.tables.length, 8);
  for (const { data, columns, shapes } of vectors.tables) {
    const table = createData(unpack(bytesOf(data)), null);
    holdsColumns(table, columns);
    assert.deepEqual(table.shapes, shapes);
  }
});

test("whole pages come back", () => {
  for (const page of vectors.pages) {
    const { data } = pageOf(page);
    assert.ok(data.claims.n > 50);
    holdsColumns(data, page.columns);
    assert.deepEqual(data.shapes, page.shapes);
  }
});

test("text of any length decodes to its bytes", () => {
  const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((c) => !'"&<'.includes(c)).join("");
  assert.equal(letters.length, 91);
  const encode = (bytes) => {
    let bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join(""), text = "";
    for (; bits; bits = bits.slice(13)) {
      const part = bits.slice(0, 13);
      if (part.length <= 6) text += letters[parseInt(part.padEnd(6, "0"), 2)];
      else text += letters[Math.floor(parseInt(part.padEnd(13, "0"), 2) / 91)] + letters[parseInt(part.padEnd(13, "0"), 2) % 91];
    }
    return text;
  };
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 7) & 255);
    assert.deepEqual(decodeText91(encode(bytes)), bytes, `${length} bytes`);
  }
});
