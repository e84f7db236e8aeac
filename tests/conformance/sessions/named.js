import { perform } from "../act.js";
import { assert, assertFails, assertSame } from "../assert.js";
import { HOUR, MINUTE } from "./world.js";

/** Some storages are the same one in every test: each has ids of its own. */
let ids = 0;
const newId = () => `cart ${(ids += 1)} ${Math.random()}`;

/** Sessions under the application's own ids, as ERP5's `portal_sessions` has them. */
export function namedSuite({ describe, it }, { makeWorld }) {
  async function contentOf({ sessions }, id) {
    const session = await sessions.peek(id);
    return session && Object.fromEntries(session);
  }

  describe("a session under an id of the application's own", () => {
    it("is_made_by_its_first_save_and_not_by_looking", async () => {
      const [world, id] = [makeWorld(), newId()];
      const session = await world.sessions.named(id);
      assertSame([session.isNew, session.name, session.size, await contentOf(world, id)], [true, id, 0, null]);
      await session.set("color", "red").save();
      const again = await world.sessions.named(id);
      assertSame([again.isNew, again.id, await contentOf(world, id)], [false, session.id, { color: "red" }]);
    });

    it("is_another_for_every_string", async () => {
      const world = makeWorld();
      const strings = ["\ud800", "\ud801", "\ufffd", '"\\ud800"', "\\ud800", "__proto__", " ", "x".repeat(100_000)].map((text) => `${text}${newId()}`);
      const halves = [...strings, "\ud800", "\ud801", "\ufffd"];
      const ids = new Set();
      for (const id of halves) ids.add((await world.sessions.named(id)).id);
      assertSame(ids.size, halves.length);
    });

    it("is_deleted_by_ids_alone_and_none_where_one_is_none", async () => {
      const { sessions } = makeWorld();
      const id = `shared ${crypto.randomUUID()}`;
      await sessions.create(id, { a: 1 });
      for (const ids of [undefined, 5, null, [5], [id, ""]]) await assertFails(() => sessions.delete(ids), "value");
      assertSame((await sessions.peek(id)).get("a"), 1);
    });

    it("is_refused_for_what_is_no_id_or_no_values", async () => {
      const { sessions } = makeWorld();
      for (const call of [() => sessions.create(5, { a: 1 }), () => sessions.create(null), () => sessions.create(["id"], { a: 1 }), () => sessions.create("id", null), () => sessions.create("id", new Map([["a", 1]]))]) {
        await assertFails(call, "value");
      }
      for (const given of [5, true, {}, Promise.resolve("ada")]) {
        const world = makeWorld({ thirdParty: () => given });
        await assertFails(() => world.visitor().open(), "value", /^thirdParty: /);
      }
    });

    it("is_shared_by_all_who_know_the_id", async () => {
      const [world, id] = [makeWorld(), newId()];
      const [one, other] = [await world.sessions.named(id), await world.sessions.named(id)];
      await one.set("a", 1).save();
      world.clock.advance(2_000); // one put per second of a key
      await other.set("b", 2).save();
      assertSame(await contentOf(world, id), { a: 1, b: 2 });
    });

    it("is_made_with_values_or_gets_them_besides_those_it_has", async () => {
      const [world, id] = [makeWorld(), newId()];
      assertSame(Object.fromEntries(await world.sessions.create(id, { a: 1, b: 1 })), { a: 1, b: 1 });
      world.clock.advance(2_000);
      await world.sessions.create(id, { b: 2 });
      assertSame(await contentOf(world, id), { a: 1, b: 2 });
      const empty = newId();
      await world.sessions.create(empty);
      assertSame(await contentOf(world, empty), {});
    });

    it("is_made_under_an_id_that_is_made_up_if_none_is_given", async () => {
      const world = makeWorld();
      const made = await Promise.all([world.sessions.create({ a: 1 }), world.sessions.create({ a: 2 })]);
      assert(made[0].name !== made[1].name && made[0].name.length >= 22, "names");
      assertSame(await contentOf(world, made[0].name), { a: 1 });
    });

    it("ends_alone_or_with_others_and_those_that_are_not_there_are_no_error", async () => {
      const world = makeWorld();
      const all = [newId(), newId(), newId()];
      for (const id of all) await world.sessions.create(id, { a: 1 });
      world.clock.advance(2_000);
      await world.sessions.delete(all[0]);
      await world.sessions.delete([all[1], newId()]);
      await world.sessions.delete([]);
      assertSame([await contentOf(world, all[0]), await contentOf(world, all[1]), await contentOf(world, all[2])], [null, null, { a: 1 }]);
    });

    it("can_be_made_again_after_its_end", async () => {
      const [world, id] = [makeWorld(), newId()];
      await world.sessions.create(id, { a: 1 });
      world.clock.advance(2_000);
      await world.sessions.delete(id);
      world.clock.advance(2_000);
      await world.sessions.create(id, { b: 2 });
      assertSame(await contentOf(world, id), { b: 2 });
    });

    it("lives_as_long_as_it_was_made_for_to_the_millisecond_and_a_save_renews_it_when_half_of_that_is_over", async () => {
      const [world, id] = [makeWorld(), newId()];
      const made = await world.sessions.create(id, { a: 1 }, { lifetime: "10m" });
      const session = await world.sessions.named(id);
      for (const { expiresAt } of [made, session]) assertSame(expiresAt.getTime(), world.clock.now() + 10 * MINUTE);
      world.clock.advance(6 * MINUTE);
      await (await world.sessions.named(id)).save();
      world.clock.advance(10 * MINUTE - 1);
      assertSame(await contentOf(world, id), { a: 1 });
      world.clock.advance(1);
      assertSame(await contentOf(world, id), null);
    });

    it("lives_as_long_as_the_idle_life_of_all_sessions_if_nothing_is_said", async () => {
      const [world, id] = [makeWorld(), newId()];
      await world.sessions.create(id, { a: 1 });
      world.clock.advance(HOUR - 1);
      assertSame(await contentOf(world, id), { a: 1 });
      world.clock.advance(1);
      assertSame(await contentOf(world, id), null);
    });

    it("is_never_reached_by_a_visitor_and_sets_no_cookie", async () => {
      const [world, id] = [makeWorld(), newId()];
      const session = await world.sessions.create(id, { a: 1 });
      const visitor = world.visitor();
      for (const value of [id, session.id, session.name]) {
        const headers = new Headers({ cookie: `__Host-session=${encodeURIComponent(value)}` });
        const opened = await world.sessions.open({ url: "https://shop.example/", headers });
        assertSame([opened.isNew, opened.size], [true, 0]);
      }
      const headers = new Headers();
      await world.sessions.commitTo((await world.sessions.named(id)).set("b", 2), headers);
      assertSame(headers.getSetCookie(), []);
      assertSame(visitor.cookie, "");
    });

    it("has_namespaces_paths_and_values_like_any_other", async () => {
      const [world, id] = [makeWorld(), newId()];
      const session = await world.sessions.named(id);
      session.namespace("shop.cart").data.items = [{ sku: "A1", at: new Date(0) }];
      await session.save();
      const found = await world.sessions.peek(id);
      assertSame([found.path("shop.cart/items/0/sku"), found.path("shop.cart/items/0/at").getTime()], ["A1", 0]);
    });

    for (const act of ["login", "logout", "rotate"]) {
      it(`refuses_${act}`, async () => {
        const [world, id] = [makeWorld(), newId()];
        const session = await world.sessions.create(id, { a: 1 });
        perform(session, act);
        await assertFails(() => session.save(), "value");
        assertSame(await contentOf(world, id), { a: 1 });
      });
    }

    for (const [what, id] of [
      ["of_odd_characters", "\u0000 ../ % \ud800 é"],
      ["that_is_huge", "x".repeat(100_000)],
      ["that_is___proto__", "__proto__"],
      ["that_looks_like_a_handle", "s1:6Va9waqKrziSnKQ3QZA6JkkWUgro0HHjoAUIyQsNnTY"],
    ]) {
      it(`may_go_by_an_id_${what}`, async () => {
        const world = makeWorld();
        const own = `${newId()}${id}`;
        await world.sessions.create(own, { a: 1 });
        assertSame(await contentOf(world, own), { a: 1 });
      });
    }

    for (const id of ["", undefined, null, 1, {}, ["a"], Symbol("a")]) {
      it(`cannot_go_by_${String(id) || "nothing"}_of_type_${typeof id}`, async () => {
        const { sessions } = makeWorld();
        await assertFails(() => sessions.named(id), "value");
        await assertFails(() => sessions.peek(id), "value");
        await assertFails(() => sessions.delete([id]), "value");
      });
    }

    for (const lifetime of ["soon", "", -1, Number.NaN, "never", 0, "0s"]) {
      it(`cannot_live_for_${String(lifetime) || "nothing"}`, async () => {
        const [world, id] = [makeWorld(), newId()];
        await assertFails(() => world.sessions.create(id, { a: 1 }, { lifetime }), "value");
        assertSame(await contentOf(world, id), null);
      });
    }
  });

  describe("an id that another layer vouches for", () => {
    const gate = { thirdParty: ({ headers }) => headers.get("x-subject") };
    const requestOf = (subject) => ({ url: "https://shop.example/", headers: new Headers(subject === "" ? {} : { "x-subject": subject }) });

    it("has_a_session_without_a_cookie_and_without_it_the_cookie_counts", async () => {
      const [world, subject] = [makeWorld(gate), newId()];
      const headers = new Headers();
      await world.sessions.commitTo((await world.sessions.open(requestOf(subject))).set("a", 1), headers);
      assertSame(headers.getSetCookie(), []);
      assertSame((await world.sessions.open(requestOf(subject))).get("a"), 1);
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 2));
      assertSame(await visitor.see("a"), 2);
    });

    it("leads_to_no_session_of_the_applications_own_ids", async () => {
      const [world, id] = [makeWorld(gate), newId()];
      await world.sessions.create(id, { a: 1 });
      const session = await world.sessions.open(requestOf(id));
      assertSame([session.isNew, session.size], [true, 0]);
      assertSame(await world.sessions.open(requestOf(id), { create: false }), null);
    });
  });
}
