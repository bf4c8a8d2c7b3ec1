// The interface's words: one catalogue, plurals by the rules of its language.

/** @type {Record<string, string>} */
let WORDS = {};
export let LANGUAGE = "en";
/** @type {Intl.PluralRules | null} */
let PLURAL_RULES = null;
/** @type {Intl.NumberFormat | null} */
let NUMBER_FORMAT = null;
/** @type {Map<string, string> | null} */
let UNITS = null;
/** @type {Intl.ListFormat | null} */
let AND_FORMAT = null;
/** @type {Intl.DisplayNames | null} */
let LANGUAGE_NAMES = null;

/**
 * Take the catalogue that came with the page. A count-dependent text stands under
 * `key.one`, `key.other`, … (the categories of `Intl.PluralRules`).
 */
export function setWords(words, lang) {
  WORDS = words || {};
  LANGUAGE = supportedLanguage(lang);
  // English as most of the world writes it: "Badakhshan, Kunduz and Takhar".
  if (LANGUAGE === "en") LANGUAGE = "en-GB";
}

function supportedLanguage(lang) {
  try {
    return Intl.getCanonicalLocales(lang || "en")[0] || "en";
  } catch {
    return "en";
  }
}

/** Whether the catalogue has this text. */
export function hasWord(key) {
  return Object.hasOwn(WORDS, key);
}

/**
 * The text of `key`, its `{names}` filled from `params`. Where `params.n` is a number
 * the text is chosen by its plural category and `{n}` is printed with separators.
 */
export function t(key, params) {
  /** @type {string | null | undefined} */
  let text = null;
  if (params && typeof params.n === "number" && !Object.hasOwn(WORDS, key)) {
    const category = (PLURAL_RULES ??= new Intl.PluralRules(LANGUAGE)).select(params.n);
    text = WORDS[`${key}.${category}`] ?? WORDS[`${key}.other`];
  } else if (Object.hasOwn(WORDS, key)) {
    text = WORDS[key];
  }
  if (text === null || text === undefined) return key;
  if (!params) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    if (!Object.hasOwn(params, name)) return whole;
    const value = params[name];
    return typeof value === "number" ? formatNumber(value) : String(value);
  });
}

/** A unit as its number wants it, "1 fighter"; null where the catalogue does not know how one of them is called. */
export function unitWords(unit, n) {
  const category = (PLURAL_RULES ??= new Intl.PluralRules(LANGUAGE)).select(n);
  const many = manyOf(unit);
  if (many === null) return category === "other" ? unit : null;
  return WORDS[`unit.${many}.${category}`] ?? (unit.toLowerCase() === many ? unit : many);
}

/** The name in the catalogue of a unit that is given as many or as one; null where it has none. */
function manyOf(unit) {
  const asked = unit.toLowerCase();
  if (!UNITS) {
    UNITS = new Map();
    for (const [key, one] of Object.entries(WORDS)) {
      const match = /^unit\.(.+)\.\w+$/.exec(key);
      if (match) UNITS.set(match[1], match[1]).set(one, match[1]);
    }
  }
  return UNITS.get(asked) ?? null;
}

/** "6,500" */
export function formatNumber(value) {
  // The first Intl.NumberFormat takes 20 ms or more, of which a page's start need not wait.
  if (LANGUAGE === "en-GB" && Number.isSafeInteger(value)) return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  NUMBER_FORMAT ??= new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 2 });
  return NUMBER_FORMAT.format(value);
}

/** "Badakhshan, Kunduz and Takhar" */
export function joinWords(names) {
  // The first Intl.ListFormat is as slow as the first number format, and most lists are one name.
  if (names.length < 2) return names[0] ?? "";
  AND_FORMAT ??= new Intl.ListFormat(LANGUAGE, { style: "long", type: "conjunction" });
  return AND_FORMAT.format(names);
}

/** A term of a code list, as printed: kind `attack` → "attack"; unknown ones as they are. */
export function term(list, value) {
  const key = `${list}.${value}`;
  return hasWord(key) ? WORDS[key] : String(value).replaceAll("_", " ");
}

/** "Russian" for "ru"; the code itself where the browser knows no name. */
export function languageName(code) {
  try {
    LANGUAGE_NAMES ??= new Intl.DisplayNames([LANGUAGE], { type: "language" });
    return LANGUAGE_NAMES.of(code) || code;
  } catch {
    return code;
  }
}
