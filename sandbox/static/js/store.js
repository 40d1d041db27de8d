// What the page knows: the server's state, brought up to date by each poll.

import { get } from "./api.js";

export const store = {
  config: { bot: { name: "" }, names: { people: [], groups: [], places: [] } },
  people: new Map(),
  groups: new Map(),
  chats: new Map(), // chat id -> Map of message id -> message
  menus: {},
  loading: {},
  switches: {},
  faults: [],
  calls: 0,
  skew: 0,
};

export async function loadConfig() {
  store.config = await get("/config");
}

export function now() {
  return Date.now() + store.skew;
}

export function chatName(chat) {
  return store.groups.get(chat)?.name ?? store.people.get(chat)?.name ?? "?";
}

export function personName(id) {
  return store.people.get(id)?.name ?? "?";
}

// LINE takes https only; addresses with the sandbox's made-up base live on this server.
export function local(url) {
  const base = store.config.mediaBase;
  if (base && typeof url === "string" && (url === base || url.startsWith(`${base.replace(/\/$/, "")}/`))) {
    return location.origin + url.slice(base.replace(/\/$/, "").length);
  }
  return url;
}

// Takes one answer of /updates; returns what changed: {meta, chats}.
export function absorb(news) {
  if (news.now) store.skew = news.now - Date.now();
  store.calls = news.calls ?? store.calls;
  const changed = { meta: false, chats: new Set(), messages: news.messages ?? [] };
  if (news.people) {
    changed.meta = true;
    store.people = new Map(news.people.map((one) => [one.id, one]));
    store.groups = new Map(news.groups.map((one) => [one.id, one]));
    store.menus = news.menus;
    store.switches = news.switches;
    store.faults = news.faults;
  }
  for (const chat of [...store.people.keys(), ...store.groups.keys()]) {
    if (!store.chats.has(chat)) store.chats.set(chat, new Map());
  }
  for (const message of changed.messages) {
    store.chats.get(message.chat)?.set(message.id, message);
    changed.chats.add(message.chat);
  }
  if (news.loading) store.loading = news.loading;
  return changed;
}
