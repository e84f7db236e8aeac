import { assert, assertFails, assertSame, same } from "./assert.js";
import { randomFrom, randomNamespace } from "./random.js";

/**
 * What the values codec promises, in any runtime.
 *
 * @param runner the framework's `describe` and `it`
 * @param values the codec: `encodeValue`, `encodeNamespace`, `changedFrom`, `textOf`, `linesOf`, `isText`, `decodeNamespace`
 * @param seed of the random values; printed when they find a fault
 */
export function valuesSuite({ describe, it }, values, seed = Date.now() >>> 0) {
  const { encodeValue, decodeNamespace } = values;
  const encodeNamespace = (data, name) => values.textOf(values.encodeNamespace(data, name));
  const snapshot = (data, name) => values.linesOf(values.encodeNamespace(data, name));
  const encode = (value) => encodeValue(value, () => ["shop.cart", "items"]);
  const decode = (text) => decodeNamespace(`{"key":${text}}`).key;
  const roundTrip = (value) => decode(encode(value));
  const refused = (value, message) => assertFails(() => encode(value), "value", message);

  describe("values", () => {
    it("plain_json_is_written_as_json_writes_it", () => {
      const cart = { items: [{ sku: "A1", qty: 1, price: 19.5, gift: false, note: null }], empty: {}, none: [] };
      assertSame(encode(cart), JSON.stringify(cart));
      assertSame(encodeNamespace(cart, "shop.cart"), JSON.stringify(cart));
      assertSame(decode(encode(cart)), cart);
    });

    for (const [name, value] of STORABLE) {
      it(`${name}_comes_back_as_it_was`, () => {
        assertSame(roundTrip(value), value, "alone:");
        assertSame(roundTrip({ inside: [value] }), { inside: [value] }, "inside:");
      });
    }

    it("random_values_come_back_as_they_were_and_encode_to_the_same_text_again", () => {
      const random = randomFrom(seed);
      for (let round = 0; round < 3_000; round++) {
        const data = randomNamespace(random);
        const text = encodeNamespace(data, "ns");
        const back = decodeNamespace(text);
        const where = `seed ${seed}, round ${round}:`;
        assert(same(back, data), `${where} ${text}`);
        assertSame(encodeNamespace(back, "ns"), text, where);
        assert(!/[\u0000-\u001f]|\p{Surrogate}/u.test(text), `${where} a control character or a lone surrogate`);
        const lines = Object.keys(data).map((key) => `${JSON.stringify(key)}\t${encodeValue(data[key], () => "ns")}\n`);
        assertSame(snapshot(data, "ns"), lines.join(""), where);
        const fields = values.encodeNamespace(data, "ns");
        for (const other of [text, `${text} `, text.slice(0, -1), text.replace(",", "/"), text.replace(/.}$/, "}"), "{}", ""]) {
          assertSame(values.isText(fields, other), other === text, `${where} ${text} and ${other}`);
          assertSame(values.changedFrom(other, data, "ns"), other === text ? undefined : fields, where);
        }
        assertSame(`{${lines.map((line) => line.trimEnd().replace("\t", ":")).join(",")}}`, text, where);
      }
    });

    it("every_change_that_json_would_swallow_changes_the_text", () => {
      const before = encodeNamespace({ a: { b: [1, 0] } }, "ns");
      for (const value of [undefined, NaN, -0, null, "0", 0n, new Date(0), [], {}, new Map()]) {
        assert(encodeNamespace({ a: { b: [1, value] } }, "ns") !== before, `unnoticed: ${String(value)}`);
      }
      assert(encodeNamespace({ a: { b: [1, 0] }, c: undefined }, "ns") !== before, "unnoticed: a key with undefined");
    });

    it("a_key_set_to_undefined_is_there", () => {
      const data = decodeNamespace(encodeNamespace({ gone: undefined }, "ns"));
      assert(Object.hasOwn(data, "gone") && data.gone === undefined, "the key is missing");
      assertSame(snapshot(data, "ns"), '"gone"\t{"$undefined":0}\n');
    });

    it("an_empty_namespace_is_empty_in_every_form", () => {
      assertSame(encodeNamespace(decodeNamespace("{}"), "ns"), "{}");
      assertSame(snapshot({}, "ns"), "");
    });

    it("__proto___is_a_key_like_any_other_and_sets_no_prototype", () => {
      const text = '{"__proto__":{"a":1},"nested":{"__proto__":{"$date":5},"b":{"__proto__":{"c":2}}}}';
      const data = decodeNamespace(text);
      assert(Object.getPrototypeOf(data) === null, "the namespace has a prototype");
      assertSame(Object.keys(data), ["__proto__", "nested"]);
      assertSame(Object.keys(data.nested), ["__proto__", "b"]);
      assert(Object.getPrototypeOf(data.nested) === Object.prototype, "a nested object got another prototype");
      assert(data.nested.__proto__ instanceof Date && data.a === undefined && {}.c === undefined, "a prototype was set");
      assertSame(encodeNamespace(data, "ns"), text);
      const escaped = decodeNamespace('{"x":{"$object":[["__proto__",{"a":1}]]}}').x;
      assertSame([Object.keys(escaped), escaped.a], [["__proto__"], undefined]);
    });

    it("a_namespace_key_that_begins_with_a_dollar_is_no_special_form", () => {
      const data = decodeNamespace('{"$date":5}');
      assertSame(data.$date, 5);
      assertSame(encodeNamespace(data, "ns"), '{"$date":5}');
      assertSame(encodeNamespace({ $set: new Date(5) }, "ns"), '{"$set":{"$date":5}}');
    });

    it("objects_without_a_prototype_come_back_as_plain_objects", () => {
      assertSame(roundTrip(bare({ a: 1, when: new Date(5) })), { a: 1, when: new Date(5) });
    });

    it("of_a_view_only_the_bytes_in_view_are_stored", () => {
      const view = new Uint16Array(new Uint8Array([9, 9, 1, 0, 2, 0, 9, 9]).buffer, 2, 2);
      const back = roundTrip(view);
      assertSame([...back], [1, 2]);
      assertSame(back.buffer.byteLength, 4);
    });

    it("an_array_is_its_items_and_an_almost_empty_one_costs_nothing", () => {
      const match = Object.assign(["2027", "01"], { index: 0 });
      assertSame(roundTrip(match), ["2027", "01"]);
      const sparse = [];
      sparse[4_000_000_000] = "far";
      const text = encode(sparse);
      assertSame(text, '{"$array":[4000000001,[[4000000000,"far"]]]}');
      assertSame(decode(text).length, 4_000_000_001);
    });

    it("an_escaped_key_is_not_mistaken_for_another", () => {
      // V8 reads "\n" as "\\" where an object has had "\\" in its place: https://github.com/nodejs/node/issues/63785
      for (const key of ["\n", '"', "\t", "\0", "\ud800", "x\n", "\ue000", "\ue0000"]) {
        for (const trap of ["\\", "x\\"]) JSON.parse(JSON.stringify({ a: 1, [trap]: { a: 1, [trap]: 2 } }));
        const data = { a: 1, [key]: { a: 1, [key]: 2, at: new Date(5) }, quoted: `"${key}":` };
        const text = encodeNamespace(data, "ns");
        assertSame(encodeNamespace(decodeNamespace(text), "ns"), text);
        assertSame(decodeNamespace(text)[key], data[key]);
      }
      assertSame(decodeNamespace('{"\\n":1,"\ue0000":2,"\ue000\ue0000":3}'), bare({ "\n": 1, "\ue0000": 2, "\ue000\ue0000": 3 }));
    });
  });

  describe("values that cannot be stored", () => {
    for (const [name, make, message] of UNSTORABLE) {
      it(`${name}_is_refused_with_its_path`, async () => {
        await refused([{ file: make() }], `shop.cart/items/0/file: ${message} cannot be stored in a session`);
        const inspect = () => encodeNamespace({ items: [{ file: make() }] }, "shop.cart");
        await assertFails(inspect, "value", `shop.cart/items/0/file: ${message} cannot be stored in a session`);
      });
    }

    it("the_path_leads_through_maps_sets_holes_and_escaped_objects", async () => {
      const bad = Symbol("bad");
      await refused(new Map([["a", [bad]]]), /^shop.cart\/items\/a\/0: a symbol /);
      await refused(new Map([[{}, 1], [{}, bad]]), /^shop.cart\/items\/1: a symbol /);
      await refused(new Set([1, { x: bad }]), /^shop.cart\/items\/1\/x: a symbol /);
      await refused([, , bad], /^shop.cart\/items\/2: a symbol /);
      await refused({ a: { b: 1 }, c: { $d: bad } }, /^shop.cart\/items\/c\/\$d: a symbol /);
      await refused(bad, "shop.cart/items: a symbol cannot be stored in a session");
    });

    it("a_namespace_without_a_name_is_not_named", () =>
      assertFails(() => encodeNamespace({ file: () => {} }, ""), "value", "file: a function cannot be stored in a session"));

    it("an_accessor_gives_its_value_and_symbol_keys_are_left_out_as_in_a_structured_clone", () => {
      const cart = { price: 1, get total() { return 2; }, [Symbol("x")]: 1, when: new Date(5) };
      const plain = { price: 1, get total() { return 2; }, [Symbol("x")]: 1 };
      for (const value of [cart, plain, [plain], Object.assign([1], { [Symbol("x")]: 1 })]) {
        assertSame(roundTrip(value), structuredClone(value));
      }
      assertSame(snapshot(plain, "ns"), '"price"\t1\n"total"\t2\n');
    });

    it("a_method_toJSON_is_refused_wherever_it_hides", async () => {
      const hidden = Object.defineProperty({ a: 1 }, "toJSON", { value: () => "other" });
      await refused({ hidden }, "shop.cart/items/hidden: an object with a method toJSON cannot be stored in a session");
      await refused([Object.assign([1], { toJSON: () => 1 })], /items\/0: an object with a method toJSON /);
      await assertFails(() => snapshot(Object.assign(Object.create(null), { toJSON: () => 1 }), "ns"), "value", /^ns/);
      await assertFails(() => encodeNamespace(hidden, "ns"), "value", "ns: an object with a method toJSON cannot be stored in a session");
    });

    it("a_patched_prototype_never_writes_other_values", () => {
      const errors = [];
      for (const prototype of [Object.prototype, Array.prototype]) {
        Object.defineProperty(prototype, "toJSON", { value: () => "other", configurable: true });
        try {
          encodeNamespace({ list: [{ a: 1 }] }, "ns");
        } catch (error) {
          errors.push(error.message);
        } finally {
          delete prototype.toJSON;
        }
      }
      const message = "an object with a method toJSON cannot be stored in a session";
      assertSame(errors, [`ns: ${message}`, `ns/list: ${message}`]);
    });

    it("cycles_are_refused_and_shared_values_are_stored_twice", async () => {
      const cycle = { list: [] };
      cycle.list.push(new Map([["back", cycle]]));
      await refused(cycle, "shop.cart/items/list/0/back: a cycle cannot be stored in a session");
      const shared = { a: 1 };
      assertSame(roundTrip([shared, shared]), [{ a: 1 }, { a: 1 }]);
    });

    it("a_thousand_levels_are_stored_and_more_are_refused", async () => {
      const wraps = [(inner) => [inner], (inner) => ({ a: inner }), (inner) => new Map([["k", inner]]), (inner) => new Set([inner])];
      for (const wrap of wraps) {
        for (const leaf of [1, undefined, 1n]) assertSame(roundTrip(nest(1_000, wrap, leaf)), nest(1_000, wrap, leaf));
        assertSame(encodeNamespace({ a: nest(1_000, wrap, undefined) }, "ns").length > 1_000, true);
        await refused(nest(1_001, wrap, 1), /^shop.cart\/items.*\/\.\.\.: a value nested deeper than 1000 levels /);
        await assertFails(() => encodeNamespace({ a: nest(1_001, wrap, 1) }, "ns"), "value", /nested deeper/);
        await refused(nest(100_000, wrap, 1), /nested deeper/);
      }
    });

    it("a_proxy_that_throws_is_a_value_error", async () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      const error = await refused({ proxy }, /^shop.cart\/items\/proxy: a value that cannot be read /);
      assert(error.cause instanceof TypeError, "the cause is missing");
    });
  });

  describe("records that are not ours", () => {
    for (const text of MALFORMED) {
      it(`${text}_is_refused`, async () => {
        const error = await assertFails(() => decodeNamespace(text), "store");
        assert(!error.message.includes("secret") && error.cause === undefined, "the error quotes the record");
      });
    }

    it("depth_is_refused_without_running_out_of_stack", () => {
      const deep = `${"[".repeat(200_000)}{"$date":1}${"]".repeat(200_000)}`;
      return assertFails(() => decodeNamespace(`{"a":${deep}}`), "store");
    });
  });
}

