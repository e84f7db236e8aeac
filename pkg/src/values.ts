import { decode } from "./values/decode.js";
import { type Path, encode, encodeRecord } from "./values/encode.js";
import { isPlain, isPlainRecord } from "./values/plain.js";

/*
 * Values as text. The text is JSON without line breaks, tabs or lone surrogates, so that the core can carry it without
 * looking inside. What JSON has no word for is an object with one key that begins with `$`:
 *
 *     {"$undefined":0}         undefined                    {"$date":ms}              Date; null: an invalid one
 *     {"$number":"-0"}         -0, NaN, +-Infinity          {"$regexp":[source,flags]}
 *     {"$bigint":"1"}          bigint                       {"$url":href}
 *     {"$map":[[k,v],...]}     Map                          {"$bytes":[name,base64]}  ArrayBuffer and its views
 *     {"$set":[v,...]}         Set                          {"$array":[length,[[index,v],...]]}  with holes
 *     {"$object":[[k,v]]}      a plain object with one key that begins with `$`
 *
 * As in a structured clone, properties that are not enumerable or whose key is a symbol are left out, and so is
 * `lastIndex`; an accessor is stored as what it gives. As in JSON, an array is its items only, and a value that is there
 * twice is stored twice.
 *
 * Plain JSON data is proved to be that in one walk (plain.ts), then handed to the host's JSON.
 */

/**
 * One value as text, to be stored.
 *
 * @param path where the value is, namespace and keys; only asked for when the value is refused
 * @throws SessionError `value` naming the path of what cannot be stored
 */
export function encodeValue(value: unknown, path: () => Path): string {
  try {
    if (isPlain(value)) return JSON.stringify(value);
  } catch {
    // A proxy threw, or the stack ran out. The walk below names the place.
  }
  return encode(value, path());
}

/** From how many characters on a value is large. */
const LARGE = 256;

/** Keys and values of a namespace, each as JSON text, in the object's own order: for integer keys that is ascending. */
export type Fields = readonly (readonly [key: string, value: string])[];

/**
 * A whole namespace.
 *
 * @throws SessionError `value` naming the path of what cannot be stored
 */
export function encodeNamespace(data: object, name: string): Fields {
  return isSurelyPlain(data) ? fieldsOf(data) : encodeRecord(data, name, fieldsOf);
}

/**
 * The same, unless it would be this text.
 *
 * @throws SessionError `value` naming the path of what cannot be stored
 */
export function changedFrom(text: string, data: object, name: string): Fields | undefined {
  // Of a few large values each is written once, changed or not; many small ones are written faster together.
  const hasSmall = text.length < Object.keys(data).length * LARGE;
  if (hasSmall && isSurelyPlain(data) && JSON.stringify(data) === text) return undefined;
  const fields = encodeNamespace(data, name);
  return isText(fields, text) ? undefined : fields;
}

/** One JSON object, as {@link decodeNamespace} reads it. */
export function textOf(fields: Fields): string {
  return `{${fields.map(([key, value]) => `${key}:${value}`).join(",")}}`;
}

/** Whether {@link textOf} would give this text, without making it. */
export function isText(fields: Fields, text: string): boolean {
  let at = 0;
  for (const [key, value] of fields) {
    for (const part of [at === 0 ? "{" : ",", key, ":", value]) {
      // Engines compare whole strings faster than they look for one at a place.
      if (text.slice(at, (at += part.length)) !== part) return false;
    }
  }
  return at === 0 ? text === "{}" : at + 1 === text.length && text.endsWith("}");
}

/** As it crosses to the core to be stored: per key one line of the key, a tab, the value, a line feed. */
export function linesOf(fields: Fields): string {
  return fields.map(([key, value]) => `${key}\t${value}\n`).join("");
}

function fieldsOf(json: object): Fields {
  return Object.entries(json).map(([key, value]) => [JSON.stringify(key), JSON.stringify(value)]);
}

function isSurelyPlain(data: object): boolean {
  try {
    return isPlainRecord(data);
  } catch {
    return false; // A proxy threw, or the stack ran out. The longer walk names the place.
  }
}

/**
 * A namespace from the text that {@link encodeNamespace} gives. The object has no prototype, nested ones have the usual.
 *
 * @throws SessionError `store` when the text is none that this package writes
 */
export function decodeNamespace(text: string): Record<string, unknown> {
  return decode(text);
}
