// The tooltip, the cross for the keyboard, and short lists on the map. All text is text.

class MapTooltip {
  constructor(container) {
    this.container = container;
    this.element = document.createElement("div");
    this.element.className = "ca-tooltip";
    this.element.setAttribute("aria-hidden", "true");
    this.element.hidden = true;
    container.append(this.element);
  }

  show(lines, x, y) {
    const key = lines.join("\n");
    if (this.key !== key) {
      this.key = key;
      this.element.replaceChildren(
        ...lines.map((line, i) => {
          const part = document.createElement(i ? "div" : "strong");
          part.dir = "auto";
          part.textContent = line;
          return part;
        }),
      );
    }
    this.element.hidden = false;
    this.move(x, y);
  }

  // Beside the pointer, on the side where it fits.
  move(x, y) {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { clientWidth, clientHeight } = this.container;
    const left = x + 14 + width > clientWidth ? x - 14 - width : x + 14;
    const top = y + 14 + height > clientHeight ? y - 10 - height : y + 14;
    this.element.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  hide() {
    this.element.hidden = true;
  }
}

// A cross in the middle shows what Enter would choose; CSS shows it on keyboard focus.
function addCrosshair(container) {
  const cross = document.createElement("div");
  cross.className = "ca-crosshair";
  cross.setAttribute("aria-hidden", "true");
  const help = document.createElement("p");
  help.className = "ca-map-help";
  help.id = `${container.id || "ca"}-help`;
  help.textContent = t("map.keyboard");
  container.append(cross, help);
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", t("map.label"));
  container.setAttribute("aria-describedby", help.id);
}

function announce(text) {
  const live = document.querySelector(".ca-live");
  if (live) live.textContent = text;
}

// Rows of a list in a popup, before it counts the rest.
const POPUP_ROWS = 40;

// items: [{text, onClick}]
function openListPopup(map, latlng, title, items) {
  const box = document.createElement("div");
  box.className = "ca-popup";
  const head = document.createElement("strong");
  head.textContent = title;
  const list = document.createElement("ul");
  for (const { text, onClick } of items.slice(0, POPUP_ROWS)) {
    const button = document.createElement("button");
    button.type = "button";
    button.dir = "auto";
    button.textContent = text;
    button.addEventListener("click", (event) => {
      map.closePopup();
      onClick(event);
    });
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
  box.append(head, list);
  if (items.length > POPUP_ROWS) {
    const rest = document.createElement("p");
    rest.textContent = t("map.more", { n: items.length - POPUP_ROWS });
    box.append(rest);
  }
  L.popup({ maxWidth: 300, maxHeight: 260 }).setLatLng(latlng).setContent(box).openOn(map);
  list.querySelector("button")?.focus({ preventScroll: true });
}
