/** The administration's page: sessions listed, looked at and ended, for who has the token. */
import { end, endAll, endUser, inspect, list, token } from "./api.js";
import { details, row } from "./draw.js";

const SENTENCES = {
  absent: "There is no administration here: ADMIN_TOKEN is not set.",
  unreachable: "The server cannot be reached.",
  store: "The store failed. Try again.",
  config: "This store cannot list its sessions.",
  "not-found": "This session is over already.",
};

const at = (id) => document.getElementById(id);
const rows = at("rows");
/** Whose sessions are shown; empty: everybody's. */
let user = "";
/** Where the list goes on; undefined: it does not. */
let cursor;
/** What is over since the page was opened. A listing may still show it: a user's end is one write, and not in each entry. */
const over = new Set();

function say(sentence) {
  const text = document.createElement("span");
  text.textContent = sentence;
  at("notice").replaceChildren(...(sentence === "" ? [] : [text]));
}

/** Does what a button asks for; what the API refuses is said, and a token that is not right is asked for again. */
async function attempt(deed) {
  document.body.toggleAttribute("aria-busy", true);
  try {
    await deed();
  } catch (error) {
    if (error.code === "unauthorized") askForToken("This token is not right.");
    else say(SENTENCES[error.code] ?? `It could not be done (${error.code ?? error.name}).`);
    if (at("desk").hidden) show(false);
  } finally {
    document.body.removeAttribute("aria-busy");
  }
}

function askForToken(problem = "") {
  token.forget();
  rows.replaceChildren();
  show(false);
  at("token").value = "";
  at("token-problem").textContent = problem;
  at("token").focus();
}

function show(open) {
  at("access").hidden = open;
  at("desk").hidden = !open;
  at("leave").hidden = !open;
}

/** Begins the list anew. */
async function begin() {
  const page = await list(user);
  show(true);
  at("end-user").hidden = user === "";
  rows.replaceChildren();
  append(page);
}

function append(page) {
  ({ cursor } = page);
  rows.append(...page.sessions.filter(({ id }) => !over.has(id)).map((session) => row(session, page.store)));
  at("more").hidden = cursor === undefined;
  count();
}

function count() {
  const number = rows.querySelectorAll("[data-id]").length;
  const whose = user === "" ? "" : ` of ${user}`;
  const more = cursor === undefined ? "" : ", and more";
  at("caption").textContent = number === 0 && more === "" ? `No sessions${whose}.` : `${number} session${number === 1 ? "" : "s"}${whose}${more}`;
}

/** Opens and closes what is below a session's row. Values are asked for each time: they are not kept in the page. */
async function look(button, session) {
  const { id } = session.dataset;
  const open = at(`details-${id}`);
  if (open === null) session.after(details(id, await inspect(id)));
  else open.remove();
  button.setAttribute("aria-expanded", String(open === null));
}

async function endOne(session) {
  const { id } = session.dataset;
  const whose = session.querySelector(".user").textContent;
  if (!(await confirmed(`End this session of ${whose}?`, "Its visitor is signed out at the next request, and what it holds is gone."))) return;
  await end(id);
  remove([session]);
  say("1 session is over.");
}

async function endThisUser() {
  const whose = user;
  if (!(await confirmed(`End all sessions of ${whose}?`, "On every device, also those that are not shown here."))) return;
  await endUser(whose);
  remove([...rows.querySelectorAll("[data-id]")]);
  say(`All sessions of ${whose} are over.`);
}

async function endEverything() {
  if (!(await confirmed("End all sessions?", "Everybody is signed out, and every cart is gone. You stay here: the token is no session."))) return;
  const { ended } = await endAll();
  await begin();
  say(ended === 1 ? "1 session is over." : `${ended} sessions are over.`);
}

/** Takes rows away, and leaves the focus somewhere. */
function remove(sessions) {
  for (const session of sessions) {
    over.add(session.dataset.id);
    at(`details-${session.dataset.id}`)?.remove();
    session.remove();
  }
  count();
  at("content").focus({ preventScroll: true });
}

function confirmed(question, consequence) {
  const dialog = at("confirm");
  at("question").textContent = question;
  at("consequence").textContent = consequence;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

at("access").addEventListener("submit", (event) => {
  event.preventDefault();
  token.keep(at("token").value);
  at("token").value = "";
  at("token-problem").textContent = "";
  attempt(begin).then(() => at("desk").hidden || at("user").focus());
});
at("search").addEventListener("submit", (event) => {
  event.preventDefault();
  user = at("user").value;
  say("");
  attempt(begin);
});
rows.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  const session = button?.closest("[data-id]");
  if (session) attempt(() => (button.value === "look" ? look(button, session) : endOne(session)));
});
at("refresh").addEventListener("click", () => attempt(begin));
at("more").addEventListener("click", () => attempt(async () => append(await list(user, cursor))));
at("end-user").addEventListener("click", () => attempt(endThisUser));
at("end-all").addEventListener("click", () => attempt(endEverything));
at("leave").addEventListener("click", () => {
  say("");
  askForToken();
});
// A page that comes out of the back-forward cache shows what was there then.
addEventListener("pageshow", (event) => event.persisted && location.reload());

if (token.get() === null) askForToken();
else attempt(begin);
