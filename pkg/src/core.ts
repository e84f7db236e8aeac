import type { Answer } from "./answer.js";
import { ask, instance, isInstance } from "./call.js";
import { type Entry, type Facts, factsOf } from "./facts.js";
import { Message } from "./message.js";
import { type Described, describeOptions } from "./options.js";
import { type Act, type Answered, type Caching, type Follow, type Inspected, type Known, type Lines, type Listed, type Loaded, MISSING, type Metadata, type Opened, type Planned, type Realm, SHOWN, type Sent, type State, type UserKeys, type Way, type Write, cachingOf, flushedOf, followOf, inspectedOf, linesOf, listedOf, loadedOf, metadataOf, openedOf, plannedOf, textOf, userKeysOf, writeListOf } from "./plans.js";
import type { ListedSession } from "./types.js";

/** What a message asks; the numbers are those of `answer` in `src/js/mod.rs`. */
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
const LISTED = 20;
const EXCESS = 21;

const released = new FinalizationRegistry<{ readonly config: number; readonly instance: number }>((held) => {
  if (isInstance(held.instance)) ask(new Message(RELEASE).number(held.config), kindOf);
});

/** One configuration of the core. It makes itself known to each instance that it asks. */
export class Core {
  readonly #options: Described;
  #config = 0;
  #instance = -1;
  #storeTimeout = 0;
  #writeInterval = 0;
  #freshFor = 0;

  /** @throws `SessionError` code `config`, naming every option that is wrong. */
  constructor(options: unknown) {
    this.#options = describeOptions(options);
    this.#configure(instance());
  }

  /** The longest one store call may take, in milliseconds. */
  get storeTimeout(): number {
    return this.#storeTimeout;
  }

  /** How long a put of a record waits after another, in milliseconds. */
  get writeInterval(): number {
    return this.#writeInterval;
  }

  /** How old what was read may be as the base of what is written or sent, in milliseconds. */
  get freshFor(): number {
    return this.#freshFor;
  }

  open(sent: Sent, method: string, url: string, now: number): Opened {
    const [cookie, header, form, query] = sent;
    return this.#ask(OPEN, now, (message) => message.text(url).text(method).text(cookie).text(header).text(form).text(query), openedOf);
  }

  /** The session of a token in the application's hands, to go on by cookie. */
  force(token: string, url: string, now: number): Opened {
    return this.#ask(FORCE, now, (message) => message.text(url).text(token), openedOf);
  }

  /**
   * The session under an id that is not the visitor's. As JSON, no two strings cross as the same bytes.
   *
   * @param since what was made before that is nothing, but for the length of a request; 0: nothing can have been
   */
  named(realm: Realm, id: string, since: number, now: number): Follow {
    return this.#ask(NAMED, now, (message) => message.byte(realm).text(JSON.stringify(id)).time(since), followOf);
  }

  load(state: State, known: Known, now: number): Loaded {
    return this.#ask(LOAD, now, (message) => writeKnown(message.bytes(state), known), loadedOf);
  }

  commit(state: State, view: Uint8Array, known: Known, act: Act, changes: string, now: number): Planned {
    const write = (message: Message) => writeKnown(message.bytes(state).bytes(view), known).byte(act).text(changes);
    return this.#ask(COMMIT, now, write, plannedOf);
  }

  /** What is left to put of a record that waited for its time. */
  flush(state: State, record: Uint8Array, known: Known, now: number): Write | undefined {
    return this.#ask(FLUSH, now, (message) => writeKnown(message.bytes(state).bytes(record), known), flushedOf);
  }

  metadata(state: State, view: Uint8Array, now: number): Metadata {
    return this.#ask(METADATA, now, (message) => message.bytes(state).bytes(view), metadataOf);
  }

  csrfToken(state: State, now: number): string {
    return this.#ask(CSRF_TOKEN, now, (message) => message.bytes(state), textOf);
  }

  verifyCsrf(state: State, token: string, now: number): boolean {
    return this.#ask(VERIFY_CSRF, now, (message) => message.bytes(state).text(token), isYes);
  }

  /**
   * What a record says of the session of this handle.
   *
   * @param whenever also where the id leads on that was over at once
   * @throws `SessionError` code `value` when the text is no handle
   */
  describe(handle: string, stored: Answered, now: number, whenever = false): Listed | undefined {
    return this.#ask(DESCRIBE, now, (message) => writeRecord(message.text(handle), stored).byte(whenever ? 1 : 0), listedOf);
  }

  /** The same, and the texts of its namespaces. */
  inspect(handle: string, stored: Answered, now: number): Inspected | undefined {
    return this.#ask(INSPECT, now, (message) => writeRecord(message.text(handle), stored), inspectedOf);
  }

  /** @param user JSON text; empty: everybody */
  userKeys(user: string, now: number): UserKeys[] {
    return this.#ask(USER_KEYS, now, (message) => message.text(user), userKeysOf);
  }

