// The other mirrors of the state: timeline, filters, places, table. Only what is open is kept up to date.

import { FilterPanel } from "./filters.js";
import { Timeline } from "./timeline.js";
import { PlacesPanel } from "./places.js";
import { ComparePanel } from "./compare_panel.js";
import { TablePanel } from "./table.js";
import { setUpPrint } from "./print.js";
import { Tabs, setUpSheet } from "./tabs.js";

export function createViews({ data, meta, store }) {
  const timeline = new Timeline({ data, meta, store });
  const makers = {
    filters: () => new FilterPanel({ data, store }),
    places: () => new PlacesPanel({ data, store }),
    compare: () => new ComparePanel({ data, meta, store }),
    table: () => new TablePanel({ data, meta, store }),
  };
  const made = {};
  let latest = null;

  function showTab(name) {
    if (!Object.hasOwn(makers, name) || !latest) return;
    made[name] ??= makers[name]();
    made[name].update(latest.view, latest.state);
  }

  const tabs = new Tabs(showTab);
  setUpSheet();
  setUpPrint({ data, meta, store, view: () => latest.view });
  return {
    tabs,
    update(view, state) {
      latest = { view, state };
      timeline.update(view, state);
      showTab(tabs.current);
    },
    /** What may follow a frame after map and list. */
    updateRest: () => timeline.updateBars(latest.view),
    /** Make what can be made before it is asked for: the table of places is how the map is read aloud. */
    prepare: () => showTab("places"),
  };
}
