// Sheets, menus and short notices.

import { el, iconButton } from "./dom.js";
import { t } from "./wording.js";

export function toast(text, bad = false) {
  const note = el("div", { class: bad ? "toast bad" : "toast", testid: "toast" }, text);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), bad ? 6000 : 3000);
}

// A modal sheet. `build(close)` returns its content; closes on Esc, on the cross and on a click outside.
export function sheet(title, testid, build) {
  const box = el("dialog", { class: "sheet", testid, "aria-label": title });
  const close = () => box.close();
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => {
    if (event.target === box) close();
  });
  const head = el("header", { class: "sheet-head" }, el("h2", {}, title), iconButton("close", t("close"), close, { testid: "sheet-close" }));
  box.append(el("div", { class: "sheet-frame" }, head, ...[build(close)].flat()));
  document.body.append(box);
  box.showModal();
  return box;
}

// A small menu at a button: items are [label, act, testid, icon].
export function popup(anchor, items) {
  document.querySelector(".popup")?.remove();
  const list = el("div", { class: "popup", role: "menu", testid: "popup" });
  const gone = (focus) => {
    list.remove();
    document.removeEventListener("pointerdown", outside, true);
    if (focus) anchor.focus?.();
  };
  const outside = (event) => {
    if (!list.contains(event.target)) gone(false);
  };
  for (const [label, actNow, testid, glyph] of items) {
    const press = () => {
      gone(true);
      actNow();
    };
    list.append(el("button", { type: "button", role: "menuitem", testid, onclick: press }, glyph, el("span", {}, label)));
  }
  list.addEventListener("keydown", (event) => {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    if (event.key === "Escape") gone(true);
    else if (event.key === "ArrowDown") all[(at + 1) % all.length].focus();
    else if (event.key === "ArrowUp") all[(at + all.length - 1) % all.length].focus();
    else return;
    event.preventDefault();
  });
  document.body.append(list);
  const place = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = list;
  const left = Math.min(Math.max(8, place.left), innerWidth - width - 8);
  const top = place.bottom + height + 8 < innerHeight ? place.bottom + 4 : Math.max(8, place.top - height - 4);
  Object.assign(list.style, { left: `${left}px`, top: `${top}px` });
  list.firstChild?.focus();
  setTimeout(() => document.addEventListener("pointerdown", outside, true));
}

export function field(label, input) {
  return el("label", { class: "field" }, el("span", {}, label), input);
}
