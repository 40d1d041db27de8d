// Flex messages: bubbles, carousels and their parts.

import { press, tappable } from "./actions.js";
import { el } from "./dom.js";
import { border, color, edge, fontSize, gradient, imageWidth, padding, place, ratio, space } from "./flexstyle.js";
import { local } from "./store.js";

export function renderFlex(message, column) {
  const { contents } = message;
  const bubbles = contents.type === "carousel" ? contents.contents : [contents];
  const frame = el("div", { class: bubbles.length > 1 ? "flex strip wide" : "flex wide", role: "group", "aria-label": message.altText, testid: "flex" });
  if (bubbles.length > 1) frame.setAttribute("tabindex", "0");
  frame.append(...bubbles.map((one) => bubble(one, column)));
  return frame;
}

function bubble(part, column) {
  const node = el("div", { class: `fx-bubble fx-${part.size ?? "mega"}`, testid: "flex-bubble", dir: part.direction === "rtl" ? "rtl" : undefined });
  for (const name of ["header", "hero", "body", "footer"]) {
    if (!part[name]) continue;
    const style = part.styles?.[name] ?? {};
    const inner = component(part[name], column, { layout: "vertical" }, 0);
    const block = el("div", { class: `fx-block fx-${name}` }, inner);
    if (part[name].type === "box") inner.classList.add(`fx-${name}-box`);
    padding(inner, part[name]);
    if (color(style.backgroundColor)) block.style.background = color(style.backgroundColor);
    if (style.separator && node.childElementCount) block.style.borderTop = `1px solid ${color(style.separatorColor) ?? "#d4d6da"}`;
    node.append(block);
  }
  return tappable(node, column, part.action);
}

function component(part, column, parent, index) {
  const node = (PARTS[part.type] ?? unknown)(part, column, parent);
  place(node, part, parent, index);
  return node;
}

function unknown(part) {
  return el("small", {}, part.type);
}

function box(part, column) {
  const node = el("div", { class: `fx-box fx-${part.layout}` });
  const { style } = node;
  padding(node, part);
  if (color(part.backgroundColor)) style.background = part.backgroundColor;
  if (gradient(part.background)) style.background = gradient(part.background);
  const radius = space(part.cornerRadius);
  if (radius) Object.assign(style, { borderRadius: radius, overflow: "hidden" });
  if (part.borderWidth || part.borderColor) style.border = `${border(part.borderWidth) ?? "1px"} solid ${color(part.borderColor) ?? "#000000"}`;
  for (const key of ["width", "height", "maxWidth", "maxHeight"]) if (space(part[key])) style[key] = space(part[key]);
  if (part.height) style.overflow = "hidden";
  if (part.justifyContent) style.justifyContent = part.justifyContent;
  if (part.alignItems) style.alignItems = part.alignItems;
  node.append(...(part.contents ?? []).map((child, at) => component(child, column, part, at)));
  return tappable(node, column, part.action);
}

function lettering(node, part, base) {
  const { style } = node;
  if (part.size) style.fontSize = fontSize(part.size, base);
  if (color(part.color)) style.color = part.color;
  if (part.weight) style.fontWeight = part.weight === "bold" ? "700" : "400";
  if (part.style) style.fontStyle = part.style;
  if (part.decoration) style.textDecoration = part.decoration;
}

function text(part, column) {
  const node = el("div", { class: "fx-text" });
  lettering(node, { size: "md", ...part });
  if (part.align) node.style.textAlign = part.align;
  if (part.wrap) node.classList.add("fx-wrap");
  const lines = part.wrap ? part.maxLines : 0;
  if (lines) {
    node.classList.add("fx-clamp");
    node.style.setProperty("-webkit-line-clamp", String(lines));
  }
  if (space(part.lineSpacing)) node.style.lineHeight = `calc(1.5em + ${space(part.lineSpacing)})`;
  if (part.contents?.length) {
    node.append(...part.contents.map((span) => {
      const piece = el("span", {}, span.text ?? "");
      lettering(piece, span, parseFloat(node.style.fontSize));
      return piece;
    }));
  } else node.textContent = part.text ?? "";
  return tappable(node, column, part.action);
}

function image(part, column) {
  const fit = part.aspectMode === "cover" ? "cover" : "contain";
  const picture = el("img", { src: local(part.url), alt: part.action?.label ?? "", loading: "lazy", style: { aspectRatio: ratio(part.aspectRatio), objectFit: fit } });
  if (color(part.backgroundColor)) picture.style.background = part.backgroundColor;
  const frame = el("div", { class: "fx-image" }, el("div", { class: "fx-image-inner", style: { width: imageWidth(part.size) } }, picture));
  frame.style.justifyContent = edge(part.align) ?? "center";
  return tappable(frame, column, part.action);
}

function icon(part) {
  const size = fontSize(part.size);
  const [width, height] = ratio(part.aspectRatio).split(" / ").map(Number);
  return el("img", { class: "fx-icon", src: local(part.url), alt: "", style: { height: size, width: `calc(${size} * ${width / height})` } });
}

function button(part, column) {
  const { action } = part;
  const kind = part.style ?? "link";
  const node = el("button", { type: "button", class: `fx-button fx-${kind} fx-${part.height ?? "md"}`, testid: "flex-button", data: { label: action.label ?? "" } },
    el("span", {}, action.label ?? ""));
  if (color(part.color)) node.style[kind === "link" ? "color" : "background"] = part.color;
  node.addEventListener("click", (event) => {
    event.stopPropagation();
    press(column, action);
  });
  return node;
}

function separator(part, column, parent) {
  const line = el("div", { class: "fx-separator", role: "presentation" });
  line.style.background = color(part.color) ?? "#d4d6da";
  line.classList.add(parent.layout === "vertical" ? "fx-line" : "fx-rule");
  return line;
}

function video(part) {
  return el("video", { class: "fx-video", src: local(part.url), poster: local(part.previewUrl), controls: true, preload: "none", style: { aspectRatio: ratio(part.aspectRatio, "16:9") } });
}

const PARTS = { box, text, image, icon, button, separator, video, filler: () => el("div", { class: "fx-filler" }) };
