// A claim as a card: what, how many, where; who said it and through whom; when; how far to trust it.

import { hasWord, t, term } from "../core/words.js";
import { AGE_NAMES, ageClass, dateInSentence, formatDate, formatDay, formatDuration } from "../core/dates.js";
import { el } from "../core/dom.js";
import { fold } from "../core/fold.js";
import { canonicalOf, claimByKey, denialsOf, isCountry, kindGroup, tellingsOf } from "../core/lookup.js";
import { includedWords, isTotal, placesWords, quantityWords, relationWords, shareWords } from "../core/quantity.js";
import { isForecast, isKnown, statusAt } from "../core/status.js";
import { suspendedSince } from "../core/view.js";
import { spanWords } from "../map/captions.js";
import { linkRow, quoteBlock } from "./provenance.js";
import { otherOutlets, tellingsList, tellingsWords } from "./tellings.js";

/**
 * @typedef {Object} CardContext
 * @property {Object} data
 * @property {Object} meta
 * @property {Object} view
 * @property {Object} state
 * @property {Set<number>} open            rows whose tellings are unfolded
 * @property {(row: number) => void} onToggle   unfold or fold a card
 * @property {(patch: Object) => void} onSelect  change the state
 * @property {(row: number) => void} onLink     link to a claim
 * @property {(row: number) => string} hrefOf   the hash of a claim's link
 * @property {boolean} [onPaper]           addresses are spelled out
 */

/** The card of one statement; `row` is the telling whose figures count. */
export function makeCard(row, context) {
  const { data, view, state } = context;
  const { claims } = data;
  const id = claims.get("claim_id", row);
  const rows = shownTellings(data, row, view);
  const highlighted = rows.includes(view.selected.claim);
  const card = el("article", {
    class: `ca-card ca-kind-${kindGroup(claims.get("kind", row))}${highlighted ? " ca-linked" : ""}`,
    dataset: { claimId: id, row }, "aria-label": cardLabel(data, row),
  });
  card.append(
    cardHead(data, row, context), ...cardFigure(data, row, view, state),
    ...[quoteBlock(data, row), chainLine(data, row, rows), datesLine(data, row), statusLine(data, row, view),
      ratingLine(data, row), ...inferredLines(data, row), noteLine(data, row), ...relatedLines(data, row, context),
      linkRow(data, row, context)].filter(Boolean));
  if (rows.length > 1) card.append(...tellingsFold(data, row, rows, context));
  return card;
}

/**
 * The tellings that were published by the day of the page, and the one that the address names;
 * of a statement that is visible at no date all.
 * @param {Data} data
 * @param {View} view
 */
function shownTellings(data, row, view) {
  const origin = data.claims.code("origin", row);
  if (origin < 0) return [row];
  const all = Array.from(tellingsOf(data, origin));
  return view.visible[row] ? all.filter((i) => view.visible[i] || i === view.selected.claim) : all;
}

/** @param {Data} data */
function cardLabel(data, row) {
  const { claims } = data;
  return [claims.get("actor", row), quantityWords(data, row), claims.get("text", row)].filter(Boolean).join(": ");
}

/** @param {Data} data */
function cardHead(data, row, { view, meta }) {
  const { claims } = data;
  return el("header", { class: "ca-card-head" },
    el("span", { class: "ca-kind", text: term("kind", claims.get("kind", row)) }),
    el("span", { class: "ca-actor", dir: "auto", text: claims.get("actor", row) || "" }),
    // What was published on no known day is never fresh, whatever it is true of.
    ageBadge(Number.isNaN(claims.numbers("seen")[row]) ? NaN : claims.numbers("aged")[row], view.asof, meta),
    isForecast(data, row, view.asof) ? el("span", { class: "ca-tag", text: t("status_name.forecast") }) : null,
    claims.get("absent", row) ? el("span", { class: "ca-tag", text: t("figure.absent") }) : null);
}

