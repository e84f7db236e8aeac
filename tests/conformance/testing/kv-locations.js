import { assert, assertSame } from "../assert.js";
import { kvFaultsSuite } from "./kv-faults.js";
import { kvLimitsSuite } from "./kv-limits.js";
import { START, makeKv } from "./kv-steps.js";

/**
 * Rules of when a change shows. A step `[city, "put", value]` writes, `[city, "see", expected]` reads what must be there
 * (`null`: nothing), and a number lets that many seconds pass.
 */
const VISIBILITY = {
  a_location_that_did_not_look_before_sees_a_write_at_once: [["fra", "put", 1], ["nrt", "see", 1]],
  a_location_answers_from_its_copy_for_60_seconds: [
    ["fra", "put", 1], ["nrt", "see", 1], 5, ["fra", "put", 2], 54.999, ["nrt", "see", 1], 0.001, ["nrt", "see", 2],
  ],
  reading_does_not_prolong_a_copy: [
    ["fra", "put", 1], ["nrt", "see", 1], 5, ["fra", "put", 2], 30, ["nrt", "see", 1], 25, ["nrt", "see", 2],
  ],
  a_key_that_was_not_there_is_remembered_for_60_seconds: [
    ["nrt", "see", null], ["fra", "put", 1], 59.999, ["nrt", "see", null], 0.001, ["nrt", "see", 1],
  ],
  a_longer_cacheTtl_keeps_a_copy_longer: [
    ["fra", "put", 1], ["nrt", "see", 1, 300], 5, ["fra", "put", 2], 294, ["nrt", "see", 1, 300], 1, ["nrt", "see", 2, 300],
  ],
  but_a_miss_no_longer_than_60_seconds: [["nrt", "see", null, 300], ["fra", "put", 1], 60, ["nrt", "see", 1, 300]],
  a_shorter_cacheTtl_shortens_a_copy_that_is_there: [
    ["fra", "put", 1], ["nrt", "see", 1, 300], 5, ["fra", "put", 2], 25, ["nrt", "see", 2, 30],
  ],
  and_it_stays_shortened: [
    ["fra", "put", 1], ["nrt", "see", 1, 300], 5, ["fra", "put", 2], ["nrt", "see", 1, 30], 25, ["nrt", "see", 2, 300],
  ],
  a_longer_cacheTtl_does_not_prolong_a_copy_that_is_there: [
    ["fra", "put", 1], ["nrt", "see", 1, 30], 5, ["fra", "put", 2], ["nrt", "see", 1, 300], 25, ["nrt", "see", 2, 300],
  ],
  own_writes_are_seen_at_once: [["fra", "see", null], ["fra", "put", 1], ["fra", "see", 1], 1, ["fra", "put", 2], ["fra", "see", 2]],
  an_own_delete_is_seen_at_once: [["fra", "put", 1], ["fra", "see", 1], ["fra", "delete"], ["fra", "see", null]],
  a_delete_shows_elsewhere_as_late_as_a_write: [
    ["fra", "put", 1], ["nrt", "see", 1], ["fra", "delete"], 59, ["nrt", "see", 1], 1, ["nrt", "see", null],
  ],
  an_expired_value_is_gone_from_every_copy: [
    ["fra", "put", 1, 60], 1, ["nrt", "see", 1, 300], 58.999, ["nrt", "see", 1, 300], 0.001, ["nrt", "see", null, 300], ["fra", "see", null],
  ],
  of_two_writers_the_later_wins: [["fra", "put", 1], 1, ["nrt", "put", 2], ["fra", "see", 2], ["nrt", "see", 2]],
};

