// The rich menu under a chat: the bot's own picture with its areas, or a plain grid with the six words.

import { press } from "./actions.js";
import { el, icon } from "./dom.js";
import { store } from "./store.js";
import { t } from "./wording.js";

const GLYPHS = ["camera", "clock", "file", "smile", "menu", "person"];

export class RichMenu {
  constructor(column) {
    this.column = column;
    this.open = !matchMedia("(max-height: 620px)").matches;
    this.drawn = null;
    this.area = el("div", { class: "menu-area", testid: "richmenu" });
    this.toggle = el("button", { type: "button", class: "menu-bar", testid: "richmenu-toggle", onclick: () => this.flip() });
    this.root = el("div", { class: "menu" }, this.area, this.toggle);
  }

  flip(open = !this.open) {
    this.open = open;
    this.area.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.column.log.toEnd();
  }

  draw() {
    this.root.hidden = Boolean(this.column.group);
    if (this.root.hidden) return;
    const menu = store.menus[this.column.chat];
    const key = `${menu?.id} ${t("menu")}`;
    if (key === this.drawn) return;
    if (menu && !this.drawn?.startsWith(menu.id) && menu.selected === false) this.open = false;
    this.drawn = key;
    this.toggle.replaceChildren(el("span", {}, menu?.chatBarText ?? t("menu")), icon("down"));
    this.area.replaceChildren(menu ? this.picture(menu) : this.grid());
    this.flip(this.open);
  }

  picture(menu) {
    const { width, height } = menu.size;
    const share = (value, whole) => `${(value / whole) * 100}%`;
    return el("div", { class: "menu-picture", style: { aspectRatio: `${width} / ${height}` } },
      el("img", { src: `/sandbox/api/richmenus/${menu.id}/image`, alt: menu.name }),
      menu.areas.map(({ bounds, action }) => {
        const label = action.label ?? action.displayText ?? action.text ?? action.uri ?? action.type;
        return el("button", { type: "button", testid: "richmenu-button", "aria-label": label, title: label, data: { label }, onclick: () => press(this.column, action),
          style: { left: share(bounds.x, width), top: share(bounds.y, height), width: share(bounds.width, width), height: share(bounds.height, height) } });
      }));
  }

  grid() {
    const words = store.config.names.menu;
    return el("div", { class: "menu-grid" }, words.map((text, index) =>
      el("button", { type: "button", testid: "richmenu-button", data: { label: text }, onclick: () => this.column.send("text", { text }) },
        icon(GLYPHS[index % GLYPHS.length]), el("span", {}, text))));
  }
}
