/**
 * How much memory the wasm instances of this process or isolate hold. To be imported before anything that instantiates
 * wasm: it watches the constructor, because a library need not show its memory to anyone.
 */
const memories = [];

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    const instance = Reflect.construct(target, args);
    const { memory } = instance.exports;
    if (memory !== undefined) memories.push(new WeakRef(memory)); // Weak: a dropped instance must not be kept by its observer.
    return instance;
  },
});

/** Bytes of all linear memories that are still alive. */
export function wasmBytes() {
  return memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);
}
