// The row at the bottom: who speaks, the plus menu, the text box.

import { act } from "./api.js";
import { summary } from "./bubbles.js";
import { popup, sheet, toast } from "./dialogs.js";
import { el, icon, iconButton } from "./dom.js";
import { openMap } from "./mapsheet.js";
import { SAMPLES, samplePhoto, sampleSound, sampleVideo } from "./samples.js";
import { drawSticker, STICKERS } from "./stickers.js";
import { personName, store } from "./store.js";
import { t } from "./wording.js";

export class Compose {
  constructor(column) {
    this.column = column;
    this.quoted = null;
    this.editing = null;
    this.input = el("textarea", { rows: 1, maxlength: 5000, testid: "input", enterkeyhint: "send" });
    this.input.addEventListener("input", () => this.grow());
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      } else if (event.key === "Escape" && (this.quoted || this.editing)) this.aside(null);
    });
    this.context = el("div", { class: "context", hidden: true });
    this.who = el("label", { class: "speaker", hidden: true });
    this.files = {
      image: this.chooser("image", "image/png,image/jpeg,image/gif,image/webp", "photo-files", true),
      video: this.chooser("video", "video/*", "video-file"),
      audio: this.chooser("audio", "audio/*", "audio-file"),
      file: this.chooser("file", "", "file-file"),
    };
    this.row = el("form", { class: "compose-row", onsubmit: (event) => { event.preventDefault(); this.submit(); } });
    this.root = el("div", { class: "compose" }, this.context, this.who, this.row, Object.values(this.files));
  }

  chooser(kind, accept, testid, multiple = false) {
    const pick = el("input", { type: "file", accept, multiple, testid, class: "file-input", tabindex: "-1", "aria-hidden": "true" });
    pick.addEventListener("change", () => {
      if (pick.files.length) this.upload(kind, [...pick.files]);
      pick.value = "";
    });
    return pick;
  }

  draw() {
    this.plus = iconButton("plus", t("attach"), () => this.menu(), { testid: "plus", "aria-haspopup": "menu" });
    this.sendButton = iconButton("send", t("send"), undefined, { type: "submit", testid: "send", class: "icon-button send" });
    this.input.setAttribute("aria-label", t("write_message"));
    this.input.setAttribute("placeholder", t("write_message"));
    this.row.replaceChildren(this.plus, this.input, this.sendButton);
    this.grow();
  }

  speakers() {
    const { group } = this.column;
    this.who.hidden = !group;
    if (!group) return;
    const choose = el("select", { testid: "speaker", onchange: (event) => this.column.speakAs(event.target.value) },
      group.members.map((id) => el("option", { value: id, selected: id === this.column.speaker }, personName(id))));
    const mention = el("button", { type: "button", class: "mention-bot", testid: "mention-bot", onclick: () => this.fill(`@${store.config.bot.name} ${this.input.value}`) }, `@${store.config.bot.name}`);
    this.who.replaceChildren(el("span", {}, t("speak_as")), choose, group.bot ? mention : "");
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(Math.max(this.input.scrollHeight, 40), 132)}px`;
    this.sendButton.disabled = !this.input.value.trim();
  }

  fill(text) {
    this.input.value = text;
    this.grow();
    this.input.focus();
  }

  async submit() {
    const text = this.input.value;
    if (!text.trim()) return;
    const { quoted, editing, column } = this;
    this.aside(null);
    this.input.value = "";
    this.grow();
    const done = editing
      ? await act(`/messages/${editing.id}/edit`, { person: column.speaker, text })
      : await column.send("text", { text, quote: quoted?.id });
    column.log.toEnd();
    if (!done) this.fill(text);
  }

  quote(message) {
    this.aside(message, "quoted");
  }

  edit(message) {
    this.aside(message, "editing");
    this.fill(message.message.text);
  }

  aside(message, mode) {
    if (this.editing && !message) this.input.value = "";
    this.quoted = mode === "quoted" ? message : null;
    this.editing = mode === "editing" ? message : null;
    this.context.hidden = !message;
    this.context.replaceChildren();
    if (message) {
      this.context.append(el("span", {}, t(mode === "editing" ? "editing" : "quoting"), " ", el("b", {}, summary(message))), iconButton("close", t("cancel"), () => this.aside(null)));
      this.input.focus();
    }
    this.grow();
  }

  menu() {
    popup(this.plus, [
      [t("photo"), () => this.choosePhotos(false), "plus-photo", icon("photo")],
      [t("sample_photo"), () => this.samples(), "plus-sample", icon("camera")],
      [t("video"), () => this.files.video.click(), "plus-video", icon("video")],
      [t("sample_video"), () => this.record(), "plus-sample-video", icon("video")],
      [t("pin"), () => openMap((place) => this.column.send("location", place)), "plus-pin", icon("pin")],
      [t("file"), () => this.files.file.click(), "plus-file", icon("file")],
      [t("sticker"), () => this.stickers(), "plus-sticker", icon("smile")],
      [t("voice"), () => this.upload("audio", [sampleSound()], 2000), "plus-voice", icon("mic")],
      [t("audio"), () => this.files.audio.click(), "plus-audio", icon("mic")],
    ]);
  }

  choosePhotos(camera) {
    if (camera) this.files.image.setAttribute("capture", "environment");
    else this.files.image.removeAttribute("capture");
    if (camera && !matchMedia("(pointer: coarse)").matches) this.samples();
    else this.files.image.click();
  }

  async upload(kind, files, duration = 0) {
    const form = new FormData();
    form.set("person", this.column.speaker);
    form.set("kind", kind);
    form.set("duration", String(duration || (kind === "video" || kind === "audio" ? 3000 : 0)));
    for (const one of files) form.append("files", one, one.name);
    await act(`/chats/${this.column.chat}/media`, form);
    this.column.log.toEnd();
  }

  async record() {
    toast(t("recording"));
    const clip = await sampleVideo().catch(() => null);
    if (clip) this.upload("video", [clip], 1500);
    else toast(t("no_recorder"), true);
  }

  samples() {
    sheet(t("sample_photo"), "sample-sheet", (close) => {
      const chosen = new Map();
      const send = el("button", { type: "button", class: "primary", disabled: true, testid: "sample-send" }, t("send_photos", { count: 0 }));
      send.addEventListener("click", () => {
        close();
        this.upload("image", [...chosen.values()].map((make) => make()));
      });
      const tiles = SAMPLES.map((kind) => {
        const { canvas, file } = samplePhoto(kind);
        const tile = el("button", { type: "button", class: "sample", "aria-pressed": "false", testid: "sample-photo", data: { kind } }, canvas, el("span", {}, t(`sample_${kind}`)));
        tile.addEventListener("click", () => {
          if (!chosen.delete(kind)) chosen.set(kind, file);
          tile.setAttribute("aria-pressed", String(chosen.has(kind)));
          send.disabled = !chosen.size;
          send.textContent = t("send_photos", { count: chosen.size });
        });
        return tile;
      });
      return el("div", { class: "sheet-body" }, el("div", { class: "sample-grid" }, tiles), send);
    });
  }

  stickers() {
    sheet(t("sticker"), "sticker-sheet", (close) => el("div", { class: "sheet-body sticker-grid" }, STICKERS.map(([packageId, stickerId, word]) => {
      const send = () => {
        close();
        this.column.send("sticker", { packageId, stickerId, keywords: [word] });
      };
      return el("button", { type: "button", testid: "sticker", "aria-label": t(`sticker_${word}`), onclick: send }, drawSticker(word));
    })));
  }
}
