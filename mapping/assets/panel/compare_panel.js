// The tab that compares: by actor and unit, what each source said of the selected place over time.

import { t, term } from "../core/words.js";
import { formatDay } from "../core/dates.js";
import { el } from "../core/dom.js";
import { canonicalOf } from "../core/lookup.js";
import { cutNames, includedWords, intervalWords, quantityWords, relationWords } from "../core/quantity.js";
import { boundsSection } from "./bounds.js";
import { comparisonScope, comparisonsIn, figureDate, figureName } from "./compare.js";
import { plotAxis, plotInterval, plotScale } from "./range_plot.js";

const COMPARISONS_SHOWN = 20;

export class ComparePanel {
  constructor({ data, meta, store }) {
    this.data = data;
    this.meta = meta;
    this.store = store;
    this.box = el("div");
    document.getElementById("ca-panel-compare").append(this.box);
  }

  /** @param {View} view @param {State} state */
  update(view, state) {
    const scope = comparisonScope(view, this.data);
    if (!scope) return this.box.replaceChildren(el("p", { text: t("compare.choose") }));
    const comparisons = comparisonsIn(this.data, view, scope);
    const shown = comparisons.slice(0, COMPARISONS_SHOWN);
    return this.box.replaceChildren(
      el("h2", { text: t("compare.title", { place: scope.title }) }),
      (scope.place !== undefined && boundsSection(this.data, this.meta, view, state, scope.place, (origin) => this.originButton(origin))) || "",
      el("p", { class: "ca-hint", text: comparisons.length ? t("compare.hint") : t("compare.nothing") }),
      ...this.aboutBand(comparisons),
      ...this.limits(view),
      ...shown.map((comparison) => this.section(comparison, view, scope)),
      comparisons.length > shown.length && el("p", { class: "ca-hint", text: t("compare.more", { n: comparisons.length - shown.length }) }) || "");
  }

  /** What the pale band means, where one is drawn. */
  aboutBand(comparisons) {
    const { data, meta } = this;
    const some = comparisons.some(({ figures }) => figures.some(({ row }) => data.claims.get("modifier", row) === "about"));
    return some ? [el("p", { class: "ca-hint", text: t("compare.about_band", { percent: Math.round(meta.about_tolerance * 100) }) })] : [];
  }

  /** What is not known of contradictions, since there are too many. @param {View} view */
  limits(view) {
    const { leftOut, setsOf, setsLeftOut } = this.data.contradictionLimits;
    const words = [];
    if (leftOut) words.push(t("compare.left_out", { n: leftOut }));
    if (setsOf !== null && setsOf !== view.asof) words.push(t("compare.sets_of", { date: formatDay(setsOf) }));
    else if (setsLeftOut) words.push(t("compare.sets_left_out"));
    return words.map((text) => el("p", { class: "ca-hint", text }));
  }

  /**
   * @param {import("./compare.js").Comparison} comparison
   * @param {View} view
   */
  section({ actor, kind, family, figures }, view, scope) {
    const scale = plotScale(figures);
    const rivals = figures.filter(({ rivals: own }) => own.some(({ close }) => !close)).length;
    return el("section", { class: "ca-comparison" },
      el("h3", {}, el("span", { dir: "auto", text: actor }), ` · ${term("kind", kind)}`, family ? ` · ${family}` : ""),
      rivals ? el("p", { class: "ca-rival-note", text: t("compare.rivals") }) : null,
      plotAxis(scale),
      el("ol", { class: "ca-figures" }, figures.map((figure) => this.figure(figure, scale, view, scope))));
  }

  /** @param {View} view */
  figure(figure, scale, view, scope) {
    const { data, meta } = this;
    const { row, part } = figure;
    const rivals = figure.rivals.filter(({ close }) => !close), near = figure.rivals.filter(({ close }) => close);
    const trueOf = data.claims.numbers("true_of")[row];
    const source = data.claims.get("source", row) || t("chain.unnamed");
    const item = el("li", { class: rivals.length ? "ca-rival" : null });
    item.append(el("p", {},
      el("span", { class: "ca-figure-when", text: Number.isNaN(trueOf) ? t("age.undated") : figureDate(data, row) }), " ",
      el("span", { dir: "auto", text: source }), ": ",
      el("button", { type: "button", class: "ca-link-button", dir: "auto", text: quantityWords(data, row), onclick: () => this.openClaim(row) })));
    if (part !== "own") item.append(el("p", { class: "ca-hint", text: this.partWords(figure, scope) }));
    if (!view.current[row]) item.append(el("p", { class: "ca-hint", text: t("compare.ended") }));
    item.append(plotInterval(data, figure, scale, meta.about_tolerance));
    if (rivals.length) item.append(el("p", { class: "ca-rival-words", text: t("compare.cannot_both", { others: this.rivalWords(rivals) }) }));
    if (near.length) item.append(el("p", { class: "ca-hint", text: t("compare.close_in_time", { others: this.rivalWords(near) }) }));
    return item;
  }

  /** "B, 90 (1 May 2024)"; "C, 20 (…) and D, 30 (…), taken together" @param {import("./compare.js").Rival[]} rivals */
  rivalWords(rivals) {
    const name = (row) => figureName(this.data, row);
    return cutNames(rivals.map(({ others }) => (others.length > 1
      ? t("compare.together", { others: cutNames(others.map(name), 4) }) : name(others[0]))), 4);
  }

  /** Why the figure stands here though it is not the place's own. */
  partWords({ row, part, high }, { country }) {
    const { data } = this;
    if (part === "within_scope") return t("compare.part_of_scope", { relation: relationWords(data, row) });
    if (data.claims.codes("actors", row).length > 1) return t("compare.several_actors", { interval: intervalWords(0, high) });
    return country ? t("compare.several_countries", { interval: intervalWords(0, high) }) : `${includedWords(data, row)} ${t("compare.leaves", { interval: intervalWords(0, high) })}`;
  }

  /** An origin by who said what, when: a button that shows it. */
  originButton(origin) {
    const row = canonicalOf(this.data, origin);
    return el("button", { type: "button", class: "ca-link-button", dir: "auto", text: figureName(this.data, row), onclick: () => this.openClaim(row) });
  }

  openClaim(row) {
    document.getElementById("ca-tab-claims").click();
    this.store.set({ claim: this.data.claims.get("claim_id", row) });
  }
}
