// Text search that forgets case, accents and the variants of Arabic and Cyrillic letters.

const ARABIC_VARIANTS = {
  "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ۂ": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و",
};
// Zero-width joiners and marks, soft hyphen, tatweel: they change the look, not the word.
const IGNORED = /[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const LETTER_VARIANTS = /[يىئكةۀۂأإآٱؤ]/g;
const MARKS = /\p{M}+/gu;
const BEYOND_ASCII = /[^\x00-\x7f]/;
const DIGITS = /[٠-٩۰-۹]/g;

/** The form in which texts and queries meet: й and и, ё and е, ی and ي, é and e are one. */
function fold(text) {
  const lower = text.toLowerCase();
  if (!BEYOND_ASCII.test(lower)) return lower;
  return lower
    .replace(IGNORED, "")
    .replace(LETTER_VARIANTS, (letter) => ARABIC_VARIANTS[letter])
    .normalize("NFKD")
    .replace(MARKS, "")
    .replace(DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll("ß", "ss")
    .replace(/[’‘ʼ`]/g, "'");
}

/** The words of a query, each of which must be found; "words in quotes" stay together. */
function queryWords(query) {
  const words = [];
  for (const match of query.matchAll(/"([^"]+)"|(\S+)/g)) {
    const word = fold(match[1] ?? match[2].replaceAll('"', "")).trim();
    if (word) words.push(word);
  }
  return words;
}

const SEARCHED_DICTS = ["actor", "speaker", "speaker_role", "affiliation", "outlet", "title", "source", "tags"];
const SEARCHED_TEXTS = ["text", "quote", "note"];

/**
 * Full-text search over all claims. Texts are never built for it: a word is looked for among the
 * distinct words, folded once, and then among the words of each claim.
 */
class Search {
  constructor(data) {
    this.data = data;
    this.words = [];
    this.names = null;
    this.lists = null;
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
      codes: claims.allCodes(name), values: claims.values(name).map(fold),
    }));
    const placeTexts = [];
    for (let i = 0; i < places.n; i++) {
      placeTexts.push(fold(`${places.get("name", i) ?? ""}\n${places.get("names", i) ?? ""}`));
    }
    this.lists = ["place", "country"].map((name) => ({
      codes: claims.allCodes(name), starts: claims.starts(name), values: placeTexts,
    }));
    for (const name of ["actors", "tags"]) {
      if (!claims.isList(name) || !claims.values(name).length) continue;
      this.lists.push({ codes: claims.allCodes(name), starts: claims.starts(name), values: claims.values(name).map(fold) });
    }
  }

  /** 1 for each claim that holds every word of the query, somewhere. */
  find(query) {
    const { n } = this.data.claims;
    const found = new Uint8Array(n).fill(1);
    const words = queryWords(query);
    if (!words.length) return found;
    this.foldUntil(Infinity);
    this.foldNames();
    for (const word of words) this.keepMatches(found, word);
    return found;
  }

  keepMatches(found, word) {
    const { n } = this.data.claims;
    const hits = new Uint8Array(n);
    for (const { codes, values } of this.names) {
      const match = matchingValues(values, word);
      if (match) for (let i = 0; i < n; i++) if (codes[i] >= 0 && match[codes[i]]) hits[i] = 1;
    }
    for (const { codes, starts, values } of this.lists) {
      const match = matchingValues(values, word);
      if (match) markListed(hits, codes, starts, match);
    }
    this.markTexts(hits, word);
    for (let i = 0; i < n; i++) if (!hits[i]) found[i] = 0;
  }

  /** Claims whose texts hold the word; of words in quotes each is looked for, then all together. */
  markTexts(hits, word) {
    const { claims } = this.data;
    const parts = word.split(" ").filter(Boolean).map((part) => matchingValues(this.words, part));
    if (parts.includes(null)) return;
    for (const name of SEARCHED_TEXTS) {
      if (!claims.has(name)) continue;
      const codes = claims.wordCodes(name), starts = claims.wordStarts(name);
      for (let i = 0; i < hits.length; i++) {
        if (hits[i] || !parts.every((match) => holdsAny(codes, starts[i], starts[i + 1], match))) continue;
        if (parts.length === 1 || fold(claims.get(name, i)).includes(word)) hits[i] = 1;
      }
    }
  }
}

function holdsAny(codes, start, end, match) {
  for (let k = start; k < end; k++) if (match[codes[k]]) return true;
  return false;
}

/** Which distinct values hold the word; null where none does. */
function matchingValues(values, word) {
  let match = null;
  for (let v = 0; v < values.length; v++) {
    if (!values[v].includes(word)) continue;
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
}
