import { perform } from "../act.js";
import { assert, assertFails, assertSame } from "../assert.js";
import { MINUTE, SECOND, allOf, assertTurnedAway, unlisted } from "./world.js";

/** Requests of one visitor at the same time, on a store with compare-and-set. */
export function parallelSuite({ describe, it }, { makeWorld, strong, lists }) {
  const itLists = lists ? it : () => undefined;

  /** Two requests that begin together; the first commits first. */
  async function together(world, first, second, before = { a: 0, b: 0 }) {
    const visitor = await world.regular(before);
    const [one, two] = [await visitor.open(), await visitor.open()];
    await first(one);
    await second(two);
    await visitor.commit(one);
    await visitor.commit(two);
    return visitor;
  }
  const sorted = (session) => Object.fromEntries([...session].sort());

  describe("two requests at once", () => {
    for (const [name, [first, second, after]] of Object.entries(PAIRS)) {
      it(name, async () => {
        const visitor = await together(makeWorld(), first, second);
        assertSame(await visitor.visit(sorted), after);
      });
    }

    it("in_different_namespaces_both_survive", async () => {
      const visitor = await together(
        makeWorld(),
        (session) => session.namespace("cart").set("n", 1),
        (session) => session.namespace("wishes").set("n", 2),
      );
      await visitor.visit((session) => {
        assertSame([session.path("cart/n"), session.path("wishes/n"), sorted(session)], [1, 2, { a: 0, b: 0 }]);
      });
    });

    it("see_each_others_changes_after_a_save", async () => {
      const visitor = await makeWorld().regular({ a: 0, b: 0, list: [1] });
      const [one, two] = [await visitor.open(), await visitor.open()];
      two.get("list").push(2);
      await two.save();
      one.set("a", 1);
      await one.save();
      two.set("b", 2);
      await two.save();
      assertSame(sorted(two), { a: 1, b: 2, list: [1, 2] });
      assertSame(await visitor.visit(sorted), { a: 1, b: 2, list: [1, 2] });
    });

    it("do_not_take_back_what_the_other_has_changed_since_its_save", async () => {
      const visitor = await makeWorld().regular({ a: 0, b: 0 });
      const [one, two] = [await visitor.open(), await visitor.open()];
      one.set("b", 1);
      await one.save();
      two.set("a", 2);
      await two.save();
      one.set("a", 1);
      await visitor.commit(one);
      assertSame(await visitor.visit(sorted), { a: 1, b: 1 });
    });

    for (const act of ["logout", "destroy"]) {
      it(`${act}_wins_over_a_sign_in_that_was_answered_before_it`, async () => {
        const visitor = await makeWorld().regular({ a: 0 });
        await visitor.visit((session) => session.login("ada"));
        const [stepUp, ending] = [await visitor.open(), await visitor.open()];
        stepUp.login("ada", { level: "aal2" });
        await visitor.commit(stepUp);
        const stolen = visitor.twin();
        perform(ending, act);
        await visitor.commit(ending);
        assertSame([(await visitor.open()).user, (await stolen.open()).user], [null, null]);
      });
    }

    for (const act of ["login", "rotate"]) {
      it(`of_which_one_signs_out_by_an_id_from_before_a_${act}_have_nothing_of_what_came_after`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 0 });
        const planted = visitor.twin();
        const out = await planted.open();
        await visitor.visit((session) => perform(session, act));
        world.clock.advance(11 * SECOND); // the grace of a rotation is over
        await visitor.visit((session) => session.set("b", "needle"));
        out.logout();
        await planted.commit(out);
        const [line] = planted.sent;
        assert(line === undefined || line.includes("Max-Age=0"), "a cookie");
        assertSame(await visitor.visit((session) => [session.user, session.get("b")]), [null, undefined]);
      });
    }

    it("sign_out_twice_and_what_was_there_stays", async () => {
      const visitor = await makeWorld().regular({ a: 0 });
      await visitor.visit((session) => session.login("ada"));
      const both = [await visitor.open(), await visitor.open()];
      for (const session of both) {
        session.logout();
        await visitor.commit(session);
      }
      assertSame(await visitor.visit((session) => [session.user, session.get("a")]), [null, 0]);
    });

    for (const [name, [leave, remains]] of LEAVES) {
      it(`${name}_leaves_what_another_stored_meanwhile_as_well`, async () => {
        const visitor = await makeWorld().regular({ a: 0 });
        const [leaving, other] = [await visitor.open(), await visitor.open()];
        other.set("b", "needle").namespace("cart").set("n", 1);
        other.namespace("wishes").set("n", 2);
        await visitor.commit(other);
        leave(leaving);
        leaving.set("c", 3);
        await visitor.commit(leaving);
        const seen = await visitor.visit((session) => [sorted(session), session.path("cart/n"), session.path("wishes/n")]);
        assertSame(seen, [{ c: 3 }, ...remains]);
      });
    }

    it("of_which_one_saves_and_finds_the_store_failing_later_sends_what_it_has_all_the_same", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      const session = await visitor.open();
      session.set("a", 1);
      await session.save();
      world.clock.advance(2 * SECOND);
      world.store.fail("read");
      await visitor.commit(session);
      world.store.heal();
      assertSame(await visitor.see("a"), 1);
    });

    for (const act of ["login", "logout"]) {
      it(`of_which_one_saves_before_a_${act}_that_keeps_nothing_leave_what_the_other_stored_since`, async () => {
        const visitor = await makeWorld().regular({ a: 0 });
        const [leaving, other] = [await visitor.open(), await visitor.open()];
        leaving.set("c", 1);
        await leaving.save();
        if (act === "login") leaving.login("ada", { keep: false });
        else leaving.logout({ keep: false });
        other.set("b", "needle").namespace("cart").set("n", 1);
        await visitor.commit(other);
        await visitor.commit(leaving);
        assertSame(await visitor.visit((session) => [sorted(session), session.path("cart/n")]), [{}, undefined]);
      });
    }

    it("of_which_one_saves_and_then_takes_long_does_not_take_the_browser_back_to_the_id_before_a_sign_in", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 0 });
      const slow = await visitor.open();
      slow.set("seen", true);
      await slow.save();
      const elsewhere = world.visitor(world.application());
      elsewhere.jar = visitor.jar;
      world.clock.advance(5 * SECOND);
      await elsewhere.visit((session) => session.login("ada"));
      world.clock.advance(25 * SECOND);
      await visitor.commit(slow);
      assertSame(await visitor.visit((session) => [session.user, session.get("seen")]), ["ada", true]);
    });

    itLists("leave_no_other_session_behind_where_one_of_them_gets_a_new_id", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 0 });
      const before = (await allOf(world)).map(({ id }) => id);
      const [one, two] = [await visitor.open(), await visitor.open()];
      one.set("b", 1);
      two.login("ada");
      await visitor.commit(one);
      await visitor.commit(two);
      const { id } = await visitor.open();
      const others = before.filter((other) => other !== one.id);
      assertSame((await allOf(world)).map((session) => session.id).sort(), [...others, id].sort());
    });

    for (const act of ["login", "logout", "destroy"]) {
      it(`${act}_wins_over_a_change_that_was_begun_before_it`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 0 });
        const [ending, slow] = [await visitor.open(), await visitor.open()];
        const late = visitor.twin();
        slow.set("a", "too late").namespace("cart").set("n", 1);
        perform(ending, act);
        await visitor.commit(ending);
        await late.commit(slow);
        assertSame(late.sent, [], "the late request's cookie:");
        await assertTurnedAway(world, late, "ended");
        const seen = await visitor.visit((session) => [session.get("a"), session.path("cart/n")]);
        assertSame(seen, act === "destroy" ? [undefined, undefined] : [0, undefined]);
      });
    }

    for (const act of ["login", "logout", "destroy"]) {
      it(`a_rotation_that_was_begun_before_it_does_not_bring_back_what_${act}_ended`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 0 });
        await visitor.visit((session) => session.login("eve"));
        const [ending, slow] = [await visitor.open(), await visitor.open()];
        const late = visitor.twin();
        perform(ending, act);
        slow.rotate();
        await visitor.commit(ending);
        await late.commit(slow);
        assertSame(late.sent, [], "the late request's cookie:");
        await assertTurnedAway(world, late, "ended");
      });
    }

    for (const act of ["login", "logout", "rotate"]) {
      it(`a_request_that_changes_nothing_does_not_bring_back_the_id_from_before_${act}`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 0 });
        world.clock.advance(2 * MINUTE);
        const [acting, looking] = [await visitor.open(), await visitor.open()];
        perform(acting, act);
        await visitor.commit(acting);
        await visitor.commit(looking);
        world.clock.advance(MINUTE);
        assertSame(await visitor.visit((session) => [session.isNew, session.get("a")]), [false, 0]);
      });
    }

    for (const act of ["login", "logout", "rotate"]) {
      for (const [what, change] of [["nothing", () => {}], ["something", (session) => session.set("b", 2)]]) {
        it(`a_saved_request_that_changes_${what}_more_does_not_bring_back_the_id_from_before_${act}`, async () => {
          const world = makeWorld();
          const visitor = await world.regular({ a: 0 });
          world.clock.advance(2 * MINUTE);
          const saved = await visitor.open();
          await saved.set("a", 1).save();
          await visitor.visit((session) => perform(session, act));
          change(saved);
          await visitor.commit(saved);
          world.clock.advance(MINUTE);
          assertSame(await visitor.visit((session) => [session.isNew, session.get("a")]), [false, 1]);
        });
      }
    }

    for (const act of ["login", "logout", "rotate"]) {
      it(`a_change_that_was_committed_while_another_request_was_about_to_${act}_survives_it`, async () => {
        const visitor = await makeWorld().regular({ a: 0 });
        const [changing, slow] = [await visitor.open(), await visitor.open()];
        changing.set("b", 1);
        perform(slow, act);
        await visitor.commit(changing);
        await visitor.commit(slow);
        assertSame(await visitor.visit(sorted), { a: 0, b: 1 });
      });
    }

    for (const act of ["logout", "destroy"]) {
      it(`${act}_also_ends_what_a_rotation_made_of_the_session_meanwhile`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 0 });
        await visitor.visit((session) => session.login("ada"));
        const [rotating, ending] = [await visitor.open(), await visitor.open()];
        rotating.rotate();
        await visitor.commit(rotating);
        const thief = visitor.twin();
        ending[act]();
        await visitor.commit(ending);
        await assertTurnedAway(world, thief, "ended");
        assertSame(await visitor.visit((session) => session.user), null);
      });
    }

    it("two_rotations_at_once_lead_to_one_session", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 0 });
      const [one, two] = [await visitor.open(), await visitor.open()];
      const late = world.visitor();
      one.rotate();
      two.rotate();
      await visitor.commit(one);
      await late.commit(two);
      await late.visit((session) => session.set("b", 1));
      assertSame([await visitor.see("b"), await late.see("a")], [1, 0]);
    });

    it("a_change_that_was_begun_before_a_rotation_reaches_the_new_session", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 0 });
      const [rotating, slow] = [await visitor.open(), await visitor.open()];
      rotating.rotate();
      slow.set("b", 1);
      await visitor.commit(rotating);
      const { id } = await visitor.open();
      await visitor.commit(slow);
      await visitor.visit((session) => assertSame([session.id, sorted(session)], [id, { a: 0, b: 1 }]));
    });

    it("two_logins_at_once_leave_one_user_signed_in_and_no_other_session_alive", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 0 });
      const [one, two] = [await visitor.open(), await visitor.open()];
      one.login("ada");
      two.login("bob");
      await visitor.commit(one);
      await visitor.commit(two);
      assertSame(await visitor.visit((session) => session.user), "ada");
    });
  });

  if (strong) describe("a session that is revoked while it is written", () => {
    /** A visitor who is signed in, and the session's handle. */
    async function signedIn() {
      const world = makeWorld();
      const visitor = await world.regular({ a: 0 });
      await visitor.visit((session) => session.login("ada"));
      return { world, visitor, id: (await visitor.open()).id };
    }

    for (const act of ["rotate", "set", "destroy"]) {
      it(`ends_also_where_a_${act}_comes_between_the_look_at_it_and_its_end`, async () => {
        const { world, visitor, id } = await signedIn();
        const meanwhile = [() => visitor.visit((session) => (act === "set" ? session.set("a", 1) : session[act]()))];
        const read = async (keys) => {
          const found = await world.store.read(keys);
          await meanwhile.pop()?.();
          return found;
        };
        const admin = world.application({ store: { ...unlisted(world.store), read } });
        const ends = [];
        admin.on("end", (end) => ends.push(end));
        const lives = act !== "destroy";
        assertSame([await admin.revoke(id), ends.length], [lives, lives ? 1 : 0]);
        assertSame((await visitor.open()).user, null);
      });
    }

    it("all_the_time_is_a_conflict", async () => {
      const { world, visitor, id } = await signedIn();
      world.store.fail("write", { how: () => false });
      await assertFails(() => world.sessions.revoke(id), "conflict");
      world.store.heal();
      assertSame((await visitor.open()).user, "ada");
    });

    it("with_garbage_ends", async () => {
      const { world, visitor, id } = await signedIn();
      await world.store.write(`s1:${id}`, Uint8Array.of(1, 2, 3), { expiresAt: world.clock.now() + MINUTE });
      assertSame(await world.sessions.revoke(id), false);
      await assertTurnedAway(world, visitor, "ended");
    });
  });

  it("twenty_requests_at_once_each_with_a_key_of_its_own_all_survive", async () => {
    const visitor = await makeWorld().regular({ start: true });
    const requests = await Promise.all(Array.from({ length: 20 }, () => visitor.open()));
    await Promise.all(requests.map((session, n) => visitor.commit(session.set(`key${n}`, n))));
    await visitor.visit((session) => {
      for (let n = 0; n < 20; n += 1) assertSame(session.get(`key${n}`), n, `key${n}:`);
      assert(session.get("start"), "what was there before is gone");
    });
  });
}