function bare(values) {
  return Object.assign(Object.create(null), values);
}

function nest(levels, wrap, leaf) {
  let value = leaf;
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

const bytes = [0, 1, 2, 127, 128, 253, 254, 255];

const STORABLE = [
  ["null", null],
  ["undefined", undefined],
  ["a_boolean", true],
  ["a_number", -12.5e-7],
  ["NaN", NaN],
  ["infinity", Infinity],
  ["negative_infinity", -Infinity],
  ["negative_zero", -0],
  ["a_bigint", -(2n ** 100n)],
  ["a_string", 'line\nbreak\ttab "quote" \\ \u0000 \u2028 é 😀'],
  ["a_lone_surrogate", "\ud800 and \udfff"],
  ["a_lone_surrogate_as_a_key", { "\ud800": { "\udfff": 1 } }],
  ["a_date", new Date(1_798_761_600_123)],
  ["an_invalid_date", new Date(NaN)],
  ["a_map", new Map([["a", 1], [{ k: 1 }, new Map([[NaN, undefined]])]])],
  ["a_set", new Set([1, "1", [1], new Set([-0])])],
  ["a_regexp", /a\/b[\]/]\n/dgimsuy],
  ["a_url", new URL("https://user@example.com:8443/a%20b?c=d#e")],
  ["a_buffer", Uint8Array.from(bytes).buffer],
  ["a_long_buffer", Uint8Array.from({ length: 100_000 }, (_, at) => at * 7).buffer],
  ...[
    "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float16Array",
    "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "DataView",
  ]
    // Float16Array is younger than the oldest runtime supported.
    .filter((name) => name in globalThis)
    .flatMap((name) => [
      [`a_${name}`, new globalThis[name](Uint8Array.from(bytes).buffer)],
      [`an_empty_${name}`, new globalThis[name](new ArrayBuffer(0))],
    ]),
  ["an_array_with_holes", [, 1, , undefined, ,]],
  ["an_array_of_holes", new Array(3)],
  ["an_object_with_integer_keys", { b: 1, 2: 1, 1: 1, a: 1 }],
  ["an_object_that_looks_like_a_date", { $date: 5 }],
  ["an_object_that_looks_like_an_escape", { $object: [["$object", []]] }],
  ["an_object_with_a_dollar_key_holding_a_date", { $: new Date(5) }],
  ["an_object_with_two_dollar_keys", { $date: 5, $map: [] }],
  ["an_object_with_a_key_toJSON", { toJSON: "no function", when: new Date(5) }],
];

