/* The public map's page. Everything shown is put in as text, never as markup. */
"use strict";
(() => {
  const settings = JSON.parse(document.getElementById("settings").textContent);
  const { words, kept } = settings;
  const form = document.getElementById("filters");
  const told = document.getElementById("told");
  const byCode = (list) => Object.fromEntries(list.map((one) => [one.code, one]));
  const categories = byCode(settings.categories), statuses = byCode(settings.statuses);
  const COLOURS = ["#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c"]; // ColorBrewer's Blues: one hue, light to dark
  const NO_DATA = "#e4e7eb";

  const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  const figure = (n) => n.toLocaleString("en-US");
  const time = (hours) => hours === null ? "–" : hours < 48 ? say("hours", { n: hours }) : say("day_count", { n: (hours / 24).toFixed(hours < 240 ? 1 : 0) });
  const day = (iso) => {
    const [year, month, date] = iso.split("-").map(Number);
    return `${date} ${settings.months[month - 1]} ${settings.language === "th" ? year + 543 : year}`;
  };
  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const districtName = (code) => settings.districts[code] ? say("district", { name: settings.districts[code] }) : "";

  // Filters.

  const option = (select, value, text) => select.append(element("option", text, { value }));
  for (const one of settings.categories) option(form.category, one.code, `${one.icon} ${one.name}`);
  for (const one of settings.statuses) option(form.status, one.code, one.name);
  for (const days of settings.periods) option(form.days, days, say("days", { n: days }));
  for (const [code, name] of Object.entries(settings.districts)) document.getElementById("districts").append(element("option", code, { value: name }));
  const asked = new URLSearchParams(kept ? "" : location.search);
  for (const name of ["category", "status", "days"]) {
    form[name].value = asked.get(name) ?? settings.chosen[name];
    if (form[name].selectedIndex < 0) form[name].value = settings.chosen[name];
  }
  form.urgent.checked = asked.has("urgent") ? asked.get("urgent") === "1" : settings.chosen.urgent;
  form.district.value = settings.districts[asked.get("district") ?? settings.chosen.district] ?? "";
  if (kept) form.days.disabled = true;

  const plain = (text) => text.trim().toLowerCase().replace(/^เขต/, "").replace(/\s+/g, "");
  const districtOf = (text) => {
    const wanted = plain(text);
    if (!wanted) return "";
    const all = Object.entries(settings.districts);
    const found = all.find(([code, name]) => code === wanted || plain(name) === wanted) ?? all.find(([, name]) => plain(name).startsWith(wanted));
    return found ? found[0] : "";
  };
  const filters = () => ({
    category: form.category.value, status: form.status.value, days: form.days.value,
    district: districtOf(form.district.value), urgent: form.urgent.checked ? "1" : "",
  });
  const query = (chosen) => new URLSearchParams(Object.entries(chosen).filter(([, value]) => value)).toString();

  // The map.

  const map = L.map("map", { zoomControl: false, minZoom: 8, maxZoom: 18, zoomSnap: 0.25, attributionControl: Boolean(settings.tiles) });
  L.control.zoom({ position: "bottomright", zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(map);
  if (settings.tiles) {
    map.attributionControl.setPrefix(false);
    const credit = element("span", settings.tiles.credit);
    L.tileLayer(settings.tiles.url, { attribution: credit.innerHTML, maxZoom: 19 }).addTo(map);
  }
  const canvas = L.canvas({ padding: 0.3, tolerance: 4 }); // one for all: what is drawn later lies above and is hit first
  const far = () => map.getContainer().classList.toggle("far", map.getZoom() < 11.5);
  map.on("zoomend", far);
  const signs = L.layerGroup().addTo(map);
  let areas, figures = {}, answer = null, ask = 0, districtShown = null;

  const popup = (at, content) => L.popup({ maxWidth: 280, autoPanPadding: [12, 12], closeButton: true }).setLatLng(at).setContent(content).openOn(map);

  const figuresOf = (code) => (figures.districts?.[code] ?? {})[form.category.value || "all"] ?? { open: 0, received: 0, fixes: 0, median_hours: null };
  const measure = (code) => form.metric.value === "open" ? figuresOf(code).open : figuresOf(code).median_hours;

  const steps = () => {
    const values = Object.keys(settings.districts).map(measure).filter((v) => v !== null).sort((a, b) => a - b);
    const cuts = [1, 2, 3, 4].map((n) => values[Math.floor(values.length * n / 5)]);
    return [...new Set(cuts.filter((v) => v !== undefined && v > values[0]))];
  };
  const colour = (value, cuts) => value === null ? NO_DATA : COLOURS[Math.min(cuts.filter((cut) => value >= cut).length, 4)];

  const districtSheet = (code) => {
    const n = figuresOf(code), box = element("div");
    box.append(element("h2", districtName(code)));
    if (form.category.value) box.append(element("p", `${categories[form.category.value].icon} ${categories[form.category.value].name}`));
    box.append(element("p", say("open", { n: figure(n.open) })), element("p", say("received", { n: figure(n.received), days: figures.days })));
    box.append(element("p", n.median_hours === null ? say("no_median") : say("median", { time: time(n.median_hours), n: figure(n.fixes), days: figures.fix_days })));
    return box;
  };
  const paint = () => {
    const cuts = steps();
    areas.eachLayer((layer) => {
      const code = layer.feature.properties.code;
      layer.setStyle({
        fillColor: colour(measure(code), cuts), fillOpacity: settings.tiles ? 0.6 : 0.9,
        color: code === districtShown ? "#b26a00" : "#334e68", weight: code === districtShown ? 4 : 1,
      });
    });
    if (map.hasLayer(signs) && answer?.counted) signs.eachLayer((layer) => layer.bringToFront());
    legend(cuts);
    table();
  };
  const legend = (cuts) => {
    const box = document.getElementById("legend");
    const show = (value) => form.metric.value === "open" ? figure(value) : time(value);
    const values = Object.keys(settings.districts).map(measure).filter((v) => v !== null);
    box.replaceChildren(element("b", form.metric.value === "open" ? form.querySelector("[value=open][name=metric]").parentElement.textContent.trim() : form.querySelector("[value=median]").parentElement.textContent.trim()));
    const bounds = [Math.min(...values), ...cuts];
    for (const [n, from] of values.length ? bounds.entries() : []) {
      const until = n + 1 < bounds.length ? bounds[n + 1] - 1 : Math.max(...values);
      const line = element("span"), patch = element("i");
      patch.style.background = COLOURS[n];
      line.append(patch, until > from ? `${show(from)} ${say("to")} ${show(until)}` : show(from));
      box.append(line);
    }
    if (values.length < Object.keys(settings.districts).length) {
      const line = element("span"), patch = element("i");
      patch.style.background = NO_DATA;
      line.append(patch, say("no_data"));
      box.append(line);
    }
    box.append(element("b", document.querySelector("label:has([name=status])")?.firstChild.textContent.trim() ?? ""));
    for (const one of settings.statuses) {
      const line = element("span"), mark = element("span", undefined, { class: `sign ${one.shape}`, "aria-hidden": "true" });
      mark.style.setProperty("--c", one.colour);
      line.append(mark, one.name);
      box.append(line);
    }
    const line = element("span"), mark = element("span", undefined, { class: "sign urgent", "aria-hidden": "true" });
    mark.style.setProperty("--c", "#616e7c");
    line.append(mark, say("urgent"));
    box.append(line);
  };
  const table = () => {
    for (const row of document.querySelectorAll("#figures tbody tr")) {
      const n = figuresOf(row.dataset.code), name = row.querySelector("th");
      if (!name.querySelector("button")) {
        const button = element("button", name.textContent, { type: "button", title: say("show") });
        button.addEventListener("click", () => { goTo(row.dataset.code); document.getElementById("map").scrollIntoView({ block: "center" }); });
        name.replaceChildren(button);
      }
      [n.open, n.received, n.fixes].forEach((value, at) => { row.cells[at + 1].textContent = figure(value); });
      row.cells[4].textContent = time(n.median_hours);
    }
  };
  const goTo = (code) => {
    districtShown = code;
    areas.eachLayer((layer) => {
      if (layer.feature.properties.code !== code) return;
      map.fitBounds(layer.getBounds(), { padding: [16, 16], animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
      popup(layer.getBounds().getCenter(), districtSheet(code));
    });
    paint();
  };

  // Points and cells.

  const caseSheet = (features) => {
    const box = element("div");
    for (const [n, { properties: p }] of features.slice(0, 10).entries()) {
      if (n) box.append(element("hr"));
      const status = statuses[p.status], band = element("span", status.name, { class: "band" });
      band.style.background = status.colour;
      const title = element("h2", p.number);
      box.append(title, band);
      if (p.urgent) box.append(" ", element("strong", say("urgent")));
      box.append(element("p", `${categories[p.category].icon} ${categories[p.category].name}`));
      box.append(element("p", [districtName(p.district), say("received_on", { at: day(p.received) })].filter(Boolean).join(" · ")));
      if (p.approximate) box.append(element("p", say("approximate")));
      if (settings.cases) box.append(element("a", say("page"), { href: settings.cases + p.number, ...(kept ? { target: "_blank", rel: "noopener noreferrer" } : {}) }));
    }
    if (features.length > 10) box.append(element("hr"), element("p", say("more", { n: figure(features.length - 10) })));
    return box;
  };
  const sign = (features) => {
    const [{ properties: p }] = features, several = features.length > 1;
    const made = element("div", undefined, { class: several ? "count" : `sign ${statuses[p.status].shape}${p.urgent ? " urgent" : ""}` });
    if (several) made.textContent = figure(features.length);
    else { made.append(element("span", categories[p.category].icon)); made.style.setProperty("--c", statuses[p.status].colour); }
    return L.divIcon({ html: made, className: "spot", iconSize: several ? [34, 34] : [28, 28] });
  };
  const draw = () => {
    signs.clearLayers();
    const rows = [];
    if (answer.counted) {
      const most = Math.max(1, ...answer.features.map((f) => f.properties.count));
      for (const f of answer.features) {
        const at = [f.geometry.coordinates[1], f.geometry.coordinates[0]], p = f.properties;
        const circle = L.circleMarker(at, { renderer: canvas, radius: 3 + 13 * Math.sqrt(p.count / most), color: "#fff", weight: 1.5, fillColor: "#b03a00", fillOpacity: 0.75 });
        circle.on("click", (e) => { L.DomEvent.stop(e); popup(at, element("p", say("cell", { n: figure(p.count), open: figure(p.open) }))); });
        signs.addLayer(circle);
      }
    } else {
      const places = new Map();
      for (const f of answer.features.filter(fits)) {
        const where = f.geometry.coordinates.join();
        places.set(where, [...(places.get(where) ?? []), f]);
        rows.push(f);
      }
      for (const features of places.values()) {
        const [lng, lat] = features[0].geometry.coordinates;
        const marker = L.marker([lat, lng], { icon: sign(features), keyboard: false, title: features.length > 1 ? say("cases", { n: figure(features.length) }) : features[0].properties.number });
        marker.on("click", () => popup([lat, lng], caseSheet(features)));
        signs.addLayer(marker);
      }
    }
    list(rows);
    const n = answer.counted ? answer.total : rows.length;
    told.textContent = !n ? say("nothing") : say(answer.counted ? (kept ? "cells_kept" : "cells") : "points", { n: figure(n) });
  };
  const fits = ({ properties: p }) => {
    if (!kept) return true;
    const { category, status, district, urgent } = filters();
    return (!category || p.category === category) && (!status || p.status === status || (status === "open" && statuses[p.status].open))
      && (!district || p.district === district) && (!urgent || p.urgent);
  };
  const list = (features) => {
    const body = document.querySelector("#list tbody");
    body.replaceChildren(...features.slice(0, 200).map(({ properties: p }) => {
      const row = element("tr"), number = element("td");
      number.append(settings.cases ? element("a", p.number, { href: settings.cases + p.number }) : p.number);
      row.append(number, element("td", categories[p.category].name), element("td", statuses[p.status].name + (p.urgent ? ` · ${say("urgent")}` : "")),
        element("td", settings.districts[p.district] ?? ""), element("td", day(p.received)));
      return row;
    }));
  };

  // Loading.

  const fetched = async (address) => {
    const got = await fetch(address, { credentials: "omit" });
    if (!got.ok) throw new Error(String(got.status));
    return got.json();
  };
  const trouble = (again) => {
    const button = element("button", say("again"), { type: "button" });
    button.addEventListener("click", again);
    told.replaceChildren(say("trouble"), " ", button);
  };
  const view = () => {
    const b = map.getBounds().pad(0.2), down = (v) => Math.floor(v * 100) / 100, up = (v) => Math.ceil(v * 100) / 100;
    return [down(b.getWest()), down(b.getSouth()), up(b.getEast()), up(b.getNorth())].map((v) => v.toFixed(2)).join();
  };
  let boxed = false;
  const loadPoints = async (within) => {
    if (kept) { answer = kept.points; draw(); return; }
    const chosen = filters(), mine = ++ask;
    history.replaceState(null, "", `?${query({ ...chosen, lang: asked.get("lang") })}`);
    document.getElementById("download").href = `/map.geojson?${query(chosen)}`;
    told.textContent = say("loading");
    try {
      const got = await fetched(`/map.geojson?${query({ ...chosen, bbox: within ? view() : "" })}`);
      if (mine !== ask) return;
      answer = got;
      boxed = within;
      draw();
    } catch { if (mine === ask) trouble(() => loadPoints(within)); }
  };
  const loadFigures = async () => {
    try {
      figures = kept ? kept.figures : await fetched(`/map/figures.json?days=${form.days.value}`);
      paint();
    } catch { trouble(start); }
  };
  let waiting;
  map.on("moveend", () => {
    if (kept || !answer || !(answer.counted || boxed)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => loadPoints(map.getZoom() > 10), 300);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    if (event.target.name === "metric") { paint(); return; }
    map.closePopup();
    if (event.target.name === "days") loadFigures();
    if (event.target.name === "category") paint();
    if (event.target.name === "district") {
      const code = districtOf(form.district.value);
      form.district.setCustomValidity("");
      if (code) { form.district.value = settings.districts[code]; goTo(code); }
      else { districtShown = null; paint(); if (!form.district.value) map.fitBounds(areas.getBounds(), { padding: [4, 4] }); }
    }
    loadPoints(false);
  });

  const start = async () => {
    try {
      if (!areas) {
        areas = L.geoJSON(kept ? kept.outlines : await fetched("/map/outlines.json"), {
          renderer: canvas,
          style: { color: "#334e68", weight: 1, fillColor: NO_DATA, fillOpacity: 0.9 },
          onEachFeature: (feature, layer) => layer.on("click", (event) => {
            districtShown = feature.properties.code;
            paint();
            popup(event.latlng, districtSheet(feature.properties.code));
          }),
        }).addTo(map);
        map.fitBounds(areas.getBounds(), { padding: [4, 4] });
        far();
        document.getElementById("figures").open = matchMedia("(min-width: 60rem)").matches;
      }
      await Promise.all([loadFigures(), loadPoints(false)]);
      const district = filters().district;
      if (district) goTo(district);
    } catch { trouble(start); }
  };
  start();
})();