  /**
   * What the entries tell whose sessions live on.
   *
   * @param user JSON text; empty: nobody
   * @param ofUser what the store answered to the keys of the user's records
   * @param ofAll and to those of everybody's
   */
  listed(user: string, ofUser: readonly Answered[], ofAll: readonly Answered[], entries: readonly Entry[], now: number): (Facts | undefined)[] {
    const write = (message: Message) => {
      writeRecords(writeRecords(message.text(user), ofUser), ofAll).number(entries.length);
      return entries.reduce((all, { id, meta, modified }) => all.text(id).text(meta === undefined ? "" : JSON.stringify(meta)).time(modified), message);
    };
    return this.#ask(LISTED, now, write, (answer) => entries.map(() => factsOf(answer)));
  }

  /**
   * Which of a user's sessions are to end so that they may have that of the handle `own` besides.
   *
   * @throws `SessionError` code `limit` when one would have to, and none is to
   */
  static excess(own: string, most: number, refuses: boolean, all: readonly Pick<ListedSession, "id" | "expiresAt" | "authenticatedAt">[], now: number): boolean[] {
    const message = new Message(EXCESS).time(now).text(own).number(most).byte(refuses ? 1 : 0).number(all.length);
    all.reduce((so, { id, expiresAt, authenticatedAt }) => so.text(id).time(expiresAt ?? 0).time(authenticatedAt ?? 0), message);
    return ask(message, (answer) => all.map(() => answer.flag()));
  }

  /** @param user who is signed in there, JSON text; empty: nobody */
  revoke(handle: string, user: string, now: number): Write[] {
    return this.#ask(REVOKE, now, (message) => message.text(handle).text(user), writeListOf);
  }

  /**
   * @param user JSON text; empty: everybody
   * @param spared the handle of a session that goes on, if it did so far; empty: none does
   * @param before what stands at the keys of the user's records; needed where one is spared
   */
  revokeUser(user: string, spared: string, before: readonly Answered[], now: number): Write[] {
    return this.#ask(REVOKE_USER, now, (message) => writeRecords(message.text(user).text(spared), before), writeListOf);
  }

  /** Whether something is less long ago than a length of time, such as `"15m"`. */
  static isFresh(span: string, then: number, now: number): boolean {
    return ask(new Message(IS_FRESH).text(span).time(then).time(now), isYes);
  }

  /** A token for a form or a URL. `unsaved`: something was changed that it cannot know of. */
  pageToken(state: State, way: Way, stale: boolean, unsaved: boolean, now: number): string {
    return this.#ask(PAGE_TOKEN, now, (message) => message.bytes(state).byte(way).byte(stale ? 1 : 0).byte(unsaved ? 1 : 0), textOf);
  }

  /** What makes the visitor's client forget its token. */
  forget(state: State, now: number): Lines {
    return this.#ask(FORGET, now, (message) => message.bytes(state), linesOf);
  }

  /** What to set the headers to that caches obey. It depends on nothing but what they are, and the header that tokens come by. */
  static caching(vary: string, cacheControl: string, setsCookie: boolean, header: string): Caching {
    return ask(new Message(CACHING).text(vary).text(cacheControl).byte(setsCookie ? 1 : 0).text(header), cachingOf);
  }

  #ask<T>(what: number, now: number, write: (message: Message) => Message, read: (answer: Answer) => T): T {
    const current = instance();
    if (this.#instance !== current) this.#configure(current);
    return ask(write(new Message(what).number(this.#config).time(now)), read);
  }

  #configure(instance: number): void {
    const { fields, wrong } = this.#options;
    const message = new Message(CONFIGURE).text(wrong).number(fields.length);
    for (const [name, text] of fields) message.text(name).text(text);
    const [config, storeTimeout, writeInterval, freshFor] = ask(message, configuredOf);
    released.register(this, { config, instance });
    this.#config = config;
    this.#instance = instance;
    this.#storeTimeout = storeTimeout;
    this.#writeInterval = writeInterval;
    this.#freshFor = freshFor;
  }
}

/** As `known` in `src/js/mod.rs` reads it. */
function writeKnown(message: Message, { stored, end, epochs, recent = { shown: MISSING }, at, scheduled }: Known): Message {
  for (const record of [stored, end, recent]) writeRecord(message, record);
  return writeRecords(message, epochs).time(at).byte(scheduled ? 1 : 0);
}

function writeRecord(message: Message, record: Answered): Message {
  message.byte(record.shown);
  return record.shown === SHOWN ? message.bytes(record.bytes) : message;
}

function writeRecords(message: Message, records: readonly Answered[]): Message {
  return records.reduce(writeRecord, message.number(records.length));
}

function kindOf(answer: Answer): number {
  return answer.kind;
}

function isYes(answer: Answer): boolean {
  return answer.kind === 1;
}

function configuredOf(answer: Answer): [config: number, storeTimeout: number, writeInterval: number, freshFor: number] {
  return [answer.number(), answer.number(), answer.number(), answer.number()];
}
