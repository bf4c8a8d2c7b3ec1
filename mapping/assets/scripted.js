// Where scripts run, the plain table of the claims need not be laid out: that took 60 ms of the start.
// Where the browser lacks what the page is made with, the table is all that it can show. In words that
// browsers of ten years ago still read, since the other scripts they do not: var, and no arrows.
(function () {
  var root = document.documentElement, isNew = false;
  try {
    isNew =
      typeof DecompressionStream === "function" && // Safari 16.4, Firefox 113
      typeof Array.prototype.toReversed === "function" && // Firefox 115, Chrome 110
      CSS.supports("color", "color-mix(in srgb, red, blue)") && // Chrome 111
      new RegExp("(?<!a)b").test("b"); // Safari 16.4
  } catch (error) {
    isNew = false;
  }
  root.className += isNew ? " ca-scripted" : " ca-old";
})();
