import * as wasm from "#wasm";

import { Answer } from "./answer.js";
import { SessionError, type ErrorCode } from "./errors.js";
import { Message } from "./message.js";
import { type Described, describeOptions } from "./options.js";
import { type Act, type Answered, type Caching, type Follow, type Inspected, type Known, type Lines, type Listed, type Loaded, MISSING, type Metadata, type Opened, type Planned, type Realm, SHOWN, type Sent, type State, type UserKeys, type Way, type Write, cachingOf, flushedOf, followOf, inspectedOf, linesOf, listedOf, loadedOf, metadataOf, openedOf, plannedOf, userKeysOf, writeListOf } from "./plans.js";
import type { ListedSession } from "./types.js";

/** What a message asks; the numbers are those of `call` in `src/js/mod.rs`. */
const CONFIGURE = 0;
const RELEASE = 1;
const OPEN = 2;
const LOAD = 3;
const COMMIT = 4;
const METADATA = 5;
const CACHING = 6;
const FLUSH = 7;
const CSRF_TOKEN = 8;
const VERIFY_CSRF = 9;
const DESCRIBE = 10;
const USER_KEYS = 11;
const REVOKE = 12;
const REVOKE_USER = 13;
const IS_FRESH = 14;
const NAMED = 15;
const PAGE_TOKEN = 16;
const FORCE = 17;
const FORGET = 18;
const INSPECT = 19;
const LIVING = 20;
const EXCESS = 21;
/** The kind of an answer that is an error. */
const ERROR = 255;

/** How many instances there have been. A configuration belongs to one of them. */
let generation = 0;

/**
 * A call into the instance has not come back: it trapped, maybe while it held a lock, and no other call may follow. Set
 * before each call, not when it fails: where the stack ran out there may be none left to note it.
 */
let lost = false;

const released = new FinalizationRegistry<{ config: number; generation: number }>((held) => {
  if (!lost && held.generation === generation) call(new Message(RELEASE).number(held.config).end());
});

/**
 * One configuration of the core.
 *
 * A call that traps leaves the instance in an unknown state: it is replaced before the next call, and every configuration
 * makes itself known to the new one. Other requests hold nothing but opaque bytes, so only the one that trapped fails.
 */
export class Core {
  readonly #options: Described;
  #config = 0;
  #generation = -1;
  #storeTimeout = 0;
  #writeInterval = 0;

  /** @throws `SessionError` code `config`, naming every option that is wrong. */
  constructor(options: unknown) {
    this.#options = describeOptions(options);
    this.#configure();
  }

  /** The longest one store call may take, in milliseconds. */
  get storeTimeout(): number {
    return this.#storeTimeout;
  }

  /** How long a put of a record waits after another, in milliseconds. */
  get writeInterval(): number {
    return this.#writeInterval;
  }

