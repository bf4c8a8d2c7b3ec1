// The panel beside the map: what is selected, how much there is, and the list of claims.

import { formatNumber, hasWord, t } from "../core/words.js";
import { announce, el, part } from "../core/dom.js";
import { canonicalOf, claimByKey } from "../core/lookup.js";
import { formatHash } from "../core/state.js";
import { makeCard } from "./cards.js";
import { GROUPINGS, listItems } from "./items.js";
import { WindowedList } from "./list.js";
import { countsWords, notCountedWords, selectionAbout, selectionTitle } from "./selection.js";

export class ClaimsPanel {
  /** @param {{data: Data, meta: Meta, store: Store, link: (row: number) => void}} parts `link` shares a claim's link */
  constructor({ data, meta, store, link }) {
    this.data = data;
    this.meta = meta;
    this.store = store;
    this.open = new Set();
    // Until the reader chooses: by kind, and for a selection by what the claims cover.
    this.chosenGrouping = null;
    /** @type {ReturnType<typeof listItems>} */
    this.items = { rows: new Int32Array(0), groups: [] };
    this.nodes = {
      title: part(".ca-selection-title"), about: part(".ca-selection-about"), clear: part(".ca-clear"),
      counts: part(".ca-counts"), notCounted: part(".ca-not-counted"), grouping: part(".ca-grouping"), groups: part(".ca-groups"), empty: part(".ca-empty"),
    };
    this.context = {
      data, meta, open: this.open, view: null, state: null,
      onToggle: (row) => this.toggle(row),
      onLink: link,
      hrefOf: (row) => formatHash({ ...this.store.get(), claim: data.claims.get("claim_id", row) }),
    };
    this.list = new WindowedList({
      scroller: part(".ca-scroll"), host: part(".ca-list"), render: (position) => this.renderItem(position),
    });
    this.nodes.clear.addEventListener("click", () => {
      this.store.set({ place: [], set: null, claim: null });
      this.nodes.title.focus();
    });
    this.setUpGrouping();
  }

  setUpGrouping() {
    const select = this.nodes.grouping;
    for (const key of GROUPINGS) select.append(el("option", { value: key, text: t(`grouping.${key}`) }));
    select.addEventListener("change", () => {
      this.chosenGrouping = select.value;
      this.refresh();
    });
  }

  /** Mirror the state. @param {View} view @param {State} state */
  update(view, state, changed) {
    this.context.view = view;
    this.context.state = state;
    const onlyClaim = changed.length > 0 && changed.every((key) => key === "claim" || key === "at");
    if (!onlyClaim || !this.list.length) this.refresh();
    else if (changed.includes("claim")) this.list.redraw([...this.list.items.keys()]);
    if (changed.includes("claim")) this.showClaim(view.selected.claim);
  }

  /**
   * The list and the first cards of another view, without showing them: the browser compiles what has run.
   * @param {View} view
   * @param {State} state
   */
  rehearse(view, state) {
    const { rows } = listItems(this.data, this.meta, view, this.groupingFor(state));
    for (const row of rows.subarray(0, 2)) makeCard(row, { ...this.context, view, state });
  }

  /** @param {State} state */
  groupingFor(state) {
    return this.chosenGrouping ?? (state.place.length ? "extent" : "kind");
  }

  refresh() {
    const { view, state } = this.context;
    const focused = /** @type {HTMLElement | undefined} */ (document.activeElement?.closest?.("[data-claim-id]"))?.dataset.claimId;
    const grouping = this.groupingFor(state);
    this.nodes.grouping.value = grouping;
    this.items = listItems(this.data, this.meta, view, grouping);
    this.positions = null;
    this.starts = new Map(this.items.groups.map((group) => [group.start, group]));
    this.addLinkedClaim();
    this.list.active = 0;
    this.showHeading(view, state);
    this.list.setLength(this.items.rows.length);
    this.nodes.empty.hidden = this.items.rows.length > 0;
    if (focused) this.refocus(focused);
  }

