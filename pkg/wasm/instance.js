// The one instance of the core, and its replacement after a trap. The loaders hand over the compiled module.
import * as glue from "./core.js";

export * from "./core.js";

let compiled;
let memory;

/** Keeps the compiled module, and makes the first instance. */
export function boot(module) {
  compiled = module;
  instantiate();
}

/** A fresh instance in place of the current one, whose memory a trap may have left half written. */
export function instantiate() {
  const { exports } = new WebAssembly.Instance(compiled, { "./core_bg.js": glue });
  // Growing by nothing detaches the old buffer (WebAssembly JS API, "refresh the Memory buffer"). The glue keeps views of
  // the memory and renews the detached ones, so none of them can reach into the instance that is gone.
  memory?.grow(0);
  memory = exports.memory;
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
}

/** How much memory the current instance holds, in bytes. It grows, and shrinks only with a fresh instance. */
export function memoryBytes() {
  return memory.buffer.byteLength;
}