  open(sent: Sent, method: string, url: string, now: number): Opened {
    const [cookie, header, form, query] = sent;
    return openedOf(this.#ask(OPEN, now, (message) => message.text(url).text(method).text(cookie).text(header).text(form).text(query)));
  }

  /** The session of a token in the application's hands, to go on by cookie. */
  force(token: string, url: string, now: number): Opened {
    return openedOf(this.#ask(FORCE, now, (message) => message.text(url).text(token)));
  }

  /**
   * The session under an id that is not the visitor's. As JSON, no two strings cross as the same bytes.
   *
   * @param since what was made before that is nothing, but for the length of a request; 0: nothing can have been
   */
  named(realm: Realm, id: string, since: number, now: number): Follow {
    return followOf(this.#ask(NAMED, now, (message) => message.byte(realm).text(JSON.stringify(id)).time(since)));
  }

  load(state: State, known: Known, now: number): Loaded {
    return loadedOf(this.#ask(LOAD, now, (message) => writeKnown(message.bytes(state), known)));
  }

  commit(state: State, view: Uint8Array, known: Known, act: Act, changes: string, now: number): Planned {
    const write = (message: Message) => writeKnown(message.bytes(state).bytes(view), known).byte(act).text(changes);
    return plannedOf(this.#ask(COMMIT, now, write));
  }

  /** What is left to put of a record that waited for its time. */
  flush(state: State, record: Uint8Array, known: Known, now: number): Write | undefined {
    return flushedOf(this.#ask(FLUSH, now, (message) => writeKnown(message.bytes(state).bytes(record), known)));
  }

  metadata(state: State, view: Uint8Array, now: number): Metadata {
    return metadataOf(this.#ask(METADATA, now, (message) => message.bytes(state).bytes(view)));
  }

  csrfToken(state: State, now: number): string {
    return this.#ask(CSRF_TOKEN, now, (message) => message.bytes(state)).text();
  }

  verifyCsrf(state: State, token: string, now: number): boolean {
    return this.#ask(VERIFY_CSRF, now, (message) => message.bytes(state).text(token)).kind === 1;
  }

  /** What a record says of the session of this handle. @throws `SessionError` code `value` when the text is no handle */
  describe(handle: string, stored: Answered, now: number): Listed | undefined {
    return listedOf(this.#ask(DESCRIBE, now, (message) => writeRecord(message.text(handle), stored)));
  }

  /** The same, and the texts of its namespaces. */
  inspect(handle: string, stored: Answered, now: number): Inspected | undefined {
    return inspectedOf(this.#ask(INSPECT, now, (message) => writeRecord(message.text(handle), stored)));
  }

  /** @param user JSON text; empty: everybody */
  userKeys(user: string, now: number): UserKeys[] {
    return userKeysOf(this.#ask(USER_KEYS, now, (message) => message.text(user)));
  }

  /**
   * Which of the entries are of sessions that live on.
   *
   * @param user JSON text; empty: everybody
   * @param records what the store answered to the keys of the user's records
   * @param entries handles, and since when they count; 0: always
   */
  living(user: string, records: readonly Answered[], entries: readonly (readonly [handle: string, since: number])[], now: number): boolean[] {
    const answer = this.#ask(LIVING, now, (message) => {
      records.reduce(writeRecord, message.text(user).number(records.length)).number(entries.length);
      return entries.reduce((all, [handle, since]) => all.text(handle).time(since), message);
    });
    return entries.map(() => answer.flag());
  }

  /**
   * Which of a user's sessions are to end so that they may have that of the handle `own` besides.
   *
   * @throws `SessionError` code `limit` when one would have to, and none is to
   */
  static excess(own: string, most: number, refuses: boolean, all: readonly Pick<ListedSession, "id" | "expiresAt" | "authenticatedAt">[], now: number): boolean[] {
    const message = new Message(EXCESS).time(now).text(own).number(most).byte(refuses ? 1 : 0).number(all.length);
    const answer = answerTo(all.reduce((so, { id, expiresAt, authenticatedAt }) => so.text(id).time(expiresAt ?? 0).time(authenticatedAt ?? 0), message));
    return all.map(() => answer.flag());
  }

  /** @param user who is signed in there, JSON text; empty: nobody */
  revoke(handle: string, user: string, now: number): Write[] {
    return writeListOf(this.#ask(REVOKE, now, (message) => message.text(handle).text(user)));
  }

  /**
   * @param user JSON text; empty: everybody
   * @param spared the handle of a session that goes on; empty: none does
   */
  revokeUser(user: string, spared: string, now: number): Write[] {
    return writeListOf(this.#ask(REVOKE_USER, now, (message) => message.text(user).text(spared)));
  }

  /** Whether something is less long ago than a length of time, such as `"15m"`. */
  static isFresh(span: string, then: number, now: number): boolean {
    return answerTo(new Message(IS_FRESH).text(span).time(then).time(now)).kind === 1;
  }

  /** A token for a form or a URL. `unsaved`: something was changed that it cannot know of. */
  pageToken(state: State, way: Way, stale: boolean, unsaved: boolean, now: number): string {
    return this.#ask(PAGE_TOKEN, now, (message) => message.bytes(state).byte(way).byte(stale ? 1 : 0).byte(unsaved ? 1 : 0)).text();
  }

  /** What makes the visitor's client forget its token. */
  forget(state: State, now: number): Lines {
    return linesOf(this.#ask(FORGET, now, (message) => message.bytes(state)));
  }

  /** What to set the headers to that caches obey. It depends on nothing but what they are, and the header that tokens come by. */
  static caching(vary: string, cacheControl: string, setsCookie: boolean, header: string): Caching {
    return cachingOf(answerTo(new Message(CACHING).text(vary).text(cacheControl).byte(setsCookie ? 1 : 0).text(header)));
  }

  #ask(what: number, now: number, write: (message: Message) => Message): Answer {
    if (lost) restart();
    if (this.#generation !== generation) this.#configure();
    return answerTo(write(new Message(what).number(this.#config).time(now)));
  }

  #configure(): void {
    const { fields, wrong } = this.#options;
    const message = new Message(CONFIGURE).text(wrong).number(fields.length);
    for (const [name, text] of fields) message.text(name).text(text);
    const answer = answerTo(message);
    const config = answer.number();
    released.register(this, { config, generation });
    this.#config = config;
    this.#generation = generation;
    this.#storeTimeout = answer.number();
    this.#writeInterval = answer.number();
  }
}

/** As `known` in `src/js/mod.rs` reads it. */
function writeKnown(message: Message, { stored, end, user, everybody, recent = { shown: MISSING }, at, scheduled }: Known): Message {
  for (const record of [stored, end, user, everybody, recent]) writeRecord(message, record);
  return message.time(at).byte(scheduled ? 1 : 0);
}

function writeRecord(message: Message, record: Answered): Message {
  message.byte(record.shown);
  return record.shown === SHOWN ? message.bytes(record.bytes) : message;
}

/** @throws `SessionError`: what the core answered instead, or `internal` when it trapped. */
function answerTo(message: Message): Answer {
  const answer = new Answer(call(message.end()));
  if (answer.kind === ERROR) throw new SessionError(answer.text() as ErrorCode, answer.text());
  return answer;
}

function call(message: Uint8Array): Uint8Array {
  if (lost) restart();
  lost = true;
  try {
    const answer = wasm.call(message);
    lost = false;
    return answer;
  } catch (cause) {
    throw new SessionError("internal", "the core trapped; it is restarted, and only this request failed", { cause });
  }
}

/** A fresh instance. Made when it is needed: right after the trap there may be no stack or memory for it. */
function restart(): void {
  try {
    wasm.instantiate();
    generation += 1;
  } catch (cause) {
    throw new SessionError("internal", "the core trapped and could not be restarted yet", { cause });
  }
}
