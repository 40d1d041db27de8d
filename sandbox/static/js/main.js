// The chat page: columns of telephones, the switcher, the bar on top.

import { hurry, poll } from "./api.js";
import { Column } from "./column.js";
import { el, icon } from "./dom.js";
import { loadOutlines } from "./geo.js";
import { Panel } from "./panel.js";
import { askGroup, askPerson } from "./people.js";
import { absorb, chatName, loadConfig, store } from "./store.js";
import { loadWords, t, tongue } from "./wording.js";

const columns = new Map();
const hidden = new Set();
const unread = new Map();
const panel = new Panel(document.getElementById("panel"));
const narrow = matchMedia("(max-width: 760px)");
let shown = null; // the one chat on a narrow screen

function bar() {
  const named = (name, label, onclick, testid) =>
    el("button", { type: "button", class: "bar-button", onclick, testid, "aria-label": label }, icon(name), el("span", {}, label));
  const other = tongue() === "th" ? "en" : "th";
  document.getElementById("top").replaceChildren(
    el("img", { src: "/sandbox/static/icon.svg", alt: "", class: "logo" }),
    el("h1", {}, el("span", { class: "h1-name" }, `@${store.config.bot.name}`), el("span", { class: "h1-sub" }, t("subtitle"))),
    el("div", { class: "bar-buttons" },
      named("person", t("add_person"), () => askPerson(focusChat), "add-person"),
      named("group", t("add_group"), () => askGroup(focusChat), "add-group"),
      named("tools", t("panel"), () => panel.toggle(), "panel-toggle"),
      el("button", { type: "button", class: "bar-button lang", testid: "language", lang: other, onclick: () => speak(other) }, other === "en" ? "EN" : "ไทย"),
    ),
  );
}

async function speak(language) {
  await loadWords(language);
  bar();
  switcher();
  panel.draw();
  for (const column of columns.values()) column.redraw();
}

function visible(chat) {
  return narrow.matches ? chat === shown : !hidden.has(chat);
}

function switcher() {
  const key = JSON.stringify([t("chats"), narrow.matches, [...columns.keys()].map((chat) => [chat, chatName(chat), visible(chat), unread.get(chat)])]);
  if (key === switcher.drawn) return;
  switcher.drawn = key;
  const focused = document.activeElement?.closest?.(".tab")?.dataset.chat;
  const tabs = [...columns.keys()].map((chat) => {
    const group = store.groups.has(chat);
    const count = unread.get(chat) || 0;
    const on = visible(chat);
    const press = () => (narrow.matches || !on ? focusChat(chat) : hide(chat));
    const label = count ? `${chatName(chat)} ${t("unread", { count })}` : chatName(chat);
    return el("button", { type: "button", class: "tab", "aria-pressed": String(on), "aria-label": label, testid: "chat-tab", data: { chat, name: chatName(chat) }, onclick: press },
      icon(group ? "group" : "person"), el("span", {}, chatName(chat)), count ? el("b", { class: "badge" }, count) : null);
  });
  const nav = document.getElementById("switcher");
  nav.setAttribute("aria-label", t("chats"));
  nav.replaceChildren(...tabs);
  tabs.find((tab) => tab.dataset.chat === focused)?.focus();
}

function hide(chat) {
  hidden.add(chat);
  arrange();
}

function focusChat(chat) {
  hidden.delete(chat);
  shown = chat;
  arrange();
  const column = columns.get(chat);
  column?.root.scrollIntoView({ inline: "nearest", block: "nearest" });
  if (!matchMedia("(pointer: coarse)").matches) column?.compose.input.focus({ preventScroll: true });
}

function arrange() {
  if (!columns.has(shown)) shown = columns.keys().next().value;
  for (const [chat, column] of columns) {
    const was = column.root.hidden;
    column.root.hidden = !visible(chat);
    if (!column.root.hidden) {
      unread.delete(chat);
      if (was) column.log.toEnd();
    }
  }
  switcher();
}

function apply(news, since) {
  if (news.reset) location.reload();
  const changed = absorb(news);
  if (changed.meta) {
    for (const chat of [...store.people.keys(), ...store.groups.keys()]) {
      if (columns.has(chat)) continue;
      const column = new Column(chat, { close: () => hide(chat) });
      columns.set(chat, column);
      document.getElementById("phones").append(column.root);
      // Someone who is only a member of groups has an empty telephone: out of the way until wanted.
      if (store.people.get(chat)?.status === "none") hidden.add(chat);
      else if (since) shown = chat;
    }
    for (const column of columns.values()) column.meta();
    panel.draw();
    arrange();
  }
  for (const chat of changed.chats) {
    columns.get(chat)?.log.refresh();
    const fresh = changed.messages.filter((one) => one.chat === chat && one.sender === "bot").length;
    if (since && fresh && !visible(chat)) unread.set(chat, (unread.get(chat) || 0) + fresh);
  }
  if (changed.chats.size) switcher();
  for (const column of columns.values()) column.log.typing();
  panel.news();
  return changed.chats.size > 0;
}

await Promise.all([loadWords("th"), loadConfig(), loadOutlines()]);
bar();
narrow.addEventListener("change", arrange);
setInterval(() => columns.forEach((column) => column.log.typing()), 1000);
document.addEventListener("visibilitychange", () => document.hidden || hurry(1000));
poll(0, apply);
