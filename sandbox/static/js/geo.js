// The outline map of the districts: no map server, only the shapes the server was given.

import { get } from "./api.js";
import { svg } from "./dom.js";

// Degrees to flat units of about a metre / 100 around Bangkok.
const LAT0 = 13.75;
const KX = 1000 * Math.cos((LAT0 * Math.PI) / 180);
const KY = 1000;

export const flat = (lat, lng) => [(lng - 100) * KX, (14 - lat) * KY];
export const globe = (x, y) => [14 - y / KY, 100 + x / KX];

let districts = [];

export async function loadOutlines() {
  const data = await get("/outlines").catch(() => ({ features: [] }));
  districts = data.features.map(({ properties, geometry }) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const rings = polygons.flat().map((ring) => ring.map(([lng, lat]) => flat(lat, lng)));
    const outer = rings.reduce((best, ring) => (ring.length > best.length ? ring : best), []);
    const path = rings.map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}Z`).join("");
    return { name: properties.name_th, code: properties.code, rings, path, center: middle(outer) };
  });
}

// The centre of gravity of a ring: where its name goes.
function middle(ring) {
  let area = 0, x = 0, y = 0;
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length];
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  });
  return area ? [x / (3 * area), y / (3 * area)] : ring[0];
}

function inside(rings, px, py) {
  let odd = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i], [bx, by] = ring[j];
      if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) odd = !odd;
    }
  }
  return odd;
}

export function districtAt(lat, lng) {
  const [x, y] = flat(lat, lng);
  return districts.find((one) => inside(one.rings, x, y))?.name ?? null;
}

export function shapes() {
  return districts.map((one, index) => svg("path", { d: one.path, class: `district tone${index % 4}` }));
}

export function labels() {
  return districts.map((one) => {
    const label = svg("text", { x: one.center[0], y: one.center[1], class: "district-name" });
    label.textContent = one.name;
    return label;
  });
}

export function pinMark(x, y, size) {
  const body = "M0,0C-1.200,-3.500 -3.200,-5 -3.200,-7.500A3.200,3.200 0 1 1 3.200,-7.500C3.200,-5 1.200,-3.500 0,0Z";
  return svg("g", { class: "pin", transform: `translate(${x} ${y}) scale(${size})` },
    svg("path", { d: body }), svg("circle", { cx: 0, cy: -7.4, r: 1.2, class: "pin-eye" }));
}

export function bounds() {
  const all = districts.flatMap((one) => one.rings.flat());
  if (!all.length) return { x: 320, y: 40, w: 620, h: 480 };
  const xs = all.map(([x]) => x), ys = all.map(([, y]) => y);
  const x = Math.min(...xs) - 10, y = Math.min(...ys) - 10;
  return { x, y, w: Math.max(...xs) - x + 10, h: Math.max(...ys) - y + 10 };
}

// A card-sized look at the surroundings of a pin.
export function miniMap(lat, lng) {
  const [x, y] = flat(lat, lng);
  const width = 90, height = 48;
  const near = districts.filter(({ rings }) => rings.some((ring) => ring.some(([px, py]) => Math.abs(px - x) < 200 && Math.abs(py - y) < 200)));
  return svg("svg", { class: "minimap", viewBox: `${x - width / 2} ${y - height * 0.6} ${width} ${height}`, preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" },
    near.map((one) => svg("path", { d: one.path, class: `district tone${districts.indexOf(one) % 4}` })),
    near.map((one) => {
      const label = svg("text", { x: one.center[0], y: one.center[1], class: "district-name", "font-size": 4 });
      label.textContent = one.name;
      return label;
    }),
    pinMark(x, y, 1.3));
}
