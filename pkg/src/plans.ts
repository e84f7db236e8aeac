import type { Answer } from "./answer.js";
import { SessionError } from "./errors.js";

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
export const START = 5;
export const LIVE = 6;
export type Act = typeof KEEP | typeof ROTATE | typeof LOGIN | typeof LOGOUT | typeof DESTROY | typeof START | typeof LIVE;

/** Whose an id is that is not the visitor's; the numbers are those of `named` in `src/js/mod.rs`. */
export const APPLICATION = 0;
export const THIRD_PARTY = 1;
export const PART = 2;
export type Realm = typeof APPLICATION | typeof THIRD_PARTY | typeof PART;

/** What the store answered; the numbers are those of `stored` in `src/js/mod.rs`. */
export const MISSING = 0;
export const SHOWN = 1;
export const VIEWED = 2;
export const UNAVAILABLE = 3;
export type Shown = typeof MISSING | typeof SHOWN | typeof VIEWED | typeof UNAVAILABLE;

/** How a token travels; the numbers are those of `Way` in `src/transport.rs`. */
export const COOKIE = 0;
export const HEADER = 1;
export const FORM = 2;
export const URL_WAY = 3;
export type Way = typeof COOKIE | typeof HEADER | typeof FORM | typeof URL_WAY;

/** What a request brought, by `Way`; see `Request` in `src/opening.rs`. */
export type Sent = readonly [cookie: string, header: string, form: string, url: string];

/** The session as the core knows it between two calls. Opaque; it opens the session, so it never leaves the process. */
export type State = Uint8Array;

/** One record as the store answered; `VIEWED` stands for the view's bytes, which need not cross twice. */
export type Answered =
  | { readonly shown: typeof SHOWN; readonly bytes: Uint8Array }
  | { readonly shown: typeof MISSING | typeof VIEWED | typeof UNAVAILABLE };

/** Keys to read in one round. */
export interface Keys {
  readonly key: string;
  /** Where the session's end is kept a second time, on a store that could lose it. */
  readonly end: string | undefined;
  /** The user's and everybody's, where it is time to look whether all of those sessions are over. */
  readonly epochs: readonly string[];
}

/** What the host knows of a session. */
export interface Known {
  readonly stored: Answered;
  readonly end: Answered;
  /** In any order. */
  readonly epochs: readonly Answered[];
  /** The record as this process wrote it itself a moment ago. */
  readonly recent: Answered | undefined;
  /** When the store answered, in milliseconds since 1970. */
  readonly at: number;
  /** A put of this record waits for its time in this process. */
  readonly scheduled: boolean;
}

/** What the request's token says. */
export interface Opened {
  readonly state: State;
  /** How it came; for a new session, how it goes out. */
  readonly way: Way;
  /** What to read; for a new session nothing. */
  readonly keys: Keys | undefined;
  /** By `Way`: why what came gave no session. */
  readonly refused: readonly (string | undefined)[];
  /** The handle of a session that came too late, and the limit it reached. */
  readonly expired: string | undefined;
  readonly limit: string | undefined;
}

/** What is to be sent: `Set-Cookie` values, or that of the header by which the session goes. */
export interface Lines {
  readonly way: Way;
  readonly cookies: readonly string[];
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
  /** The namespaces of which something has outlived its own lifetime: JSON string literals with commas between them. */
  readonly expired: string;
}

/** The session goes on under another id, or has to be looked at again: read this. */
export interface Follow {
  readonly kind: "follow";
  readonly state: State;
  readonly keys: Keys;
}

/** There is nothing under the application's own id yet: this is what will be. */
export interface New {
  readonly kind: "new";
  readonly state: State;
  readonly keys: Keys;
}

export type Loaded = View | Follow | New | { readonly kind: "ended"; readonly state: State };

/** When writes are to be made; the numbers are those of `src/js/answer.rs`. All others wait: for a time, or with what waits already. */
export const AWAITED = 0;
export const BEHIND = 1;
export const CARRIED = 4;

/** What a record that is written is to its session; the numbers are those of `Role` in `src/plan.rs`. */
export const SESSION = 0;
export const END = 1;
export const SAFEGUARD = 2;
export const ENTRY = 3;

/** One record to write. Guard 0: if unchanged; 1: if there is none; 2: always. */
export interface Write {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly expires: number;
  readonly guard: number;
  readonly role: number;
  /** Small facts for listings, as JSON. */
  readonly meta: string | undefined;
}

