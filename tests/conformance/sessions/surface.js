import { assert, assertFails, assertSame } from "../assert.js";

/** A namespace as a Map and as one plain object: the default one and a named one alike. */
export function surfaceSuite({ describe, it }, { makeWorld }) {
  for (const [name, part] of Object.entries(PARTS)) {
    describe(name, () => {
      const write = (visitor, act) => visitor.visit((session) => act(part(session)));
      const seen = (visitor) => visitor.visit((session) => Object.fromEntries(Object.entries(part(session).data).sort()));

      for (const [promise, { before = {}, act, after }] of Object.entries(WRITES)) {
        it(promise, async () => {
          const visitor = makeWorld().visitor();
          await write(visitor, (values) => values.update(before));
          await write(visitor, (values) => act(values));
          assertSame(await seen(visitor), after);
        });
      }

      it("is_a_map_that_can_be_read_in_every_way", async () => {
        const visitor = makeWorld().visitor();
        await write(visitor, (values) => values.set("a", 1).set("b", [2]));
        await write(visitor, (values) => {
          assertSame([values.get("a"), values.get("b"), values.get("c")], [1, [2], undefined]);
          assertSame([values.has("a"), values.has("c"), values.size], [true, false, 2]);
          const pairs = [["a", 1], ["b", [2]]];
          for (const all of [[...values], [...values.entries()], Object.entries(values.data)]) assertSame(all.sort(), pairs);
          assertSame([...values.keys()].sort(), ["a", "b"]);
          assertSame([...values.values()].sort(), [1, [2]]);
          assertSame([values.delete("a"), values.delete("a"), values.size], [true, false, 1]);
        });
      });

      it("data_and_the_map_are_one", async () => {
        await write(makeWorld().visitor(), (values) => {
          values.set("a", 1);
          assertSame(values.data.a, 1);
          values.data.b = 2;
          assertSame(values.get("b"), 2);
          delete values.data.a;
          assert(!values.has("a"), "a is still there");
          values.clear();
          assertSame(Object.keys(values.data), []);
          assert(values.data === values.data, "data is not one object");
        });
      });

      it("data_has_no_prototype_and_nothing_is_inherited", async () => {
        await write(makeWorld().visitor(), (values) => {
          assertSame(Object.getPrototypeOf(values.data), null);
          for (const key of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
            assertSame([values.has(key), values.get(key), values.delete(key)], [false, undefined, false], key);
          }
        });
      });

      it("__proto___is_a_key_like_any_other", async () => {
        const visitor = makeWorld().visitor();
        await write(visitor, (values) => values.set("__proto__", { polluted: true }));
        await write(visitor, (values) => {
          assertSame(values.get("__proto__"), { polluted: true });
          assertSame([...values.keys()], ["__proto__"]);
          assertSame(Object.getPrototypeOf(values.data), null);
          assertSame({}.polluted, undefined, "every object:");
          values.get("__proto__").polluted = false;
        });
        await write(visitor, (values) => assertSame(values.data["__proto__"], { polluted: false }));
      });

      for (const key of [1, undefined, null, Symbol("key"), {}]) {
        it(`refuses_${key === null ? "null" : typeof key}_as_a_key`, () =>
          write(makeWorld().visitor(), async (values) => {
            await assertFails(() => values.set(key, 1), "value", /keys are strings/);
            assertSame(values.size, 0);
          }));
      }
    });
  }
}

const PARTS = {
  "the default namespace": (session) => session,
  "a named namespace": (session) => session.namespace("shop.cart"),
};

const WRITES = {
  set_is_kept: { act: (values) => values.set("a", 1).set("b", "two"), after: { a: 1, b: "two" } },
  set_replaces: { before: { a: 1 }, act: (values) => values.set("a", 2), after: { a: 2 } },
  undefined_is_a_value: { act: (values) => values.set("a", undefined), after: { a: undefined } },
  getOrCreate_makes_what_is_missing: {
    before: { a: 1 },
    act: (values) => values.getOrCreate("cart", () => ({ items: [] })).items.push("A1"),
    after: { a: 1, cart: { items: ["A1"] } },
  },
  getOrCreate_leaves_what_is_there_even_if_it_is_undefined: {
    before: { a: undefined, cart: { items: ["A1"] } },
    act: (values) => {
      values.getOrCreate("a", () => 2);
      values.getOrCreate("cart", () => ({ items: [] })).items.push("B2");
    },
    after: { a: undefined, cart: { items: ["A1", "B2"] } },
  },
  update_sets_several_and_leaves_the_rest: {
    before: { a: 1, c: 3 },
    act: (values) => values.update({ a: 2, b: { deep: [true, null] } }),
    after: { a: 2, b: { deep: [true, null] }, c: 3 },
  },
  delete_is_kept: { before: { a: 1, b: 2 }, act: (values) => values.delete("a"), after: { b: 2 } },
  clear_is_kept: { before: { a: 1, b: 2 }, act: (values) => values.clear(), after: {} },
  set_after_clear_is_kept: { before: { a: 1, b: 2 }, act: (values) => (values.clear(), values.set("b", 3)), after: { b: 3 } },
  a_nested_change_through_get_saves_itself: {
    before: { items: [{ sku: "A1", qty: 1 }] },
    act: (values) => (values.get("items")[0].qty = 2),
    after: { items: [{ sku: "A1", qty: 2 }] },
  },
  a_nested_change_through_data_saves_itself: {
    act: (values) => (values.data.items ??= []).push({ sku: "A1" }),
    after: { items: [{ sku: "A1" }] },
  },
  a_nested_change_while_iterating_saves_itself: {
    before: { a: { n: 1 }, b: { n: 2 } },
    act: (values) => {
      for (const [, value] of values) value.n += 10;
    },
    after: { a: { n: 11 }, b: { n: 12 } },
  },
  a_nested_change_in_values_saves_itself: {
    before: { a: [1] },
    act: (values) => [...values.values()][0].push(2),
    after: { a: [1, 2] },
  },
  a_change_inside_a_map_a_set_and_a_date_saves_itself: {
    before: { map: new Map([["k", [1]]]), set: new Set([1]), date: new Date(1_000), bytes: new Uint8Array([1, 2]) },
    act(values) {
      values.get("map").get("k").push(2);
      values.get("set").add(2);
      values.get("date").setTime(2_000);
      values.get("bytes")[0] = 9;
    },
    after: { bytes: new Uint8Array([9, 2]), date: new Date(2_000), map: new Map([["k", [1, 2]]]), set: new Set([1, 2]) },
  },
  keys_of_every_kind_are_kept_apart: {
    act: (values) => ["", "a b", "a\tb", "a\nb", "=a", '"', "\\", "ü", "日本", "\u{1f98a}", "$date", "1", "01"].forEach((key, n) => values.set(key, n)),
    after: Object.fromEntries(
      ["", "a b", "a\tb", "a\nb", "=a", '"', "\\", "ü", "日本", "\u{1f98a}", "$date", "1", "01"].map((key, n) => [key, n]).sort(),
    ),
  },
};
