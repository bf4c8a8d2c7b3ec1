// Leaflet finds its marker images by the address in its style sheet; in one file there is none.
(function () {
  "use strict";
  const icons = JSON.parse(document.getElementById("claimatlas-icons").textContent);
  L.Icon.Default.imagePath = "";
  L.Icon.Default.prototype._getIconUrl = function (name) {
    return this.options[name + "Url"];
  };
  L.Icon.Default.mergeOptions(icons);
})();
