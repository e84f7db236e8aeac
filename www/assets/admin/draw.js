/**
 * Draws sessions. What visitors chose, names, devices and values, becomes text nodes and nothing else: there is no markup
 * made of strings here, and the page's policy (trusted types) would not let one in.
 */
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "narrow" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const whole = new Intl.NumberFormat("en");
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** The row of a session; `id` names the row below it that its values would stand in. */
export function row(session, store) {
  const { id, user, device, createdAt, authenticatedAt, modifiedAt, expiresAt, size } = session;
  const cells = [
    cell("Handle", "handle", element("code", { title: id }, id)),
    cell("User", "user", user === null ? unknown("nobody") : element("bdi", {}, user)),
    cell("Device", "device", device === null ? unknown() : element("bdi", {}, device)),
    cell("Age", "age", time(createdAt ?? authenticatedAt, lasted)),
    cell("Changed", "changed", time(modifiedAt)),
    cell("Ends", "ends", time(expiresAt)),
    cell("Size", "size", size === null ? unknown() : bytes(size)),
    cell("Store", "store", store ?? unknown()),
    deeds(id, user),
  ];
  return element("tr", { role: "row", "data-id": id }, ...cells);
}

/** The row below a session's: what there is to know of it, the values that may be seen, and the names of the others. */
export function details(id, { authenticatedAt, modifiedAt, expiresAt, level, size, values, hidden }) {
  const facts = [
    ["Handle", element("code", {}, id)],
    ["Level", level ?? unknown()],
    ["Signed in", moment(authenticatedAt)],
    ["Changed", moment(modifiedAt)],
    ["Ends at the latest", moment(expiresAt)],
    ["Size", size === null ? unknown() : bytes(size)],
  ];
  const list = element("dl", { class: "facts" }, ...facts.map(([name, fact]) => element("div", {}, element("dt", {}, name), element("dd", {}, fact))));
  const shown = Object.entries(values).flatMap(([name, held]) => [element("h3", {}, name), element("pre", { tabindex: "0", dir: "ltr" }, JSON.stringify(held, null, 2))]);
  const rest = hidden.length > 0 ? [element("p", { class: "aside" }, `Not to be seen: ${hidden.join(", ")}`)] : [];
  const none = shown.length + rest.length === 0 ? [element("p", { class: "aside" }, "It holds no values.")] : [];
  const all = element("td", { role: "cell", colspan: "9" }, list, ...shown, ...rest, ...none);
  return element("tr", { role: "row", class: "details", id: `details-${id}` }, all);
}

function deeds(id, user) {
  const whose = user === null ? "of a visitor" : `of ${user}`;
  const look = element("button", { type: "button", value: "look", "aria-expanded": "false", "aria-label": `Look at the session ${whose}, ${id.slice(0, 6)}` }, "Look");
  const end = element("button", { type: "button", value: "end", class: "grave", "aria-label": `End the session ${whose}, ${id.slice(0, 6)}` }, "End");
  return element("td", { role: "cell", class: "deeds" }, element("div", {}, look, end));
}

function cell(label, name, content) {
  return element("td", { role: "cell", class: name, "data-label": label }, content);
}

/** An element with these attributes; strings among its parts become text. */
function element(name, attributes, ...parts) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...parts);
  return made;
}

function unknown(text = "–") {
  return element("span", { class: "unknown" }, text);
}

function bytes(size) {
  return `${whole.format(size)} B`;
}

/** How far away a time is, in its largest unit, and when exactly for who points at it. */
function time(at, say = (count, unit) => relative.format(count, unit)) {
  if (at === null) return unknown();
  const distance = at - Date.now();
  const [unit, length] = UNITS.find(([, least]) => Math.abs(distance) >= least) ?? UNITS.at(-1);
  const text = say(Math.trunc(distance / length), unit);
  return element("time", { datetime: new Date(at).toISOString(), title: exact.format(at) }, text);
}

/** `9s`, where it says what for: an age. */
function lasted(count, unit) {
  return new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "narrow" }).format(Math.abs(count));
}

function moment(at) {
  return at === null ? unknown() : element("time", { datetime: new Date(at).toISOString() }, exact.format(at));
}
