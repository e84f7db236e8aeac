/** Nothing nests deeper, in memory or in a record, so that no walk comes near the end of a host's stack. */
export const MAX_DEPTH = 1_000;

/**
 * `true`: `JSON.stringify(value)` loses nothing that a structured clone keeps, and `JSON.parse` gives an equal value back.
 *
 * This is the walk in front of the fast path: it allocates nothing, remembers no path and makes as few calls as it can.
 * It may say `false` of a value that is plain after all, never `true` of one that is not, unless an accessor gives
 * something else each time.
 */
export function isPlain(value: unknown): boolean {
  return isPlainBelow(value, MAX_DEPTH);
}

/** The same for a namespace, whose values are the first level and whose keys are never mistaken for a special form's. */
export function isPlainRecord(record: object): boolean {
  return !hasToJson(record) && hasPlainFields(record, MAX_DEPTH, false);
}

/** `true`: `JSON.stringify` would write what a method says, on the object or on a prototype, instead of the object. */
export function hasToJson(object: object): boolean {
  return typeof (object as { toJSON?: unknown }).toJSON === "function";
}

/** `true`: the object would read as a special form, its only key beginning with `$`. */
export function looksLikeForm(object: object): boolean {
  const keys = Object.keys(object);
  return keys.length === 1 && keys[0]?.charCodeAt(0) === DOLLAR;
}

/** Arrays and all others but functions. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What a literal gives: no array, and nothing of a class. */
export function isPlainObject(value: unknown): value is object {
  return isObject(value) && isPlainPrototype(Object.getPrototypeOf(value));
}

/** Plain objects have the prototype every literal has, or none. */
export function isPlainPrototype(prototype: unknown): boolean {
  return prototype === Object.prototype || prototype === null;
}

const DOLLAR = 36;

/** `depth`: how many containers may still be opened. */
function isPlainBelow(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      // Only NaN and the infinities differ from zero here; only -0 divides 1 to something negative.
      return value - value === 0 && (value !== 0 || 1 / value > 0);
    case "object":
      if (value === null) return true;
      if (depth === 0 || hasToJson(value)) return false;
      if (Array.isArray(value)) return Object.getPrototypeOf(value) === Array.prototype && hasPlainItems(value, depth - 1);
      return isPlainPrototype(Object.getPrototypeOf(value)) && hasPlainFields(value, depth - 1, true);
    default:
      return false;
  }
}

/** An enumerable key on a polluted `Object.prototype` is walked as well: it can only make the walk stricter. */
function hasPlainFields(object: object, depth: number, nested: boolean): boolean {
  const fields = object as Record<string, unknown>;
  for (const key in fields) {
    if (nested && key.charCodeAt(0) === DOLLAR && looksLikeForm(fields)) return false;
    const field = fields[key];
    if (!isPlainAtSight(field) && !isPlainBelow(field, depth)) return false;
  }
  return true;
}

/** A hole reads as `undefined`, which is not plain. */
function hasPlainItems(array: readonly unknown[], depth: number): boolean {
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    if (!isPlainAtSight(item) && !isPlainBelow(item, depth)) return false;
  }
  return true;
}

/** Small enough for engines to put in place of its calls: most values are done here. */
function isPlainAtSight(value: unknown): boolean {
  return typeof value === "string" || (typeof value === "number" && value - value === 0 && value !== 0);
}
