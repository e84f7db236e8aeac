import { assert, assertSame } from "../assert.js";
import { OTHER_SECRET, SECRET, assertTurnedAway } from "./world.js";

const SEALED = { sealRecords: true };

/** Records that the store cannot read. */
export function sealedSuite({ describe, it }, { makeWorld }) {
  describe("sealed records", () => {
    for (const [name, options, readable] of [["sealed", SEALED, false], ["plain", {}, true]]) {
      it(`of_${name}_sessions_show_the_store_${readable ? "the" : "no"}_values`, async () => {
        const world = makeWorld(options);
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("key-needle", "value-needle").login("user-needle"));
        await visitor.visit((session) => session.namespace("name-needle").set("a", 1));
        const text = world.log.map(({ bytes }) => new TextDecoder("latin1").decode(bytes)).join("");
        for (const needle of ["key-needle", "value-needle", "user-needle", "name-needle"]) {
          assertSame(text.includes(needle), readable, `${needle}:`);
        }
      });
    }

    it("work_like_plain_ones_through_a_whole_life", async () => {
      const world = makeWorld(SEALED);
      const visitor = await world.regular({ a: 1, list: [1] });
      await visitor.visit((session) => session.get("list").push(2));
      await visitor.visit((session) => session.rotate());
      await visitor.visit((session) => session.login("ada"));
      await visitor.visit((session) => assertSame([session.get("a"), session.get("list"), session.user], [1, [1, 2], "ada"]));
      const late = visitor.twin();
      await visitor.visit((session) => session.destroy());
      await assertTurnedAway(world, late, "ended");
    });

    it("that_are_damaged_anywhere_give_a_store_error", async () => {
      const world = makeWorld(SEALED);
      const visitor = await world.regular({ a: "needle" });
      const [{ bytes, ...rest }] = await world.store.read([`s1:${(await visitor.open()).id}`]);
      for (let at = 0; at < bytes.length; at += 1) {
        const damaged = bytes.slice();
        damaged[at] ^= 0x20;
        world.store.fail("read", { how: () => [{ ...rest, bytes: damaged }] });
        assertSame(await visitor.open().then((session) => session.get("a"), ({ code }) => code), "store", `byte ${at}:`);
        world.store.heal();
      }
    });

    it("of_another_session_are_no_record_of_this_one", async () => {
      const world = makeWorld(SEALED);
      const [visitor, other] = [await world.regular({ a: "needle" }), await world.regular({ a: "not yours" })];
      const [stored] = await world.store.read([`s1:${(await other.open()).id}`]);
      world.store.fail("read", { how: () => [stored] });
      assertSame(await visitor.open().catch(({ code }) => code), "store");
    });

    it("are_demanded_where_the_option_is_set_so_that_a_planted_plain_one_opens_nothing", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: "needle" });
      visitor.sessions = world.application(SEALED);
      await assertTurnedAway(world, visitor, "ended");
    });

    it("can_be_read_when_the_option_is_taken_away_again", async () => {
      const world = makeWorld(SEALED);
      const visitor = await world.regular({ a: "needle" });
      visitor.sessions = world.application();
      assertSame(await visitor.see("a"), "needle");
    });

    it("outlive_a_change_of_the_secret", async () => {
      const world = makeWorld(SEALED);
      const visitor = await world.regular({ a: 1 });
      visitor.sessions = world.application({ ...SEALED, secrets: [OTHER_SECRET, SECRET] });
      await visitor.visit((session) => session.set("b", 2));
      assertSame([await visitor.see("a"), await visitor.see("b")], [1, 2]);
    });
  });
}
