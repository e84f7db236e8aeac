import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { home, start } from "./demo.mjs";

suite("the shop in production", () => {
  let place, shop;
  before(async () => {
    place = await home();
    shop = await start(place);
  });
  after(async () => {
    await shop?.stop();
    await place.remove();
  });

  const ask = (path, init) => fetch(shop.origin + path, { redirect: "manual", ...init });
  const send = (path, fields, headers = {}) => ask(path, { method: "POST", body: new URLSearchParams(fields), headers });
  const cookieOf = (response) => response.headers.getSetCookie()[0].split(";", 1)[0];
  const costOf = (response) => response.headers.get("server-timing");
  const told = async (cookie, headers = {}) => (await ask("/api/session", { headers: { cookie, ...headers } })).json();

  test("a form from another site is refused and changes nothing", async () => {
    const cookie = cookieOf(await send("/cart/add", { sku: "blue-hour" }));
    const others = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: shop.origin, "sec-fetch-site": "cross-site" },
      { origin: "http://sub.localhost", "sec-fetch-site": "same-site" },
    ];
    for (const headers of others) {
      const response = await send("/cart/add", { sku: "blue-hour" }, { cookie, ...headers });
      assert.equal(response.status, 403, JSON.stringify(headers));
      assert.deepEqual(response.headers.getSetCookie(), []);
    }
    assert.deepEqual((await told(cookie)).namespaces["shop.cart"], { "blue-hour": 1 });
    const own = await send("/cart/add", { sku: "blue-hour" }, { cookie, origin: shop.origin, "sec-fetch-site": "same-origin" });
    assert.equal(own.status, 303);
  });

  test("the way back never leads to another site", async () => {
    for (const back of [
      "//evil.example",
      "https://evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
      "/\t/evil.example",
      "",
    ]) {
      const response = await send("/cart/add", { sku: "blue-hour", back });
      assert.equal(response.headers.get("location"), "/", JSON.stringify(back));
    }
    const own = await send("/cart/add", { sku: "blue-hour", back: "/?shelf=write" });
    assert.equal(own.headers.get("location"), "/?shelf=write");
  });

  test("nonsense is answered, not run: no form or path makes the shop fail", async () => {
    const forms = [
      ["/cart/add", { sku: "__proto__" }],
      ["/cart/add", {}],
      ["/cart/set", { sku: "blue-hour", quantity: "NaN" }],
      ["/cart/set", { sku: "blue-hour", quantity: "1e400" }],
      ["/cart/set", { sku: "blue-hour", quantity: "-3" }],
      ["/account/sign-in", { name: " " }],
      ["/account/sign-in", { name: "x".repeat(41) }],
      ["/preferences", { theme: "plaid", language: "constructor" }],
      ["/cart/order", {}],
      ["/account/sign-out", {}],
      ["/session/rotate", { back: "x" }],
      ["/session/end", {}],
    ];
    for (const [path, fields] of forms) {
      assert.equal((await send(path, fields)).status, 303, path);
      assert((await send(path, fields, { "x-live": "1" })).status < 400, `${path}, live`);
    }
    assert.deepEqual((await send("/cart/add", { sku: "constructor" })).headers.getSetCookie(), [], "and nothing is kept of it");
    assert.equal((await send("/constructor", {})).status, 405);
    assert.equal((await ask("/", { method: "DELETE" })).status, 405);
    assert.equal((await send("/cart/add", { sku: "x".repeat(20_000) })).status, 403);
    assert.equal(
      (await ask("/cart/add", { method: "POST", body: "{}", headers: { "content-type": "application/json" } })).status,
      403,
    );
    for (const path of ["/__proto__", "/products/constructor", "/products/", "/cart/", "/?shelf=__proto__"])
      assert((await ask(path)).status < 500, path);
    assert.equal((await ask("/nowhere")).status, 404);
  });

  test("a cart holds at most twenty of one thing", async () => {
    const cookie = cookieOf(await send("/cart/set", { sku: "blue-hour", quantity: "9007199254740991" }));
    assert.deepEqual((await told(cookie)).namespaces["shop.cart"], { "blue-hour": 20 });
  });

  test("a forged cookie is a visitor without a session: no error, and no read", async () => {
    const cookie = cookieOf(await send("/cart/add", { sku: "blue-hour" }));
    const forged = cookie.slice(0, -1) + (cookie.endsWith("A") ? "B" : "A");
    const response = await ask("/cart", { headers: { cookie: forged } });
    assert.equal(response.status, 200);
    assert.equal(costOf(response), `kv-reads;desc="0", kv-writes;desc="0"`);
  });

  test("nobody moves the clock: the tests' header means nothing here", async () => {
    const cookie = cookieOf(await send("/cart/add", { sku: "blue-hour" }));
    const { session, now } = await told(cookie, { "x-test-clock": String(365 * 24 * 3_600_000) });
    assert(session !== null && now - Date.now() < 60_000);
  });

  test("every page forbids what it does not use, and only the lab may compile wasm", async () => {
    for (const path of ["/", "/cart", "/lab", "/nowhere", "/products/blue-hour"]) {
      const policy = (await ask(path)).headers.get("content-security-policy");
      assert.match(policy, /^default-src 'none'; script-src 'self'( 'wasm-unsafe-eval')?; style-src 'self';/);
      assert.equal(policy.includes("wasm"), path === "/lab", path);
      assert(!policy.includes("unsafe-inline"));
    }
  });

  test("pages are private; files are not touched by the session and may be cached", async () => {
    const cookie = cookieOf(await send("/cart/add", { sku: "blue-hour" }));
    for (const headers of [{ cookie }, {}]) assert.match((await ask("/", { headers })).headers.get("cache-control"), /private/);
    for (const path of ["/shop.css", "/shop.js", "/heron.svg", "/edge-session/index.js"]) {
      const file = await ask(path, { headers: { cookie } });
      assert.equal(file.status, 200, path);
      assert.deepEqual([file.headers.getSetCookie(), costOf(file), file.headers.get("vary")], [[], null, null], path);
      const again = await ask(path, { headers: { cookie, "if-none-match": file.headers.get("etag") } });
      assert.equal(again.status, 304, path);
    }
  });

  test("a request for the head of a page has the headers and no body", async () => {
    const response = await ask("/", { method: "HEAD" });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "");
  });
});

for (const [what, secret, sentence] of [
  [
    "without a secret",
    "",
    /^SESSION_SECRET is not set, so no session can be sealed: start the shop with `cargo xtask serve`.*\n$/,
  ],
  ["with a secret that is too short", "c2hvcnQ", /^secrets\b.*32.*\n$/],
]) {
  test(`${what} the shop says so in one sentence, with the remedy`, async (t) => {
    const place = await home({ SESSION_SECRET: secret });
    const shop = await start(place);
    t.after(async () => {
      await shop.stop();
      await place.remove();
    });
    const response = await fetch(shop.origin);
    assert.equal(response.status, 500);
    assert.match(await response.text(), sentence);
  });
}
