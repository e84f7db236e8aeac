import { Slot } from "./namespace.js";
import { handleOf } from "./records.js";
import { SessionHandle } from "./session.js";
import type { Values } from "./types.js";
import type { Visit } from "./visit.js";

/**
 * The namespace of what the session's parts in other stores are known by there, and of a mark for each. A mark counts how often
 * the namespace was dropped: what comes after that is another part, so that no store shows what was there before. One that was
 * made says one more; of one that was dropped and not made again it is negative.
 */
export const PARTS = "$parts";
/** A part is made before the session that it is of says so, by no more than a request takes. */
const LONGEST_REQUEST_MS = 60_000;

type Mark = number | undefined;

/** A part that was dropped: its mark then, and the part if it was loaded. */
interface Old {
  readonly mark: Mark;
  readonly part: SessionHandle | undefined;
}

/** The parts that are to be written and those that are to end, by the names of their namespaces. */
export interface Work {
  readonly due: readonly (readonly [name: string, part: SessionHandle])[];
  readonly dropped: readonly (readonly [name: string, old: Old])[];
}

/** The namespaces of one session that are kept in stores of their own, each a session of its store. */
export class Parts {
  readonly #visit: Visit;
  /** What the session says of its parts, if it was changed, and the same for changing. */
  readonly #changed: () => Values | undefined;
  readonly #noted: () => Values;
  readonly #loaded = new Map<string, SessionHandle>();
  /** Those that are being loaded. */
  readonly #loading = new Map<string, Promise<void>>();
  /** Those that are to end. */
  readonly #dropped = new Map<string, Old>();
  /** Those of which, when they were loaded, nothing was to stay. */
  readonly #left = new Set<string>();
  /** All have been ended. */
  #areOver = false;
  /** What the parts are known by, if the session has no such id yet. */
  #newId: string | undefined;

  constructor(visit: Visit, changed: () => Values | undefined, noted: () => Values) {
    this.#visit = visit;
    this.#changed = changed;
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

  load(name: string): Promise<void> | undefined {
    if (!this.has(name) || this.#loaded.has(name)) return undefined;
    let loading = this.#loading.get(name);
    if (loading === undefined) {
      loading = this.#load(name).finally(() => this.#loading.delete(name));
      this.#loading.set(name, loading);
    }
    return loading;
  }

  async #load(name: string): Promise<void> {
    const mark = this.#markOf(name);
    const part = await this.#open(name, mark);
    // Dropped meanwhile.
    if (this.#markOf(name) !== mark) return this.#load(name);
    if (part.isNew && mark !== undefined && mark > 0) this.#tellOver(name);
    if (mark === undefined && this.#isOfAnEarlierSession(part)) part.empty();
    this.#loaded.set(name, part);
  }

  /** Nothing of a namespace is to stay. What is returned takes that back. */
  drop(name: string): () => void {
    const [part, mark] = [this.#loaded.get(name), this.#markOf(name)];
    const putBack = part?.empty();
    if (part === undefined) this.#markDropped(name);
    else this.#left.add(name);
    return () => {
      this.#left.delete(name);
      this.#dropped.delete(name);
      if (mark === undefined) delete this.#noted()[keyOf(name)];
      else this.#noted()[keyOf(name)] = mark;
      if (part === undefined) this.#loaded.delete(name);
      else this.#loaded.set(name, part);
      putBack?.();
    };
  }

  /**
   * Notes in the session which parts are to be written, and returns them. `undefined`: none is, nor is one to end.
   *
   * @throws `SessionError` code `value`, naming the path of what cannot be stored
   */
  prepare(): Work | undefined {
    for (const name of this.#left) if (this.#loaded.get(name)?.size === 0) this.#markDropped(name);
    this.#left.clear();
    const isDue = (name: string, part: SessionHandle) => part.isDue(this.#visit.namespace(name).idle === undefined);
    const due = [...this.#loaded].filter(([name, part]) => !this.#isOld(name) && isDue(name, part));
    for (const [name] of due) Object.assign(this.#noted(), { id: this.#id, [keyOf(name)]: generationOf(this.#markOf(name)) + 1 });
    const dropped = [...this.#dropped];
    return due.length + dropped.length > 0 ? { due, dropped } : undefined;
  }

  async write({ due }: Work): Promise<void> {
    for (const [name, part] of due) if (part.isNew) this.#visit.app.events.forget(this.#toldOf(name));
    await Promise.all(due.map(([, part]) => part.settle()));
  }

  /** Ends what was dropped, but for what was kept after all. Nobody reaches what is left where that fails. */
  async endDropped({ dropped }: Work): Promise<void> {
    const still = dropped.filter(([name, old]) => this.#dropped.get(name) === old);
    await Promise.all(still.map(([name, old]) => this.#endDropped(name, old)));
  }

  async #endDropped(name: string, { mark, part }: Old): Promise<void> {
    this.#dropped.delete(name);
    await this.#end(() => this.#open(name, mark));
    // Who holds the namespace goes on with the one that comes after it.
    if (part === undefined || this.#loaded.get(name) !== part) return;
    this.#loaded.delete(name);
    try {
      await this.load(name);
    } catch (error) {
      this.#visit.report(error);
    }
  }

  /** Ends all; nobody reaches what is left where that fails. */
  async endAll(): Promise<void> {
    const names = [...this.#visit.app.parts.keys()].filter((name) => this.#exists(name));
    const ends = names.map((name) => [this.#loaded.get(name), this.#markOf(name), name] as const);
    this.#loaded.clear();
    if (this.#areOver) return;
    this.#areOver = true;
    await Promise.all(ends.map(([part, mark, name]) => this.#end(() => part ?? this.#open(name, mark))));
  }

  /** What is loaded is what was dropped, with nothing in it. */
  #isOld(name: string): boolean {
    const part = this.#dropped.get(name)?.part;
    return part !== undefined && part === this.#loaded.get(name);
  }

  #exists(name: string): boolean {
    return this.#storedId !== undefined || this.#loaded.has(name);
  }

  async #end(find: () => SessionHandle | Promise<SessionHandle>): Promise<void> {
    try {
      const part = await find();
      part.destroy();
      await part.save();
    } catch (error) {
      this.#visit.report(error);
    }
  }

  #markDropped(name: string): void {
    const [mark, part] = [this.#markOf(name), this.#loaded.get(name)];
    if (this.#exists(name) && !this.#dropped.has(name)) this.#dropped.set(name, { mark, part });
    if (mark !== undefined) this.#noted()[keyOf(name)] = -generationOf(mark) - 1;
  }

  #markOf(name: string): Mark {
    return (this.#changed() ?? this.#stored)[keyOf(name)] as Mark;
  }

  async #open(name: string, mark: Mark): Promise<SessionHandle> {
    return new SessionHandle(await this.#visit.openPart(name, idOf(this.#id, mark)));
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

/** What the part of a namespace is known by in its store. @param noted what a session says of its parts */
export function partIdOf(noted: Values, name: string): string | undefined {
  const { id, [keyOf(name)]: mark } = noted;
  return typeof id === "string" ? idOf(id, mark as Mark) : undefined;
}

function idOf(id: string, mark: Mark): string {
  const generation = generationOf(mark);
  return generation === 0 ? id : `${id} ${generation}`;
}

/** The part that counts: how often there was another before. */
function generationOf(mark: Mark): number {
  return mark === undefined ? 0 : mark > 0 ? mark - 1 : -mark;
}

/** Where a part's mark stands. No namespace's is the key `id`. */
function keyOf(name: string): string {
  return `=${name}`;
}
