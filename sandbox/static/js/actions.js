// What a tap does: the nine action types of LINE.

import { hurry } from "./api.js";
import { field, sheet, toast } from "./dialogs.js";
import { el } from "./dom.js";
import { openMap } from "./mapsheet.js";
import { local } from "./store.js";
import { t } from "./wording.js";

const INPUTS = { date: "date", time: "time", datetime: "datetime-local" };

export function press(column, action) {
  switch (action.type) {
    case "message":
    case "postback":
    case "richmenuswitch":
      if (action.inputOption === "openKeyboard") column.compose.fill(action.fillInText ?? "");
      column.send("press", { action });
      break;
    case "datetimepicker":
      pick(column, action);
      break;
    case "uri":
      visit(action.uri);
      break;
    case "location":
      openMap((place) => column.send("location", place));
      break;
    case "camera":
      column.compose.choosePhotos(true);
      break;
    case "cameraRoll":
      column.compose.choosePhotos(false);
      break;
    case "clipboard":
      navigator.clipboard?.writeText(action.clipboardText);
      toast(t("copied"));
      break;
    default:
      toast(t("unknown_action", { type: action.type }), true);
  }
  hurry();
}

// Links of the bot: telephone numbers are only shown, pages open in a tab of their own.
export function visit(uri) {
  const target = local(uri);
  if (/^tel:/i.test(target)) toast(t("would_call", { number: decodeURIComponent(target.slice(4)) }));
  else if (/^https?:/i.test(target)) window.open(target, "_blank", "noopener,noreferrer");
  else toast(t("would_open", { uri: target }));
}

function pick(column, action) {
  const fit = (value) => value?.replace(/t/, "T");
  sheet(t(`pick_${action.mode}`), "datetime-sheet", (close) => {
    const input = el("input", { type: INPUTS[action.mode], min: fit(action.min), max: fit(action.max), value: fit(action.initial), required: true, testid: "datetime-input" });
    const submit = (event) => {
      event.preventDefault();
      column.send("press", { action, params: { [action.mode]: input.value.slice(0, 16) } });
      close();
    };
    return el("form", { class: "sheet-body", onsubmit: submit }, field(action.label ?? t(`pick_${action.mode}`), input),
      el("button", { class: "primary", testid: "datetime-confirm" }, t("ok")));
  });
}

// Makes a node that is not a button act like one.
export function tappable(node, column, action) {
  if (!action) return node;
  node.classList.add("tappable");
  node.setAttribute("role", action.type === "uri" ? "link" : "button");
  node.setAttribute("tabindex", "0");
  node.setAttribute("data-testid", "flex-action");
  if (action.label && !node.textContent) node.setAttribute("aria-label", action.label);
  const go = (event) => {
    event.stopPropagation();
    event.preventDefault();
    press(column, action);
  };
  node.addEventListener("click", go);
  node.addEventListener("keydown", (event) => {
    if (event.target === node && (event.key === "Enter" || event.key === " ")) go(event);
  });
  return node;
}
