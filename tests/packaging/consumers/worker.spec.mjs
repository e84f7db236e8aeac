import { exports } from "cloudflare:workers";
import { createSessions, memoryStore } from "edge-session";
import { expect, test } from "vitest";
import { shop } from "./shop.mjs";

test("in the test's own module", async () => {
  expect(await shop(createSessions, memoryStore())()).toBe("ok");
});

test("in the Worker under test", async () => {
  const response = await exports.default.fetch("https://shop.example/");
  expect(await response.text()).toBe("ok");
});
