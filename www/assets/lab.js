/**
 * The session library in this page: the same wasm core as in the Worker, with a store in memory, a cookie jar of one
 * cookie and a clock that can be moved. It is also the shortest use of the package without any server.
 */
import { createSessions, memoryStore } from "/edge-session/index.js";

/** What the visitor's browser would hold: `name=value`, or nothing. */
let jar = "";
/** How far the clock in here is ahead, in milliseconds. */
let ahead = 0;

const now = () => Date.now() + ahead;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the request under way has cost, and what happened to the session. */
let costs;
/** What the store holds, by key: how many bytes, and when they may be dropped. */
const held = new Map();

/** A store in memory that counts, and remembers what is where so that it can be shown. */
function watched(store) {
  return {
    consistency: store.consistency,
    read(keys) {
      costs.reads += keys.length;
      return store.read(keys);
    },
    write(key, bytes, options) {
      costs.writes += 1;
      held.set(key, { size: bytes.length, expiresAt: options.expiresAt });
      return store.write(key, bytes, options);
    },
    remove(keys) {
      costs.writes += keys.length;
      for (const key of keys) held.delete(key);
      return store.remove(keys);
    },
  };
}

const sessions = createSessions({
  secrets: [crypto.getRandomValues(new Uint8Array(32))],
  store: watched(memoryStore()),
  lifetime: { idle: "30m", absolute: "12h" },
  clock: { now, sleep },
});
for (const event of ["create", "login", "logout", "rotate", "destroy"]) sessions.on(event, () => costs.events.push(event));
for (const event of ["expire", "reject"]) sessions.on(event, ({ reason }) => costs.events.push(`${event} ${reason}`));

/** What a request may do with its session. */
const REQUESTS = {
  read: (session) => session.path("lab/visits"),
  change: (session) => session.namespace("lab").set("visits", (session.namespace("lab").get("visits") ?? 0) + 1),
  login: (session) => session.login("Ada", { device: "this page" }),
  logout: (session) => session.logout(),
  rotate: (session) => session.rotate(),
  destroy: (session) => session.destroy(),
};

/** What may happen between two requests. */
const EVENTS = {
  wait: () => (ahead += 5 * 60_000),
  waitLong: () => (ahead += 60 * 60_000),
  forge: () => (jar = forged(jar)),
  forget: () => (jar = ""),
};

/** One request, from the cookie that comes in to the cookie that goes out. */
async function request(what) {
  costs = { reads: 0, writes: 0, events: [] };
  const answer = new Headers();
  const started = performance.now();
  const session = await sessions.open({ url: "https://shop.example/", headers: new Headers(jar ? { cookie: jar } : {}) });
  REQUESTS[what](session);
  await sessions.commitTo(session, answer);
  const took = performance.now() - started;
  keep(answer.getSetCookie());
  log(what, took);
  show("lab-session", what === "destroy" || !jar ? "" : describe(session));
}

function describe(session) {
  const visits = session.path("lab/visits");
  return JSON.stringify({ ...session.toJSON(), values: visits === undefined ? {} : { lab: { visits } } }, null, 2);
}

function keep(cookies) {
  for (const cookie of cookies) jar = /max-age=0/i.test(cookie) ? "" : cookie.split(";", 1)[0];
}

/** The cookie with one character changed in the middle: what somebody would send who tries his luck. */
function forged(cookie) {
  const middle = Math.floor(cookie.length / 2);
  return cookie && cookie.slice(0, middle) + (cookie[middle] === "A" ? "B" : "A") + cookie.slice(middle + 1);
}

const lab = document.getElementById("lab");

function show(id, text) {
  document.getElementById(id).textContent = text;
}

function log(what, took) {
  const line = document.createElement("li");
  const cells = [what, `${costs.reads} R  ${costs.writes} W`, `${took.toFixed(2)} ms`, costs.events.join(", ")];
  line.append(...cells.map(cell));
  document.getElementById("lab-log").prepend(line);
}

function cell(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

function showAll() {
  document.getElementById("lab-clock").textContent = new Date(now()).toLocaleTimeString(document.documentElement.lang);
  show("lab-jar", jar && `${jar}\n\n${jar.length} B`);
  const records = [...held].map(([key, { size, expiresAt }]) => `${key}\n  ${size} B → ${new Date(expiresAt).toISOString()}`);
  show("lab-store", records.join("\n"));
}

lab.addEventListener("click", async ({ target }) => {
  if (target.value in EVENTS) EVENTS[target.value]();
  else if (target.value in REQUESTS) await request(target.value).catch((error) => show("lab-session", String(error)));
  showAll();
});

lab.hidden = false;
showAll();
