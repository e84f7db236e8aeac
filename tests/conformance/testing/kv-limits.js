import { assertSame } from "../assert.js";
import { bytes, makeKv, messageOf } from "./kv-steps.js";

const MIB = 2 ** 20;
const get = (key, options) => (kv) => kv.get(key, { type: "arrayBuffer", ...options });
const put = (key, value, options) => (kv) => kv.put(key, value, options);
const list = (limit) => (kv) => kv.list({ prefix: "", limit });

/** What is refused, and how; what is taken has no message. */
const CALLS = [
  ["a_key_of_512_bytes_is_taken", put("é".repeat(256), bytes(1))],
  ["a_key_of_513_bytes_is_refused", put(`${"é".repeat(256)}x`, bytes(1)), /^KV PUT failed: 414 /],
  ["a_key_that_is_too_long_is_not_read", get("x".repeat(513)), /^KV GET failed: 414 /],
  ["a_key_that_is_too_long_is_not_deleted", (kv) => kv.delete("x".repeat(513)), /^KV DELETE failed: 414 /],
  ["an_empty_key_is_refused", put("", bytes(1)), /^Key name /],
  ["a_key_that_is_a_dot_is_refused", put(".", bytes(1)), /not allowed as a key name/],
  ["a_key_that_is_two_dots_is_refused", get(".."), /not allowed as a key name/],
  ["an_empty_value_is_a_value", put("k", new Uint8Array())],
  ["a_value_of_25_MiB_is_taken", put("k", new Uint8Array(25 * MIB))],
  ["a_value_of_more_is_refused", put("k", new Uint8Array(25 * MIB + 1)), /^KV PUT failed: 413 /],
  ["1024_bytes_of_metadata_are_taken", put("k", bytes(1), { metadata: "x".repeat(1_022) })],
  ["1025_bytes_of_metadata_are_refused", put("k", bytes(1), { metadata: "x".repeat(1_023) }), /^KV PUT failed: 413 /],
  ["a_life_of_60_seconds_is_taken", put("k", bytes(1), { expirationTtl: 60 })],
  ["a_life_of_59_seconds_is_refused", put("k", bytes(1), { expirationTtl: 59 }), /^KV PUT failed: 400 .*at least 60/],
  ["a_life_of_59_seconds_and_a_half_is_refused", put("k", bytes(1), { expirationTtl: 59.9 }), /^KV PUT failed: 400 .* of 59\./],
  ["a_life_that_is_no_number_is_refused", put("k", bytes(1), { expirationTtl: NaN }), /^KV PUT failed: 400 /],
  ["a_life_of_2147483647_seconds_is_taken", put("k", bytes(1), { expirationTtl: 2 ** 31 - 1 })],
  ["a_life_of_more_is_refused", put("k", bytes(1), { expirationTtl: 2 ** 31 }), /out of range/],
  ["a_cacheTtl_of_30_is_taken", get("k", { cacheTtl: 30 })],
  ["a_cacheTtl_of_29_is_refused", get("k", { cacheTtl: 29 }), /^KV GET failed: 400 Invalid cache_ttl of 29/],
  ["a_page_of_1000_keys_is_given", list(1_000)],
  ["a_page_of_1001_keys_is_not_given", list(1_001), /^KV GET failed: 400 /],
  ["a_page_of_no_keys_is_not_given", list(0), /^KV GET failed: 400 /],
  ["text_is_not_taken", put("k", "text"), /bytes only/],
  ["text_is_not_given", (kv) => kv.get("k", { type: "text" }), /"arrayBuffer" only/],
];

const REFUSED = "KV PUT failed: 429 Too Many Requests";

export function kvLimitsSuite(it, library) {
  for (const [name, call, message] of CALLS) {
    it(name, async () => {
      const said = await messageOf(call(makeKv(library).kv.location("fra")));
      if (message === undefined) assertSame(said, "no error");
      else assertSame(message.test(said), true, `it said ${JSON.stringify(said)};`);
    });
  }

  it("a_key_takes_one_put_per_second_over_all_locations", async () => {
    const { kv, clock, put, see } = makeKv(library);
    await put("fra", 1);
    assertSame(await messageOf(put("nrt", 2)), REFUSED);
    clock.advance(999);
    assertSame(await messageOf(put("fra", 3)), REFUSED);
    clock.advance(1);
    await put("nrt", 4);
    assertSame(await see("nrt"), 4);
    assertSame([kv.count({ outcome: "refused" }), kv.count({ outcome: "done", operation: "put" })], [2, 2]);
  });

  it("another_key_takes_its_own_put_and_a_delete_is_none", async () => {
    const { kv, put } = makeKv(library);
    await put("fra", 1);
    await put("fra", 2, { key: "other" });
    await kv.location("fra").delete("k");
    assertSame(await messageOf(put("fra", 3)), REFUSED);
  });

  it("of_puts_at_once_the_first_is_taken", async () => {
    const { put, see } = makeKv(library);
    const said = await Promise.all([put("fra", 1), put("fra", 2), put("nrt", 3)].map(messageOf));
    assertSame(said, ["no error", REFUSED, REFUSED]);
    assertSame(await see("lhr"), 1);
  });

  it("without_a_gap_every_put_is_taken", async () => {
    const { put, see } = makeKv(library, { writeGap: 0 });
    for (const value of [1, 2, 3]) await put("fra", value);
    assertSame(await see("nrt"), 3);
  });

  it("what_is_written_is_what_was_in_view_when_it_was_given", async () => {
    const { kv } = makeKv(library);
    const buffer = Uint8Array.of(1, 2, 3, 4);
    const writing = kv.location("fra").put("k", buffer.subarray(1, 3));
    buffer.fill(9);
    await writing;
    const read = async () => new Uint8Array(await kv.location("fra").get("k", { type: "arrayBuffer" }));
    (await read()).fill(8);
    assertSame([...(await read())], [2, 3]);
  });

  it("a_listing_is_sorted_and_comes_in_pages", async () => {
    const { kv, put } = makeKv(library);
    const names = ["a", "a/\u{10000}", "a/\uffff", "a/é", "a/b", "b"];
    for (const key of names) await put("fra", 1, { key });
    const listed = [];
    let page = { cursor: undefined, list_complete: false };
    for (let pages = 1; !page.list_complete; pages++) {
      page = await kv.location("fra").list({ prefix: "a/", limit: 2, cursor: page.cursor });
      listed.push(...page.keys.map(({ name }) => name));
      assertSame(page.list_complete, pages === 2);
    }
    assertSame(listed, ["a/b", "a/é", "a/\uffff", "a/\u{10000}"]);
  });
}
