// The words of the page, Thai first.

let words = {};
let language = "th";

export async function loadWords(wanted) {
  const answer = await fetch(`/sandbox/static/wording/${wanted}.json`);
  words = await answer.json();
  language = wanted;
  document.documentElement.lang = wanted;
}

export function t(key, values) {
  let text = words[key] ?? key;
  for (const [name, value] of Object.entries(values || {})) text = text.replaceAll(`{${name}}`, value);
  return text;
}

export function tongue() {
  return language;
}

const ZONE = "Asia/Bangkok";

export function clockTime(ms) {
  return new Intl.DateTimeFormat("th-TH", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: ZONE }).format(ms);
}

export function day(ms) {
  const locale = language === "th" ? "th-TH-u-ca-buddhist" : "en-GB";
  return new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: ZONE }).format(ms);
}
