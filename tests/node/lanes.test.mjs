import { describe, it } from "node:test";
import { Lanes } from "../../pkg/dist/lanes.js";
import { assertSame } from "../conformance/assert.js";

const waiting = { state: new Uint8Array(), record: new Uint8Array(10), keys: {} };

describe("a put that waits for what was lost with its request", () => {
  for (const [what, lose] of [
    ["a_timer", (lanes) => (lanes.at("lost").timer = 1_000)],
    ["another_put", (lanes) => lanes.begin("lost", 1_000, new Promise(() => {}))],
  ]) it(`${what}_is_dropped_and_keeps_nothing_behind_it_from_being_forgotten`, () => {
    const lanes = new Lanes(5_000, 1_000);
    lose(lanes);
    lanes.wait("lost", waiting);
    for (let at = 0; at < 10; at += 1) {
      lanes.begin(`key ${at}`, at, Promise.resolve());
      lanes.end(`key ${at}`, at);
    }
    lanes.end("key 9", 6_000);
    assertSame(lanes.waiting("lost"), waiting);
    lanes.end("key 9", 6_001);
    assertSame([lanes.waiting("lost"), lanes.isTaken("key 0", 6_001)], [undefined, false]);
    assertSame(lanes.size, 0);
  });
});
