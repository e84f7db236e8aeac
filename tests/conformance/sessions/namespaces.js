import { assertFails, assertSame } from "../assert.js";

/** Parts of an application side by side in one session, and two ways past the Map: paths and flashes. */
export function namespacesSuite({ describe, it }, { makeWorld }) {
  describe("namespaces", () => {
    it("the_same_key_in_two_namespaces_is_two_values", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => NAMES.forEach((name, n) => session.namespace(name).set("key", n)));
      await visitor.visit((session) => NAMES.forEach((name, n) => assertSame(session.namespace(name).get("key"), n, name)));
      await visitor.visit((session) => session.namespace(NAMES[3]).clear());
      await visitor.visit((session) => {
        for (const [n, name] of NAMES.entries()) assertSame(session.namespace(name).get("key"), n === 3 ? undefined : n, name);
      });
    });

    it("two_handles_of_one_namespace_are_one", () =>
      makeWorld().visitor().visit((session) => {
        session.namespace("cart").set("n", 1);
        assertSame(session.namespace("cart").data.n, 1);
      }));

    it("the_default_namespace_goes_by_the_name_default", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.set("a", 1));
      assertSame(await visitor.visit((session) => session.namespace("default").get("a")), 1);
    });

    for (const name of ["$", "$session", "$flash", "$anything", undefined, null, 7]) {
      it(`the_name_${name}_is_refused`, () =>
        makeWorld().visitor().visit(async (session) => {
          await assertFails(() => session.namespace(name), "value", /does not begin with \$/);
        }));
    }

    it("what_the_library_keeps_for_itself_is_out_of_reach", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => (session.login("ada"), session.flash("notice", "hi")));
      await visitor.visit((session) => {
        assertSame([session.path("$session/user"), session.path("$flash/notice")], [undefined, undefined]);
        assertSame([session.size, [...session]], [0, []]);
      });
    });
  });

  describe("paths", () => {
    for (const [path, expected] of PATHS) {
      it(`${path}_gives_${JSON.stringify(expected) ?? "the fallback"}`, async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit(fill);
        await visitor.visit((session) => {
          assertSame(session.path(path), expected);
          assertSame(session.path(path, "fallback"), expected === undefined ? "fallback" : expected);
          assertSame(Object.keys(session.data).sort(), ["list", "zero"], "created:");
        });
      });
    }

    it("what_a_path_leads_to_is_live", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit(fill);
      await visitor.visit((session) => (session.path("shop.cart/items/0").sku = "B2"));
      assertSame(await visitor.visit((session) => session.path("shop.cart/items/0/sku")), "B2");
    });
  });

  describe("flashes", () => {
    it("a_flash_is_there_for_one_read_at_a_later_request", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => assertSame(session.flash("notice", "saved"), "saved"));
      await visitor.visit();
      assertSame(await visitor.visit((session) => session.flash("notice")), "saved");
      assertSame(await visitor.visit((session) => session.flash("notice")), undefined);
    });

    it("a_flash_can_be_read_once_in_the_request_that_left_it", () =>
      makeWorld().visitor().visit((session) => {
        session.flash("notice", { text: "saved" });
        assertSame([session.flash("notice"), session.flash("notice")], [{ text: "saved" }, undefined]);
      }));

    it("a_read_whose_request_fails_leaves_the_flash_for_the_next_one", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.flash("notice", "saved"));
      const session = await visitor.open(); // and no commit
      assertSame(session.flash("notice"), "saved");
      assertSame(await visitor.visit((next) => next.flash("notice")), "saved");
    });

    it("flashes_are_apart_from_each_other_and_from_values_and_null_is_one", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => {
        session.set("notice", "a value");
        session.flash("notice", null);
        session.flash("__proto__", "p");
      });
      await visitor.visit((session) => {
        assertSame([session.flash("toString"), session.flash("notice"), session.flash("__proto__")], [undefined, null, "p"]);
        assertSame(session.get("notice"), "a value");
      });
    });
  });
}

const NAMES = ["default", "shop.cart", "shop", "__proto__", "constructor", "", "a/b", "=x", "a\tb\nc", '"', "\\", "日本", "0", "x".repeat(200)];

function fill(session) {
  session.set("list", ["a", { deep: null }]).set("zero", 0);
  session.namespace("shop.cart").update({ items: [{ sku: "A1" }], when: new Date(0), "": "empty key" });
}

/** A path and what it leads to; `undefined`: nothing, so the fallback is given. */
const PATHS = [
  ["default/zero", 0],
  ["default/list/0", "a"],
  ["default/list/1/deep", null],
  ["shop.cart/items/0/sku", "A1"],
  ["shop.cart/items", [{ sku: "A1" }]],
  ["shop.cart/", "empty key"],
  ["default/list/2", undefined],
  ["default/list/1/deep/er", undefined],
  ["default/list/map", undefined],
  ["default/toString", undefined],
  ["default/__proto__/toString", undefined],
  ["default/list/0/length", undefined],
  ["shop.cart/when/getTime", undefined],
  ["shop.cart", undefined],
  ["nowhere/at/all", undefined],
  ["", undefined],
  ["/", undefined],
  ["$session/user", undefined],
];
