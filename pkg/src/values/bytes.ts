import { fromBase64, toBase64 } from "../base64.js";
import { array, check, form, string } from "./form.js";

type View = new (buffer: ArrayBuffer) => ArrayBufferView;

/** The views of this host by name. One that a host lacks (`Float16Array`) cannot be made there either. */
const views = new Map<string, View>();
for (const name of [
  "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
  "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "DataView",
]) {
  const view = (globalThis as Record<string, unknown>)[name] as View | undefined;
  if (view !== undefined) views.set(name, view);
}

/** Whose instances are bytes, and what a record calls them. */
const names = new Map<unknown, string>([[ArrayBuffer.prototype, "ArrayBuffer"]]);
for (const [name, view] of views) names.set(view.prototype, name);

/** The prototypes of an `ArrayBuffer` and its views. */
export const bytesPrototypes: Iterable<unknown> = names.keys();

/**
 * `{"$bytes": [constructor, base64]}`: the bytes in view, not those around them in the same buffer. Numbers wider than a
 * byte are little-endian, as on every host there is.
 */
export const bytes = form<ArrayBuffer | ArrayBufferView>(
  "$bytes",
  (value) => {
    // A detached buffer throws here: its content is gone.
    const content = ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
    return [names.get(Object.getPrototypeOf(value)), toBase64(content)];
  },
  (content) => {
    const [name, text] = array(content, 2);
    // `atob` takes white space and missing padding as well; no encoder of ours writes them.
    const base64 = string(text);
    check(base64.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(base64));
    const { buffer } = fromBase64(base64);
    if (name === "ArrayBuffer") return buffer;
    const View = views.get(string(name));
    check(View !== undefined);
    return new View(buffer);
  },
);
