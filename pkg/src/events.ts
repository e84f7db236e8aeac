import type { SessionEvents } from "./types.js";

type Listener<E extends keyof SessionEvents> = (event: SessionEvents[E]) => void;

/** Who wants to know what. A listener that throws is reported as an `error` event and changes nothing. */
export class Events {
  readonly #listeners = new Map<keyof SessionEvents, Set<Listener<never>>>();

  on<E extends keyof SessionEvents>(event: E, listener: Listener<E>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<E extends keyof SessionEvents>(event: E, detail: SessionEvents[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        (listener as Listener<E>)(detail);
      } catch (error) {
        if (event !== "error") this.emit("error", { error });
      }
    }
  }
}
