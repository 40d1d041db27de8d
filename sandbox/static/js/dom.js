// Building elements without ever parsing data as HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") Object.assign(node.style, value);
    else if (key === "data") for (const [name, one] of Object.entries(value)) node.dataset[name] = one;
    else if (key === "testid") node.setAttribute("data-testid", value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function el(name, props, ...children) {
  return fill(document.createElement(name), props, children);
}

export function svg(name, props, ...children) {
  return fill(document.createElementNS(SVG, name), props, children);
}

const SHAPES = {
  plus: "M12 5v14M5 12h14",
  send: "M4 12l16-8-6 16-3-7z",
  menu: "M4 7h16M4 12h16M4 17h16",
  keyboard: "M3 7h18v11H3zM7 11h1M11 11h1M15 11h1M8 15h8",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  pin: "M12 21s7-6.500 7-12a7 7 0 10-14 0c0 5.500 7 12 7 12zM12 11.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5z",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.01",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 16.500a3.500 3.500 0 100-7 3.500 3.500 0 000 7z",
  video: "M3 6h12v12H3zM15 10l6-3v10l-6-3",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  smile: "M12 21a9 9 0 100-18 9 9 0 000 18zM8.500 14.500c2 2 5 2 7 0M9 10h.01M15 10h.01",
  mic: "M12 15a3 3 0 003-3V6a3 3 0 10-6 0v6a3 3 0 003 3zM6 11a6 6 0 0012 0M12 17v4",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21c0-5 4-7 8-7s8 2 8 7",
  group: "M9 11a3.500 3.500 0 100-7 3.500 3.500 0 000 7zM2 20c0-4 3-6 7-6s7 2 7 6M16 4.500a3.500 3.500 0 010 6.500M18 14.500c3 .700 4 3 4 5.500",
  tools: "M4 8h10M18 8h2M4 16h2M10 16h10M14 8a2 2 0 104 0 2 2 0 10-4 0zM6 16a2 2 0 104 0 2 2 0 10-4 0z",
  quote: "M9 7L4 12l5 5M4 12h10a6 6 0 016 6",
  edit: "M4 20l1-5L16 4l4 4L9 19z",
  undo: "M8 5L4 9l4 4M4 9h10a6 6 0 010 12h-3",
  link: "M10 14a4 4 0 006 0l3-3a4 4 0 00-6-6l-1 1M14 10a4 4 0 00-6 0l-3 3a4 4 0 006 6l1-1",
  clock: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3 2",
};

export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" }, svg("path", { d: SHAPES[name] }));
}

export function iconButton(name, label, onclick, props) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

// LINE draws each person's own picture; here it is a letter on a colour of their own.
const HUES = [205, 28, 265, 340, 170, 95, 300, 48];
const MARKS = /^[\u0e40-\u0e44]/;

export function avatar(name, id) {
  const hue = HUES[[...String(id)].reduce((sum, char) => sum + char.charCodeAt(0), 0) % HUES.length];
  const letter = [...name.replace(MARKS, "")][0] || "?";
  return el("span", { class: "avatar", "aria-hidden": "true", style: { background: `hsl(${hue} 45% 36%)` } }, letter);
}

export function botAvatar() {
  return el("img", { class: "avatar", src: "/sandbox/static/icon.svg", alt: "" });
}

export function clear(node) {
  node.replaceChildren();
  return node;
}
