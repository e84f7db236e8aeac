import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "../../pkg/dist/stores/memory.js";
import * as testing from "../../pkg/dist/testing/index.js";
import { testingSuite } from "../conformance/testing/index.js";

testingSuite({ describe, it }, { ...testing, memoryStore });

describe("a visitor", () => {
  it("sends_and_keeps_cookies_and_can_be_anybody_at_once", async () => {
    const seen = [];
    const handler = async (request) => {
      const url = new URL(request.url);
      seen.push([request.method, url.href, request.headers.get("cookie"), await request.text()]);
      const headers = new Headers();
      if (url.pathname === "/in") headers.append("set-cookie", "__Host-session=1; Secure; Path=/");
      if (url.pathname === "/out") headers.append("set-cookie", "__Host-session=; Secure; Path=/; Max-Age=0");
      return new Response("ok", { headers });
    };
    const [visit, other] = [1, 2].map(() => testing.cookieJar().visitor(handler, "https://shop.example/start"));
    assert.equal(await (await visit("/in", { method: "POST", body: "name" })).text(), "ok");
    await visit("below?q=1", { headers: { "x-test": "1" } });
    await other("/");
    await visit("/out");
    await visit("/");
    assert.deepEqual(seen, [
      ["POST", "https://shop.example/in", null, "name"],
      ["GET", "https://shop.example/below?q=1", "__Host-session=1", ""],
      ["GET", "https://shop.example/", null, ""],
      ["GET", "https://shop.example/out", "__Host-session=1", ""],
      ["GET", "https://shop.example/", null, ""],
    ]);
  });
});
