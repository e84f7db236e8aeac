/**
 * Keeps the inspector alive: counts down to both ends of the session, follows what other tabs do, and remembers what
 * the last requests cost. Looking at the session through `/api/session` does not prolong it.
 */

/** Tabs of this shop tell each other that the session has changed. */
const tabs = new BroadcastChannel("session");
tabs.onmessage = look;
document.addEventListener("visibilitychange", () => document.hidden || look());

/** Tells the other tabs that this one has changed the session. */
export function announceChange() {
  tabs.postMessage("changed");
}

/** Call when the panel on the page is a new one. */
export function refreshed() {
  remember();
  sessionShown();
}

/** Asks the shop for the session as it is now, and shows it. */
async function look() {
  const response = await fetch("/api/session", { headers: { accept: "text/html;part=session" } });
  if (!response.ok) return;
  const part = new DOMParser().parseFromString(await response.text(), "text/html");
  document.getElementById("inspector-session").replaceWith(part.getElementById("inspector-session"));
  sessionShown();
}

/** How far the shop's clock is ahead of the visitor's, in milliseconds. */
let ahead = 0;

function sessionShown() {
  const section = document.getElementById("inspector-session");
  ahead = Number(section.dataset.now) - Date.now();
  for (const time of section.querySelectorAll("dd > time")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString(document.documentElement.lang);
  }
  tick();
}

function tick() {
  for (const place of document.querySelectorAll("[data-until]")) countDown(place);
}

function countDown(place) {
  const left = Number(place.dataset.until) - Date.now() - ahead;
  place.textContent = left > 0 ? duration(left) : place.dataset.ended;
  place.nextElementSibling.value = Math.max(0, left);
  if (left <= 0 && Date.now() >= nextLook) lookSoonAgain();
}

/** When the end has passed, the panel asks whether the session is over; it may have `resolution` left, so not at once again. */
let nextLook = 0;

function lookSoonAgain() {
  nextLook = Date.now() + 10_000;
  look();
}

/** `1:02:03` or `29:59`, rounded up: it reads 0:00 only when it is over. */
function duration(ms) {
  const seconds = Math.ceil(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, at) => String(part).padStart(at === 0 ? 1 : 2, "0")).join(":");
}

/** How many requests the panel remembers in this tab, the one it shows large not counted. */
const REMEMBERED = 5;

function remember() {
  const { request, reads, writes } = document.getElementById("inspector-cost").dataset;
  const before = JSON.parse(sessionStorage.getItem("requests") ?? "[]");
  document.getElementById("inspector-log").replaceChildren(...before.map(line));
  sessionStorage.setItem("requests", JSON.stringify([{ request, reads, writes }, ...before].slice(0, REMEMBERED)));
}

function line({ request, reads, writes }) {
  const item = document.createElement("li");
  item.append(element("span", request), element("span", `${reads} R  ${writes} W`));
  return item;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

refreshed();
announceChange();
setInterval(tick, 1000);
