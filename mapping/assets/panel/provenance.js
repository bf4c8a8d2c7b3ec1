// Where a claim can be read: its quote, the day of its publication, its links.

import { languageName, t } from "../core/words.js";
import { dateInSentence } from "../core/dates.js";
import { el, hostName, outLink, safeUrl } from "../core/dom.js";

/** @param {Data} data */
export function quoteBlock(data, row) {
  const quote = data.claims.get("quote", row);
  if (!quote) return null;
  const lang = data.claims.get("lang", row);
  return el("blockquote", { class: "ca-quote" },
    el("q", { lang, dir: "auto", text: quote }),
    lang ? el("cite", { text: t("quote.in_language", { language: languageName(lang) }) }) : null);
}

/** "reported on 14 Feb 2023", for a telling. @param {Data} data */
export function publishedWords(data, row) {
  const { claims } = data;
  const reported = claims.get("reported", row), stated = claims.get("stated", row);
  if (reported) return t("dates.reported", { date: dateInSentence(reported) });
  return stated ? t("dates.stated", { date: dateInSentence(stated) }) : t("dates.undated");
}

/** The link, the archived copy, and the link to the claim itself. @param {Data} data */
export function linkRow(data, row, context) {
  const { claims } = data;
  const address = claims.get("url", row);
  const url = safeUrl(address);
  if (context.onPaper) return printedLinks(data, row);
  return el("p", { class: "ca-links" },
    url && outLink(url, t("link.source", { host: hostName(url) }), { title: claims.get("title", row) }),
    outLink(safeUrl(claims.get("archive_url", row)), t("link.archive")),
    address && !url && el("span", { class: "ca-muted", dir: "auto", text: address }),
    el("a", { href: context.hrefOf(row), class: "ca-permalink", text: t("link.claim"), onclick: (event) => {
      event.preventDefault();
      event.stopPropagation();
      context.onLink(row);
    } }));
}

/** On paper an address is read, not followed. @param {Data} data */
function printedLinks(data, row) {
  const urls = ["url", "archive_url"].map((name) => safeUrl(data.claims.get(name, row))).filter(Boolean);
  return urls.length ? el("p", { class: "ca-print-url" }, urls.map((url) => el("span", { text: url.href }))) : null;
}
