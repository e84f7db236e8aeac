import { perform } from "../act.js";
import { assert, assertFails, assertSame } from "../assert.js";
import { OTHER_SECRET, SECOND, SECRET, assertTurnedAway } from "./world.js";

/** Secrets that change, and secrets that show nowhere. */
export function secretsSuite({ describe, it }, { makeWorld }) {
  describe("a new secret in front of the old one", () => {
    const BOTH = { secrets: [OTHER_SECRET, SECRET] };

    it("opens_old_cookies_and_seals_them_anew_without_a_write", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      const old = visitor.token;
      visitor.sessions = world.application(BOTH);
      assertSame(await world.cost(async () => assertSame(await visitor.see("a"), 1)), world.price("1 read, 0 write"));
      assert(visitor.sent.length === 1 && visitor.token !== old, "the cookie was not sealed anew");
      assertSame(keyOf(visitor.token) === keyOf(old), false, "the key is still the old one:");
      await visitor.visit();
      assertSame(visitor.sent, [], "sealed once more:");
    });

    it("seals_new_sessions_so_that_the_old_one_is_not_needed_for_them", async () => {
      const world = makeWorld(BOTH);
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      visitor.sessions = world.application({ secrets: [OTHER_SECRET] });
      assertSame(await visitor.see("a"), 1);
    });

    for (const act of ["login", "logout", "rotate"]) {
      it(`carries_a_session_over_for_good_at_${act}`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 1 });
        visitor.sessions = world.application(BOTH);
        await visitor.visit((session) => perform(session, act));
        visitor.sessions = world.application({ secrets: [OTHER_SECRET] });
        assertSame(await visitor.see("a"), 1);
      });
    }
  });

  describe("a new secret that is known everywhere before it comes in front", () => {
    for (const act of ["login", "logout", "rotate"]) {
      it(`lets_a_visitor_meet_instances_of_before_and_after_through_${act}`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({});
        const [before, known, inFront] = [world.sessions, ...[[SECRET, OTHER_SECRET], [OTHER_SECRET, SECRET]].map((secrets) => world.application({ secrets }))];
        const met = [known, before, known, inFront, known, inFront];
        for (const [at, sessions] of met.entries()) {
          visitor.sessions = sessions;
          await visitor.visit((session) => (session.set(`at ${at}`, at), at % 2 === 1 && perform(session, act)));
          world.clock.advance(2 * SECOND);
        }
        await visitor.visit((session) => assertSame(Object.fromEntries(session), Object.fromEntries(met.map((_, at) => [`at ${at}`, at]))));
      });
    }
  });

  describe("a secret that is dropped", () => {
    it("leaves_its_cookies_with_a_new_session", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      visitor.sessions = world.application({ secrets: [OTHER_SECRET] });
      assertSame(await world.cost(() => assertTurnedAway(world, visitor, "unknown-key")), "0 read, 0 write");
    });

    it("leaves_the_visitor_able_to_begin_anew", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      visitor.sessions = world.application({ secrets: [OTHER_SECRET] });
      await visitor.visit((session) => session.set("b", 2));
      assertSame(await visitor.visit((session) => [...session]), [["b", 2]]);
    });
  });

  describe("the session's id", () => {
    it("shows_in_no_store_key_no_record_no_event_no_error_and_no_json", async () => {
      const drawn = [];
      await drawing(drawn, async () => {
        const world = makeWorld();
        while (drawn.length === 0) await beginSession(world);
        const visitor = world.visitor();
        const said = [];
        await visitor.visit((session) => said.push(session.set("a", 1).toJSON()));
        await visitor.visit((session) => session.rotate());
        await visitor.visit((session) => session.login("ada"));
        world.store.fail("write");
        await visitor.visit((session) => session.set("a", 2)).catch((error) => said.push(textOf(error)));
        world.store.heal();
        await visitor.visit((session) => session.destroy());
        assert(drawn.length > 0 && drawn.every(({ length }) => length >= WINDOW), "no randomness was seen");
        for (const { key, bytes } of world.log) said.push(key, ...(bytes ? [latin1(bytes)] : []));
        for (const [name, detail] of world.events) said.push(name, textOf(detail), textOf(detail.error ?? null));
        assertHidden(said.map((one) => (typeof one === "string" ? one : JSON.stringify(one))), drawn);
      });
    });
  });

  describe("the random source", () => {
    const BROKEN = {
      throws: () => {
        throw new Error("no entropy at global scope");
      },
      gives_zeros: (bytes) => bytes.fill(0),
    };
    for (const [name, broken] of Object.entries(BROKEN)) {
      it(`that_${name}_is_an_entropy_error_and_nothing_is_issued`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        const session = (await visitor.open()).set("a", 1);
        await replacingRandom(broken, async () => {
          await assertFails(async () => {
            for (let left = DRAWN_AT_ONCE; left > 0; left -= 1) await beginSession(world);
          }, "entropy");
          await assertFails(() => visitor.commit(session), "entropy");
          await assertFails(() => world.visitor().open(), "entropy");
        });
        assertSame([visitor.sent, world.log], [[], []]);
        await visitor.commit(session);
        assertSame(await visitor.see("a"), 1);
      });
    }
  });
}

