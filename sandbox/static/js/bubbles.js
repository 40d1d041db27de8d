// One message as it looks in the chat, for every type except Flex and templates.

import { sheet } from "./dialogs.js";
import { el, icon } from "./dom.js";
import { renderFlex } from "./flex.js";
import { districtAt, miniMap } from "./geo.js";
import { visit } from "./actions.js";
import { renderImagemap, renderTemplate } from "./templates.js";
import { drawSticker, STICKERS } from "./stickers.js";
import { local, personName, store } from "./store.js";
import { t } from "./wording.js";

const LINKS = /(https?:\/\/[^\s<>"]+)/;
export function content(message, column) {
  if (message.unsent) return el("div", { class: "bubble gone" }, t("unsent_message"));
  const body = message.message;
  const draw = KINDS[body.type] ?? (() => el("div", { class: "bubble" }, t("unknown_message", { type: body.type })));
  const node = draw(body, message, column);
  const quoted = message.quote && store.chats.get(message.chat)?.get(message.quote);
  if (!quoted) return node;
  const who = quoted.sender === "bot" ? store.config.bot.name : personName(quoted.sender);
  const quote = el("div", { class: "quoted" }, el("strong", {}, who), el("span", {}, summary(quoted)));
  if (node.classList.contains("bubble")) {
    node.prepend(quote);
    return node;
  }
  return el("div", { class: "with-quote" }, el("div", { class: "bubble" }, quote), node);
}

// A message in one line: for quotes.
export function summary(message) {
  if (message.unsent) return t("unsent_message");
  const body = message.message;
  return body.text ?? body.altText ?? body.title ?? t(`kind_${body.type}`);
}

function linked(text) {
  return text.split(LINKS).map((part, index) => {
    if (index % 2 === 0) return part;
    const href = local(part);
    return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, part);
  });
}

function text(body) {
  return el("div", { class: "bubble text" }, linked(body.text));
}

function textV2(body) {
  const parts = body.text.split(/(\{\w{1,20}\})/).map((part) => {
    const found = body.substitution?.[part.slice(1, -1)];
    if (!part.startsWith("{") || !found) return linked(part.replaceAll("{{", "{").replaceAll("}}", "}"));
    if (found.type === "emoji") return "🙂";
    const name = found.mentionee.type === "all" ? "All" : personName(found.mentionee.userId);
    return el("b", { class: "mention" }, `@${name}`);
  });
  return el("div", { class: "bubble text" }, parts.flat());
}

function source(body, message) {
  return message.sender === "bot" ? local(body.originalContentUrl) : `/sandbox/api/content/${message.id}`;
}

function image(body, message) {
  const full = source(body, message);
  const thumb = message.sender === "bot" ? local(body.previewImageUrl) : full;
  const picture = el("img", { src: thumb, alt: body.name || t("kind_image"), loading: "lazy" });
  const open = () => sheet(t("kind_image"), "photo-sheet", () => el("div", { class: "photo-full" }, el("img", { src: full, alt: body.name || t("kind_image") })));
  return el("button", { type: "button", class: "picture", onclick: open, "aria-label": t("open_photo") }, picture);
}

function video(body, message) {
  const poster = body.previewImageUrl ? local(body.previewImageUrl) : undefined;
  return el("video", { class: "picture", src: source(body, message), poster, controls: true, preload: "metadata", "aria-label": t("kind_video") });
}

function audio(body, message) {
  return el("div", { class: "bubble" }, el("audio", { src: source(body, message), controls: true, preload: "metadata", "aria-label": t("kind_audio") }));
}

function file(body, message) {
  const size = body.size < 1024 ? `${body.size} B` : body.size < 1048576 ? `${(body.size / 1024).toFixed(0)} KB` : `${(body.size / 1048576).toFixed(1)} MB`;
  return el("a", { class: "bubble file", href: source(body, message), download: body.name }, icon("file"),
    el("span", {}, el("strong", {}, body.name), el("small", {}, size)));
}

function sticker(body) {
  const known = STICKERS.find(([pack, id]) => pack === String(body.packageId) && id === String(body.stickerId));
  return el("div", { class: "sticker", role: "img", "aria-label": `${t("kind_sticker")} ${known ? t(`sticker_${known[2]}`) : ""}` }, drawSticker(known?.[2] ?? "smile"));
}

function location(body) {
  const spot = `${body.latitude.toFixed(5)}, ${body.longitude.toFixed(5)}`;
  const where = districtAt(body.latitude, body.longitude);
  const district = where ? t("district", { name: where }) : t("outside");
  return el("div", { class: "place", testid: "location" }, miniMap(body.latitude, body.longitude),
    el("div", { class: "place-words" }, el("strong", {}, body.title || t("kind_location")), body.address ? el("span", {}, body.address) : null,
      el("small", {}, `${district} · ${spot}`)));
}

const KINDS = {
  text, textV2, image, video, audio, file, sticker, location,
  flex: (body, message, column) => renderFlex(body, column),
  template: (body, message, column) => renderTemplate(body, column),
  imagemap: (body, message, column) => renderImagemap(body, column, visit),
};