class Cart {}
class Moment extends Date {}

const UNSTORABLE = [
  ["a_function", () => () => {}, "a function"],
  ["a_symbol", () => Symbol("s"), "a symbol"],
  ["a_promise", () => Promise.resolve(), "a Promise"],
  ["an_error", () => new Error("no"), "an Error"],
  ["a_weak_map", () => new WeakMap(), "a WeakMap"],
  ["a_blob", () => new Blob(["x"]), "a Blob"],
  ["a_class_instance", () => new Cart(), "a Cart"],
  ["an_instance_of_a_subclass", () => new Moment(5), "a Moment"],
  ["an_array_of_a_subclass", () => (class List extends Array {}).of(3), "a List"],
  ["an_object_with_another_prototype", () => Object.create({ a: 1 }), "an instance of a class"],
  ["a_boxed_number", () => Object(1), "a Number"],
  ["a_method_toJSON", () => ({ toJSON: () => 1 }), "an object with a method toJSON"],
  ["a_false_date", () => Object.create(Date.prototype), "a value that cannot be read"],
  ["a_detached_buffer", detached, "a value that cannot be read"],
];
if (typeof File === "function") UNSTORABLE.push(["a_file", () => new File(["x"], "x.txt"), "a File"]);

function detached() {
  const view = new Uint8Array(8);
  structuredClone(view, { transfer: [view.buffer] });
  return view;
}

