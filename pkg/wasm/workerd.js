// Workers refuse to compile bytes at run time; there an import of a .wasm file gives the compiled module.
import module from "./core_bg.wasm";
import { boot } from "./instance.js";

boot(module);
export * from "./instance.js";
