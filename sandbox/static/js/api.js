// Calls of the sandbox's own JSON API.

import { toast } from "./dialogs.js";

let quickUntil = 0;
let wake = null;

async function call(method, path, body) {
  const options = { method, headers: { "X-Sandbox": "page" } };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(`/sandbox/api${path}`, options);
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.error || data.message || `${answer.status}`);
  return data;
}

export function get(path) {
  return call("GET", path);
}

// A change made by the user: shows what went wrong, and makes the page look for the answer at once.
export async function act(path, body = {}, method = "POST") {
  try {
    return await call(method, path, body);
  } catch (error) {
    toast(error.message, true);
    return null;
  } finally {
    hurry();
  }
}

export function hurry(ms = 6000) {
  quickUntil = Date.now() + ms;
  if (wake) wake();
}

export async function poll(since, apply) {
  let seq = since;
  for (;;) {
    try {
      const news = await call("GET", `/updates?since=${seq}`);
      if (apply(news, seq)) quickUntil = Math.max(quickUntil, Date.now() + 1500);
      seq = news.seq;
      document.body.classList.remove("offline");
    } catch {
      document.body.classList.add("offline");
    }
    const pause = document.hidden ? 4000 : Date.now() < quickUntil ? 180 : 1000;
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, pause);
    });
    wake = null;
  }
}
