// Everywhere else the bytes travel inside the JavaScript: no file to find, no fetch to await.
import { base64 } from "./bytes.js";
import { boot } from "./instance.js";

const decode = (text) => Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

boot(new WebAssembly.Module(decode(base64)));
export * from "./instance.js";