/** What to do so that a change holds. Its lines are in place of those of an earlier plan for the same response. */
export interface Writes extends Lines {
  readonly kind: "writes";
  readonly state: State;
  /** What to read to see the session as it goes on. */
  readonly keys: Keys;
  /** When the writes are to be made; see `Put` in `src/plan.rs`. */
  readonly put: number;
  /** For a put at its time: milliseconds since 1970. */
  readonly at: number | undefined;
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
    way: answer.number() as Way,
    keys: optionalKeysOf(answer),
    refused: [answer.optionalText(), answer.optionalText(), answer.optionalText(), answer.optionalText()],
    expired: answer.optionalText(),
    limit: answer.optionalText(),
  };
}

export function linesOf(answer: Answer): Lines {
  return { way: answer.number() as Way, cookies: listOf(answer, textOf) };
}

export function loadedOf(answer: Answer): Loaded {
  switch (answer.kind) {
    case 0:
      return viewOf(answer);
    case 1:
      return followOf(answer);
    case 3:
      return { ...followOf(answer), kind: "new" };
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

export function flushedOf(answer: Answer): Write | undefined {
  return answer.kind === 0 ? undefined : writeOf(answer);
}

function optionalKeysOf(answer: Answer): Keys | undefined {
  const key = answer.optionalText();
  return key === undefined ? undefined : { key, end: answer.optionalText(), epochs: listOf(answer, textOf) };
}

function keysOf(answer: Answer): Keys {
  return optionalKeysOf(answer) as Keys;
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
    expired: answer.text(),
  };
}

export function followOf(answer: Answer): Follow {
  return { kind: "follow", state: answer.bytes(), keys: keysOf(answer) };
}

function writesOf(answer: Answer): Writes {
  const [state, keys] = [answer.bytes(), keysOf(answer)];
  const lines = linesOf(answer);
  const [put, at] = [answer.number(), answer.time()];
  return { kind: "writes", state, keys, ...lines, put, at, writes: writeListOf(answer) };
}

export function writeListOf(answer: Answer): Write[] {
  return listOf(answer, writeOf);
}

/** What a session's record says to those who do not have its cookie. `undefined`: nothing that lives. */
export type Listed =
  | { readonly moved: string }
  | {
      readonly moved: undefined;
      /** JSON, as it went in. */
      readonly user: string | undefined;
      readonly level: string | undefined;
      readonly device: string | undefined;
      readonly authenticated: string | undefined;
      readonly modified: number;
      readonly expires: number;
      readonly size: number;
    };

export function listedOf(answer: Answer): Listed | undefined {
  switch (answer.kind) {
    case 0:
      return undefined;
    case 1: {
      const [user, level, device, authenticated] = [answer.optionalText(), answer.optionalText(), answer.optionalText(), answer.optionalText()];
      const [modified, expires, size] = [answer.number(), answer.number(), answer.number()];
      return { moved: undefined, user, level, device, authenticated, modified, expires, size };
    }
    default:
      return { moved: answer.text() };
  }
}

/** The same, and what is stored of a session that lives: the name of each namespace, a JSON string literal, and its text. */
export type Inspected = Listed & { readonly texts: readonly (readonly [name: string, text: string])[] };

export function inspectedOf(answer: Answer): Inspected | undefined {
  const listed = listedOf(answer);
  if (listed === undefined) return undefined;
  return { ...listed, texts: listed.moved === undefined ? listOf(answer, () => [answer.text(), answer.text()] as const) : [] };
}

/** Where what is known of a user stands, once for each secret. */
export interface UserKeys {
  readonly record: string;
  /** How the keys of their sessions' entries begin; the handle follows. */
  readonly index: string;
}

export function userKeysOf(answer: Answer): UserKeys[] {
  return listOf(answer, () => ({ record: answer.text(), index: answer.text() }));
}

/** A count, then that many. */
function listOf<T>(answer: Answer, read: (answer: Answer) => T): T[] {
  const list: T[] = [];
  for (let left = answer.number(); left > 0; left -= 1) list.push(read(answer));
  return list;
}

export function textOf(answer: Answer): string {
  return answer.text();
}

function writeOf(answer: Answer): Write {
  const [key, bytes, expires, guard] = [answer.text(), answer.bytes(), answer.number(), answer.number()];
  return { key, bytes, expires, guard, role: answer.number(), meta: answer.optionalText() };
}

/**
 * What the core says of namespaces as JSON, which holds their names as they stand in the record.
 *
 * @throws `SessionError` code `store`: the core does not look into names, so a damaged one shows here
 */
export function namesIn<T>(json: string): T {
  try {
    return JSON.parse(json) as T;
  } catch {
    throw new SessionError("store", "the store returned a record with a damaged namespace name");
  }
}
