// The tellings of one statement: how often it was retold, and what the retelling changed.

import { t, term } from "../core/words.js";
import { formatDate } from "../core/dates.js";
import { el } from "../core/dom.js";
import { fold } from "../core/fold.js";
import { numberWords, quantityWords, relationWords } from "../core/quantity.js";
import { linkRow, publishedWords, quoteBlock } from "./provenance.js";

/** The outlets other than the one shown: "+3 more". @param {Data} data */
export function otherOutlets(data, row, rows) {
  const own = data.claims.code("outlet", row);
  const others = new Set();
  for (const i of rows) {
    const outlet = data.claims.code("outlet", i);
    if (outlet >= 0 && outlet !== own) others.add(outlet);
  }
  return others.size;
}

/** "5 tellings in 4 outlets, 1 origin" @param {Data} data */
export function tellingsWords(data, rows) {
  const outlets = new Set(Array.from(rows, (i) => data.claims.code("outlet", i)).filter((code) => code >= 0));
  return t("tellings.summary", {
    tellings: t("tellings", { n: rows.length }), outlets: t("outlets", { n: outlets.size }), origins: t("origins", { n: 1 }),
  });
}

/**
 * What a telling says otherwise than the one that counts, as `geodata.analysis.find_drift` has
 * it: other words for the same actor or unit are none.
 * @param {Data} data
 */
function driftWords(data, i, head) {
  const { claims } = data;
  const text = (name) => (row) => claims.get(name, row) || "";
  const changes = [];
  const compare = (key, read, sameness = read) => {
    if (sameness(i) !== sameness(head)) changes.push({ key, is: read(i), was: read(head) });
  };
  compare("quantity", (row) => quantityWords(data, row), (row) => `${numberWords(data, row)} ${text("family")(row)}`);
  compare("relation", (row) => relationWords(data, row));
  compare("actor", text("actor"), (row) => [...claims.get("actors", row)].sort().join(";"));
  compare("kind", (row) => term("kind", claims.get("kind", row)));
  compare("speaker", text("speaker"), (row) => fold(text("speaker")(row)));
  compare("role", text("speaker_role"), (row) => fold(text("speaker_role")(row)));
  for (const name of ["stated", "as_of"]) {
    compare(name, (row) => (text(name)(row) ? formatDate(text(name)(row)) : ""), (row) => text(name)(row).replace(/[~?%]$/, ""));
  }
  return changes.map(({ key, is, was }) => {
    if (is === "") return t(`drift.${key}_lost`, { was });
    return was === "" ? t(`drift.${key}_added`, { is }) : t(`drift.${key}`, { is, was });
  });
}

/** How a telling spells the same actor, and what it calls the same unit. @param {Data} data */
function spellingWords(data, i, head) {
  const { claims } = data;
  const words = [];
  for (const name of ["actor", "unit"]) {
    const is = claims.get(name, i), was = claims.get(name, head);
    const same = name === "actor" ? [...claims.get("actors", i)].sort().join() === [...claims.get("actors", head)].sort().join()
      : claims.get("family", i) === claims.get("family", head);
    if (is && was && is !== was && same) words.push(t(`drift.${name}_spelt`, { is }));
  }
  return words;
}

/** One telling in the unfolded list of a card. @param {Data} data */
function tellingItem(data, i, head, context) {
  const { claims } = data;
  // Every telling is a claim of its own; the one that counts is the card itself.
  const item = el("li", { class: "ca-telling", dataset: i === head ? {} : { claimId: claims.get("claim_id", i) } });
  item.append(el("p", { class: "ca-telling-where" },
    el("strong", { text: claims.get("outlet", i) || t("outlet.none"), dir: "auto" }), ", ", publishedWords(data, i),
    i === head ? el("span", { class: "ca-tag", text: t("tellings.counts") }) : null,
    !context.view.visible[i] && context.view.visible[head] ? el("span", { class: "ca-tag", text: t("tellings.later") }) : null));
  if (i === context.view.selected.claim) item.classList.add("ca-telling-linked");
  if (i !== head) {
    const text = claims.get("text", i);
    if (text !== claims.get("text", head)) item.append(el("p", { class: "ca-telling-text", dir: "auto", text }));
    const changes = driftWords(data, i, head);
    item.append(el("p", { class: changes.length ? "ca-drift" : "ca-muted" },
      changes.length ? changes.join(" · ") : t("drift.none")));
    const spelt = spellingWords(data, i, head);
    if (spelt.length) item.append(el("p", { class: "ca-muted", text: spelt.join(" · ") }));
  }
  const quote = quoteBlock(data, i);
  if (quote && i !== head) item.append(quote);
  item.append(linkRow(data, i, context) ?? "");
  return item;
}

/** The unfolded tellings: the one that counts, then the others, oldest first, as the statement travelled. @param {Data} data */
export function tellingsList(data, rows, head, context) {
  const others = rows.filter((i) => i !== head).reverse();
  return el("ol", { class: "ca-tellings" }, [head, ...others].map((i) => tellingItem(data, i, head, context)));
}
