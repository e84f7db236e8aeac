/** How deep options go: the object, its fields, and the fields of those. What lies deeper is nobody's option. */
const DEPTH = 2;

/**
 * Describes an options object as text, so that the core can check it: one line `path TAB kind TAB value LF` for the
 * object itself (its path is empty), one for each field, and one for each field of these.
 *
 * - path: names and places in lists, joined by `.`; a name of other characters than `A-Z a-z 0-9 _ $ -` is quoted as JSON
 * - kind: what `typeof` says, or `null`, `array`, `bytes`
 * - value: a string as UTF-8 in hex, bytes in hex, the length of a list, a number or boolean as JavaScript prints it
 *
 * It knows no option and holds no rule: which fields there are and what they may be is decided in the core. The text
 * holds the secrets: keep it out of every message.
 */
export function describeOptions(options: unknown): string {
  return lines("", options, 0).join("");
}

function lines(path: string, value: unknown, depth: number): string[] {
  const line = `${path}\t${kindOf(value)}\t${textOf(value)}\n`;
  if (depth === DEPTH || typeof value !== "object" || value === null || value instanceof Uint8Array) return [line];
  const inner = namesIn(value, depth).flatMap((name) => {
    const place = path === "" ? quoted(name) : `${path}.${quoted(name)}`;
    return lines(place, read(value, name), depth + 1);
  });
  return [line, ...inner];
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return value instanceof Uint8Array ? "bytes" : typeof value;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return hex(new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return String(value.length);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** A list's places, holes included: a secret that is missing must be seen. */
function namesIn(value: object, depth: number): string[] {
  if (Array.isArray(value)) return Array.from(value, (_, place) => String(place));
  return [...new Set([...Object.keys(value), ...inherited(value, depth)])];
}

/** What an object has from its classes: a store's methods and getters; of the options themselves, getters alone. */
function inherited(value: object, depth: number): string[] {
  const names: string[] = [];
  for (let at = parentOf(value); at !== null && at !== Object.prototype; at = parentOf(at)) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  return names.filter((name) => name !== "constructor" && (depth > 0 || typeof read(value, name) !== "function"));
}

function parentOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

/** A field that cannot be read, since its getter throws, is one that is not given. */
function read(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** Tab, line feed and `.` have a meaning in the description, so no name may hold one as it is. */
function quoted(name: string): string {
  return /^[\w$-]+$/.test(name) ? name : JSON.stringify(name).replaceAll(".", "\\u002e");
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