/** At most so many steps use what was drawn at once. */
const DRAWN_AT_ONCE = 100;

/** A step that takes random bytes and leaves nothing behind. */
function beginSession(world) {
  return world.visitor().open();
}

/** The four bytes behind the version, which say which secret sealed a token. */
function keyOf(token) {
  return atob(token.slice(0, 8).replaceAll("-", "+").replaceAll("_", "/")).slice(1, 5);
}

/** Runs `body` and keeps a copy of every random byte drawn meanwhile. */
function drawing(drawn, body) {
  const real = crypto.getRandomValues.bind(crypto);
  return replacingRandom((bytes) => (real(bytes), drawn.push(bytes.slice()), bytes), body);
}

async function replacingRandom(draw, body) {
  const before = Object.getOwnPropertyDescriptor(crypto, "getRandomValues");
  Object.defineProperty(crypto, "getRandomValues", { value: draw, configurable: true, writable: true });
  try {
    await body();
  } finally {
    delete crypto.getRandomValues;
    if (before !== undefined) Object.defineProperty(crypto, "getRandomValues", before);
  }
}

/** An id is 32 drawn bytes in a row. What else is drawn and does show, nonces of 24 bytes, is shorter than a window. */
const WINDOW = 32;

/** Nothing that was said holds 32 drawn bytes in a row, in whatever writing. */
function assertHidden(said, drawn) {
  const windows = new Set();
  for (const bytes of drawn) {
    for (let at = 0; at + WINDOW <= bytes.length; at += 1) windows.add(latin1(bytes.subarray(at, at + WINDOW)));
  }
  assert(found(`a${[...windows][5]}b`, windows), "the search finds nothing");
  for (const text of said) {
    for (const reading of readings(text)) assert(!found(reading, windows), `an id shows in ${text.slice(0, 80)}`);
  }
}

function found(text, windows) {
  for (let at = 0; at + WINDOW <= text.length; at += 1) {
    if (windows.has(text.slice(at, at + WINDOW))) return true;
  }
  return false;
}

/** The text as it is, and every run in it that reads as base64url or hex, decoded. */
function readings(text) {
  const decoded = (text.match(/[A-Za-z0-9_-]{43,}/g) ?? []).flatMap((run) =>
    [0, 1, 2, 3].map((skip) => {
      const whole = run.slice(skip).replaceAll("-", "+").replaceAll("_", "/");
      return atob(whole.slice(0, whole.length - (whole.length % 4 === 1 ? 1 : 0)));
    }),
  );
  const hex = (text.match(/(?:[0-9a-f]{2}){32,}/gi) ?? []).map((run) =>
    String.fromCharCode(...run.match(/../g).map((pair) => Number.parseInt(pair, 16))),
  );
  return [text, ...decoded, ...hex];
}

function latin1(bytes) {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function textOf(value) {
  if (value instanceof Error) return `${value.stack} ${value.message} ${value.cause === undefined ? "" : textOf(value.cause)}`;
  return JSON.stringify(value);
}
