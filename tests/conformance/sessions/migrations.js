import { perform } from "../act.js";
import { assert, assertFails, assertSame } from "../assert.js";
import { MINUTE } from "./world.js";

/** Data that was stored in an older shape: what `version` and `migrate` of a namespace promise. */
export function migrationsSuite({ describe, it }, { makeWorld, remembers }) {
  const itIsStored = remembers ? it : () => undefined;
  const CART = "shop.cart";

  /** A visitor of the application as it was before it knew of versions, and the one that comes after it. */
  async function upgraded(namespaces, fill = (session) => session.namespace(CART).update({ skus: ["A1", "B2"], note: "old" })) {
    const world = makeWorld();
    const visitor = await regularOf(world, fill);
    world.hush();
    visitor.sessions = world.application({ namespaces });
    return { world, visitor };
  }

  /** What was a list of names is a list of lines. Notes how often it was called, and with what. */
  function itemsOf(calls = []) {
    return {
      version: 1,
      migrate({ skus, ...rest }, from) {
        calls.push(from);
        return { ...rest, items: skus.map((sku) => ({ sku, qty: 1 })) };
      },
    };
  }

  const ITEMS = [{ sku: "A1", qty: 1 }, { sku: "B2", qty: 1 }];
  const cartOf = (session) => ({ ...session.namespace(CART).data });

  describe("migrate", () => {
    it("makes_what_the_application_sees_and_is_called_once_per_request_when_the_namespace_is_first_used", async () => {
      const calls = [];
      const { visitor } = await upgraded({ [CART]: itemsOf(calls) });
      await visitor.visit((session) => {
        session.namespace(CART);
        session.set("other", 1);
        assertSame(calls, []);
        assertSame([cartOf(session), session.path("shop.cart/items/1/sku")], [{ note: "old", items: ITEMS }, "B2"]);
        assertSame(calls, [0]);
      });
    });

    it("is_never_stored_by_a_read_alone_nor_by_a_change_of_another_namespace", async () => {
      const { world, visitor } = await upgraded({ [CART]: itemsOf() });
      const read = await world.cost(() => visitor.visit(cartOf));
      assertSame([read, visitor.sent], [world.price("1 read, 0 write"), []]);
      await visitor.visit((session) => (cartOf(session), session.set("other", 1)));
      visitor.sessions = world.application();
      assertSame(await visitor.visit(cartOf), { note: "old", skus: ["A1", "B2"] });
    });

    it("is_stored_whole_with_the_next_change_of_the_namespace_and_then_called_no_more", async () => {
      const calls = [];
      const { world, visitor } = await upgraded({ [CART]: itemsOf(calls) });
      const cost = await world.cost(() => visitor.visit((session) => session.namespace(CART).set("note", "new")));
      assertSame(cost, world.price("1 read, 1 write"));
      assertSame(await visitor.visit(cartOf), { note: "new", items: ITEMS });
      assertSame(calls, [0]);
      visitor.sessions = world.application();
      assertSame(await visitor.visit(cartOf), { note: "new", items: ITEMS }, "as it is stored:");
    });

    it("gets_a_copy_and_so_does_whoever_uses_what_it_returned", async () => {
      const kept = [];
      const migrate = (data) => (kept.push(data), (data.nested.list.push("migrated"), data));
      const { world, visitor } = await upgraded({ [CART]: { version: 1, migrate } }, (s) => s.namespace(CART).set("nested", { list: [] }));
      for (let visit = 0; visit < 2; visit += 1) {
        await visitor.visit((session) => {
          assertSame(session.namespace(CART).get("nested").list, ["migrated"]);
          kept.at(-1).nested.list.push("too late");
          assertSame(session.namespace(CART).get("nested").list, ["migrated"]);
        });
      }
      visitor.sessions = world.application();
      assertSame(await visitor.visit((session) => session.path("shop.cart/nested/list")), []);
    });

    it("goes_on_from_the_version_that_was_stored_over_several_and_a_version_without_it_takes_data_as_it_is", async () => {
      const { world, visitor } = await upgraded({ [CART]: itemsOf() });
      await visitor.visit((session) => session.namespace(CART).set("note", "1"));
      visitor.sessions = world.application({ namespaces: { [CART]: { version: 4 } } });
      assertSame(await visitor.visit((session) => (session.namespace(CART).set("note", "4"), cartOf(session))), { note: "4", items: ITEMS });
      const froms = [];
      const migrate = (data, from) => (froms.push(from), { ...data, note: data.note + "+" });
      visitor.sessions = world.application({ namespaces: { [CART]: { version: 9, migrate } } });
      assertSame(await visitor.visit((session) => session.path("shop.cart/note")), "4+");
      assertSame(froms, [4]);
    });

    it("is_not_called_for_an_empty_namespace_which_begins_at_the_present_version", async () => {
      const calls = [];
      const world = makeWorld({ namespaces: { [CART]: itemsOf(calls) } });
      const visitor = world.visitor();
      await visitor.visit((session) => (assertSame(cartOf(session), {}), session.namespace(CART).set("items", [])));
      assertSame([await visitor.visit(cartOf), calls], [{ items: [] }, []]);
      await visitor.visit((session) => session.namespace(CART).clear());
      visitor.sessions = world.application();
      await visitor.visit((session) => session.namespace(CART).set("skus", ["A1"]));
      visitor.sessions = world.application({ namespaces: { [CART]: itemsOf(calls) } });
      assertSame([await visitor.visit((session) => session.path("shop.cart/items/0/sku")), calls], ["A1", [0]], "emptied, and filled by an old version:");
    });

    it("works_for_the_default_namespace_and_others_are_left_alone", async () => {
      const fill = (session) => session.set("colour", "red").namespace("other").set("colour", "blue");
      const migrate = ({ colour, ...rest }) => ({ ...rest, color: colour });
      const { visitor } = await upgraded({ default: { version: 1, migrate } }, fill);
      await visitor.visit((session) => assertSame([session.get("color"), session.has("colour"), session.path("other/colour")], ["red", false, "blue"]));
    });

    for (const act of ["login", "logout", "rotate"]) {
      for (const used of ["used", "not_used"]) {
        it(`survives_a_${act}_in_a_request_in_which_the_namespace_is_${used}`, async () => {
          const calls = [];
          const { visitor } = await upgraded({ [CART]: itemsOf(calls) });
          await visitor.visit((session) => session.namespace(CART).set("note", "new"));
          await visitor.visit((session) => {
            if (used === "used") session.namespace(CART).set("note", "newer");
            perform(session, act);
          });
          assertSame(await visitor.visit(cartOf), { note: used === "used" ? "newer" : "new", items: ITEMS });
          assertSame(calls, [0], "the version is still known:");
          await visitor.visit((session) => assertSame(session.user, act === "login" ? "ada" : null));
        });
      }
    }

    it("keeps_the_version_of_what_a_login_keeps_and_forgets_that_of_the_rest", async () => {
      const calls = [];
      const namespaces = { [CART]: itemsOf(calls), wishes: itemsOf(calls) };
      const fill = (session) => ["wishes", CART].forEach((name) => session.namespace(name).set("skus", []));
      const { world, visitor } = await upgraded(namespaces, fill);
      await visitor.visit((session) => ["wishes", CART].forEach((name) => session.namespace(name).set("n", 1)));
      await visitor.visit((session) => session.login("ada", { keep: [CART] }));
      calls.length = 0;
      assertSame([await visitor.visit(cartOf), calls], [{ n: 1, items: [] }, []]);
      visitor.sessions = world.application();
      await visitor.visit((session) => session.namespace("wishes").set("skus", []));
      visitor.sessions = world.application({ namespaces });
      await visitor.visit((session) => assertSame([session.path("wishes/items"), calls], [[], [0]]));
    });

    itIsStored("of_two_requests_at_once_keeps_the_changes_of_both", async () => {
      const { visitor } = await upgraded({ [CART]: itemsOf() });
      const sessions = [await visitor.open(), await visitor.open()];
      sessions[0].namespace(CART).set("a", 1);
      sessions[1].namespace(CART).set("b", 2);
      for (const session of sessions) await visitor.commit(session);
      assertSame(await visitor.visit(cartOf), { a: 1, b: 2, note: "old", items: ITEMS });
    });

    it("in_a_request_that_saves_in_the_middle_is_stored_once", async () => {
      const calls = [];
      const { visitor } = await upgraded({ [CART]: itemsOf(calls) });
      await visitor.visit(async (session) => {
        session.namespace(CART).set("a", 1);
        await session.save();
        session.namespace(CART).set("b", 2);
      });
      assertSame([await visitor.visit(cartOf), calls], [{ a: 1, b: 2, note: "old", items: ITEMS }, [0]]);
    });

    it("whose_result_is_changed_by_a_save_that_fails_leaves_the_old_data_and_its_version", async () => {
      const { world, visitor } = await upgraded({ [CART]: itemsOf() });
      const session = await visitor.open();
      for (const [bad, code] of [[() => 1, "value"], ["x".repeat(2 ** 20), "too-large"]]) {
        session.namespace(CART).set("bad", bad);
        await assertFails(() => visitor.commit(session), code);
      }
      session.namespace(CART).delete("bad");
      session.set("other", 1);
      await visitor.commit(session);
      assertSame(await visitor.visit(cartOf), { note: "old", items: ITEMS }, "migrated as before:");
      visitor.sessions = world.application();
      assertSame(await visitor.visit(cartOf), { note: "old", skus: ["A1", "B2"] });
    });
  });

  const cause = new Error("no such field");
  const BROKEN = {
    throws: { migrate: () => { throw cause; }, message: /^shop\.cart: migrate failed to bring its data from version 0 to 1$/ },
    returns_nothing: { migrate: () => undefined, message: /^shop\.cart: migrate must return a plain object$/ },
    returns_null: { migrate: () => null, message: /plain object/ },
    returns_a_text: { migrate: () => "data", message: /plain object/ },
    returns_a_list: { migrate: () => [], message: /plain object/ },
    returns_a_promise: { migrate: async (data) => data, message: /plain object/ },
    returns_a_map: { migrate: () => new Map(), message: /plain object/ },
    returns_what_cannot_be_stored: { migrate: () => ({ f: () => 1 }), message: /^shop\.cart: migrate failed/ },
  };

  describe("a migrate that", () => {
    for (const [name, { migrate, message }] of Object.entries(BROKEN)) {
      it(`${name}_is_an_error_at_the_use_of_its_namespace_only_and_one_event_per_request`, async () => {
        const { world, visitor } = await upgraded({ [CART]: { version: 1, migrate } });
        for (let visit = 1; visit <= 2; visit += 1) {
          world.hush();
          await visitor.visit(async (session) => {
            const cart = session.namespace(CART);
            const uses = [() => cart.get("note"), () => cart.set("a", 1), () => [...cart], () => cart.data, () => session.path("shop.cart/note")];
            for (const use of uses) await assertFails(use, "value", message);
            session.set("visits", visit);
            session.login("ada");
          });
          assertSame([world.said("error").length, world.said("error")[0].error.code], [1, "value"]);
          await visitor.visit((session) => assertSame([session.get("visits"), session.user], [visit, "ada"]));
        }
        visitor.sessions = world.application();
        assertSame(await visitor.visit(cartOf), { note: "old", skus: ["A1", "B2"] }, "nothing is lost:");
      });
    }

    it("throws_is_the_cause_of_the_error_and_the_event_has_the_session_s_handle", async () => {
      const { world, visitor } = await upgraded({ [CART]: { version: 1, migrate: BROKEN.throws.migrate } });
      const session = await visitor.open();
      const error = await assertFails(() => session.namespace(CART).get("note"), "value");
      assert(error.cause === cause && world.said("error")[0].error === error, "another cause, or another error");
      assertSame(world.said("error")[0].id, session.id);
    });

    it("fails_is_done_with_when_the_namespace_is_cleared", async () => {
      const { visitor } = await upgraded({ [CART]: { version: 1, migrate: BROKEN.throws.migrate } });
      await visitor.visit(async (session) => {
        await assertFails(() => session.namespace(CART).get("note"), "value");
        session.namespace(CART).clear();
        assertSame(session.namespace(CART).size, 0);
        session.namespace(CART).set("items", []);
      });
      assertSame(await visitor.visit(cartOf), { items: [] });
      await visitor.visit((session) => session.namespace(CART).clear());
      assertSame(await visitor.visit(cartOf), {});
    });
  });

  itIsStored("what_migrate_cannot_bring_to_its_version_stops_no_save_where_another_request_stores_it_meanwhile", async () => {
    for (const [change, left] of [[() => {}, { b: 2 }], [(cart) => cart.set("c", 3), { c: 3 }]]) {
      const fails = () => { throw new Error("no"); };
      const { world, visitor } = await upgraded({ [CART]: { version: 1, migrate: fails } });
      const old = visitor.twin();
      old.sessions = world.sessions;
      await visitor.visit(async (session) => {
        const cart = session.namespace(CART);
        cart.clear();
        await session.save();
        await old.visit((other) => (cartOf(other), other.namespace(CART).set("b", 2)));
        change(cart);
        await session.set("x", 1).save();
        session.set("y", 2);
      });
      assertSame(world.said("error").map(({ error }) => error.code), ["value"]);
      visitor.sessions = world.sessions;
      await visitor.visit((session) => assertSame([cartOf(session), session.get("x"), session.get("y")], [left, 1, 2]));
    }
  });

  describe("data of a newer version than the application", () => {
    const newer = async () => {
      const world = makeWorld({ namespaces: { [CART]: { version: 3 } } });
      const visitor = await regularOf(world, (session) => session.namespace(CART).set("items", ["new"]));
      visitor.sessions = world.application({ namespaces: { [CART]: itemsOf() } });
      world.hush();
      return { world, visitor };
    };

    it("is_an_error_at_its_use_only_and_is_neither_migrated_nor_lost", async () => {
      const { world, visitor } = await newer();
      await visitor.visit(async (session) => {
        await assertFails(() => session.namespace(CART).set("a", 1), "value", "shop.cart: its data is of version 3, and this application knows version 1");
        session.set("other", 1);
      });
      assertSame(world.said("error").length, 1);
      visitor.sessions = world.sessions;
      await visitor.visit((session) => assertSame([cartOf(session), session.get("other")], [{ items: ["new"] }, 1]));
    });

    it("gives_way_to_data_of_the_application_s_version_once_it_is_cleared", async () => {
      const { world, visitor } = await newer();
      await visitor.visit((session) => (session.namespace(CART).clear(), session.namespace(CART).set("skus", [])));
      assertSame(await visitor.visit(cartOf), { skus: [] });
      visitor.sessions = world.sessions;
      assertSame(await visitor.visit(cartOf), { skus: [] }, "taken as it is, from version 1 to 3:");
    });
  });
}

/** A visitor whose session every store shows as it was stored: the cookie of a store that forgets carries none of it. */
async function regularOf(world, fill) {
  const visitor = world.visitor();
  await visitor.visit(fill);
  world.clock.advance(3 * MINUTE);
  await visitor.visit();
  return visitor;
}
