import { assertSame } from "../assert.js";
import { makeKv, messageOf } from "./kv-steps.js";
import { settled } from "./settled.js";

const FAILED = { get: "KV GET failed: 500 Internal Server Error", put: "KV PUT failed: 500 Internal Server Error" };

/** A fault, and what then becomes of a get, a put and a get of it, at `fra` and then at `nrt`. */
const FAULTS = {
  everything_fails_everywhere: [{}, [FAILED.get, FAILED.put, FAILED.get, FAILED.put]],
  one_location_fails: [{ location: "fra" }, [FAILED.get, FAILED.put, "ok", "ok"]],
  one_operation_fails: [{ operation: "put" }, ["ok", FAILED.put, "ok", FAILED.put]],
  one_key_fails: [{ key: "other" }, ["ok", "ok", "ok", "ok"]],
  the_key_that_is_used_fails: [{ key: "k" }, [FAILED.get, FAILED.put, FAILED.get, FAILED.put]],
  the_third_call_fails: [{ nth: 3 }, ["ok", "ok", FAILED.get, "ok"]],
  the_second_put_fails: [{ operation: "put", nth: 2 }, ["ok", "ok", "ok", FAILED.put]],
  puts_are_refused: [
    { operation: "put", how: "refuse" },
    ["ok", "KV PUT failed: 429 Too Many Requests", "ok", "KV PUT failed: 429 Too Many Requests"],
  ],
  calls_hang: [{ how: "hang" }, ["hangs", "hangs", "hangs", "hangs"]],
  one_location_hangs: [{ location: "nrt", how: "hang" }, ["ok", "ok", "hangs", "hangs"]],
};

export function kvFaultsSuite(it, library) {
  for (const [name, [fault, expected]] of Object.entries(FAULTS)) {
    it(name, async () => {
      const { kv, clock, put, see } = makeKv(library);
      kv.fail(fault);
      const outcomes = [];
      for (const city of ["fra", "nrt"]) {
        outcomes.push(await outcomeOf(see(city)), await outcomeOf(put(city, 1)));
        clock.advance(1_000);
      }
      assertSame(outcomes, expected);
    });
  }

  it("what_fails_is_not_done", async () => {
    for (const how of ["error", "refuse", "hang"]) {
      const { kv, clock, put, see } = makeKv(library);
      await put("fra", 1);
      clock.advance(1_000);
      kv.fail({ how });
      await outcomeOf(put("fra", 2));
      await outcomeOf(kv.location("fra").delete("k"));
      kv.heal();
      assertSame(await see("fra"), 1, how);
    }
  });

  it("what_is_lost_is_done_and_only_its_answer_fails", async () => {
    const { kv, put, see } = makeKv(library);
    kv.fail({ operation: "put", how: "lose" });
    assertSame(await outcomeOf(put("fra", 1)), FAILED.put);
    assertSame(await see("fra"), 1);
  });

  it("a_failure_takes_its_time_too_and_one_that_hangs_never_comes", async () => {
    const { kv, clock, see } = makeKv(library, { latency: { get: 10 } });
    kv.fail();
    const failing = see("fra");
    assertSame(await outcomeOf(failing), "hangs");
    await clock.elapse(10);
    assertSame(await outcomeOf(failing), FAILED.get);
    kv.fail({ how: "hang", location: "nrt" });
    kv.heal();
    kv.fail({ how: "hang" });
    const hanging = see("nrt");
    await clock.elapse(3_600_000);
    assertSame(await outcomeOf(hanging), "hangs");
  });

  it("one_location_is_healed_or_all_are", async () => {
    const { kv, see } = makeKv(library);
    for (const location of ["fra", "nrt", "lhr"]) kv.fail({ location });
    const outcomes = () => Promise.all(["fra", "nrt", "lhr"].map((city) => outcomeOf(see(city))));
    kv.heal("nrt");
    assertSame(await outcomes(), [FAILED.get, "ok", FAILED.get]);
    kv.heal();
    assertSame(await outcomes(), ["ok", "ok", "ok"]);
  });

  it("calls_are_counted_by_what_where_and_which_key", async () => {
    const { kv, clock, put, see, look } = makeKv(library);
    await put("fra", 1);
    await messageOf(put("nrt", 2));
    clock.advance(5_000);
    await put("nrt", 1, { key: "other" });
    await see("fra");
    await look("nrt");
    kv.fail({ operation: "get", how: "hang" });
    void see("fra");
    await messageOf(kv.location("fra").get("", { type: "arrayBuffer" }));
    const counts = [{}, { operation: "put" }, { location: "fra" }, { key: "k", operation: "put" }, { outcome: "refused" }, { outcome: "pending" }];
    assertSame(counts.map((filter) => kv.count(filter)), [6, 3, 3, 2, 1, 1]);
    const { at, ...call } = kv.calls[2];
    assertSame([call, at], [{ operation: "put", location: "nrt", key: "other", outcome: "done" }, clock.now()]);
    kv.resetCounts();
    assertSame([kv.count(), kv.calls], [0, []]);
  });
}

/** What became of a call as soon as it can be told. */
function outcomeOf(call) {
  const outcome = call.then(() => "ok", (error) => error.message);
  return Promise.race([outcome, settled().then(() => "hangs")]);
}
