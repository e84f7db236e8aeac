import { Slot } from "./namespace.js";
import { handleOf } from "./records.js";
import { SessionHandle } from "./session.js";
import type { Values } from "./types.js";
import type { Visit } from "./visit.js";

/** The namespace of what the session's parts in other stores are known by there, and of a mark for each that was made. */
export const PARTS = "$parts";
/** A part is made before the session that it is of says so, by no more than a request takes. */
const LONGEST_REQUEST_MS = 60_000;

/** The namespaces of one session that are kept in stores of their own, each a session of its store. */
export class Parts {
  readonly #visit: Visit;
  /** What the session is to say of its parts, for changing. */
  readonly #noted: () => Values;
  readonly #loaded = new Map<string, SessionHandle>();
  /** Those that are to end, without having been loaded. */
  readonly #dropped = new Set<string>();
  /** What the parts are known by, if the session has no such id yet. */
  #newId: string | undefined;

  constructor(visit: Visit, noted: () => Values) {
    this.#visit = visit;
    this.#noted = noted;
  }

  /** The namespace is kept in a store of its own. */
  has(name: string): boolean {
    return this.#visit.app.parts.has(name);
  }

  /** A namespace that was loaded. */
  get(name: string): SessionHandle | undefined {
    return this.#loaded.get(name);
  }

  async load(name: string): Promise<void> {
    if (!this.has(name) || this.#loaded.has(name)) return;
    const part = await this.#open(name);
    const wasMade = this.#stored[markOf(name)] === 1;
    if (wasMade && part.isNew) this.#tellOver(name);
    if (this.#dropped.delete(name) || (!wasMade && this.#isOfAnEarlierSession(part))) part.clear();
    this.#loaded.set(name, part);
  }

  /** Nothing of it is to stay; what is returned takes that back. `undefined`: it is loaded, or none of these. */
  drop(name: string): (() => void) | undefined {
    if (!this.has(name) || this.#loaded.has(name)) return undefined;
    this.#dropped.add(name);
    return () => this.#dropped.delete(name);
  }

  /** Ends what was dropped and writes what changed; the session leads there. */
  settle(): Promise<void>[] {
    const ended = [...this.#dropped];
    this.#dropped.clear();
    for (const name of ended) delete this.#noted()[markOf(name)];
    return [...this.#end(ended), ...this.#changes()];
  }

  /** Ends all; nobody reaches what is left where that fails. */
  endAll(): Promise<void>[] {
    return this.#end([...this.#visit.app.parts.keys()]).map((ending) => ending.catch((error: unknown) => this.#visit.report(error)));
  }

  #end(names: readonly string[]): Promise<void>[] {
    return names.filter((name) => this.#storedId !== undefined || this.#loaded.has(name)).map((name) => this.#endOne(name));
  }

  async #endOne(name: string): Promise<void> {
    const part = this.#loaded.get(name) ?? (await this.#open(name));
    this.#loaded.delete(name);
    part.destroy();
    await part.save();
  }

  *#changes(): Iterable<Promise<void>> {
    for (const [name, part] of this.#loaded) {
      const settled = part.settle();
      if (settled === undefined) continue;
      if (part.isNew) this.#visit.app.events.forget(this.#toldOf(name));
      Object.assign(this.#noted(), { id: this.#id, [markOf(name)]: 1 });
      yield settled;
    }
  }

  async #open(name: string): Promise<SessionHandle> {
    return new SessionHandle(await this.#visit.openPart(name, this.#id));
  }

  /** A part that was made is not there any more. Where a store may not show it yet, that says nothing. */
  #tellOver(namespace: string): void {
    const { events, parts } = this.#visit.app;
    if (parts.get(namespace)?.records.showsAll !== true || !events.leave(this.#toldOf(namespace))) return;
    events.emit("expire-namespace", { id: handleOf(this.#visit.key), namespace });
  }

  #toldOf(name: string): string {
    return `${this.#id} ${name}`;
  }

  /** An id of the application's own can have had a session before, whose part has outlived it. */
  #isOfAnEarlierSession(part: SessionHandle): boolean {
    return !part.isNew && part.createdAt.getTime() + LONGEST_REQUEST_MS < this.#visit.metadata().created;
  }

  get #stored(): Values {
    return new Slot(PARTS, this.#visit.text(PARTS)).peek();
  }

  get #storedId(): string | undefined {
    return this.#stored["id"] as string | undefined;
  }

  /** Requests that make the first part at the same time all know it by the same: the handle that the session has then. */
  get #id(): string {
    return this.#storedId ?? (this.#newId ??= this.#visit.metadata().handle);
  }
}

/** No namespace's mark is the key `id`. */
function markOf(name: string): string {
  return `=${name}`;
}