/** "stale, 5 years": text and hatch, never paleness. @param {Meta} meta */
function ageBadge(aged, asof, meta) {
  const undated = Number.isNaN(aged);
  const name = AGE_NAMES[ageClass(aged, asof, meta)];
  const days = asof - aged;
  const text = undated || days < 0 ? t(`age.${name}`) : t("age.since", { age: t(`age.${name}`), duration: formatDuration(days) });
  return el("span", { class: `ca-age ca-age-${name}`, title: t(`age.${name}_limit`, { fresh: spanWords(meta.fresh_days), stale: spanWords(meta.stale_days) }), text });
}

/**
 * Figure, places and text. In a place's own list a total never stands as the place's number.
 * @param {Data} data
 * @param {View} view
 * @param {State} state
 */
function cardFigure(data, row, view, state) {
  const parts = [];
  const place = state.place.length === 1 ? view.selected.place[0] : -1;
  const quantity = quantityWords(data, row);
  const total = place >= 0 && !isCountry(data, place) && isTotal(data, row);
  if (total) {
    const share = shareWords(data, row, place);
    parts.push(el("p", { class: "ca-included" }, includedWords(data, row), share ? el("span", { class: "ca-share", text: share }) : null));
  } else if (quantity) {
    parts.push(el("p", { class: "ca-figure" }, el("strong", { text: quantity, dir: "auto" }), " ",
      el("span", { class: "ca-relation", text: relationWords(data, row) })));
  }
  parts.push(el("p", { class: "ca-text", dir: "auto", text: data.claims.get("text", row) || "" }));
  if (!quantity && !total) parts.push(el("p", { class: "ca-relation", text: relationWords(data, row) }));
  const actors = data.claims.codes("actors", row).length;
  if (quantity && actors > 1) parts.push(el("p", { class: "ca-hint", text: t("figure.actors_together", { n: actors }) }));
  parts.push(...regionLines(data, row));
  return parts;
}

/** A region has soft edges: which provinces it is read as here, and why. @param {Data} data */
function regionLines(data, row) {
  if (!data.claims.codes("regions", row).length) return [];
  const lines = [el("p", { class: "ca-hint", text: t("region.reading", { places: placesWords(data, row) }) })];
  for (const id of data.claims.get("regions", row)) {
    const reason = data.regions[id]?.reason;
    if (reason) lines.push(el("p", { class: "ca-hint", text: t("region.reason", { reason }) }));
  }
  return lines;
}

/** "Anatoly Sidorov, Chief of the CSTO Joint Staff → TASS (+3 more)" @param {Data} data */
function chainLine(data, row, rows) {
  const { claims } = data;
  const outlet = claims.get("outlet", row);
  const more = otherOutlets(data, row, rows);
  const line = el("p", { class: "ca-chain" },
    el("span", { dir: "auto", text: speakerWords(data, row) || t("chain.unnamed") }));
  if (outlet) {
    line.append(el("span", { class: "ca-arrow", "aria-label": t("chain.through") , role: "img", text: " → " }),
      el("span", { class: "ca-outlet", dir: "auto", text: outlet }));
  }
  if (more) line.append(" ", el("span", { class: "ca-muted", text: t("chain.more", { n: more }) }));
  return line;
}

/** Speaker, role and affiliation as printed, without saying the same thing twice. @param {Data} data */
export function speakerWords(data, row) {
  const { claims } = data;
  const words = [];
  for (const name of ["speaker", "speaker_role", "affiliation"]) {
    const value = claims.get(name, row);
    if (value && !words.some((word) => fold(word).includes(fold(value)))) words.push(value);
  }
  return words.join(", ");
}

/** When it was said, published and true of, each with the precision that it has. @param {Data} data */
function datesLine(data, row) {
  const { claims } = data;
  const parts = [];
  for (const name of ["stated", "reported", "as_of"]) {
    const value = claims.get(name, row);
    // "true of 2023", but "said in 2023".
    if (value) parts.push(t(`dates.${name}`, { date: name === "as_of" ? formatDate(value) : dateInSentence(value) }));
  }
  return el("p", { class: "ca-dates", text: parts.length ? parts.join(" · ") : t("dates.undated") });
}

