import { perform } from "../act.js";
import { assertSame } from "../assert.js";
import { MINUTE, allOf, assertTurnedAway, unlisted } from "./world.js";

/** The end of all sessions by one write. Some storages are the same one in every test, so each application has a secret of its own. */
export function everybodySuite({ describe, it }, { makeWorld, strong, lists }) {
  const itLists = lists ? it : () => undefined; // a Durable Object is found by its name alone
  const newSecret = () => crypto.getRandomValues(new Uint8Array(32));

  /** One who is signed in, one who is not, and their application; a millisecond has passed. */
  async function visited(options) {
    const world = makeWorld({ secrets: [newSecret()], globalEpoch: true, ...options });
    const [ada, nobody] = [world.visitor(), world.visitor()];
    await ada.visit((session) => session.set("a", 1).login("ada"));
    await nobody.visit((session) => session.set("a", 1));
    world.clock.advance(1);
    return { world, ada, nobody };
  }

  describe("everybody's sessions", () => {
    it("end_by_one_write_and_a_resolution_later_at_most", async () => {
      const secrets = [newSecret()];
      const { world, ada, nobody } = await visited({ secrets });
      const unheard = world.library.createSessions({ ...world.options, secrets, globalEpoch: true });
      assertSame(await world.cost(async () => assertSame(await unheard.revokeAll(), null)), "0 read, 1 write");
      world.clock.advance(MINUTE - 1);
      for (const visitor of [ada, nobody]) await assertTurnedAway(world, visitor, "ended");
    });

    it("end_under_every_secret_that_is_still_given_and_those_that_begin_later_go_on", async () => {
      const old = newSecret();
      const { world, ada, nobody } = await visited({ secrets: [old] });
      const renewed = world.application({ secrets: [newSecret(), old], globalEpoch: true });
      const [late, later] = [world.visitor(renewed), world.visitor(renewed)];
      await late.visit((session) => session.set("a", 2));
      world.clock.advance(1);
      await renewed.revokeAll();
      await later.visit((session) => session.set("a", 3));
      world.clock.advance(MINUTE);
      for (const visitor of [ada, nobody]) visitor.sessions = renewed;
      for (const visitor of [ada, nobody, late]) await assertTurnedAway(world, visitor, "ended");
      assertSame(await later.see("a"), 3);
    });

    it("end_also_where_a_user_spared_one_later_and_where_it_got_a_new_id", async () => {
      const { world, ada, nobody } = await visited();
      await world.sessions.revokeAll();
      world.clock.advance(1);
      await world.sessions.revokeUser("ada", { except: await ada.visit(({ id }) => id) });
      for (const visitor of [ada, nobody]) await visitor.visit((session) => session.rotate());
      world.clock.advance(2 * MINUTE);
      for (const visitor of [ada, nobody]) await assertTurnedAway(world, visitor, "ended");
    });

    for (const [what, act] of Object.entries({ changes: (session, n) => session.set("a", n), rotates: (session) => session.rotate() })) {
      it(`end_also_where_every_request_${what}`, async () => {
        const { world, ada, nobody } = await visited();
        await world.sessions.revokeAll();
        for (let left = 4; left > 0; left -= 1) {
          world.clock.advance(MINUTE / 3);
          for (const visitor of [ada, nobody]) await visitor.visit((session) => session.isNew || act(session, left));
        }
        for (const visitor of [ada, nobody]) await visitor.visit(({ isNew }) => assertSame(isNew, true));
      });
    }

    for (const act of ["login", "logout"]) {
      it(`end_also_where_a_${act}_comes_before_anybody_looked`, async () => {
        const { world, ada, nobody } = await visited();
        await world.sessions.revokeAll();
        world.clock.advance(1_000);
        for (const visitor of [ada, nobody]) await visitor.visit((session) => perform(session, act, "eve"));
        world.clock.advance(MINUTE);
        for (const visitor of [ada, nobody]) await assertTurnedAway(world, visitor, "ended");
      });
    }

    it("end_also_without_an_idle_end", async () => {
      const { world, ada, nobody } = await visited({ lifetime: { idle: "never", absolute: "30d" } });
      await world.sessions.revokeAll();
      world.clock.advance(MINUTE);
      for (const visitor of [ada, nobody]) await assertTurnedAway(world, visitor, "ended");
    });

    it("go_on_under_ids_of_the_applications_own_and_where_nobody_looks", async () => {
      const secrets = [newSecret()];
      const { world, ada } = await visited({ secrets });
      await world.sessions.create("basket", { a: 1 });
      await world.sessions.revokeAll();
      world.clock.advance(MINUTE);
      assertSame((await world.sessions.peek("basket")).get("a"), 1);
      ada.sessions = world.application({ secrets });
      assertSame(await ada.see("a"), 1);
    });

    it("cost_one_read_more_where_the_cookie_is_renewed_and_none_in_between", async () => {
      const { world, ada, nobody } = await visited();
      const beside = strong ? 1 : 2; // the user's record, or the session's end and now and then the user's record
      for (const [passes, of] of [[1, { nobody: 1, ada: 2 }], [MINUTE, { nobody: 2, ada: 2 + beside }], [1, { nobody: 1, ada: 2 }]]) {
        world.clock.advance(passes);
        assertSame(await world.cost(() => nobody.see("a")), `${of.nobody} read, 0 write`);
        assertSame(await world.cost(() => ada.see("a")), `${of.ada} read, 0 write`);
      }
    });

    itLists("are_told_to_be_over_once_and_are_listed_no_more", async () => {
      const secrets = [newSecret()];
      const { world, ada, nobody } = await visited({ secrets });
      const ids = [await ada.visit(({ id }) => id), await nobody.visit(({ id }) => id)];
      const idsOf = async (options) => (await allOf(world, options)).map(({ id }) => id);
      assertSame((await idsOf()).filter((id) => ids.includes(id)).length, 2);
      const told = [];
      world.sessions.on("end", ({ id, reason }) => ids.includes(id) && told.push(reason));
      const other = world.application({ secrets, globalEpoch: true });
      other.on("end", ({ id, reason }) => ids.includes(id) && told.push(reason));
      for (const sessions of [world.sessions, other]) {
        await sessions.revokeAll();
        world.clock.advance(2 * MINUTE); // by then every store shows it
      }
      assertSame(told, ["revoked", "revoked"]);
      assertSame([(await idsOf()).filter((id) => ids.includes(id)), await idsOf({ user: "ada" })], [[], []]);
      await ada.visit((session) => session.login("ada"));
      assertSame(await idsOf({ user: "ada" }), [await ada.visit(({ id }) => id)]);
    });

    itLists("that_are_over_are_listed_no_more_where_the_user_spared_them_later", async () => {
      const { world, ada } = await visited();
      await world.sessions.revokeAll();
      world.clock.advance(1);
      await world.sessions.revokeUser("ada", { except: await ada.visit(({ id }) => id) });
      await ada.visit((session) => session.rotate());
      assertSame(await allOf(world, { user: "ada" }), []);
    });

    it("that_begin_while_it_is_told_who_is_over_go_on_and_end_by_themselves", async () => {
      const { world } = await visited();
      const [late, told] = [world.visitor(), []];
      world.sessions.on("end", ({ id, reason }) => told.push([id, reason]));
      const revoked = world.sessions.revokeAll();
      const { id } = await late.visit((session) => session.set("a", 1).toJSON());
      await revoked;
      await late.visit((session) => session.destroy());
      assertSame(told.filter(([one]) => one === id), [[id, "destroyed"]]);
    });

    it("end_without_an_error_on_a_store_that_cannot_list", async () => {
      const secrets = [newSecret()];
      const { world, nobody } = await visited({ secrets });
      nobody.sessions = world.application({ secrets, globalEpoch: true, store: unlisted(world.store) });
      nobody.sessions.on("end", () => undefined);
      await nobody.sessions.revokeAll();
      assertSame(world.said("error"), []);
      world.clock.advance(MINUTE);
      await assertTurnedAway(world, nobody, "ended");
    });

    it("stay_where_the_write_fails", async () => {
      const { world, nobody } = await visited();
      world.store.fail("write");
      const error = await world.sessions.revokeAll().catch(({ code }) => code);
      world.store.heal();
      world.clock.advance(MINUTE);
      assertSame([error, await nobody.see("a")], ["store", 1]);
    });
  });
}
