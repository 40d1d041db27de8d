// Sheets to bring in people and groups.

import { act } from "./api.js";
import { field, sheet } from "./dialogs.js";
import { el } from "./dom.js";
import { store } from "./store.js";
import { t } from "./wording.js";

function suggestion(kind) {
  const taken = new Set([...store.people.values(), ...store.groups.values()].map((one) => one.name));
  return store.config.names[kind].find((name) => !taken.has(name)) ?? "";
}

function options(list, id) {
  return el("datalist", { id }, store.config.names[list].map((name) => el("option", { value: name })));
}

export function askPerson(then) {
  sheet(t("add_person"), "person-sheet", (close) => {
    const name = el("input", { type: "text", required: true, maxlength: 60, list: "names-people", value: suggestion("people"), testid: "person-name" });
    const follow = el("input", { type: "checkbox", checked: true, testid: "person-follow" });
    const submit = async (event) => {
      event.preventDefault();
      const person = await act("/people", { name: name.value, follow: follow.checked });
      if (!person) return;
      close();
      setTimeout(() => then(person.id), 400);
    };
    return el("form", { class: "sheet-body", onsubmit: submit }, field(t("name"), name), options("people", "names-people"),
      el("label", { class: "check" }, follow, el("span", {}, t("follows_at_once"))),
      el("button", { class: "primary", testid: "person-create" }, t("create")));
  });
}

function choices(members) {
  return [...store.people.values()].map((person) => {
    const box = el("input", { type: "checkbox", value: person.id, checked: members.includes(person.id), testid: "member-check" });
    return el("label", { class: "check" }, box, el("span", {}, person.name));
  });
}

const ticked = (form) => [...form.querySelectorAll("input[data-testid=member-check]:checked")].map((box) => box.value);

export function askGroup(then) {
  sheet(t("add_group"), "group-sheet", (close) => {
    const name = el("input", { type: "text", required: true, maxlength: 100, list: "names-groups", value: suggestion("groups"), testid: "group-name" });
    const fresh = el("input", { type: "text", placeholder: t("new_members_hint"), value: suggestion("people"), testid: "group-new-members" });
    const bot = el("input", { type: "checkbox", checked: true, testid: "group-bot-joins" });
    const submit = async (event) => {
      event.preventDefault();
      const members = ticked(form);
      for (const one of fresh.value.split(",").map((part) => part.trim()).filter(Boolean)) {
        const person = await act("/people", { name: one, follow: false });
        if (person) members.push(person.id);
      }
      const group = await act("/groups", { name: name.value, members, bot: bot.checked });
      if (!group) return;
      close();
      setTimeout(() => then(group.id), 400);
    };
    const form = el("form", { class: "sheet-body", onsubmit: submit }, field(t("group_name"), name), options("groups", "names-groups"),
      el("fieldset", {}, el("legend", {}, t("members")), choices([])), field(t("new_members"), fresh),
      el("label", { class: "check" }, bot, el("span", {}, t("bot_joins_at_once"))),
      el("button", { class: "primary", testid: "group-create" }, t("create")));
    return form;
  });
}

export function askMembers(id) {
  const group = store.groups.get(id);
  sheet(t("members"), "members-sheet", (close) => {
    const fresh = el("input", { type: "text", placeholder: t("new_members_hint"), testid: "members-new" });
    const submit = async (event) => {
      event.preventDefault();
      const wanted = ticked(form);
      for (const one of fresh.value.split(",").map((part) => part.trim()).filter(Boolean)) {
        const person = await act("/people", { name: one, follow: false });
        if (person) wanted.push(person.id);
      }
      const add = wanted.filter((one) => !group.members.includes(one));
      const remove = group.members.filter((one) => !wanted.includes(one));
      if (add.length || remove.length) await act(`/groups/${id}/members`, { add, remove });
      close();
    };
    const form = el("form", { class: "sheet-body", onsubmit: submit }, el("fieldset", {}, el("legend", {}, group.name), choices(group.members)),
      field(t("new_members"), fresh), el("button", { class: "primary", testid: "members-save" }, t("ok")));
    return form;
  });
}