/** The same for changes that take another 30 seconds to other locations. */
const LATE = {
  the_staleness_comes_before_the_first_copy: [["fra", "put", 1], 29.999, ["nrt", "look", null], 0.001, ["nrt", "see", 1]],
  until_then_it_fetches_what_was_before: [
    ["fra", "put", 1], 30, ["fra", "put", 2], 29.999, ["nrt", "look", 1], 0.001, ["nrt", "look", 2],
  ],
  and_on_top_of_the_copys_time: [
    ["fra", "put", 1], 30, ["nrt", "see", 1], ["fra", "put", 2], 29.999, ["nrt", "see", 1], 30.001, ["nrt", "see", 2],
  ],
  a_copy_made_too_early_may_double_it: [
    ["fra", "put", 1], 29, ["nrt", "see", null], 59.999, ["nrt", "see", null], 0.001, ["nrt", "see", 1],
  ],
  the_writing_location_does_not_wait: [["fra", "put", 1], ["fra", "see", 1]],
  the_writers_own_later_write_hides_anothers_earlier_one: [
    ["nrt", "put", 1], 1, ["fra", "put", 2], 29, ["fra", "see", 2], ["nrt", "look", 1], 1, ["nrt", "look", 2],
  ],
};

/** Without a promise that a location sees its own writes. */
const OWN_WRITES_LATE = {
  an_own_write_is_hidden_by_a_copy_too: [["fra", "see", null], ["fra", "put", 1], 59, ["fra", "see", null], 31, ["fra", "see", 1]],
  an_own_write_takes_as_long_as_anothers: [["fra", "put", 1], 29.999, ["fra", "look", null], 0.001, ["fra", "look", 1]],
};

export function kvLocationsSuite({ describe, it }, library) {
  const tables = [
    ["what shows when", VISIBILITY, {}],
    ["with 30 seconds of staleness", LATE, { staleness: 30_000 }],
    ["where own writes show late", OWN_WRITES_LATE, { staleness: 30_000, ownWrites: false }],
  ];
  for (const [title, table, options] of tables) {
    describe(title, () => {
      for (const [name, steps] of Object.entries(table)) it(name, () => makeKv(library, options).walk(steps));
    });
  }
  describe("times that are drawn", () => drawnSuite(it, library));
  describe("limits", () => kvLimitsSuite(it, library));
  describe("faults and counts", () => kvFaultsSuite(it, library));
}

function drawnSuite(it, library) {
  /** After how many seconds each of 40 writes shows at another location. */
  async function delays(seed) {
    const { clock, put, look } = makeKv(library, { seed, staleness: [2_000, 30_000] });
    const found = [];
    for (let number = 0; number < 40; number++) {
      const key = `key${number}`;
      await put("fra", number, { key });
      const start = clock.now();
      while ((await look("nrt", key)) === null) clock.advance(1_000);
      found.push((clock.now() - start) / 1_000);
    }
    return found;
  }

  it("they_are_in_their_range_and_not_all_the_same", async () => {
    const found = await delays(1);
    assert(Math.min(...found) >= 2 && Math.max(...found) <= 30, `out of range: ${found}`);
    assert(new Set(found).size > 10, `hardly any difference: ${found}`);
  });

  it("a_seed_draws_the_same_again_and_another_seed_does_not", async () => {
    assertSame(await delays(7), await delays(7));
    assert(String(await delays(7)) !== String(await delays(8)), "two seeds drew the same");
  });

  it("a_call_takes_its_latency_and_is_done_in_the_middle_of_it", async () => {
    const { kv, clock, put, see } = makeKv(library, { latency: { get: 20, put: 100 } });
    const settled = [];
    const note = (name) => (value) => settled.push([name, value, clock.now() - START]);
    void put("fra", 1).then(note("put"));
    await clock.elapse(30);
    void see("nrt", { key: "other" }).then(note("other"));
    void see("lhr").then(note("early"));
    await clock.elapse(10);
    void see("nrt").then(note("late"));
    await clock.elapse(59);
    assertSame(settled, [["other", null, 50], ["early", null, 50], ["late", 1, 60]]);
    assertSame(kv.calls[0].outcome, "pending");
    await clock.elapse(1);
    assertSame(settled.at(-1), ["put", undefined, 100]);
  });
}
