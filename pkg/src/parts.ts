import { Slot } from "./namespace.js";
import { handleOf } from "./records.js";
import { SessionHandle } from "./session.js";
import type { Values } from "./types.js";
import type { Visit } from "./visit.js";

/**
 * The namespace of what the session's parts in other stores are known by there, and of a mark for each. A mark says when the
 * namespace was dropped: what comes after that is another part, so that no store shows what was there before, nor what somebody
 * put there whose sign-in failed. One that was made says one more; of one that was dropped and not made again it is negative.
 */
export const PARTS = "$parts";

type Mark = number | undefined;

/** A part that was dropped. Each time that one is it is another object. */
interface Old {
  readonly name: string;
  readonly generation: number;
}

/** The parts that are to be written, by the names of their namespaces, and those that are to end. */
export interface Work {
  readonly due: readonly (readonly [name: string, part: SessionHandle])[];
  readonly dropped: readonly Old[];
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
  readonly #dropped = new Set<Old>();
  /** All have been ended. */
  #areOver = false;
  /** What the parts are known by where the session does not say so yet. */
  #firstId: string | undefined;

  constructor(visit: Visit, changed: () => Values | undefined, noted: () => Values) {
    this.#visit = visit;
    this.#changed = changed;
    this.#noted = noted;
    // A save may lead on to an id that another request has made meanwhile.
    if (!visit.isNew) this.#firstId = handleOf(visit.key);
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
    // An id of the application's own can have had a session before, whose part has outlived it.
    const since = mark === undefined ? this.#visit.metadata().created : 0;
    const part = await this.#open(name, generationOf(mark), since);
    // Dropped meanwhile.
    if (this.#markOf(name) !== mark) return this.#load(name);
    if (part.isNew && isMade(mark)) this.#tellOver(name);
    this.#loaded.set(name, part);
  }

  /** Nothing of a namespace is to stay. What is returned takes that back. */
  drop(name: string): () => void {
    const [part, mark] = [this.#loaded.get(name), this.#markOf(name)];
    // A new visitor has nothing there, from no other request either.
    if (this.#visit.isNew && part === undefined) return () => {};
    const old = { name, generation: generationOf(mark) };
    if (part !== undefined || isMade(mark)) this.#dropped.add(old);
    this.#note(name, -Math.max(this.#visit.now, old.generation + 1));
    const putBack = part?.empty();
    if (part !== undefined) this.#loaded.set(name, this.#begin(name).replace(part));
    return () => {
      this.#dropped.delete(old);
      this.#note(name, mark);
      if (part === undefined) this.#loaded.delete(name);
      else this.#loaded.set(name, part);
      putBack?.();
    };
  }

  /** The session is about to get a new id: requests that come with either are to find the same parts. */
  keepId(): void {
    if (!this.#visit.isNew && this.#notes["id"] === undefined) this.#noted()["id"] = this.#id;
  }

  /**
   * Notes in the session which parts are to be written, and returns them. `undefined`: none is, nor is one to end.
   *
   * @throws `SessionError` code `value`, naming the path of what cannot be stored
   */
  prepare(): Work | undefined {
    const due = [...this.#loaded].filter(([name, part]) => part.isDue(this.#visit.namespace(name).idle === undefined));
    for (const [name] of due) {
      this.#noted()["id"] = this.#id;
      this.#note(name, generationOf(this.#markOf(name)) + 1);
    }
    const dropped = [...this.#dropped];
    return due.length + dropped.length > 0 ? { due, dropped } : undefined;
  }

  async write({ due }: Work): Promise<void> {
    for (const [name, part] of due) if (part.isNew) this.#visit.app.events.forget(this.#toldOf(name));
    await Promise.all(due.map(([, part]) => part.settle()));
  }

  /** Ends what was dropped, but for what was kept after all. Nobody reaches what is left where that fails. */
  async endDropped({ dropped }: Work): Promise<void> {
    await Promise.all(dropped.filter((old) => this.#dropped.delete(old)).map((old) => this.#endOld(old)));
  }

  /** Ends all; nobody reaches what is left where that fails. */
  async endAll(): Promise<void> {
    const loaded = [...this.#loaded.values()];
    const names = [...this.#visit.app.parts.keys()].filter((name) => !this.#loaded.has(name) && isMade(this.#markOf(name)));
    const others = names.map((name) => ({ name, generation: generationOf(this.#markOf(name)) }));
    this.#loaded.clear();
    if (this.#areOver) return;
    this.#areOver = true;
    const ends = [...this.#dropped, ...others].map((old) => this.#endOld(old));
    await Promise.all([...loaded.map((part) => this.#end(part)), ...ends]);
  }

  #endOld({ name, generation }: Old): Promise<void> {
    return this.#end(this.#open(name, generation));
  }

  async #end(found: SessionHandle | Promise<SessionHandle>): Promise<void> {
    try {
      const part = await found;
      part.destroy();
      await part.save();
    } catch (error) {
      this.#visit.report(error);
    }
  }

  #note(name: string, mark: Mark): void {
    if (mark === undefined) delete this.#noted()[keyOf(name)];
    else this.#noted()[keyOf(name)] = mark;
  }

  #markOf(name: string): Mark {
    return this.#notes[keyOf(name)] as Mark;
  }

  async #open(name: string, generation: number, since = 0): Promise<SessionHandle> {
    return new SessionHandle(await this.#visit.openPart(name, idOf(this.#id, generation), since));
  }

  /** The part that comes after one that is dropped. Nothing can be there yet, so nothing is read. */
  #begin(name: string): SessionHandle {
    return new SessionHandle(this.#visit.beginPart(name, idOf(this.#id, generationOf(this.#markOf(name)))));
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

  get #notes(): Values {
    return this.#changed() ?? new Slot(PARTS, this.#visit.text(PARTS)).peek();
  }

  /** Requests that make the first part at the same time all know it by the same: the handle that the session has first. */
  get #id(): string {
    return (this.#notes["id"] as string | undefined) ?? (this.#firstId ??= this.#visit.metadata().handle);
  }
}

/** What the part of a namespace is known by in its store. @param noted what a session says of its parts */
export function partIdOf(noted: Values, name: string): string | undefined {
  const { id, [keyOf(name)]: mark } = noted;
  return typeof id === "string" ? idOf(id, generationOf(mark as Mark)) : undefined;
}

function idOf(id: string, generation: number): string {
  return generation === 0 ? id : `${id} ${generation}`;
}

/** When there was another part before, in milliseconds since 1970, or just after; 0: never. */
function generationOf(mark: Mark): number {
  return mark === undefined ? 0 : isMade(mark) ? mark - 1 : -mark;
}

function isMade(mark: Mark): mark is number {
  return mark !== undefined && mark > 0;
}

/** Where a part's mark stands. No namespace's is the key `id`. */
function keyOf(name: string): string {
  return `=${name}`;
}