/** Retracted, superseded, corrected, or replaced by the source's own newer figure. @param {Data} data @param {View} view */
function statusLine(data, row, view) {
  const { claims } = data;
  const status = statusAt(data, row, view.asof);
  const until = claims.numbers("until")[row];
  const ended = view.visible[row] && !view.current[row];
  const date = claims.get("status_date", row);
  if (status !== "current") {
    const text = date ? t("status.since", { status: t(`status.${status}`), date: dateInSentence(date) }) : t(`status.${status}`);
    return el("p", { class: "ca-status", text });
  }
  if (!ended) return null;
  if (isForecast(data, row, view.asof)) {
    return el("p", { class: "ca-status", text: t("status.forecast", { date: formatDay(claims.numbers("due")[row]) }) });
  }
  const since = until <= view.asof ? until : suspendedSince(data, view.asof)?.get(row);
  return el("p", { class: "ca-status", text: t("status.replaced", { date: formatDay(since) }) });
}

/** @param {Data} data */
function ratingLine(data, row) {
  const reliability = data.claims.get("reliability", row), credibility = data.claims.get("credibility", row);
  const words = [];
  if (reliability) words.push(t("rating.source", { code: reliability, words: term("reliability", reliability) }));
  if (credibility) words.push(t("rating.claim", { code: credibility, words: term("credibility", credibility) }));
  return el("p", { class: "ca-rating", text: words.length ? words.join(" · ") : t("rating.unrated") });
}

/** What the coder, not the source, supplied. @param {Data} data */
function inferredLines(data, row) {
  const tags = [data.claims.get("tags", row)].flat().filter(Boolean).flatMap((tag) => String(tag).split(/\s*;\s*/));
  const lines = tags.filter((tag) => hasWord(`tag.${tag}`)).map((tag) => el("p", { class: "ca-hint", text: t(`tag.${tag}`) }));
  const others = tags.filter((tag) => !hasWord(`tag.${tag}`));
  if (others.length) lines.push(el("p", { class: "ca-tags" }, others.map((tag) => el("span", { class: "ca-tag", dir: "auto", text: tag }))));
  return lines;
}

/** @param {Data} data */
function noteLine(data, row) {
  const note = data.claims.get("note", row);
  return note ? el("p", { class: "ca-note", dir: "auto", text: t("note", { note }) }) : null;
}

/** What it denies, who denies it, whose part it is, what it replaces: each a link within the page. @param {Data} data */
function relatedLines(data, row, context) {
  const { claims } = data;
  const lines = [];
  // What is published later than the day of the page is not known on it.
  const known = (other) => isKnown(data, other, context.view.asof);
  const add = (key, other) => other >= 0 && other !== row && known(other) && lines.push(el("p", { class: `ca-related ca-related-${key}` },
    `${t(`related.${key}`)} `, claimLink(data, other, context)));
  for (const origin of claims.codes("denies", row)) add("denies", canonicalOf(data, origin));
  for (const denial of denialsOf(data, claims.code("origin", row))) add("denied_by", denial);
  const whole = claims.get("part_of", row);
  if (typeof whole === "number" && whole >= 0) add("part_of", canonicalOf(data, whole));
  const replaced = claims.get("supersedes", row);
  if (replaced) add("supersedes", claimByKey(data, replaced));
  return lines;
}

/** A link to another claim, by its speaker and its figure or text. @param {Data} data */
function claimLink(data, row, context) {
  const who = speakerWords(data, row) || data.claims.get("outlet", row) || t("chain.unnamed");
  const what = [quantityWords(data, row), quantityWords(data, row) && relationWords(data, row)].filter(Boolean).join(" ");
  const text = t("related.link", { who, what: what || data.claims.get("text", row) });
  return el("a", { href: context.hrefOf(row), class: "ca-inner", dir: "auto", text });
}

/** @param {Data} data */
function tellingsFold(data, row, rows, context) {
  const open = context.open.has(row);
  const button = el("button", {
    type: "button", class: "ca-fold", "aria-expanded": String(open), onclick: () => context.onToggle(row),
  }, tellingsWords(data, rows));
  return open ? [button, tellingsList(data, rows, row, context)] : [button];
}