  /** A linked claim that the filters leave out is shown first, and said to be outside them. */
  addLinkedClaim() {
    const row = this.headOf(this.context.view.selected.claim);
    this.outside = row >= 0 && !this.items.rows.includes(row) ? row : -1;
    if (this.outside < 0) return;
    const rows = new Int32Array(this.items.rows.length + 1);
    rows[0] = row;
    rows.set(this.items.rows, 1);
    const groups = this.items.groups.map((group) => ({ ...group, start: group.start + 1 }));
    this.items = { rows, groups };
    this.starts = new Map(groups.map((group) => [group.start, group]));
    this.starts.set(0, { key: "linked", start: 0, count: 1 });
  }

  refocus(id) {
    const position = this.positionOf(this.headOf(claimByKey(this.data, id)));
    if (position >= 0) this.list.focusItem(position);
    else this.nodes.title.focus();
  }

  /** @param {View} view @param {State} state */
  showHeading(view, state) {
    const { title, about, clear, counts } = this.nodes;
    title.textContent = selectionTitle(this.data, view);
    about.replaceChildren(...selectionAbout(this.data, view, (patch) => this.store.set(patch)));
    clear.hidden = !state.place.length && view.selected.set < 0;
    counts.textContent = countsWords(view);
    this.nodes.notCounted.textContent = notCountedWords(view);
    this.nodes.groups.replaceChildren(...this.items.groups.filter(() => this.items.groups.length > 1).map((group) => el("button", {
      type: "button", class: "ca-jump", onclick: () => this.jump(group.start),
    }, t("group.jump", { group: t(`group.${group.key}`), n: group.count }))));
  }

  jump(position) {
    this.list.scrollTo(position);
    this.list.activate(position);
    this.list.item(position)?.focus({ preventScroll: true });
  }

  renderItem(position) {
    const item = el("div", { class: "ca-item", role: "article" });
    const group = this.starts.get(position);
    if (group && group.key !== "all") {
      item.append(el("h3", { class: "ca-group" }, t(`group.${group.key}`),
        group.key === "linked" ? null : el("span", { class: "ca-group-count", text: formatNumber(group.count) })));
      const note = `group.${group.key}_note`;
      if (hasWord(note)) item.append(el("p", { class: "ca-group-note", text: t(note) }));
    }
    const card = makeCard(this.items.rows[position], this.context);
    card.setAttribute("role", "presentation");
    item.setAttribute("aria-label", card.getAttribute("aria-label"));
    card.removeAttribute("aria-label");
    item.append(card);
    return item;
  }

  toggle(row) {
    if (!this.open.delete(row)) this.open.add(row);
    const position = this.positionOf(row);
    if (position >= 0) this.list.redraw([position]);
    announce(t(this.open.has(row) ? "tellings.unfolded" : "tellings.folded"));
  }

  /** Unfold, scroll to and highlight the claim of a link. */
  showClaim(claim) {
    if (claim < 0) return;
    const head = this.headOf(claim);
    if (this.positionOf(head) < 0) this.refresh();
    const position = this.positionOf(head);
    if (position < 0) return;
    if (claim !== head) this.open.add(head);
    this.list.redraw([position]);
    this.list.scrollTo(position);
    this.list.activate(position);
    // In a low window the list may lie below what is seen.
    if (document.documentElement.scrollHeight > innerHeight) this.list.scroller.scrollIntoView({ block: "nearest" });
    announce(t("claim.shown"));
  }

  /** The telling under which a claim's card stands. */
  headOf(claim) {
    if (claim < 0) return -1;
    const head = this.context.view.heads[claim];
    return head >= 0 ? head : canonicalOf(this.data, this.data.claims.code("origin", claim));
  }

  positionOf(row) {
    if (!this.positions) {
      this.positions = new Map();
      this.items.rows.forEach((item, position) => this.positions.set(item, position));
    }
    return this.positions.get(row) ?? -1;
  }
}
