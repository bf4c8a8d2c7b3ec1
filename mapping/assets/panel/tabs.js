// The panel's tabs: one tab stop, arrow keys between them; a tab's content is made when first opened.

import { part } from "../core/dom.js";

export class Tabs {
  /** @param {(name: string) => void} onOpen called when a tab is shown */
  constructor(onOpen) {
    /** @type {HTMLElement[]} */
    this.tabs = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#claimatlas [role=tab]"))];
    this.onOpen = onOpen;
    this.current = "claims";
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.open(tabName(tab)));
      tab.addEventListener("keydown", (event) => this.onKey(event));
    }
  }

  open(name, { focus = false } = {}) {
    this.current = name;
    for (const tab of this.tabs) {
      const chosen = tabName(tab) === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
      if (chosen && focus) tab.focus();
    }
    part(".ca-body").dataset.tab = name;
    this.onOpen(name);
  }

  onKey(event) {
    const at = this.tabs.indexOf(event.currentTarget);
    const forward = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    const target = { ArrowRight: at + forward, ArrowLeft: at - forward, Home: 0, End: this.tabs.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.open(tabName(this.tabs[(target + this.tabs.length) % this.tabs.length]), { focus: true });
  }
}

function tabName(tab) {
  return tab.id.replace("ca-tab-", "");
}

/** On a phone the panel is a sheet below the map; a button draws it up over the map and back. */
export function setUpSheet() {
  const button = part(".ca-sheet");
  button.addEventListener("click", () => {
    const tall = part(".ca-body").dataset.sheet !== "tall";
    part(".ca-body").dataset.sheet = tall ? "tall" : "";
    button.setAttribute("aria-pressed", String(tall));
  });
}
