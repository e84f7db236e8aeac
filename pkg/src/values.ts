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

/**
 * A whole namespace as one JSON object, to be compared with the text it was decoded from: equal texts, nothing changed.
 *
 * Keys come in the object's own order, which for integer keys is ascending, whatever the text had.
 *
 * @throws SessionError `value` naming the path of what cannot be stored
 */
export function encodeNamespace(data: object, name: string): string {
  return isSurelyPlain(data) ? JSON.stringify(data) : encodeRecord(data, name);
}

/**
 * A namespace in the form in which it crosses to the core to be stored: per key, in the object's own order, one line of
 * the key as JSON text, a tab, the value as text, a line feed. No key: the empty text.
 *
 * @throws SessionError `value` naming the path of what cannot be stored
 */
export function snapshot(data: object, name: string): string {
  const plain = isSurelyPlain(data);
  let lines = "";
  for (const [key, value] of Object.entries(data)) {
    const text = plain ? JSON.stringify(value) : encodeValue(value, () => [name, key]);
    lines += `${JSON.stringify(key)}\t${text}\n`;
  }
  return lines;
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
