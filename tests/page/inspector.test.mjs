import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { home, start } from "./demo.mjs";
import { add, cart, cost, handle, openBrowser, said, signIn, visit } from "./visitor.mjs";

const MINUTE = 60_000;

suite("the session as the inspector shows it, over its whole life", () => {
  let place, shop, browser;
  before(async () => {
    place = await home({ TEST_CLOCK: "1" });
    [shop, browser] = await Promise.all([start(place), openBrowser()]);
  });
  after(async () => {
    await Promise.all([shop?.stop(), browser?.close()]);
    await place.remove();
  });
  const visitor = (t, options) => visit(t, browser, shop.origin, options);

  test("who only looks around has no session, no cookie, and costs nothing", async (t) => {
    const page = await visitor(t);
    await page.goto("/?shelf=paper");
    assert.deepEqual(await cost(page), { reads: 0, writes: 0 });
    assert.deepEqual(await page.context().cookies(), []);
    assert.match(await page.locator("#inspector-session").textContent(), /None yet/);
  });

  test("a page that changes nothing costs one read and no write", async (t) => {
    const page = await visitor(t);
    await add(page, "Meadow tape");
    const response = await page.goto("/");
    assert.deepEqual(await cost(page), { reads: 1, writes: 0 });
    assert.equal(await response.headerValue("server-timing"), `kv-reads;desc="1", kv-writes;desc="0"`);
  });

  test("a page that changes something costs one read and one write", async (t) => {
    const page = await visitor(t);
    await add(page, "Meadow tape");
    await clockAt(page, 2_000);
    await add(page, "Blue Hour ink");
    assert.deepEqual(await cost(page), { reads: 1, writes: 1 });
    assert.equal(await page.locator("#inspector-cost code").textContent(), "POST /cart/add", "one request, not a redirect");
    assert.match(await page.locator("#inspector-log").textContent(), /POST \/cart\/add/);
  });

  test("a change within a second of another waits for its turn, and the visitor sees it at once", async (t) => {
    const page = await visitor(t);
    await add(page, "Meadow tape");
    await add(page, "Blue Hour ink");
    assert.deepEqual(await cost(page), { reads: 1, writes: 0 });
    await page.goto("/cart");
    for (const product of ["Meadow tape", "Blue Hour ink"]) assert.match(await page.locator("main").textContent(), new RegExp(product));
  });

  test("looking at the same thing twice writes once", async (t) => {
    const page = await visitor(t);
    await page.goto("/products/blue-hour");
    assert.equal((await cost(page)).writes, 1);
    await page.goto("/products/blue-hour");
    assert.deepEqual(await cost(page), { reads: 1, writes: 0 });
  });

  test("namespaces, values, visitor and the size of the cookie are the session's own", async (t) => {
    const page = await visitor(t);
    await add(page, "Meadow tape");
    await signIn(page, "Ada");
    const [cookie] = await page.context().cookies();
    const shown = await page.locator("#inspector-session").innerText();
    for (const part of ["Ada", "shop.cart", "meadow-tape: 1", `${cookie.name.length + 1 + cookie.value.length} of 4,096 bytes`])
      assert(shown.includes(part), part);
    const told = await page.evaluate(() => fetch("/api/session").then((response) => response.json()));
    assert.equal(told.session.id, await handle(page));
    assert.deepEqual(told.namespaces["shop.cart"], { "meadow-tape": 1 });
    assert(!JSON.stringify(told).includes(cookie.value.slice(-40)), "the token is nowhere in it");
  });

  test("both countdowns run, and the panel asks once more when the session is over", async (t) => {
    const page = await visitor(t);
    await page.clock.install();
    await page.goto("/");
    await add(page, "Meadow tape");
    await page.clock.pauseAt(Date.now() + MINUTE);
    const until = page.locator(".until");
    const seconds = async () =>
      (await until.allTextContents()).map((text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0));
    const [idle, absolute] = await seconds();
    assert(idle > 28 * 60 && idle <= 30.5 * 60 && absolute > 11.9 * 3600 && absolute <= 12 * 3600);
    await page.clock.runFor(10_000);
    assert.deepEqual(await seconds(), [idle - 10, absolute - 10]);
    await clockAt(page, 31 * MINUTE);
    await page.clock.runFor(31 * MINUTE);
    await page.locator(".none").waitFor();
  });

  test("another tab's inspector follows", async (t) => {
    const page = await visitor(t);
    await add(page, "Meadow tape");
    const other = await page.context().newPage();
    await other.goto("/");
    await add(page, "Meadow tape");
    await other.locator("#inspector-session", { hasText: "meadow-tape: 2" }).waitFor();
  });

  test("the cart is there after the server was restarted", async (t) => {
    const page = await visitor(t);
    await add(page, "Heron fountain pen");
    const before = await handle(page);
    await shop.stop();
    shop = await start(place);
    assert.deepEqual(await cart(page), ["1 × Heron fountain pen"]);
    assert.equal(await handle(page), before);
  });

  test("a session lives for half an hour without a visit, and every visit extends it", async (t) => {
    const page = await visitor(t);
    await add(page, "Heron fountain pen");
    for (const minutes of [29, 58, 87]) {
      await clockAt(page, minutes * MINUTE);
      assert.deepEqual(await cart(page), ["1 × Heron fountain pen"], `after ${minutes} minutes`);
      assert.deepEqual(await cost(page), { reads: 1, writes: 0 }, "a visit extends the session without a write");
    }
  });

  test("after half an hour without a visit the session is over, and the shop says so", async (t) => {
    const page = await visitor(t);
    await add(page, "Heron fountain pen");
    await clockAt(page, 31 * MINUTE);
    await page.goto("/cart");
    await said(page, "nobody came by for half an hour");
    assert.deepEqual(await cart(page), []);
  });

  test("looking at the session through /api/session does not prolong it", async (t) => {
    const page = await visitor(t, { javaScriptEnabled: false });
    await add(page, "Heron fountain pen");
    await clockAt(page, 20 * MINUTE);
    const told = await page.request.get("/api/session", { headers: { "x-test-clock": String(20 * MINUTE) } });
    assert.deepEqual((await told.json()).namespaces["shop.cart"], { "heron-pen": 1 });
    await clockAt(page, 31 * MINUTE);
    assert.deepEqual(await cart(page), []);
  });

  test("after twelve hours the session is over, however busy it was", async (t) => {
    const page = await visitor(t, { javaScriptEnabled: false });
    await add(page, "Heron fountain pen");
    for (let minutes = 25; minutes < 12 * 60; minutes += 25) {
      await clockAt(page, minutes * MINUTE);
      await page.goto("/cart");
      assert.equal(await page.locator(".lines li").count(), 1, `after ${minutes} minutes`);
    }
    await clockAt(page, (12 * 60 + 1) * MINUTE);
    await page.goto("/cart");
    await said(page, "twelve hours are the most it may last");
  });
});

/** Moves the shop's clock for this visitor: how far it is ahead, in milliseconds. */
function clockAt(page, ahead) {
  return page.context().setExtraHTTPHeaders({ "x-test-clock": String(ahead) });
}
