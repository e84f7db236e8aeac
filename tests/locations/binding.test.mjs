// The KV binding of a real workerd, with the model behind it over HTTP, answers as the model does.
import assert from "node:assert/strict";
import { it } from "node:test";
import { kvLocations } from "edge-session/testing";
import { randomFrom } from "../conformance/random.js";
import { LOCATIONS, MINUTE, NETWORKS, PATIENCE, SECOND, pick, useWorld } from "./world.mjs";

const world = useWorld("kv-worker.mjs");

const KEYS = ["a", "s1:b/c", "100% é?&=#+", "\u{1f600}", "a b", "12345"];

/** Calls with something about them: `[method, key, bytes, options]`. */
const CALLS = [
  ["get", "a"],
  ["get", "a", undefined, { cacheTtl: 30 }],
  ["get", "a", undefined, { cacheTtl: 29 }],
  ["put", "a", [], { metadata: { user: "é", n: 1 } }],
  ["put", "a", [1]],
  ["get", "a"],
  ["put", "b", [1, 2, 255, 0], { expirationTtl: 60 }],
  ["put", "c", [1], { expirationTtl: 59.9 }],
  ["put", "c", [1], { expirationTtl: 2 ** 31 - 1 }],
  ["put", "c", [1], { metadata: "x".repeat(1_023) }],
  ["put", "x".repeat(513), [1]],
  ["get", "x".repeat(513)],
  ["delete", "x".repeat(513)],
  ["list", undefined, undefined, { prefix: "", limit: 2 }],
  ["list", undefined, undefined, { prefix: "b", limit: 1_000 }],
  ["list", undefined, undefined, { prefix: "", limit: 1_001 }],
  ["delete", "a"],
  ["delete", "a"],
  ["get", "a"],
  ["list", undefined, undefined, { prefix: "a", limit: 10 }],
];

it("a_call_of_the_binding_does_and_says_what_a_call_of_the_model_does", async () => {
  const both = pair();
  for (const call of CALLS) await both("fra", call);
});

for (const [network, options] of Object.entries(NETWORKS)) {
  it(`in_whatever_order_calls_come_both_answer_the_same_${network}`, async () => {
    const random = randomFrom(1);
    const both = pair({ seed: 3, ...options });
    for (let step = 0; step < 400; step++) {
      const key = pick(random, KEYS);
      const number = Math.floor(random() * 256);
      const call = pick(random, [
        ["get", key],
        ["get", key],
        ["get", key, undefined, { cacheTtl: 30 + number }],
        ["put", key, [number], { metadata: number }],
        ["put", key, [number], { expirationTtl: 60 + number }],
        ["delete", key],
        ["list", undefined, undefined, { prefix: "", limit: 1 + (number % 8) }],
      ]);
      await both(pick(random, LOCATIONS), call);
      if (random() < 0.5) world.clock.advance(Math.floor(random() * (random() < 0.1 ? 2 * MINUTE : 2 * SECOND)));
    }
  });
}

it("what_a_test_makes_fail_fails_the_same_way_over_the_wire", async () => {
  for (const how of ["error", "refuse", "lose"]) {
    const both = pair();
    both.each((kv) => kv.fail({ how, nth: 2, operation: "put" }));
    for (const value of [1, 2]) await both("fra", ["put", `key${value}`, [value]]);
    await both("nrt", ["get", "key2"]);
  }
});

it("a_call_that_hangs_has_no_answer_and_others_do", PATIENCE, async () => {
  const kv = world.freshKv();
  kv.fail({ operation: "get", key: "a", how: "hang" });
  const hanging = binding("fra", ["get", "a"]).then(() => "answered", () => "cut off");
  await world.until(() => kv.count({ outcome: "pending" }) === 1);
  assert.deepEqual(await binding("fra", ["get", "b"]), { result: null });
  assert.equal(await Promise.race([hanging, "hangs"]), "hangs");
});

/** Makes a call of the binding in workerd and of a model of its own, and has them agree. */
function pair(options) {
  const own = kvLocations({ clock: world.clock, ...options });
  const served = world.freshKv(options);
  const both = async (location, call) => {
    const [actual, expected] = [await binding(location, call), await model(own.location(location), call)];
    assert.deepEqual(actual, JSON.parse(JSON.stringify(expected)), `${location}: ${JSON.stringify(call).slice(0, 200)}`);
  };
  both.each = (act) => [own, served].forEach(act);
  return both;
}

async function binding(location, [method, key, bytes, options]) {
  const response = await world.send(location, { body: JSON.stringify({ method, key, bytes, options }) });
  return response.json();
}

async function model(kv, [method, key, bytes, options]) {
  try {
    if (method === "get") {
      const found = await kv.get(key, { type: "arrayBuffer", ...options });
      return { result: found && [...new Uint8Array(found)] };
    }
    if (method === "put") return { result: await kv.put(key, Uint8Array.from(bytes), options) };
    return { result: method === "delete" ? await kv.delete(key) : await kv.list(options) };
  } catch (error) {
    return { error: error.message };
  }
}
