// Eight faces drawn here, in place of LINE's stickers: package, sticker, what it says.

import { svg } from "./dom.js";

export const STICKERS = [
  ["446", "1988", "ok"], ["446", "1989", "thanks"], ["446", "1990", "smile"], ["446", "1991", "love"],
  ["446", "1992", "sad"], ["446", "1993", "angry"], ["446", "1994", "surprise"], ["446", "1995", "sleepy"],
];

const DOTS = "M20 27v4M44 27v4";
const FACES = {
  smile: ["#ffd54a", DOTS, "M19 40c6 9 20 9 26 0"],
  ok: ["#8fd694", "M17 29l4-4 4 4M39 29l4-4 4 4", "M20 40c5 7 19 7 24 0"],
  thanks: ["#ffd54a", "M16 29c2 3 6 3 8 0M40 29c2 3 6 3 8 0", "M24 42c4 4 12 4 16 0"],
  love: ["#ff9bb0", "M20 33l-5-5a3 3 0 015-4 3 3 0 015 4zM44 33l-5-5a3 3 0 015-4 3 3 0 015 4z", "M22 42c4 6 16 6 20 0"],
  sad: ["#9cc4f0", DOTS, "M21 46c5-7 17-7 22 0M17 37c-2 4-2 7 0 8"],
  angry: ["#f28b6c", "M15 23l9 5M49 23l-9 5M21 31v2M43 31v2", "M21 46c5-6 17-6 22 0"],
  surprise: ["#ffd54a", "M20 25v5M44 25v5", "M32 39c-4 0-5 3-5 5s1 5 5 5 5-3 5-5-1-5-5-5z"],
  sleepy: ["#c3b5e8", "M16 30h8M40 30h8", "M27 43h10M50 14h7l-7 8h7"],
};

export function drawSticker(word) {
  const [tone, eyes, mouth] = FACES[word];
  return svg("svg", { viewBox: "0 0 64 64", "aria-hidden": "true" },
    svg("circle", { cx: 32, cy: 34, r: 26, fill: tone, stroke: "#3b3226", "stroke-width": 2 }),
    svg("path", { d: `${eyes}${mouth}`, fill: "none", stroke: "#3b3226", "stroke-width": 3.5, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}
