// The address's hash is the state: read, written, and never trusted.

import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyState, formatHash, parseHash, sameValue } from "../../mapping/assets/core/state.js";
import { isoToDay } from "../../mapping/assets/core/dates.js";

test("the hash of the design is read and written back", () => {
  const hash = "#asof=2023-06-01&actor=ISKP&kind=strength&place=AF-KDZ&claim=ID&q=words&at=36.5,68.25,6.5";
  const state = parseHash(hash);
  assert.equal(state.asof, isoToDay("2023-06-01"));
  assert.deepEqual([state.actor, state.kind, state.place], [["ISKP"], ["strength"], ["AF-KDZ"]]);
  assert.deepEqual([state.claim, state.q, state.at], ["ID", "words", [36.5, 68.25, 6.5]]);
  assert.equal(formatHash(state), hash);
});

test("repeated keys mean or; unknown keys are ignored", () => {
  assert.deepEqual(parseHash("#actor=A&actor=B&actor=A&foo=1&__proto__=x").actor, ["A", "B"]);
  assert.equal(formatHash(emptyState()), "");
});

test("percent-encoded UTF-8 and a plus sign survive", () => {
  const state = { ...emptyState(), q: "کندز + Ё", set: "AF-KDZ+AF-TAK", source: ["A&B=C"] };
  assert.deepEqual(parseHash(formatHash(state)), state);
});

test("what cannot be read is left out, and nothing throws", () => {
  const broken = [
    "#asof=2023-02-30", "#asof=yesterday", "#at=91,0,5", "#at=1,2", "#at=1,2,99", "#q=%E0%A4%A", "#q=%00", `#q=${"a".repeat(513)}`,
    `#${"q=a&".repeat(10_000)}`, "#=x", "#&&&", "#q",
  ];
  for (const hash of broken) assert.deepEqual(parseHash(hash), emptyState(), hash.slice(0, 40));
  assert.equal(parseHash(`#${Array.from({ length: 900 }, (_, i) => `actor=a${i}`).join("&")}`).actor.length, 500);
});

test("values are compared by what they hold", () => {
  assert.ok(sameValue([1, 2], [1, 2]) && sameValue(null, null) && !sameValue([1], [2]) && !sameValue([], null));
});
