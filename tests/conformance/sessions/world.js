// What the tests play in: one application on a clock that stands still, and visitors with a browser's cookie jar.
import { assert, assertSame } from "../assert.js";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const SITE = "https://shop.example/";
/** 32 random bytes, as an application has them in its environment. */
export const SECRET = "6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo";
export const OTHER_SECRET = "c3VwcG9zZWRseS1yYW5kb20tYnl0ZXMtbnVtYmVyLTI";

/** One application: its sessions, its store, its clock, and everything it said. */
export class World {
  /** What the events said: `[name, detail]`, the oldest first. */
  events = [];

  constructor({ library, testing, storage }, options = {}) {
    this.clock = testing.fakeClock();
    const { store, log } = storage.open(this.clock.now);
    this.remembers = storage.remembers;
    this.log = log;
    this.store = testing.faultyStore(store);
    this.testing = testing;
    this.library = library;
    // Each change is put as it comes, on KV too: what putting them together saves is tests/locations' subject.
    this.options = { secrets: [SECRET], store: this.store, clock: this.clock, writeInterval: 0 };
    this.sessions = this.application(options);
  }

  /** Another deployment of the application: the same store and clock, these options changed. */
  application(options = {}) {
    const sessions = this.library.createSessions({ ...this.options, ...options });
    for (const name of EVENTS) sessions.on(name, (detail) => this.events.push([name, detail]));
    return sessions;
  }

  visitor(sessions = this.sessions, url = SITE) {
    return new Visitor(sessions, this.testing.cookieJar({ clock: this.clock }), url);
  }

  /** A visitor whose values every store shows by now, so that the cookie carries none of them. */
  async regular(values, sessions = this.sessions) {
    const visitor = this.visitor(sessions);
    await visitor.visit((session) => session.update(values));
    this.clock.advance(3 * MINUTE);
    await visitor.visit();
    return visitor;
  }

  /** What `action` cost: `"1 read, 2 writes"`. */
  async cost(action) {
    const before = this.log.length;
    await action();
    const spent = this.log.slice(before);
    const count = (kind) => spent.filter((operation) => operation.kind === kind).length;
    assertSame([count("remove"), count("list")], [0, 0], "removed or listed:");
    return `${count("read")} read, ${count("write")} write`;
  }

  /** What costs this where there is a store: where there is none, nothing. */
  price(cost) {
    return this.remembers ? cost : "0 read, 0 write";
  }

  /** The details of every event of this name. */
  said(name) {
    return this.events.filter(([said]) => said === name).map(([, detail]) => detail);
  }

  /** Forgets the events so far. */
  hush() {
    this.events.length = 0;
  }
}

const EVENTS = ["create", "login", "logout", "rotate", "expire", "expire-namespace", "destroy", "reject", "stale", "conflict", "error"];

/**
 * Somebody with a browser. Requests and answers are bare headers, since a browser's own `Request` and `Response` refuse
 * cookies (Fetch, "forbidden request-header" and "forbidden response-header name").
 */
export class Visitor {
  /** The Set-Cookie lines of the last answer. */
  sent = [];

  constructor(sessions, jar, url) {
    this.sessions = sessions;
    this.jar = jar;
    this.url = url;
  }

  /** The `Cookie` header that the browser sends now. */
  get cookie() {
    return this.jar.header(this.url) ?? "";
  }

  /** The session token that the browser holds now. */
  get token() {
    const [held] = this.jar.cookies();
    assert(held !== undefined, "the visitor holds no session cookie");
    return held.value;
  }

  request() {
    return requestWith(this.cookie, this.url);
  }

  open(options) {
    return this.sessions.open(this.request(), options);
  }

  async commit(session) {
    const headers = new Headers();
    await this.sessions.commitTo(session, headers);
    this.sent = headers.getSetCookie();
    this.jar.store(this.url, headers);
  }

  /** One request: opens the session, does `act` with it, commits; gives back what `act` did. */
  async visit(act = () => undefined) {
    this.sent = [];
    const session = await this.open();
    const result = await act(session);
    await this.commit(session);
    return result;
  }

  /** What the visitor's session holds under `key` in the default namespace. */
  see(key) {
    return this.visit((session) => session.get(key));
  }

  /** Another browser that holds the same cookies now. */
  twin() {
    const jar = { header: () => cookie, store: () => undefined, cookies: () => [] };
    const { cookie } = this;
    return new Visitor(this.sessions, jar, this.url);
  }
}

/** A request with this `Cookie` header. */
export function requestWith(cookie, url = SITE) {
  return { url, headers: new Headers(cookie === "" ? {} : { cookie }) };
}

/** The names and values of a Set-Cookie line: `[["__Host-session", "..."], ["Path", "/"], ["Secure", undefined]]`. */
export function attributesOf(line) {
  return line.split("; ").map((part) => {
    const [name, ...value] = part.split("=");
    return [name, value.length > 0 ? value.join("=") : undefined];
  });
}

/** A store that can do no more than it must. */
export const unlisted = (store) => ({
  consistency: store.consistency,
  read: (...asked) => store.read(...asked),
  write: (...asked) => store.write(...asked),
  remove: (...asked) => store.remove(...asked),
});

/** All pages of a list of sessions. */
export async function allOf(world, options) {
  const all = [];
  for (let page = await world.sessions.list(options); ; page = await world.sessions.list({ ...options, cursor: page.cursor })) {
    all.push(...page.sessions);
    if (page.cursor === undefined) return all;
  }
}

/** The visitor got a new session instead of the one the cookie named, for this reason. */
export async function assertTurnedAway(world, visitor, reason) {
  world.hush();
  const session = await visitor.open();
  assert(session.isNew, "the session is not new");
  assertSame(session.size, 0, "values:");
  assertSame(world.said("reject"), [{ reason }], "events:");
}
