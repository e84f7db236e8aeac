// Everywhere else the bytes travel inside the JavaScript: no file to find, no fetch to await.
import { letters, order, size, text } from "./bytes.js";
import { boot } from "./instance.js";
import { decode } from "./letters.js";

boot(new WebAssembly.Module(decode({ letters, order, size, text })));
export * from "./instance.js";
