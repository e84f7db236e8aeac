import { perform } from "../act.js";
import { assertSame } from "../assert.js";
import { MINUTE, SECOND } from "./world.js";

/** What a request costs, counted where it costs: at most what is promised, and here exactly that. */
export function costsSuite({ describe, it }, { makeWorld }) {
  describe("costs", () => {
    for (const [name, act] of Object.entries(READS)) {
      it(`an_anonymous_request_that_only_${name}_costs_nothing_and_gets_no_cookie`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        assertSame(await world.cost(() => visitor.visit(act)), "0 read, 0 write");
        assertSame(visitor.sent, []);
        assertSame(world.events, []);
      });

      it(`a_request_that_only_${name}_costs_one_read_and_no_write`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit(fill);
        assertSame(await world.cost(() => visitor.visit(act)), world.price("1 read, 0 write"));
        assertSame(visitor.sent, [], "cookies:");
      });
    }

    it("asking_for_a_session_that_must_exist_costs_nothing_when_there_is_none", async () => {
      const world = makeWorld();
      assertSame(await world.cost(async () => assertSame(await world.visitor().open({ create: false }), null)), "0 read, 0 write");
    });

    it("the_first_value_costs_one_write_and_no_read", async () => {
      const world = makeWorld();
      assertSame(await world.cost(() => world.visitor().visit(fill)), world.price("0 read, 1 write"));
    });

    for (const [name, act] of Object.entries(CHANGES)) {
      it(`a_request_that_${name}_costs_one_read_and_one_write`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit(fill);
        assertSame(await world.cost(() => visitor.visit(act)), world.price("1 read, 1 write"));
      });
    }

    for (const [act, entry, writes] of [["login", "_and_an_entry_in_the_users_list", 3], ["logout", "", 2], ["rotate", "", 2]]) {
      it(`${act}_writes_the_new_record_and_the_end_of_the_old_one${entry}`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit(fill);
        assertSame(await world.cost(() => visitor.visit((session) => perform(session, act))), world.price(`1 read, ${writes} write`));
      });
    }

    it("setting_what_is_there_already_writes_nothing", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit(fill);
      assertSame(await world.cost(() => visitor.visit(fill)), world.price("1 read, 0 write"));
    });

    it("a_change_that_is_taken_back_in_the_same_request_writes_nothing", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit(fill);
      const back = (session) => session.set("new", 1).delete("new");
      assertSame(await world.cost(() => visitor.visit(back)), world.price("1 read, 0 write"));
    });

    it("a_read_that_refreshes_the_cookie_writes_nothing", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ color: "red" });
      world.clock.advance(MINUTE);
      assertSame(await world.cost(() => visitor.visit(READS.gets_a_value)), world.price("1 read, 0 write"));
      assertSame(visitor.sent.length, 1, "cookies:");
      assertSame(await world.cost(() => visitor.visit(READS.gets_a_value)), world.price("1 read, 0 write"));
      assertSame(visitor.sent.length, 0, "cookies a moment later:");
    });

    it("a_handler_that_does_not_ask_for_the_session_costs_nothing_whatever_cookie_comes", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit(fill);
      world.clock.advance(90 * SECOND);
      const handler = world.sessions.handle(() => new Response("ok"));
      assertSame(await world.cost(() => handler(visitor.request(), {}, {})), "0 read, 0 write");
    });
  });
}

function fill(session) {
  session.set("color", "red").set("items", [{ sku: "A1", qty: 1 }]);
  session.namespace("shop.cart").set("total", 3);
}

const READS = {
  gets_a_value: (session) => session.get("color"),
  gets_an_object_and_leaves_it_as_it_is: (session) => session.get("items"),
  asks_what_is_there: (session) => [session.has("color"), session.has("nothing"), session.size],
  iterates: (session) => [...session, ...session.keys(), ...session.values(), ...session.entries()],
  looks_at_data: (session) => JSON.stringify(session.data),
  looks_into_a_namespace: (session) => session.namespace("shop.cart").get("total"),
  looks_into_a_namespace_that_is_not_there: (session) => session.namespace("nowhere").data,
  follows_a_path: (session) => session.path("default/items/0/sku", "none"),
  follows_a_path_into_nothing: (session) => session.path("nowhere/at/all"),
  asks_for_a_flash_that_is_not_there: (session) => session.flash("notice"),
  deletes_what_is_not_there: (session) => session.delete("nothing"),
  clears_what_is_empty: (session) => session.namespace("nowhere").clear(),
  reads_metadata: (session) => JSON.stringify(session),
  saves_nothing: (session) => session.save(),
};

const CHANGES = {
  sets_a_value: (session) => session.set("color", "blue"),
  sets_many_values_in_many_namespaces: (session) => {
    for (let n = 0; n < 20; n += 1) session.namespace(`part.${n % 5}`).set(`key${n}`, n);
  },
  changes_a_nested_value: (session) => (session.get("items")[0].qty += 1),
  deletes_a_value: (session) => session.delete("color"),
  clears_everything: (session) => session.clear(),
  leaves_a_flash: (session) => session.flash("notice", "saved"),
  saves_in_the_middle: (session) => session.set("color", "blue").save(),
  destroys_the_session: (session) => session.destroy(),
};