const MALFORMED = [
  "", "secret", "[]", "null", "5", '"secret"', '{"a":1', '{"a":1}x',
  ...[
    '{"$secret":1}', '{"$":1}', '{"$function":"secret()"}', '{"$date":"secret"}', '{"$date":1.5}', '{"$date":8.65e15}',
    '{"$date":{}}', '{"$map":{}}', '{"$map":[1]}', '{"$map":[[1]]}', '{"$map":[[1,2,3]]}', '{"$set":1}', '{"$set":{"0":1}}',
    '{"$bigint":1}', '{"$bigint":""}', '{"$bigint":"0x1"}', '{"$bigint":"01"}', '{"$bigint":"-0"}', '{"$bigint":"1n"}',
    '{"$number":1}', '{"$number":"1"}', '{"$number":"nan"}', '{"$undefined":1}', '{"$undefined":null}',
    '{"$regexp":"a"}', '{"$regexp":["(",""]}', '{"$regexp":["a","secret"]}', '{"$regexp":["a"]}', '{"$url":"secret"}', '{"$url":1}',
    '{"$bytes":["Uint8Array","secret!!"]}', '{"$bytes":["Uint8Array","AA"]}', '{"$bytes":["Uint8Array","AA =="]}',
    '{"$bytes":["Uint16Array","AA=="]}', '{"$bytes":["Function","AA=="]}', '{"$bytes":["constructor","AA=="]}',
    '{"$bytes":["__proto__","AA=="]}', '{"$bytes":[1,"AA=="]}', '{"$bytes":["ArrayBuffer"]}',
    '{"$array":[1]}', '{"$array":[-1,[]]}', '{"$array":[1.5,[]]}', '{"$array":["1",[]]}', '{"$array":[4294967296,[]]}',
    '{"$array":[1,[[1,"x"]]]}', '{"$array":[2,[[1,"x"],[0,"y"]]]}', '{"$array":[1,[["length",5]]]}', '{"$array":[1,[[-1,"x"]]]}',
    '{"$object":{}}', '{"$object":[[1,2]]}', '{"$object":[["a"]]}',
    '[[{"deep":{"$date":"secret"}}]]', '{"$map":[[1,{"$set":"secret"}]]}',
  ].map((value) => `{"a":${value}}`),
];
