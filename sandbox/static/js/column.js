// One telephone: a person's chat with the official account, or a group with a choice of who speaks.

import { act } from "./api.js";
import { Compose } from "./compose.js";
import { popup } from "./dialogs.js";
import { avatar, botAvatar, el, icon, iconButton } from "./dom.js";
import { Log } from "./log.js";
import { askMembers } from "./people.js";
import { RichMenu } from "./richmenu.js";
import { personName, store } from "./store.js";
import { t } from "./wording.js";

export class Column {
  constructor(chat, { close }) {
    this.chat = chat;
    this.close = close;
    this.speaker = store.groups.get(chat)?.members[0] ?? chat;
    this.head = el("header", { class: "phone-head" });
    this.log = new Log(this);
    this.compose = new Compose(this);
    this.menu = new RichMenu(this);
    this.friend = el("div", { class: "befriend", hidden: true });
    this.root = el("section", { class: "phone", testid: "chat", data: { chat } }, this.head, this.log.root, this.log.quick, this.friend, this.compose.root, this.menu.root);
    this.redraw();
  }

  get group() {
    return store.groups.get(this.chat);
  }

  // Where a message of the one who holds this telephone goes.
  send(path, body) {
    return act(`/chats/${this.chat}/${path}`, { person: this.speaker, ...body });
  }

  redraw() {
    this.drawn = null;
    this.compose.draw();
    this.meta();
    this.log.redraw();
  }

  meta() {
    const group = this.group;
    if (group && !group.members.includes(this.speaker)) this.speaker = group.members[0] ?? "";
    const key = JSON.stringify([group, group?.members.map(personName), store.people.get(this.chat), this.speaker]);
    if (key !== this.drawn) {
      this.drawHead();
      this.befriend();
      this.compose.speakers();
    }
    this.drawn = key;
    this.menu.draw();
    if (group) this.log.names(group.members);
  }

  drawHead() {
    const group = this.group;
    const person = store.people.get(this.chat);
    const name = group ? `${group.name} (${group.members.length + (group.bot ? 1 : 0)})` : `@${store.config.bot.name}`;
    const sub = group ? t(group.bot ? "group_with_bot" : "group_without_bot") : t("phone_of", { name: person.name });
    this.root.setAttribute("aria-label", group ? t("group_chat", { name: group.name }) : t("chat_of", { name: person.name }));
    this.root.dataset.name = group ? group.name : person.name;
    this.root.dataset.kind = group ? "group" : "user";
    const more = iconButton("more", t("chat_menu"), () => this.options(more), { testid: "chat-menu", "aria-haspopup": "menu" });
    this.head.replaceChildren(
      group ? avatar(group.name, group.id) : botAvatar(),
      el("div", { class: "phone-title" }, el("strong", {}, name), el("small", {}, sub)),
      more,
      iconButton("close", t("hide_chat"), this.close, { testid: "chat-close", class: "icon-button wide-only" }),
    );
  }

  // Someone who has not added the account, or blocked it, is not heard: say so, with the way back.
  befriend() {
    const status = store.people.get(this.chat)?.status ?? "friend";
    this.friend.hidden = status === "friend";
    this.friend.replaceChildren(el("span", {}, t(`not_heard_${status}`)),
      el("button", { type: "button", class: "primary", testid: "befriend", onclick: () => act(`/people/${this.chat}/follow`) }, t(status === "blocked" ? "unblock" : "add_friend")));
  }

  options(anchor) {
    const group = this.group;
    if (group) {
      const bot = group.bot ? t("bot_out") : t("bot_in");
      popup(anchor, [
        [t("members"), () => askMembers(this.chat), "group-members", icon("group")],
        [bot, () => act(`/groups/${this.chat}/bot`, { in: !group.bot }), "group-bot", icon(group.bot ? "close" : "plus")],
      ]);
      return;
    }
    const friend = store.people.get(this.chat).status === "friend";
    const path = `/people/${this.chat}/${friend ? "block" : "follow"}`;
    popup(anchor, [[t(friend ? "block" : "follow"), () => act(path), "follow-toggle", icon(friend ? "close" : "plus")]]);
  }

  speakAs(person) {
    this.speaker = person;
    this.log.redraw();
  }
}
