// A rendering of its own for paper: what is shown, by which filters, and the claims in full.

const PRINTED_MOST = 500;

function setUpPrint({ data, meta, store, view }) {
  part(".ca-print-button").addEventListener("click", () => print());
  addEventListener("beforeprint", () => fillPrint(data, meta, store.get(), view()));
  addEventListener("afterprint", () => part(".ca-print").replaceChildren());
}

function fillPrint(data, meta, state, view) {
  const { rows, groups } = listItems(data, meta, view, "kind");
  const context = { data, meta, view, state, open: new Set(), onToggle: () => {}, onLink: () => {}, hrefOf: () => "" };
  const starts = new Map(groups.map((group) => [group.start, group]));
  const parts = [el("h2", { text: selectionTitle(data, view) }), el("p", { text: printCounts(view) }), ...printFilters(data, state)];
  const shown = rows.subarray(0, PRINTED_MOST);
  if (rows.length > shown.length) parts.push(el("p", { class: "ca-status", text: t("print.cut", { shown: shown.length, total: rows.length }) }));
  let list = null;
  shown.forEach((row, position) => {
    if (starts.has(position)) {
      list = el("div", { class: "ca-print-list" });
      parts.push(el("h3", { text: t(`group.${starts.get(position).key}`) }), list);
    }
    list.append(printedCard(data, row, context));
  });
  parts.push(el("h3", { text: t("print.sources") }), printSources(data, shown));
  part(".ca-print").replaceChildren(...parts);
}

function printCounts(view) {
  const { claims, origins, sources } = view.counts;
  return t("counts", { claims: t("claims", { n: claims }), origins: t("origins", { n: origins }), sources: t("sources", { n: sources }) });
}

function printFilters(data, state) {
  const lines = [];
  for (const key of FACET_KEYS) {
    if (state[key].length) lines.push(`${t(`facet.${key}`)}: ${joinWords(state[key].map((value) => facetLabel(data, key, value)))}`);
  }
  if (state.q) lines.push(`${t("facet.q")}: ${t("quote.marks", { text: state.q })}`);
  return [el("p", { text: lines.length ? t("print.filters", { filters: lines.join("; ") }) : t("print.no_filters") })];
}

/** A card whose tellings are counted in words and whose links can be read. */
function printedCard(data, row, context) {
  const card = makeCard(row, context);
  card.querySelector(".ca-links")?.remove();
  const fold = card.querySelector(".ca-fold");
  if (fold) fold.replaceWith(el("p", { class: "ca-muted", text: fold.textContent }));
  for (const name of ["url", "archive_url"]) {
    const url = safeUrl(data.claims.get(name, row));
    if (url) card.append(el("p", { class: "ca-print-url", text: url.href }));
  }
  // The same claim stands in the list: on paper it is a copy.
  delete card.dataset.claimId;
  return card;
}

function printSources(data, rows) {
  const names = new Set();
  for (const row of rows) if (data.claims.get("source", row)) names.add(data.claims.get("source", row));
  return el("p", { text: [...names].sort().join("; ") });
}
