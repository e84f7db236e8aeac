const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
];
const COLUMNS = ["HANDLE", "USER", "DEVICE", "AGE", "ENDS", "BYTES"];

/**
 * The text with everything made visible that a terminal obeys or hides: names of users and devices are whatever visitors
 * say, escape sequences and marks that turn the direction of text included.
 */
export function safe(text) {
  return String(text).replace(/[^\P{C}\n]|[\u2028\u2029]/gu, (mark) => `\\u{${mark.codePointAt(0).toString(16)}}`);
}

/** JSON to read and to parse; what a terminal obeys is escaped in it as well. */
export function asJson(value) {
  return JSON.stringify(value, null, 2).replace(/[^\P{C}\n]|[\u2028\u2029]/gu, escaped);
}

function escaped(mark) {
  return Array.from({ length: mark.length }, (_, at) => `\\u${mark.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}

/** Sessions as a table, one to a line; times are told from `now`. */
export function tableOf(sessions, now) {
  if (sessions.length === 0) return "No sessions.";
  const rows = [COLUMNS, ...sessions.map((session) => rowOf(session, now))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()).join("\n");
}

function rowOf({ id, user, device, createdAt, authenticatedAt, expiresAt, size }, now) {
  return [cell(id), cell(user), cell(device), age(createdAt ?? authenticatedAt, now), age(expiresAt, now), cell(size)];
}

/** One session, a fact to a line, then its values. */
export function detailsOf(session, now) {
  const { values = {}, hidden = [], ...facts } = session;
  const lines = Object.entries(facts).map(([name, fact]) => `${cell(name).padEnd(16)} ${/At$/.test(name) ? timeOf(fact, now) : cell(fact)}`);
  const shown = Object.entries(values).map(([name, held]) => `\n${cell(name)}\n${asJson(held)}`);
  const rest = hidden.length === 0 ? [] : [`\nnot shown: ${hidden.map(cell).join(", ")}`];
  return [...lines, ...shown, ...rest].join("\n");
}

/** One line, whatever is in it. */
function cell(value) {
  return value === null || value === undefined ? "-" : safe(value).replaceAll("\n", "\\n");
}

function timeOf(time, now) {
  return Number.isFinite(time) ? `${new Date(time).toISOString()} (${age(time, now)})` : "-";
}

/** How far a time is away, in its largest unit: `3 h`. */
function age(time, now) {
  if (typeof time !== "number") return "-";
  const distance = Math.abs(now - time);
  const [size, unit] = UNITS.find(([least]) => distance >= least) ?? [1_000, "s"];
  return `${Math.floor(distance / size)} ${unit}`;
}
