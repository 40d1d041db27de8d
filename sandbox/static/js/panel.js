// The workshop: switches of delivery, faults on order, the log of calls.

import { act, get } from "./api.js";
import { field } from "./dialogs.js";
import { el, iconButton } from "./dom.js";
import { store } from "./store.js";
import { clockTime, t } from "./wording.js";

const SWITCHES = ["webhook", "redelivery", "twice", "shuffle"];
const FAULTS = ["slow", "500", "500_after", "429", "drop", "drop_after"];
const ENDPOINTS = ["all", "reply", "push", "multicast", "broadcast", "content", "other"];
const KEPT = 150;

export class Panel {
  constructor(root) {
    this.root = root;
    this.seen = 0;
    this.rows = el("ol", { class: "calls", testid: "calls" });
    this.quota = el("p", { class: "quota", testid: "quota" });
    this.rules = el("ul", { class: "faults" });
    this.busy = false;
  }

  toggle() {
    this.root.hidden = !this.root.hidden;
    if (this.root.hidden) return;
    this.draw();
    this.news();
    this.root.querySelector("button, input")?.focus();
  }

  draw() {
    if (this.root.hidden) return;
    if (this.root.contains(document.activeElement) && this.root.childElementCount) {
      this.drawRules();
      return;
    }
    this.root.setAttribute("aria-label", t("panel"));
    this.root.replaceChildren(
      el("header", { class: "sheet-head" }, el("h2", {}, t("panel")), iconButton("close", t("close"), () => this.toggle(), { testid: "panel-close" })),
      el("section", {}, el("h3", {}, t("delivery")), SWITCHES.map((name) => this.switch(name)), this.number("delay_ms", 0, 30000), this.number("prepare_seconds", 0, 60)),
      el("section", {}, el("h3", {}, t("faults")), this.order(), this.rules),
      el("section", {}, el("h3", {}, t("quota")), this.number("quota", 0, 10000000), this.quota),
      el("section", {}, el("h3", {}, t("calls")), this.rows),
    );
    this.drawRules();
  }

  switch(name) {
    const box = el("input", { type: "checkbox", role: "switch", checked: store.switches[name], testid: `switch-${name}`, onchange: () => act("/switches", { [name]: box.checked }) });
    return el("label", { class: "check" }, box, el("span", {}, t(`switch_${name}`)));
  }

  number(name, min, max) {
    const input = el("input", { type: "number", min, max, value: store.switches[name] ?? "", testid: `switch-${name}` });
    input.addEventListener("change", () => act("/switches", { [name]: input.value === "" ? (name === "quota" ? null : 0) : Number(input.value) }));
    return field(t(`switch_${name}`), input);
  }

  order() {
    const choose = (testid, values, word) => el("select", { testid }, values.map((value) => el("option", { value }, t(`${word}_${value}`))));
    const fault = choose("fault-kind", FAULTS, "fault");
    const endpoint = choose("fault-endpoint", ENDPOINTS, "endpoint");
    const next = el("input", { type: "number", min: 1, max: 999, value: 1, testid: "fault-next" });
    const chance = el("input", { type: "number", min: 1, max: 100, value: 100, testid: "fault-chance" });
    const ms = el("input", { type: "number", min: 0, max: 60000, value: 2000, testid: "fault-ms" });
    const submit = (event) => {
      event.preventDefault();
      act("/faults", { fault: fault.value, endpoint: endpoint.value, next: next.value ? Number(next.value) : null, probability: Number(chance.value) / 100, ms: fault.value === "slow" ? Number(ms.value) : 0 });
    };
    return el("form", { class: "order", onsubmit: submit }, field(t("fault_kind"), fault), field(t("fault_endpoint"), endpoint),
      field(t("fault_next"), next), field(t("fault_chance"), chance), field(t("fault_ms"), ms), el("button", { class: "primary", testid: "fault-add" }, t("order_fault")));
  }

  drawRules() {
    this.rules.replaceChildren(...store.faults.map((rule) => {
      const often = rule.next ? t("fault_left", { count: rule.next }) : `${Math.round(rule.probability * 100)}%`;
      const words = `${t(`fault_${rule.fault}`)} · ${t(`endpoint_${rule.endpoint}`)} · ${often}`;
      return el("li", { testid: "fault-rule" }, el("span", {}, words), iconButton("close", t("remove"), () => act(`/faults/${rule.id}`, {}, "DELETE")));
    }));
  }

  async news() {
    if (this.root.hidden || this.busy || this.seen === store.calls) return;
    this.busy = true;
    try {
      const { calls, quota } = await get(`/calls?since=${this.seen}`);
      this.seen = store.calls;
      for (const call of calls) {
        this.seen = Math.max(this.seen, call.n);
        this.rows.prepend(this.call(call));
      }
      while (this.rows.childElementCount > KEPT) this.rows.lastChild.remove();
      this.quota.textContent = t("quota_used", { used: quota.used, replies: quota.reply, pushes: quota.push });
    } finally {
      this.busy = false;
    }
  }

  call(call) {
    const good = call.status >= 200 && call.status < 300;
    const way = call.way === "webhook" ? "→ bot" : "bot →";
    const extra = [call.attempt > 1 ? t("attempt", { count: call.attempt }) : "", ...(call.faults ?? [])].filter(Boolean).join(" ");
    const shown = el("details", {}, el("summary", {},
      el("time", {}, clockTime(call.at)), el("b", { class: good ? "good" : "bad" }, call.status || t("no_answer")), el("span", { class: "way" }, way),
      el("code", {}, `${call.method} ${call.path}`), el("small", {}, `${call.ms} ms ${extra}`)));
    shown.addEventListener("toggle", () => {
      if (shown.open && !shown.querySelector("pre")) {
        const parts = [call.body, call.answer, call.why !== "OK" ? call.why : null].filter(Boolean);
        shown.append(el("pre", { tabindex: "0" }, parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part, null, 1))).join("\n\n")));
      }
    });
    return el("li", { class: call.way, testid: "call" }, shown);
  }
}
