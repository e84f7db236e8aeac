import { Slot } from "./namespace.js";
import { handleOf } from "./records.js";
import { SessionHandle } from "./session.js";
import type { Values } from "./types.js";
import type { Visit } from "./visit.js";

/** The namespace of what the session's parts in other stores are known by there, and of a mark for each that was made. */
export const PARTS = "$parts";
/** The mark of a part that there is; else it is when it was dropped. */
const MADE = 1;
/** A part is made before the session that it is of says so, by no more than a request takes. */
const LONGEST_REQUEST_MS = 60_000;

/** Parts that are to be written, by the names of their namespaces. */
export type Due = readonly (readonly [name: string, part: SessionHandle])[];

/** The namespaces of one session that are kept in stores of their own, each a session of its store. */
export class Parts {
  readonly #visit: Visit;
  /** What the session is to say of its parts, for changing. */
  readonly #noted: () => Values;
  readonly #loaded = new Map<string, SessionHandle>();
  /** Those that are to end, without having been loaded. */
  readonly #dropped = new Set<string>();
  /** What puts back the values of those that were dropped, and loaded after that. */
  readonly #emptied = new Map<string, () => void>();
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
    if (part.isNew && this.#stored[markOf(name)] === MADE) this.#tellOver(name);
    const isDropped = this.#dropped.delete(name);
    if (this.#isForgotten(name, part)) part.empty();
    else if (isDropped) this.#emptied.set(name, part.empty());
    this.#loaded.set(name, part);
  }

  /**
   * Nothing of a namespace is to stay, now or, if its store does not show that, later. What is returned takes that back.
   * `undefined`: it is loaded, or none of these.
   */
  drop(name: string): (() => void) | undefined {
    if (!this.has(name) || this.#loaded.has(name)) return undefined;
    const [noted, mark] = [this.#noted(), markOf(name)];
    const before = noted[mark];
    if (before !== undefined) noted[mark] = this.#visit.app.time.now();
    this.#dropped.add(name);
    return () => {
      if (before !== undefined) noted[mark] = before;
      this.#dropped.delete(name);
      this.#emptied.get(name)?.();
    };
  }

  /**
   * Notes in the session which parts are to be written, and returns them. `undefined`: none is, nor is one to end.
   *
   * @throws `SessionError` code `value`, naming the path of what cannot be stored
   */
  prepare(): Due | undefined {
    const due = [...this.#loaded].filter(([, part]) => part.isDue);
    for (const [name] of due) Object.assign(this.#noted(), { id: this.#id, [markOf(name)]: MADE });
    return due.length + this.#dropped.size > 0 ? due : undefined;
  }

  async write(due: Due): Promise<void> {
    for (const [name, part] of due) if (part.isNew) this.#visit.app.events.forget(this.#toldOf(name));
    await Promise.all(due.map(([, part]) => part.settle()));
  }

  /** Ends what was dropped. What cannot be ended now is not shown any more: the session says so. */
  async endDropped(): Promise<void> {
    const names = [...this.#dropped];
    this.#dropped.clear();
    await Promise.all(this.#end(names));
  }

  /** Ends all; nobody reaches what is left where that fails. */
  endAll(): Promise<void>[] {
    return this.#end([...this.#visit.app.parts.keys()]);
  }

  #end(names: readonly string[]): Promise<void>[] {
    const made = names.filter((name) => this.#storedId !== undefined || this.#loaded.has(name));
    return made.map((name) => this.#endOne(name).catch((error: unknown) => this.#visit.report(error)));
  }

  async #endOne(name: string): Promise<void> {
    const part = this.#loaded.get(name) ?? (await this.#open(name));
    this.#loaded.delete(name);
    part.destroy();
    await part.save();
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

  /**
   * Whether it was dropped while its store failed, or is what an earlier session left: an id of the application's own can have
   * had one before.
   */
  #isForgotten(name: string, part: SessionHandle): boolean {
    const mark = this.#stored[markOf(name)];
    if (part.isNew || mark === MADE) return false;
    const since = typeof mark === "number" ? mark : this.#visit.metadata().created - LONGEST_REQUEST_MS;
    return part.createdAt.getTime() <= since;
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
