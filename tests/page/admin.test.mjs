import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { home, start } from "./demo.mjs";
import { add, cart, handle, openBrowser, said, signIn, visit } from "./visitor.mjs";

const TOKEN = randomBytes(32).toString("base64url");
const EVIL = `"><img src=x onerror="document.title='run'"><script>document.title='run'</script>`;

suite("the administration's page in Chromium", () => {
  let place, shop, browser;
  before(async () => {
    place = await home({ ADMIN_TOKEN: TOKEN, TEST_CLOCK: "1" });
    [shop, browser] = await Promise.all([start(place), openBrowser()]);
  });
  after(async () => {
    await Promise.all([shop?.stop(), browser?.close()]);
    await place.remove();
  });
  const visitor = (t, options) => visit(t, browser, shop.origin, options);

  /** A page of the administration that the token has opened. */
  async function administrator(t, options) {
    const page = await visitor(t, options);
    await page.goto("/admin/");
    await page.getByLabel("Administrator's token").fill(TOKEN);
    await page.getByRole("button", { name: "Open" }).click();
    await page.locator("#desk").waitFor();
    return page;
  }

  /** A visitor who signed in under this name, with an ink in the cart; and the session's handle. */
  async function shopper(t, name) {
    const page = await visitor(t);
    await page.goto("/products/blue-hour"); // which the shop remembers
    await add(page, "Blue Hour ink");
    await signIn(page, name);
    return { page, id: await handle(page) };
  }

  const rowOf = (page, id) => page.locator(`tr[data-id="${id}"]`);
  const answer = async (page, name) => page.getByRole("dialog").getByRole("button", { name, exact: true }).click();

  async function search(page, name) {
    await page.getByLabel("User", { exact: true }).fill(name);
    await page.getByRole("button", { name: "Search" }).click();
    await page.locator("#caption", { hasText: name }).waitFor();
  }

  test("sessions are listed with what is known of them, and a user's are found", async (t) => {
    const [ada, eve] = [await shopper(t, "Ada L."), await shopper(t, "Eve")];
    const page = await administrator(t);
    for (const { id } of [ada, eve]) await rowOf(page, id).waitFor();
    const cells = await rowOf(page, ada.id).locator("td").allTextContents();
    assert.deepEqual([cells[0], cells[1], cells[7]], [ada.id, "Ada L.", "Workers KV"]);
    assert.match(cells[2], /^Chrome on /);
    assert.match(cells[5], /^in 11h/);
    assert.match(cells[6], /^[\d,]+ B$/);
    await search(page, "Ada L.");
    assert.equal(await page.locator("#rows tr").count(), 1);
    assert.match((await rowOf(page, ada.id).locator(".age").textContent()) ?? "", /^\d+[sm]$/);
    await search(page, "Nobody at all");
    assert.equal(await page.locator("#caption").textContent(), "No sessions of Nobody at all.");
  });

  test("values are asked for on demand, and shown only where they are inspectable", async (t) => {
    const { id } = await shopper(t, "Looker");
    const page = await administrator(t);
    const button = rowOf(page, id).getByRole("button", { name: /^Look/ });
    assert.equal(await button.getAttribute("aria-expanded"), "false");
    await button.click();
    const details = page.locator(`[id="details-${id}"]`);
    assert.deepEqual(JSON.parse(await details.locator("pre").textContent()), { "blue-hour": 1 });
    assert.equal(await details.locator("h3").textContent(), "shop.cart");
    assert.match(await details.locator("p").textContent(), /^Not to be seen: (default, )?shop\.seen$/);
    await button.click();
    assert.equal(await details.count(), 0);
  });

  test("a session that is ended is turned away at its visitor's next request, and another is not", async (t) => {
    const [one, two] = [await shopper(t, "Grace"), await shopper(t, "Grace")];
    const page = await administrator(t);
    await rowOf(page, one.id).getByRole("button", { name: /^End/ }).click();
    await answer(page, "Keep");
    assert.equal(await rowOf(page, one.id).count(), 1);
    await rowOf(page, one.id).getByRole("button", { name: /^End/ }).click();
    await answer(page, "End");
    await said(page, "1 session is over.");
    assert.equal(await rowOf(page, one.id).count(), 0);
    assert.deepEqual([await cart(one.page), await cart(two.page)], [[], ["1 × Blue Hour ink"]]);
  });

  test("a user's sessions are ended at once", async (t) => {
    const [one, two, other] = [await shopper(t, "Rose"), await shopper(t, "Rose"), await shopper(t, "Iris")];
    const page = await administrator(t);
    await search(page, "Rose");
    await page.getByRole("button", { name: "End this user's sessions" }).click();
    assert.equal(await page.getByRole("dialog").getByRole("heading").textContent(), "End all sessions of Rose?");
    await answer(page, "End");
    await said(page, "All sessions of Rose are over.");
    assert.equal(await page.locator("#rows tr").count(), 0);
    // On Workers KV it shows when the token is next refreshed: half a minute later at most, with the shop's lifetimes.
    const carts = [];
    for (const { page: shopping } of [one, two, other]) {
      await shopping.context().setExtraHTTPHeaders({ "x-test-clock": "60000" });
      carts.push(await cart(shopping));
    }
    assert.deepEqual(carts, [[], [], ["1 × Blue Hour ink"]]);
  });

  test("all sessions are ended at once", async (t) => {
    const { page: shopping } = await shopper(t, "Last");
    const page = await administrator(t);
    await page.getByRole("button", { name: "End all sessions" }).click();
    await answer(page, "End");
    await said(page, "over.");
    assert.equal(await page.locator("#caption").textContent(), "No sessions.");
    assert.deepEqual(await cart(shopping), []);
  });

  test("the token stays in the tab: in no URL, no cookie, no other tab, and gone when it is forgotten", async (t) => {
    const page = await administrator(t);
    assert.equal(page.url(), `${shop.origin}/admin/`);
    await page.reload();
    await page.locator("#desk").waitFor();
    assert.deepEqual([await page.context().cookies(), await page.evaluate(() => localStorage.length)], [[], 0]);
    const other = await page.context().newPage();
    await other.goto("/admin/");
    await other.getByLabel("Administrator's token").waitFor();
    await page.getByRole("button", { name: "Forget the token" }).click();
    await page.getByLabel("Administrator's token").waitFor();
    assert(!(await page.evaluate(() => JSON.stringify(sessionStorage))).includes(TOKEN));
    await page.reload();
    await page.getByLabel("Administrator's token").waitFor();
  });

  test("a wrong token opens nothing, is not kept and can be corrected", async (t) => {
    const context = await browser.newContext({ baseURL: shop.origin });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto("/admin/");
    for (const wrong of [TOKEN.slice(1), "no token", "ünfug", "  "]) {
      await page.getByLabel("Administrator's token").fill(wrong);
      await page.getByRole("button", { name: "Open" }).click();
      await page.getByRole("alert").getByText("This token is not right.").waitFor();
      assert.deepEqual([await page.evaluate(() => sessionStorage.length), await page.locator("#desk").isVisible()], [0, false]);
      await page.reload();
    }
    await page.getByLabel("Administrator's token").fill(` ${TOKEN} `);
    await page.getByRole("button", { name: "Open" }).click();
    await page.locator("#desk").waitFor();
  });

  test("what visitors say is text, and never markup: names, devices, values, names of namespaces", async (t) => {
    const page = await visitor(t);
    const id = "A".repeat(43);
    const session = { id, user: EVIL, level: EVIL, device: EVIL, createdAt: 1, authenticatedAt: 1, modifiedAt: 1, expiresAt: 8e15, size: 1 };
    await page.route("**/admin/api/sessions?*", (route) => route.fulfill({ json: { sessions: [session], store: EVIL } }));
    await page.route(`**/admin/api/sessions/${id}`, (route) => route.fulfill({ json: { ...session, values: { [EVIL]: { [EVIL]: EVIL } }, hidden: [EVIL], store: EVIL } }));
    await page.goto("/admin/");
    await page.getByLabel("Administrator's token").fill(TOKEN);
    await page.getByRole("button", { name: "Open" }).click();
    await rowOf(page, id).getByRole("button", { name: /^Look/ }).click();
    await page.locator("pre").waitFor();
    await rowOf(page, id).getByRole("button", { name: /^End/ }).click();
    assert((await page.getByRole("dialog").textContent()).includes(EVIL));
    assert.deepEqual([await page.locator("main img, dialog img, main script, dialog script").count(), await page.title()], [0, "Sessions · Paper Heron"]);
    assert.equal(await rowOf(page, id).locator(".device").textContent(), EVIL);
    assert((await page.locator("pre").textContent()).includes("onerror"));
  });

  test("a visitor's own name is shown as it is", async (t) => {
    const name = `"><img src=x onerror=alert(1)>`;
    const { id } = await shopper(t, name);
    const page = await administrator(t);
    assert.equal(await rowOf(page, id).locator(".user").textContent(), name);
    assert.equal(await page.locator("main img").count(), 0);
  });

  test("everything is done with the keyboard alone", async (t) => {
    const { page: shopping } = await shopper(t, "Keys");
    const page = await visitor(t);
    await page.goto("/admin/");
    await page.getByLabel("Administrator's token").waitFor();
    await page.keyboard.type(TOKEN);
    await page.keyboard.press("Enter");
    await page.locator("#desk").waitFor();
    await page.waitForFunction(() => document.activeElement.id === "user");
    await page.keyboard.type("Keys");
    await page.keyboard.press("Enter");
    await page.locator("#caption", { hasText: "1 session of Keys" }).waitFor();
    for (let stop = 0; stop < 20 && (await page.evaluate(() => document.activeElement.value)) !== "end"; stop += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Keep", "the harmless answer has the focus");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.value === "end"); // the focus is back where it was
    assert.equal(await page.locator("#rows tr").count(), 1);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.textContent === "Keep");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await said(page, "1 session is over.");
    assert.deepEqual(await cart(shopping), []);
  });

  test("nothing is wider than a narrow screen, by day and by night", async (t) => {
    const { id } = await shopper(t, "Wolfeschlegelsteinhausenbergerdorff-Long");
    for (const colorScheme of ["light", "dark"]) {
      const page = await administrator(t, { viewport: { width: 320, height: 700 }, colorScheme });
      await rowOf(page, id).getByRole("button", { name: /^Look/ }).click();
      await page.locator("pre").waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    }
  });

  test("its page forbids what it does not use", async () => {
    const { headers } = await fetch(`${shop.origin}/admin/`);
    const policy = headers.get("content-security-policy");
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    for (const part of ["form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"]) assert(policy.includes(part), part);
    assert(!/unsafe|https?:/.test(policy), policy);
    assert.equal(headers.get("referrer-policy"), "no-referrer");
  });
});

test("without a token of its own the shop has no administration", async (t) => {
  const place = await home();
  const shop = await start(place);
  t.after(async () => {
    await shop.stop();
    await place.remove();
  });
  for (const headers of [{}, { authorization: `Bearer ${TOKEN}` }, { authorization: "Bearer " }]) {
    assert.equal((await fetch(`${shop.origin}/admin/api/sessions`, { headers })).status, 404);
  }
});
