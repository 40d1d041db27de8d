// The lines of one chat: bubbles left and right, dates between, quick replies under the last.

import { act } from "./api.js";
import { press } from "./actions.js";
import { content } from "./bubbles.js";
import { popup } from "./dialogs.js";
import { avatar, botAvatar, el, icon, iconButton } from "./dom.js";
import { local, now, personName, store } from "./store.js";
import { clockTime, day, t } from "./wording.js";

const LONG_PRESS = 500;

export class Log {
  constructor(column) {
    this.column = column;
    this.rows = new Map();
    this.lastDay = "";
    this.root = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", testid: "message-log" });
    this.quick = el("div", { class: "quick", role: "group", testid: "quick-replies", hidden: true });
    this.dots = el("div", { class: "row left typing", testid: "loading", hidden: true },
      el("div", { class: "bubble dots" }, el("i"), el("i"), el("i")));
    this.known = "";
    this.stuck = true; // at the end, and staying there when pictures arrive or the telephone changes its height
    const stay = () => this.stuck && (this.root.scrollTop = this.root.scrollHeight);
    this.root.addEventListener("scroll", () => (this.stuck = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 80));
    for (const kind of ["load", "loadedmetadata"]) this.root.addEventListener(kind, stay, true);
    new ResizeObserver(stay).observe(this.root);
  }

  get messages() {
    return store.chats.get(this.column.chat) ?? new Map();
  }

  names(members) {
    const key = members.map(personName).join();
    if (this.known && this.known !== key) this.redraw();
    this.known = key;
  }

  redraw() {
    this.rows.clear();
    this.lastDay = "";
    this.root.replaceChildren();
    this.root.setAttribute("aria-label", t("messages"));
    this.quick.setAttribute("aria-label", t("quick_replies"));
    this.dots.setAttribute("aria-label", t("bot_is_writing"));
    this.refresh();
    this.toEnd();
  }

  refresh() {
    const { stuck } = this;
    let fresh = false;
    let before = null;
    for (const message of this.messages.values()) {
      const old = this.rows.get(message.id);
      const again = before?.sender === message.sender && message.at - before.at < 60000 && day(before.at) === day(message.at);
      before = message;
      if (old?.seq === message.seq) continue;
      const node = this.row(message);
      if (again) node.classList.add("again");
      if (old) old.node.replaceWith(node);
      else {
        const today = day(message.at);
        if (today !== this.lastDay) this.root.append(el("div", { class: "date" }, el("span", {}, today)));
        this.lastDay = today;
        this.root.append(node);
        fresh = true;
      }
      this.rows.set(message.id, { seq: message.seq, node });
    }
    this.root.append(this.dots);
    this.replies();
    this.typing();
    if (fresh && stuck) this.toEnd();
  }

  toEnd() {
    this.stuck = true;
    this.root.scrollTop = this.root.scrollHeight;
  }

  typing() {
    const on = (store.loading[this.column.chat] ?? 0) > now();
    if (this.dots.hidden === !on) return;
    this.dots.hidden = !on;
    if (on) this.toEnd();
  }

  last() {
    return [...this.messages.values()].at(-1);
  }

  replies() {
    const items = this.last()?.unsent ? [] : this.last()?.message.quickReply?.items ?? [];
    this.quick.hidden = !items.length;
    this.quick.replaceChildren(...items.map(({ action, imageUrl }) => {
      const glyph = { location: "pin", camera: "camera", cameraRoll: "photo" }[action.type];
      return el("button", { type: "button", class: "chip", testid: "quick-reply", data: { label: action.label }, onclick: () => press(this.column, action) },
        imageUrl ? el("img", { src: local(imageUrl), alt: "" }) : glyph ? icon(glyph) : null, el("span", {}, action.label));
    }));
  }

  row(message) {
    if (message.sender === "system") {
      const { notice, names } = message.message;
      const text = t(`notice_${notice}`, { names: (names ?? []).join(", "), bot: store.config.bot.name });
      return el("div", { class: "notice", testid: "notice" }, el("span", {}, text));
    }
    const { column } = this;
    const bot = message.sender === "bot";
    const mine = !bot && message.sender === column.speaker;
    const name = bot ? message.message.sender?.name ?? store.config.bot.name : personName(message.sender);
    const sender = bot ? "bot" : mine ? "me" : "other";
    const more = iconButton("more", t("message_menu"), () => this.options(message, more), { class: "icon-button row-more", testid: "message-menu" });
    const inner = content(message, column);
    const wide = inner.classList.contains("wide");
    const body = el("div", { class: "row-body" },
      mine ? null : el("div", { class: "row-name" }, name),
      el("div", { class: "row-line" }, inner, el("div", { class: "row-side" }, more,
        message.edited ? el("small", {}, t("edited")) : null, el("time", { datetime: new Date(message.at).toISOString() }, clockTime(message.at)))));
    const classes = ["row", mine ? "right" : "left", wide ? "row-wide" : ""].join(" ");
    const row = el("article", { class: classes, testid: "message", "aria-label": t("said_by", { name }), data: { id: message.id, sender, type: message.message.type } },
      mine ? null : bot ? botAvatar() : avatar(name, message.sender), body);
    this.longPress(row, message);
    return row;
  }

  longPress(row, message) {
    let timer;
    const stop = () => clearTimeout(timer);
    row.addEventListener("contextmenu", (event) => {
      if (event.target.closest("a, img, video")) return;
      event.preventDefault();
      this.options(message, row.querySelector(".row-more"));
    });
    row.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse") timer = setTimeout(() => this.options(message, row.querySelector(".row-more")), LONG_PRESS);
    });
    for (const kind of ["pointerup", "pointercancel", "pointermove"]) row.addEventListener(kind, stop);
  }

  options(message, anchor) {
    if (message.unsent) return;
    const { column } = this;
    const mine = message.sender === column.speaker;
    const items = [[t("quote"), () => column.compose.quote(message), "menu-quote", icon("quote")]];
    const text = message.message.text;
    if (typeof text === "string") items.push([t("copy"), () => navigator.clipboard?.writeText(text), "menu-copy", icon("file")]);
    if (mine && column.group && message.message.type === "text") items.push([t("edit"), () => column.compose.edit(message), "menu-edit", icon("edit")]);
    if (mine) items.push([t("unsend"), () => act(`/messages/${message.id}/unsend`, { person: column.speaker }), "menu-unsend", icon("undo")]);
    popup(anchor, items);
  }
}
