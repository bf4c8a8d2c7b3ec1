// Text search that forgets case, accents and the variants of Arabic and Cyrillic letters.

import { SLICE_MS } from "./dom.js";
import { addUp } from "./decode.js";

// Letters that people and keyboards use for one another, as geodata/text/folding.py has them; what
// NFKD takes apart by itself (ū, آ, ؤ) needs no line here.
const LETTERS = {
  ی: "يىئېۍےۑ", ک: "كڪ", ه: "ةۀەہھۂۃ", ا: "أإآٱ", و: "ؤ", گ: "ګݢ", ن: "ڼںڻ", ر: "ړ", ت: "ټ", د: "ډ",
  i: "ı", l: "ł", o: "ø", d: "đð", th: "þ", ae: "æ", oe: "œ", a: "ə", ss: "ß",
};
const VARIANTS = new Map(Object.entries(LETTERS).flatMap(([letter, others]) => Array.from(others, (other) => [other, letter])));
const VARIANT = new RegExp(`[${[...VARIANTS.keys()].join("")}]`, "g");
// Zero-width joiners and marks, soft hyphen, tatweel: they change the look, not the word.
const IGNORED = /[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const MARKS = /\p{M}+/gu;
const BEYOND_ASCII = /[^\x00-\x7f]/;
const DIGITS = /[٠-٩۰-۹]/g;
// Of a number in groups of three digits, "4,000", the signs between them are not looked at.
const GROUPED = /(?<![\d.])\d{1,3}(?:[,٬،' ]\d{3})+(?!\d)/g;
const APOSTROPHES = /['’‘ʼʻ`´]/g;
const DASHES = /[-‐‑‒–—―−]+/g;
const SIGNS = /[-'’‘ʼʻ`´‐‑‒–—―−,٬،]|\d \d/;

/** The form in which texts and queries meet: й and и, ё and е, ی and ي, é and e, 4,000 and 4000 are one. */
export function fold(text) {
  const lower = text.toLowerCase();
  if (!BEYOND_ASCII.test(lower)) return foldSigns(lower);
  return foldSigns(lower
    .replace(IGNORED, "")
    .replace(VARIANT, (letter) => VARIANTS.get(letter))
    .normalize("NFKD")
    .replace(MARKS, "")
    .replace(DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf)));
}

function foldSigns(text) {
  if (!SIGNS.test(text)) return text;
  return text.replace(GROUPED, (number) => number.replace(/\D/g, "")).replace(APOSTROPHES, "").replace(DASHES, " ");
}

// Around a word of a query, a sign is how it was written, not what is looked for: "Kunar, Nangarhar;".
const EDGE_SIGNS = /^[\p{P}\s]+|[\p{P}\s]+$/gu;
const NUMBERS = /^\d+( \d+)+$/;

/** The words of a query, each of which must be found; "words in quotes" stay together. */
export function queryWords(query) {
  const words = [];
  const grouped = query.replace(/(?<!\p{Nd})\p{Nd}{1,3}(?:\s\p{Nd}{3})+(?!\p{Nd})/gu, (number) => number.replace(/\s/g, ""));
  for (const match of grouped.matchAll(/"([^"]+)"|(\S+)/g)) {
    const word = fold(match[1] ?? match[2].replaceAll('"', "")).replace(EDGE_SIGNS, "");
    // Of a range, "6,000–6,500", each end is looked for.
    if (match[1] === undefined && NUMBERS.test(word)) words.push(...word.split(" "));
    else if (word) words.push(word);
  }
  return words;
}

const SEARCHED_DICTS = ["actor", "speaker", "speaker_role", "affiliation", "outlet", "title", "source", "tags"];
const SEARCHED_TEXTS = ["text", "quote", "note"];
const SEARCHED_LISTS = ["actors", "regions", "own_places", "tags"];
const SEARCHED_NUMBERS = ["value", "value_low", "value_high"];

/**
 * Full-text search over all claims. Texts are never built for it: a word is looked for among the
 * distinct words, folded once, and then among the words of each claim.
 */
export class Search {
  /** @param {Data} data */
  constructor(data) {
    this.data = data;
    this.words = [];
    /** @type {{codes: Int32Array, values: string[]}[] | null} */
    this.names = null;
    /** @type {{codes: Int32Array, starts: Int32Array, values: string[]}[]} */
    this.lists = [];
    this.texts = SEARCHED_TEXTS.filter((name) => data.claims.has(name)).map((name) => new TextWords(data.claims, name));
  }

  /** All that the first search needs, in slices for idle time. */
  *prepare() {
    while (!this.foldUntil(performance.now() + SLICE_MS)) yield;
    yield;
    this.foldNames();
    yield;
    for (const text of this.texts) yield* text.index();
  }

  /** Fold further words until `deadline` (a performance.now time); true when all are done. */
  foldUntil(deadline) {
    const { words } = this.data.claims;
    while (this.words.length < words.length) {
      const end = Math.min(this.words.length + 256, words.length);
      for (let i = this.words.length; i < end; i++) this.words.push(fold(words[i]));
      if (performance.now() > deadline) break;
    }
    return this.words.length >= words.length;
  }

  foldNames() {
    if (this.names) return;
    const { claims, places } = this.data;
    this.names = SEARCHED_DICTS.filter((name) => claims.has(name) && !claims.isList(name)).map((name) => ({
      codes: claims.allCodes(name), values: claims.values(name).map((value, code) => fold(SPEAKING.includes(name) ? spokenNames(this.data, name, value, code) : value)),
    }));
    const placeTexts = [];
    for (let i = 0; i < places.n; i++) {
      placeTexts.push(fold(`${places.get("name", i) ?? ""}\n${places.get("names", i) ?? ""}`));
    }
    this.lists = ["place", "country"].map((name) => ({
      codes: claims.allCodes(name), starts: claims.starts(name), values: placeTexts,
    }));
    for (const name of SEARCHED_LISTS) {
      if (!claims.isList(name) || !claims.values(name).length) continue;
      const values = claims.values(name).map((value, code) => fold(searchedName(this.data, name, value, code)));
      this.lists.push({ codes: claims.allCodes(name), starts: claims.starts(name), values });
    }
  }

  /** 1 for each claim that holds every word of the query, somewhere. */
  find(query) {
    const { n } = this.data.claims;
    const found = new Uint8Array(n).fill(1);
    const words = queryWords(query), short = acronyms(query);
    if (!words.length) return found;
    this.foldUntil(Infinity);
    this.foldNames();
    for (const word of words) this.keepMatches(found, word, short.has(word));
    return found;
  }

  keepMatches(found, word, isWhole) {
    const { n } = this.data.claims;
    const hits = new Uint8Array(n);
    for (const { codes, values } of this.names ?? []) {
      const match = matchingValues(values, word, true, isWhole);
      if (match) for (let i = 0; i < n; i++) if (codes[i] >= 0 && match[codes[i]]) hits[i] = 1;
    }
    for (const { codes, starts, values } of this.lists) {
      const match = matchingValues(values, word, true, isWhole);
      if (match) markListed(hits, codes, starts, match);
    }
    this.markTexts(hits, word, isWhole);
    if (WHOLE_NUMBER.test(word)) this.markFigures(hits, Number(word));
    for (let i = 0; i < n; i++) if (!hits[i]) found[i] = 0;
  }

  /** Claims that give the number, however their texts write it. */
  markFigures(hits, number) {
    for (const name of SEARCHED_NUMBERS) {
      if (!this.data.claims.has(name)) continue;
      const values = this.data.claims.numbers(name);
      for (let i = 0; i < hits.length; i++) if (values[i] === number) hits[i] = 1;
    }
  }

  /** Claims whose texts hold the word; of words in quotes each is looked for, then all together. */
  markTexts(hits, word, isWhole) {
    const { claims } = this.data;
    const words = word.split(" ").filter(Boolean);
    // Numbers in a phrase are looked at in the whole text.
    const parts = words.map((part) => matchingValues(this.words, part, words.length === 1, isWhole));
    const holds = wordFinder(word, isWhole);
    if (parts.includes(null)) return;
    for (const text of this.texts) {
      if (parts.length === 1) {
        text.mark(hits, parts[0]);
        continue;
      }
      const marks = parts.map((match) => text.mark(new Uint8Array(hits.length), match));
      for (let i = 0; i < hits.length; i++) {
        if (hits[i] || !marks.every((mark) => mark[i])) continue;
        if (holds(fold(claims.get(text.name, i)))) hits[i] = 1;
      }
    }
  }
}

const CODES_A_SLICE = 1 << 16;

/** The words of one text column; once they are indexed, a word's claims are found without reading the others. */
class TextWords {
  /** @param {Table} claims */
  constructor(claims, name) {
    this.claims = claims;
    this.name = name;
    /** @type {Int32Array | null} */
    this.rows = null;
    /** @type {Int32Array | null} */
    this.wordStarts = null;
  }

  get codes() {
    return this.claims.wordCodes(this.name);
  }

  /** Sort the claims by word: `rows[wordStarts[w] … wordStarts[w + 1]]` hold word w. Yields often enough for idle time. */
  *index() {
    const { codes, claims } = this;
    const textStarts = claims.wordStarts(this.name);
    const counts = new Int32Array(claims.words.length);
    for (let k = 0; k < codes.length; k++) {
      counts[codes[k]]++;
      if (k % CODES_A_SLICE === 0) yield;
    }
    const starts = addUp(counts), next = starts.slice(), rows = new Int32Array(codes.length);
    for (let i = 0, k = 0; i < claims.n; i++) {
      for (; k < textStarts[i + 1]; k++) {
        rows[next[codes[k]]++] = i;
        if (k % CODES_A_SLICE === 0) yield;
      }
    }
    this.wordStarts = starts;
    this.rows = rows;
  }

  /** Mark the claims that hold any of the words. */
  mark(hits, match) {
    const { rows, wordStarts } = this;
    if (!rows || !wordStarts) return markListed(hits, this.codes, this.claims.wordStarts(this.name), match);
    for (let w = 0; w < match.length; w++) {
      if (match[w]) for (let k = wordStarts[w]; k < wordStarts[w + 1]; k++) hits[rows[k]] = 1;
    }
    return hits;
  }
}

const WHOLE_NUMBER = /^\d+$/;

/** What an actor, a region or a place is called, its other names included. @param {Data} data */
function searchedName(data, name, value, code) {
  if (name === "actors") return `${value}\n${data.aliases[code] ?? ""}`;
  return name === "regions" ? `${data.regions[value]?.name ?? value}\n${data.regions[value]?.names ?? ""}` : value;
}

/** The name of who speaks; how claims spell it, if it is a source; and what else it is called. @param {Data} data */
export function spokenNames(data, name, value, code) {
  const spelt = name === "source" ? data.spelt[code] : "";
  const known = Object.hasOwn(data.bodies, value) ? data.bodies[value] : "";
  return [value, spelt, known].filter(Boolean).join("\n");
}

/** The columns of those who speak. */
export const SPEAKING = ["source", "affiliation", "speaker", "outlet"];

// "UN" and "ООН" are looked for as words: the first letters of "Unspecified" are no short name.
const SHORT_NAME = /^\p{Lu}{2,4}$/u;

/** The short names in capitals of a query, folded. */
export function acronyms(query) {
  return new Set(query.split(/[\s"]+/).map((word) => word.replace(/\./g, "").replace(EDGE_LETTERS, "")).filter((word) => SHORT_NAME.test(word)).map(fold));
}

const EDGE_LETTERS = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

/**
 * Whether a text holds the word or phrase. A number, also the last of a phrase, is no part of
 * another; neither is what has to be a word by itself ("UN", "UN's").
 */
export function wordFinder(word, isWhole = false) {
  if (isWhole) {
    const alone = new RegExp(`(?<![\\p{L}\\p{N}])${word}s?(?![\\p{L}\\p{N}])`, "u");
    return (text) => text.includes(word) && alone.test(text);
  }
  const isNumber = WHOLE_NUMBER.test(word), isPhrase = word.includes(" ");
  const before = (isNumber || isPhrase) && /^\d/.test(word) ? "(?<!\\d)" : "";
  const after = (isNumber || isPhrase) && /\d$/.test(word) ? "(?!\\d)" : "";
  if (!before && !after) return (text) => text.includes(word);
  const pattern = new RegExp(before + word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") + after);
  return (text) => text.includes(word) && pattern.test(text);
}

/** Which distinct values hold the word; null where none does. Parts of a phrase are looked for anywhere. */
export function matchingValues(values, word, whole = true, isWhole = false) {
  /** @type {Uint8Array | null} */
  let match = null;
  const holds = whole || isWhole ? wordFinder(word, isWhole) : (value) => value.includes(word);
  for (let v = 0; v < values.length; v++) {
    if (!holds(values[v])) continue;
    match ??= new Uint8Array(values.length);
    match[v] = 1;
  }
  return match;
}

function markListed(hits, codes, starts, match) {
  for (let i = 0; i < hits.length; i++) {
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      if (match[codes[k]]) { hits[i] = 1; break; }
    }
  }
  return hits;
}
