import type { Answer } from "./answer.js";

/*
 * What crosses between driver and core, by name. Each `...Of` reads the fields in the order in which `src/js/answer.rs`
 * writes them.
 */

/** What happens to the session itself; the numbers are those of `src/js/change.rs`. */
export const KEEP = 0;
export const ROTATE = 1;
export const LOGIN = 2;
export const LOGOUT = 3;
export const DESTROY = 4;
export type Act = typeof KEEP | typeof ROTATE | typeof LOGIN | typeof LOGOUT | typeof DESTROY;

/** What the store answered; the numbers are those of `stored` in `src/js/mod.rs`. */
export const MISSING = 0;
export const SHOWN = 1;
export const VIEWED = 2;
export const UNAVAILABLE = 3;
export type Shown = typeof MISSING | typeof SHOWN | typeof VIEWED | typeof UNAVAILABLE;

/** The session as the core knows it between two calls. Opaque; it opens the session, so it never leaves the process. */
export type State = Uint8Array;

/** What the request's cookie says. */
export interface Opened {
  readonly state: State;
  /** The key to read; a new session has none. */
  readonly key: string | undefined;
  readonly reject: string | undefined;
  /** The handle of a session that came too late, and the limit it reached. */
  readonly expired: string | undefined;
  readonly limit: string | undefined;
}

/** A session's values as this request sees them. */
export interface View {
  readonly kind: "view";
  /** `undefined`: those that the store answered. */
  readonly bytes: Uint8Array | undefined;
  /** JSON: where the text of each namespace begins and ends in the bytes. */
  readonly texts: string;
  readonly stale: boolean;
  readonly conflict: boolean;
  /** A commit has something to do even when nothing changes. */
  readonly due: boolean;
}

/** The session goes on under another id: read this key. */
export interface Follow {
  readonly kind: "follow";
  readonly state: State;
  readonly key: string;
}

export type Loaded = View | Follow | { readonly kind: "ended"; readonly state: State };

/** One record to write. Guard 0: if unchanged; 1: if there is none; 2: always. */
export interface Write {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly expires: number;
  readonly guard: number;
}

/** What to do so that a change holds. */
export interface Writes {
  readonly kind: "writes";
  readonly state: State;
  readonly cookie: string | undefined;
  readonly covered: boolean;
  readonly writes: readonly Write[];
}

export type Planned = { readonly kind: "nothing" } | { readonly kind: "ended" } | Writes | Follow;

/** Times in milliseconds since 1970; `undefined`: never, or not yet. */
export interface Metadata {
  readonly handle: string;
  readonly created: number;
  readonly lastAccess: number;
  readonly modified: number | undefined;
  readonly idleEnd: number | undefined;
  readonly absoluteEnd: number | undefined;
}

/** What to set two headers to; `undefined`: leave them. */
export interface Caching {
  readonly vary: string | undefined;
  readonly cacheControl: string | undefined;
}

export function openedOf(answer: Answer): Opened {
  return {
    state: answer.bytes(),
    key: answer.optionalText(),
    reject: answer.optionalText(),
    expired: answer.optionalText(),
    limit: answer.optionalText(),
  };
}

export function loadedOf(answer: Answer): Loaded {
  switch (answer.kind) {
    case 0:
      return viewOf(answer);
    case 1:
      return followOf(answer);
    default:
      return { kind: "ended", state: answer.bytes() };
  }
}

export function plannedOf(answer: Answer): Planned {
  switch (answer.kind) {
    case 0:
      return { kind: "nothing" };
    case 1:
      return writesOf(answer);
    case 2:
      return { kind: "ended" };
    default:
      return followOf(answer);
  }
}

export function metadataOf(answer: Answer): Metadata {
  return {
    handle: answer.text(),
    created: answer.number(),
    lastAccess: answer.number(),
    modified: answer.time(),
    idleEnd: answer.time(),
    absoluteEnd: answer.time(),
  };
}

export function cachingOf(answer: Answer): Caching {
  return { vary: answer.optionalText(), cacheControl: answer.optionalText() };
}

function viewOf(answer: Answer): View {
  return {
    kind: "view",
    bytes: answer.optionalBytes(),
    texts: answer.text(),
    stale: answer.flag(),
    conflict: answer.flag(),
    due: answer.flag(),
  };
}

function followOf(answer: Answer): Follow {
  return { kind: "follow", state: answer.bytes(), key: answer.text() };
}

function writesOf(answer: Answer): Writes {
  const [state, cookie, covered] = [answer.bytes(), answer.optionalText(), answer.flag()];
  const writes = Array.from({ length: answer.number() }, () => writeOf(answer));
  return { kind: "writes", state, cookie, covered, writes };
}

/** The record gets memory of its own: the answer's holds the state, and a store is a stranger. */
function writeOf(answer: Answer): Write {
  return { key: answer.text(), bytes: answer.bytes().slice(), expires: answer.number(), guard: answer.number() };
}
