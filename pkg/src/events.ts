import { SessionError } from "./errors.js";
import type { SessionEvents } from "./types.js";
import { isObject } from "./values/plain.js";

type Listener<E extends keyof SessionEvents> = (event: SessionEvents[E]) => unknown;

const NAMES = {
  create: true, login: true, logout: true, rotate: true, expire: true, "expire-namespace": true, destroy: true, end: true,
  reject: true, stale: true, conflict: true, error: true,
} satisfies Record<keyof SessionEvents, true>;

/** How many sessions are remembered that are over: at 43 characters each, less than 2 MB. */
const REMEMBERED = 10_000;

/** Who wants to know what. A listener that fails is reported as an `error` event and changes nothing. */
export class Events {
  readonly #listeners = new Map<keyof SessionEvents, Set<Listener<never>>>();
  /** The handles that are over, the oldest first. */
  readonly #over = new Set<string>();
  readonly #reported = new WeakSet<object>();

  /** @throws `SessionError` code `config` for an event that there is not, or what cannot be called */
  on<E extends keyof SessionEvents>(event: E, listener: Listener<E>): () => void {
    if (!Object.hasOwn(NAMES, event)) throw new SessionError("config", `on: there is no event ${JSON.stringify(event)}`);
    if (typeof listener !== "function") throw new SessionError("config", "on: a listener is a function");
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<E extends keyof SessionEvents>(event: E, detail: SessionEvents[E]): void {
    const failed = (error: unknown) => {
      if (event !== "error") this.emit("error", { error });
    };
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        const done = (listener as Listener<E>)(detail);
        // An asynchronous one fails later, and in Node would end the process.
        if (done instanceof Promise) done.catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }

  /** Reports a failure; once, whoever else sees it pass. `id`: the session's handle. */
  report(error: unknown, id?: string): void {
    if (isObject(error)) {
      if (this.#reported.has(error)) return;
      this.#reported.add(error);
    }
    this.emit("error", id === undefined ? { error } : { error, id });
  }

  /** Whether anybody wants to know of sessions that end. */
  get hearsEnds(): boolean {
    return (["end", "expire"] as const).some((event) => (this.#listeners.get(event)?.size ?? 0) > 0);
  }

  /** Announces that a session begins, maybe under an id of the application's own under which another one ended. */
  begin(id: string): void {
    this.forget(id);
    this.emit("create", { id });
  }

  /**
   * Announces that a session is over, first by the event of its own that the end has, if any. Nothing happens when this
   * process has announced it before: an end may be found out by several, and again by each visit with the old cookie.
   */
  end<E extends keyof SessionEvents>(end: SessionEvents["end"], event?: E, detail?: SessionEvents[E]): void {
    if (!this.leave(end.id)) return;
    if (event !== undefined && detail !== undefined) this.emit(event, detail);
    this.emit("end", end);
  }

  /** What was noted of it may be said again. */
  forget(id: string): void {
    this.#over.delete(id);
  }

  /** Notes that nothing more is to be said of this handle, as when the session goes on under another; `false`: it was noted. */
  leave(id: string): boolean {
    if (this.#over.has(id)) return false;
    for (const oldest of this.#over) {
      if (this.#over.size < REMEMBERED) break;
      this.#over.delete(oldest);
    }
    this.#over.add(id);
    return true;
  }
}