/** What leaves the rest of a session behind, and what remains of the carts and of the wishes. */
const LEAVES = Object.entries({
  a_sign_out_without_anything: [(s) => s.logout({ keep: false }), [undefined, undefined]],
  a_sign_in_without_anything: [(s) => s.login("ada", { keep: false }), [undefined, undefined]],
  a_sign_in_with_the_cart: [(s) => s.login("ada", { keep: ["cart"] }), [1, undefined]],
  a_sign_out_without_anything_and_a_sign_in: [(s) => (s.logout({ keep: false }), s.login("bob")), [undefined, undefined]],
  a_sign_out_with_the_cart_and_a_sign_in_with_the_wishes: [
    (s) => (s.logout({ keep: ["cart"] }), s.login("bob", { keep: ["wishes"] })),
    [undefined, undefined],
  ],
});

/** What the first does, what the second does, and what is there afterwards. There were `a` and `b`, both 0. */
const PAIRS = {
  that_change_different_keys_both_survive: [(s) => s.set("a", 1), (s) => s.set("b", 2), { a: 1, b: 2 }],
  that_add_different_keys_both_survive: [(s) => s.set("c", 1), (s) => s.set("d", 2), { a: 0, b: 0, c: 1, d: 2 }],
  that_change_the_same_key_leave_the_later: [(s) => s.set("a", 1), (s) => s.set("a", 2), { a: 2, b: 0 }],
  a_deletion_and_a_change_of_another_key_both_survive: [(s) => s.delete("a"), (s) => s.set("b", 2), { b: 2 }],
  a_change_after_a_deletion_of_the_same_key_wins: [(s) => s.delete("a"), (s) => s.set("a", 2), { a: 2, b: 0 }],
  a_deletion_after_a_change_of_the_same_key_wins: [(s) => s.set("a", 1), (s) => s.delete("a"), { b: 0 }],
  a_clear_leaves_what_another_request_added: [(s) => s.set("c", 1), (s) => s.clear(), { c: 1 }],
  one_that_only_reads_takes_nothing_back: [(s) => s.set("a", 1), (s) => s.get("a"), { a: 1, b: 0 }],
};
