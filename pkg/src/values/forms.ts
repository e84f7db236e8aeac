import { bytes, bytesPrototypes } from "./bytes.js";
import { type Form, array, check, form, integer, pairs, string } from "./form.js";

/** `{"$date": ms}`: milliseconds since 1970, `null` for an invalid date. */
const date = form<Date>(
  "$date",
  (value) => (Number.isNaN(value.getTime()) ? null : value.getTime()),
  (content) => {
    if (content === null) return new Date(NaN);
    const value = new Date(integer(content));
    check(value.getTime() === content);
    return value;
  },
);

/** `{"$map": [[key, value], ...]}` in the map's own order. */
const map = form<Map<unknown, unknown>>(
  "$map",
  (value, item) =>
    [...value].map(([key, inner], index) => {
      const name = typeof key === "string" || typeof key === "number" ? key : index;
      return [item(name, key), item(name, inner)];
    }),
  (content, item) => new Map(pairs(content).map(([key, value]) => [item(key), item(value)])),
);

/** `{"$set": [value, ...]}` in the set's own order. */
const set = form<Set<unknown>>(
  "$set",
  (value, item) => [...value].map((inner, index) => item(index, inner)),
  (content, item) => new Set(array(content).map(item)),
);

/** `{"$regexp": [source, flags]}`; `lastIndex` begins at 0 again. */
const regexp = form<RegExp>(
  "$regexp",
  (value) => [value.source, value.flags],
  (content) => {
    const [source, flags] = array(content, 2);
    return new RegExp(string(source), string(flags));
  },
);

/** `{"$url": href}`. */
const url = form<URL>(
  "$url",
  (value) => value.href,
  (content) => new URL(string(content)),
);

/** `{"$bigint": digits}`, decimal. */
const bigint = form<bigint>(
  "$bigint",
  (value) => String(value),
  (content) => {
    check(/^(0|-?[1-9][0-9]*)$/.test(string(content)));
    return BigInt(string(content));
  },
);

/** `{"$number": name}`: the numbers that JSON has no digits for. */
const number = form<number>(
  "$number",
  (value) => (Object.is(value, -0) ? "-0" : String(value)),
  (content) => {
    check(content === "NaN" || content === "Infinity" || content === "-Infinity" || content === "-0");
    return Number(content);
  },
);

/** `{"$undefined": 0}`. */
const undef = form<undefined>(
  "$undefined",
  () => 0,
  (content) => {
    check(content === 0);
    return undefined;
  },
);

/** `{"$array": [length, [[index, value], ...]]}`: an array with holes. They stay holes, as in a structured clone. */
const sparse = form<readonly unknown[]>(
  "$array",
  (value, item) => {
    const indexes = Object.keys(value).filter((key) => String(Number(key) >>> 0) === key).map(Number);
    return [value.length, indexes.map((index) => [index, item(index, value[index])])];
  },
  (content, item) => {
    const [length, entries] = array(content, 2);
    const value: unknown[] = [];
    for (const [key, inner] of pairs(entries)) {
      const index = integer(key);
      check(index >= value.length && index < integer(length));
      value[index] = item(inner);
    }
    value.length = integer(length);
    return value;
  },
);

/** `{"$object": [[key, value]]}`: a plain object that would itself read as a special form. */
const object = form<Record<string, unknown>>(
  "$object",
  (value, item) => Object.keys(value).map((key) => [key, item(key, value[key])]),
  // Not by assignment: `__proto__` is a key like any other.
  (content, item) => Object.fromEntries(pairs(content).map(([key, inner]) => [string(key), item(inner)])),
);

/** The forms that no prototype tells. */
export const forms = { bigint, number, undefined: undef, sparse, object } as const;

const byPrototype = new Map<unknown, Form>([
  [Date.prototype, date],
  [Map.prototype, map],
  [Set.prototype, set],
  [RegExp.prototype, regexp],
  [URL.prototype, url],
]);
for (const prototype of bytesPrototypes) byPrototype.set(prototype, bytes);

const byTag = new Map<string, Form>();
for (const entry of [date, map, set, regexp, url, bytes, ...Object.values(forms)]) byTag.set(entry.tag, entry);

/** The form of objects with exactly this prototype. An instance of a subclass has none: it would lose its class. */
export function formOfPrototype(prototype: unknown): Form | undefined {
  return byPrototype.get(prototype);
}

/** The form that a record means by `tag`. */
export function formOfTag(tag: string): Form | undefined {
  return byTag.get(tag);
}
