import { assert, assertFails, assertSame } from "../assert.js";
import { SECOND } from "./world.js";

/** Stores that fail: an error to the operator, never a logout, never somebody else's data, nothing issued. */
export function failuresSuite({ describe, it }, { makeWorld, strong }) {
  /** Opening fails with a `store` error, and once the store is well again everything is as it was. */
  async function assertUnharmed(world, visitor) {
    const { cookie } = visitor;
    world.hush();
    const error = await assertFails(() => visitor.visit((session) => session.set("a", "written")), "store");
    assertSame([visitor.sent, visitor.cookie], [[], cookie], "the cookie:");
    assert(world.said("error").length === 1 && world.said("error")[0].error === error, "the error was not reported once");
    assertSame([world.said("reject"), world.said("expire")], [[], []]);
    world.store.heal();
    assertSame(await visitor.see("a"), "needle");
  }

  describe("a store that is asked to read", () => {
    for (const [name, answer] of Object.entries(ANSWERS)) {
      it(`and_${name}_gives_a_store_error_and_logs_nobody_out`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: "needle" });
        world.store.fail("read", { how: answer });
        await assertUnharmed(world, visitor);
      });
    }

    it("and_throws_without_a_promise_gives_a_store_error", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: "needle" });
      const { read } = world.store;
      world.store.read = () => {
        throw new TypeError("not a function");
      };
      world.store.heal = () => (world.store.read = read);
      await assertUnharmed(world, visitor);
    });

    it("and_hangs_gives_a_store_error_after_the_timeout", async () => {
      const world = makeWorld({ storeTimeout: "2s" });
      const visitor = await world.regular({ a: "needle" });
      world.store.fail("read", { how: "hang" });
      let settled = false;
      const opening = visitor.open().finally(() => (settled = true));
      opening.catch(() => undefined);
      world.clock.advance(2 * SECOND - 1);
      for (let n = 0; n < 50; n += 1) await undefined;
      assert(!settled, "gave up too soon");
      world.clock.advance(1);
      await assertFails(() => opening, "store");
      world.store.heal();
      assertSame(await visitor.see("a"), "needle");
    });

    it("and_returns_another_visitors_record_shows_it_to_nobody", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: "needle" });
      const other = await world.regular({ a: "not yours" });
      const [stored] = await world.store.read([`s1:${(await other.open()).id}`]);
      world.store.fail("read", { how: () => [stored] });
      await assertUnharmed(world, visitor);
    });

    it("and_returns_a_record_cut_short_anywhere_gives_a_store_error", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: "needle" });
      const [{ bytes, ...rest }] = await world.store.read([`s1:${(await visitor.open()).id}`]);
      for (let length = 0; length < bytes.length; length += 1) {
        world.store.fail("read", { how: () => [{ ...rest, bytes: bytes.slice(0, length) }] });
        const error = await visitor.open().catch((thrown) => thrown);
        assertSame(error.code, "store", `${length} of ${bytes.length} bytes:`);
        world.store.heal();
      }
      assertSame(await visitor.see("a"), "needle");
    });

    it("and_returns_a_damaged_record_never_traps_and_never_logs_in", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: "needle" });
      const [{ bytes, ...rest }] = await world.store.read([`s1:${(await visitor.open()).id}`]);
      for (let at = 0; at < bytes.length; at += 1) {
        for (const mask of [1, 0x80, 0xff]) {
          const damaged = bytes.slice();
          damaged[at] ^= mask;
          world.store.fail("read", { how: () => [{ ...rest, bytes: damaged }] });
          const found = await visitor.open().then((session) => (session.get("a"), session.user)).catch(({ code }) => code);
          assert([null, "store"].includes(found), `byte ${at}: ${found}`);
          world.store.heal();
        }
      }
    });
  });

  describe("a store that is asked to write", () => {
    for (const [name, fault] of Object.entries(FAULTS)) {
      for (const [act, change] of Object.entries(CHANGES)) {
        if (!strong && act === "a_change") continue; // the cookie carries it
        it(`and_${name}_at_${act}_issues_nothing`, async () => {
          const world = makeWorld();
          const visitor = await world.regular({ a: "needle" });
          const { cookie } = visitor;
          world.hush();
          world.store.fail("write", fault);
          const session = await visitor.open();
          change(session);
          const committing = visitor.commit(session);
          committing.catch(() => undefined);
          world.clock.advance(5 * SECOND);
          await assertFails(() => committing, "store");
          assertSame([visitor.cookie, world.events.map(([event]) => event)], [cookie, ["error"]]);
          world.store.heal();
          await visitor.visit((next) => assertSame([next.get("a"), next.user], ["needle", null]));
        });
      }
    }

    it("and_fails_leaves_the_change_to_be_committed_again", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      const tooMuchForACookie = "x".repeat(10_000);
      const session = (await visitor.open()).set("a", tooMuchForACookie);
      world.store.fail("write");
      await assertFails(() => visitor.commit(session), "store");
      world.store.heal();
      await visitor.commit(session);
      assertSame(await visitor.see("a"), tooMuchForACookie);
    });

    if (strong) {
      it("and_never_finds_its_version_current_gives_a_conflict_error_and_issues_nothing", async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: "needle" });
        world.store.fail("write", { how: () => false });
        await assertFails(() => visitor.visit((session) => session.set("a", 2)), "conflict");
        assertSame(visitor.sent, []);
        world.store.heal();
        assertSame(await visitor.see("a"), "needle");
      });
    }
  });
}

const ANSWERS = {
  fails: () => {
    throw new Error("503");
  },
  returns_nothing: () => undefined,
  returns_null: () => null,
  returns_an_empty_list: () => [],
  returns_a_list_of_undefined: () => [undefined],
  returns_more_than_was_asked: () => [null, null],
  returns_a_text: () => ["record"],
  returns_a_record_without_bytes: () => [{ version: "1" }],
  returns_text_for_bytes: () => [{ bytes: "record", version: "1" }],
  returns_an_array_buffer_for_bytes: () => [{ bytes: new ArrayBuffer(64), version: "1" }],
  returns_no_bytes: () => [{ bytes: new Uint8Array(), version: "1" }],
  returns_zeros: () => [{ bytes: new Uint8Array(100), version: "1" }],
  returns_noise: () => [{ bytes: crypto.getRandomValues(new Uint8Array(500)), version: "1" }],
};

const FAULTS = {
  fails: {},
  hangs: { how: "hang" },
};

const CHANGES = {
  a_change: (session) => session.set("a", 2),
  a_login: (session) => session.login("ada"),
  a_logout: (session) => session.logout({ keep: false }),
  a_rotation: (session) => session.rotate(),
  the_end: (session) => session.destroy(),
};
