// Sending a pin: tap, drag, arrow keys or typed numbers move it.

import { field, sheet } from "./dialogs.js";
import { el, iconButton, svg } from "./dom.js";
import { bounds, districtAt, flat, globe, labels, pinMark, shapes } from "./geo.js";
import { store } from "./store.js";
import { t } from "./wording.js";

const START = [13.7539, 100.5018];
let lastSpot = START;

export function openMap(send) {
  sheet(t("send_pin"), "map-sheet", (close) => new MapSheet(send, close).nodes);
}

function parse(text) {
  const arabic = text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));
  const found = arabic.match(/(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)/);
  const [lat, lng] = found ? [Number(found[1]), Number(found[2])] : [];
  return found && Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? [lat, lng] : null;
}

class MapSheet {
  constructor(send, close) {
    this.send = send;
    this.close = close;
    this.whole = bounds();
    this.view = { ...this.whole };
    this.layer = svg("g", {}, shapes());
    this.names = svg("g", {}, labels());
    this.mark = svg("g", {});
    this.map = svg("svg", { class: "map", testid: "map", role: "application", tabindex: "0", "aria-label": t("map_help") }, this.layer, this.names, this.mark);
    this.where = el("output", { class: "map-where", testid: "map-district", "aria-live": "polite" });
    this.spot = el("input", { type: "text", inputmode: "decimal", testid: "latlng", placeholder: "13.75390, 100.50180", autocomplete: "off" });
    this.title = el("input", { type: "text", maxlength: 100, testid: "pin-title", placeholder: t("optional") });
    this.address = el("input", { type: "text", maxlength: 100, testid: "pin-address", placeholder: t("optional") });
    this.confirm = el("button", { class: "primary", testid: "pin-confirm" }, t("send_this_place"));
    this.spot.addEventListener("input", () => this.typed());
    this.listen();
    this.moveTo(...lastSpot);
    this.center(0.25);
  }

  get nodes() {
    const places = el("select", { testid: "pin-place", onchange: () => this.sample(places) }, el("option", { value: "" }, t("choose_place")),
      store.config.names.places.map((one, index) => el("option", { value: index }, one.name)));
    const tools = el("div", { class: "map-tools" },
      el("button", { type: "button", onclick: () => this.zoom(0.6), "aria-label": t("zoom_in") }, "+"),
      el("button", { type: "button", onclick: () => this.zoom(1 / 0.6), "aria-label": t("zoom_out") }, "−"),
      iconButton("pin", t("to_pin"), () => this.center()));
    const submit = (event) => {
      event.preventDefault();
      if (this.typed()) this.finish();
    };
    return el("form", { class: "sheet-body", onsubmit: submit },
      el("div", { class: "map-frame" }, this.map, tools), this.where,
      el("div", { class: "two" }, field(t("latlng"), this.spot), field(t("sample_places"), places)),
      el("div", { class: "two" }, field(t("place_title"), this.title), field(t("place_address"), this.address)), this.confirm);
  }

  finish() {
    lastSpot = [this.lat, this.lng];
    this.send({ latitude: this.lat, longitude: this.lng, title: this.title.value.trim() || undefined, address: this.address.value.trim() || undefined });
    this.close();
  }

  sample(select) {
    const place = store.config.names.places[select.value];
    if (!place) return;
    this.title.value = place.name;
    this.moveTo(place.lat, place.lng);
    this.center(0.2);
  }

  typed() {
    const found = parse(this.spot.value);
    this.spot.setAttribute("aria-invalid", String(!found));
    this.spot.setCustomValidity(found ? "" : t("bad_latlng"));
    if (found) this.moveTo(...found, false);
    if (found) this.keepInView();
    return found;
  }

  moveTo(lat, lng, write = true) {
    [this.lat, this.lng] = [Math.round(lat * 1e6) / 1e6, Math.round(lng * 1e6) / 1e6];
    if (write) {
      this.spot.value = `${this.lat.toFixed(5)}, ${this.lng.toFixed(5)}`;
      this.spot.setCustomValidity("");
      this.spot.removeAttribute("aria-invalid");
    }
    const name = districtAt(this.lat, this.lng);
    this.where.textContent = name ? t("district", { name }) : t("outside");
    this.draw();
  }

  keepInView() {
    const [x, y] = flat(this.lat, this.lng);
    const { view } = this;
    if (x < view.x || y < view.y || x > view.x + view.w || y > view.y + view.h) this.center();
  }

  center(share) {
    const [x, y] = flat(this.lat, this.lng);
    if (share) Object.assign(this.view, { w: this.whole.w * share, h: this.whole.h * share });
    this.view.x = x - this.view.w / 2;
    this.view.y = y - this.view.h / 2;
    this.draw();
  }

  zoom(factor, [x, y] = flat(this.lat, this.lng)) {
    const { view } = this;
    const w = Math.min(Math.max(view.w * factor, 4), this.whole.w * 1.3);
    const real = w / view.w;
    Object.assign(view, { x: x - (x - view.x) * real, y: y - (y - view.y) * real, w, h: view.h * real });
    this.draw();
  }

  draw() {
    const { x, y, w, h } = this.view;
    this.map.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
    this.names.setAttribute("font-size", w * 0.034);
    this.names.style.display = w > this.whole.w * 0.75 ? "none" : "";
    this.mark.replaceChildren(pinMark(...flat(this.lat, this.lng), w * 0.0085));
  }

  at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.map.getScreenCTM().inverse());
    return [point.x, point.y];
  }

  listen() {
    const { map } = this;
    let drag = null;
    map.addEventListener("pointerdown", (event) => {
      map.setPointerCapture(event.pointerId);
      drag = { pin: Boolean(event.target.closest(".pin")), from: this.at(event), x: event.clientX, y: event.clientY, moved: false };
    });
    map.addEventListener("pointermove", (event) => {
      if (!drag) return;
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 4) drag.moved = true;
      const [x, y] = this.at(event);
      if (drag.pin) this.moveTo(...globe(x, y));
      else if (drag.moved) {
        this.view.x += drag.from[0] - x;
        this.view.y += drag.from[1] - y;
        this.draw();
      }
    });
    map.addEventListener("pointerup", (event) => {
      if (drag && !drag.moved) this.moveTo(...globe(...this.at(event)));
      drag = null;
    });
    map.addEventListener("pointercancel", () => (drag = null));
    map.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 0.8 : 1.25, this.at(event));
    }, { passive: false });
    map.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const step = this.view.w * (event.shiftKey ? 0.08 : 0.015);
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (moves[event.key]) {
      const [x, y] = flat(this.lat, this.lng);
      this.moveTo(...globe(x + moves[event.key][0], y + moves[event.key][1]));
      this.keepInView();
    } else if (event.key === "+" || event.key === "=") this.zoom(0.7);
    else if (event.key === "-") this.zoom(1 / 0.7);
    else if (event.key === "Enter") this.finish();
    else return;
    event.preventDefault();
  }
}
