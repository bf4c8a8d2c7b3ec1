// Folding and the search: every name of the built-in tables finds its place.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Search, acronyms, fold, matchingValues, queryWords } from "../../mapping/assets/core/fold.js";
import { pageOf, vectors } from "./vectors.js";

test("texts fold as Python folds them for the search", () => {
  assert.ok(vectors.folding.length > 50_000);
  const other = vectors.folding.filter(([text, folded]) => fold(text) !== folded).map(([text, folded]) => [text, folded, fold(text)]);
  assert.deepEqual(other, []);
});

test("every name of a place finds it on a map of its country", () => {
  const lost = [];
  let tried = 0;
  for (const { place, carried, names } of vectors.names) {
    const folded = [fold(carried)];
    for (const name of names) {
      tried++;
      if (!queryWords(name).every((word) => matchingValues(folded, word))) lost.push([place, name]);
    }
  }
  assert.ok(tried > 50_000);
  assert.deepEqual(lost, []);
});

test("a name that dashes join is found as it is written", () => {
  for (const name of ["Pul-e-Khumri", "Mazar-i-Sharif", "Qala-i-Naw"]) {
    const { carried } = vectors.names.find(({ names }) => names.includes(name));
    assert.ok(matchingValues([fold(carried)], queryWords(name)[0]), name);
  }
});

test("other names find the claims of a place", () => {
  const { data } = pageOf(vectors.pages.find(({ name }) => name === "sample"));
  const search = new Search(data);
  for (const name of ["Qonduz", "Кундуз", "کندز", "Badakhshān"]) {
    assert.ok(search.find(name).some(Boolean), name);
  }
});

test("queries fall into words, quoted phrases, numbers and ranges", () => {
  assert.deepEqual(queryWords('Kunar, "Ēast of" 6,500'), ["kunar", "east of", "6500"]);
  assert.deepEqual(queryWords("6,000–6,500"), ["6000", "6500"]);
  assert.deepEqual(queryWords("12 000 men"), ["12000", "men"]);
  assert.deepEqual(queryWords(" ,; "), []);
  assert.deepEqual(queryWords("Pul-e-Khumri"), ["pul e khumri"]);
});

test("a number is no part of another", () => {
  assert.equal(matchingValues(["16500", "6500"], "6500")[0], 0);
  assert.equal(matchingValues(["16500"], "6500"), null);
});

test("those who speak are found by any name of theirs, the same claims each time", () => {
  const { data } = pageOf(vectors.pages.find(({ name }) => name === "sample"));
  const { claims } = data;
  const search = new Search(data);
  const of = (name, ...values) => Array.from({ length: claims.n }, (_, i) => Number(values.includes(claims.get(name, i))));
  for (const [query, wanted] of [
    ["ООН", of("source", "United Nations")], ["سازمان ملل", of("source", "United Nations")],
    ["ОДКБ", of("source", "CSTO")], ["ТАСС", of("outlet", "TASS")],
    ["Islamic Emirate", of("source", "Taliban")],
  ]) {
    const found = search.find(query);
    assert.ok(wanted.some(Boolean), query);
    wanted.forEach((is, i) => is && assert.ok(found[i], `${query}: ${claims.get("claim_id", i)}`));
  }
});

test("a short name in capitals is a word by itself", () => {
  assert.deepEqual([...acronyms('UN "ООН" un Unspecified U.N., ISKP-like 40')], ["un", "оон"]);
  const values = ["unspecified armed groups", "the un said", "un\nunited nations", "un's", "(un)", "sun"];
  assert.deepEqual(Array.from(matchingValues(values, "un", true, true)), [0, 1, 1, 1, 1, 0]);
  assert.equal(matchingValues(["unspecified"], "un", true, true), null);
  const { data } = pageOf(vectors.pages.find(({ name }) => name === "sample"));
  const { claims } = data;
  const search = new Search(data);
  const only = Array.from({ length: claims.n }, (_, i) => i).filter((i) => search.find("un")[i] && !search.find("UN")[i]);
  assert.ok(only.length > 0);
  for (const i of only) assert.notEqual(claims.get("source", i), "United Nations");
});
