// folium's LayerControl as a mirror of the actor filter, both ways.

import { NOBODY, OTHERS } from "../core/facets.js";

/** @returns {(state: Object) => void} brings the control in line with the state @param {Store} store @param {Meta} meta */
export function mirrorLayerControl(map, store, meta) {
  const layers = [];
  map.eachLayer((layer) => {
    const { claimatlasActor, claimatlasOthers } = layer.options || {};
    if (claimatlasActor !== undefined) layers.push({ layer, actor: meta.listed_actors[claimatlasActor] });
    else if (claimatlasOthers) layers.push({ layer, actor: OTHERS });
  });
  let mirroring = false, waiting = false;

  function wanted({ actor }, state) {
    if (!state.actor.length || state.actor.includes(actor)) return true;
    return actor === OTHERS && state.actor.some((name) => meta.others.includes(name));
  }

  function read() {
    waiting = false;
    const shown = layers.filter(({ layer }) => map.hasLayer(layer)).map(({ actor }) => actor);
    if (shown.length === layers.length) store.set({ actor: [] });
    else store.set({ actor: shown.length ? shown : [NOBODY] });
  }

  map.on("layeradd layerremove", ({ layer }) => {
    if (mirroring || waiting || !layers.some((entry) => entry.layer === layer)) return;
    waiting = true;
    // The control may take several layers in one turn.
    queueMicrotask(read);
  });

  return (state) => {
    mirroring = true;
    for (const entry of layers) {
      const show = wanted(entry, state);
      if (show && !map.hasLayer(entry.layer)) map.addLayer(entry.layer);
      else if (!show && map.hasLayer(entry.layer)) map.removeLayer(entry.layer);
    }
    mirroring = false;
  };
}
