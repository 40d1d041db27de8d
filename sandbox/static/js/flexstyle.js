// LINE's keywords in pixels, and the part of a component's style that all kinds share.

const SPACE = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDER = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const FONT = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const IMAGE = { xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220 };
const EDGE = { start: "flex-start", end: "flex-end", center: "center", top: "flex-start", bottom: "flex-end" };

const COLOR = /^#([0-9a-f]{6}|[0-9a-f]{8})$/i;
const LENGTH = /^-?\d+(\.\d+)?(px|%)$/;

function measure(table, value) {
  if (value in table) return `${table[value]}px`;
  return LENGTH.test(value ?? "") ? value : undefined;
}

export const space = (value) => measure(SPACE, value);
export const border = (value) => measure(BORDER, value);
export const imageWidth = (value) => (value === "full" ? "100%" : measure(IMAGE, value ?? "md"));
export const edge = (value) => EDGE[value];

export function fontSize(value, base = 16) {
  if (LENGTH.test(value ?? "") && value.endsWith("%")) return `${(parseFloat(value) / 100) * base}px`;
  return measure(FONT, value ?? "md");
}

export function color(value) {
  return COLOR.test(value ?? "") ? value : undefined;
}

export function ratio(value, otherwise = "1:1") {
  const [width, height] = (/^[\d.]+:[\d.]+$/.test(value ?? "") ? value : otherwise).split(":").map(Number);
  return `${width} / ${height}`;
}

export function gradient(background) {
  if (background?.type !== "linearGradient") return undefined;
  const stops = [color(background.startColor), color(background.centerColor) && `${color(background.centerColor)} ${background.centerPosition ?? "50%"}`, color(background.endColor)];
  return `linear-gradient(${/^-?[\d.]+deg$/.test(background.angle) ? background.angle : "0deg"}, ${stops.filter(Boolean).join(", ")})`;
}

// Growth, distance to the component before it, gravity and offsets: what depends on the parent box.
export function place(node, part, parent, index) {
  const across = parent.layout !== "vertical";
  const fixed = part.type === "separator" || part.type === "icon" || (part.type === "box" && part.width) || (part.type === "image" && across && part.flex === undefined && /px$/.test(part.size ?? ""));
  const grow = part.flex ?? (part.type === "filler" ? 1 : across && !fixed ? 1 : 0);
  node.style.flex = grow > 0 ? (across ? `${grow} 1 0` : `${grow} 0 auto`) : part.type === "text" && across ? "0 1 auto" : "0 0 auto";
  if (across && (grow > 0 || part.type === "text")) node.style.minWidth = "0";
  const gap = space(part.margin) ?? (index > 0 ? space(parent.spacing) : undefined);
  if (gap) node.style[across ? "marginInlineStart" : "marginTop"] = gap;
  if (across && parent.layout !== "baseline" && part.gravity && part.gravity !== "top") node.style.alignSelf = edge(part.gravity);
  offset(node, part);
}

function offset(node, part) {
  const sides = { offsetTop: "top", offsetBottom: "bottom", offsetStart: "insetInlineStart", offsetEnd: "insetInlineEnd" };
  if (part.position === "absolute") {
    node.style.position = "absolute";
    node.style.margin = "0";
  }
  for (const [key, side] of Object.entries(sides)) {
    if (part[key] === undefined) continue;
    node.style[side] = space(part[key]) ?? "";
    if (!node.style.position) node.style.position = "relative";
  }
}

export function padding(node, part) {
  const sides = { paddingAll: "padding", paddingTop: "paddingTop", paddingBottom: "paddingBottom", paddingStart: "paddingInlineStart", paddingEnd: "paddingInlineEnd" };
  for (const [key, side] of Object.entries(sides)) {
    const value = space(part[key]);
    if (value !== undefined) node.style[side] = value;
  }
}
