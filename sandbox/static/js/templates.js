// Template messages and image maps.

import { press } from "./actions.js";
import { el } from "./dom.js";
import { local } from "./store.js";

const TESTID = "template-button";

function buttons(actions, column) {
  return el("div", { class: "template-buttons" }, actions.map((action) =>
    el("button", { type: "button", testid: TESTID, data: { label: action.label }, onclick: () => press(column, action) }, action.label)));
}

function card(part, column) {
  const cover = part.imageSize !== "contain";
  const picture = part.thumbnailImageUrl && el("img", {
    src: local(part.thumbnailImageUrl), alt: part.title ?? "", class: "template-image",
    style: { aspectRatio: part.imageAspectRatio === "square" ? "1" : "1.51", objectFit: cover ? "cover" : "contain", background: part.imageBackgroundColor ?? "#fff" },
  });
  return el("div", { class: "template-card" }, picture,
    el("div", { class: "template-words" }, part.title ? el("strong", {}, part.title) : null, el("span", {}, part.text)),
    buttons(part.actions, column));
}

export function renderTemplate(message, column) {
  const { template } = message;
  const frame = el("div", { class: "template wide", role: "group", "aria-label": message.altText });
  if (template.type === "carousel") {
    frame.classList.add("strip");
    frame.append(...template.columns.map((part) => card(part, column)));
  } else if (template.type === "image_carousel") {
    frame.classList.add("strip");
    frame.append(...template.columns.map(({ imageUrl, action }) =>
      el("button", { type: "button", class: "template-tile", testid: TESTID, onclick: () => press(column, action) },
        el("img", { src: local(imageUrl), alt: "" }), el("span", {}, action.label ?? ""))));
  } else frame.append(card(template, column));
  if (template.type === "confirm") frame.classList.add("confirm");
  return frame;
}

export function renderImagemap(message, column, visit) {
  const { width, height } = message.baseSize;
  const frame = el("div", { class: "imagemap", style: { aspectRatio: `${width} / ${height}` } },
    el("img", { src: `${local(message.baseUrl)}/700`, alt: message.altText }));
  for (const one of message.actions) {
    const { x, y, width: w, height: h } = one.area;
    const go = () => (one.type === "uri" ? visit(one.linkUri) : press(column, { type: one.type, text: one.text, clipboardText: one.clipboardText }));
    frame.append(el("button", { type: "button", "aria-label": one.label ?? one.text ?? one.linkUri ?? "", onclick: go, style: {
      left: `${(x / width) * 100}%`, top: `${(y / height) * 100}%`, width: `${(w / width) * 100}%`, height: `${(h / height) * 100}%` } }));
  }
  return frame;
}
