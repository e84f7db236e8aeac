import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { home, start } from "./demo.mjs";
import { add, cart, handle, openBrowser, said, signIn, visit } from "./visitor.mjs";

suite("the shop in Chromium", () => {
  let place, shop, browser;
  before(async () => {
    place = await home();
    [shop, browser] = await Promise.all([start(place), openBrowser()]);
  });
  after(async () => {
    await Promise.all([shop?.stop(), browser?.close()]);
    await place.remove();
  });
  const visitor = (t, options) => visit(t, browser, shop.origin, options);

  test("what is put into the cart is there after a reload, with its sum", async (t) => {
    const page = await visitor(t);
    await add(page, "Night fox stamp");
    await add(page, "Night fox stamp");
    await add(page, "Blue Hour ink");
    await page.reload();
    assert.deepEqual(await cart(page), ["1 × Blue Hour ink", "2 × Night fox stamp"]);
    assert.equal(await page.locator(".total dd").textContent(), "€43.40");
  });

  test("adding to the cart leaves page and focus where they are, and is announced", async (t) => {
    const page = await visitor(t);
    await page.evaluate(() => (window.sameDocument = true));
    await add(page, "Tide notebook");
    assert.equal(await page.evaluate(() => window.sameDocument), true);
    assert.equal(await page.evaluate(() => document.activeElement.id), "add-tide-notebook");
    assert.equal(await page.getByRole("status").first().textContent(), "Tide notebook: in the cart.");
    assert.equal(await page.locator(".badge .unseen").textContent(), "1 thing");
  });

  test("two things added at the same moment in two tabs are both in the cart", async (t) => {
    const page = await visitor(t);
    await add(page, "Meadow tape");
    const other = await page.context().newPage();
    await other.goto("/");
    await Promise.all([add(page, "Crane scissors"), add(other, "Six soft pencils")]);
    assert.deepEqual(await cart(page), ["1 × Crane scissors", "1 × Six soft pencils", "1 × Meadow tape"]);
  });

  test("quantities go up and down, the last one takes the line away, and an order empties the cart", async (t) => {
    const page = await visitor(t);
    await add(page, "Night fox stamp");
    await add(page, "Meadow tape");
    await page.goto("/cart");
    await page.getByRole("button", { name: "One more: Meadow tape" }).click();
    await page.locator(".total", { hasText: "€26.50" }).waitFor();
    await page.getByRole("button", { name: "One less: Night fox stamp" }).click();
    await said(page, "Night fox stamp: taken out.");
    assert.deepEqual(await cart(page), ["2 × Meadow tape"]);
    await page.getByRole("button", { name: "Place the order" }).click();
    await said(page, "Thank you!");
    assert.deepEqual(await cart(page), []);
  });

  test("signing in keeps the cart and changes the handle", async (t) => {
    const page = await visitor(t);
    await add(page, "Letter set with seal");
    const before = await handle(page);
    await signIn(page, "Ada");
    assert.notEqual(await handle(page), before);
    assert.deepEqual(await cart(page), ["1 × Letter set with seal"]);
  });

  test("signing out changes the handle, empties the cart and keeps the light", async (t) => {
    const page = await visitor(t);
    await add(page, "Blue Hour ink");
    await prefer(page, "Night", "English");
    await signIn(page, "Ada");
    const before = await handle(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await said(page, "Signed out.");
    assert.notEqual(await handle(page), before);
    assert.deepEqual(await cart(page), []);
    assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  });

  test("theme and language survive, and are there for the first paint", async (t) => {
    const page = await visitor(t);
    const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const byDay = await colour();
    await prefer(page, "Night", "العربية");
    await page.goto("/");
    assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
    assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "أشياء صغيرة لكتابة على مهل");
    assert.notEqual(await colour(), byDay);
  });

  test("before a choice the shop speaks the language that the browser asks for", async (t) => {
    const page = await visitor(t, { locale: "de-AT" });
    assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "Kleine Dinge für langsames Schreiben");
  });

  test("what was looked at is remembered, newest first", async (t) => {
    const page = await visitor(t);
    for (const sku of ["blue-hour", "fox-stamp", "blue-hour", "soft-six"]) await page.goto(`/products/${sku}`);
    await page.goto("/");
    assert.deepEqual(await page.locator(".seen li span").allTextContents(), [
      "Six soft pencils",
      "Blue Hour ink",
      "Night fox stamp",
    ]);
  });

  test("what a visitor types is shown and never run", async (t) => {
    const page = await visitor(t);
    const name = `"><img src=x onerror=alert(1)>`;
    await signIn(page, name);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("#masthead [aria-current] bdi").textContent(), name);
  });

  test("ending the session clears the cookie, and the next one is another", async (t) => {
    const page = await visitor(t);
    await add(page, "Blue Hour ink");
    const before = await handle(page);
    await page.getByRole("button", { name: "End this session" }).click();
    await page.getByRole("heading", { name: "The session is over" }).waitFor();
    assert.deepEqual(await page.context().cookies(), []);
    assert.deepEqual(await cart(page), []);
    await page.goto("/");
    await add(page, "Blue Hour ink");
    assert.notEqual(await handle(page), before);
  });

  test("a new id keeps everything", async (t) => {
    const page = await visitor(t);
    await add(page, "Blue Hour ink");
    const before = await handle(page);
    await page.getByRole("button", { name: "New id" }).click();
    await said(page, "new id");
    assert.notEqual(await handle(page), before);
    assert.deepEqual(await cart(page), ["1 × Blue Hour ink"]);
  });

  test("everything is done with the keyboard alone", async (t) => {
    const page = await visitor(t);
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Skip to the goods");
    await page.keyboard.press("Enter");
    await tabTo(page, "Add to cart: Heron fountain pen");
    await page.keyboard.press("Enter");
    await said(page, "Heron fountain pen: in the cart.");
    await page.goto("/cart");
    await tabTo(page, "One more: Heron fountain pen");
    await page.keyboard.press("Space");
    await said(page, "Heron fountain pen: changed.");
    await page.goto("/account");
    await tabTo(page, "Your name");
    await page.keyboard.type("Grace");
    await page.keyboard.press("Enter");
    await said(page, "Welcome, Grace.");
    assert.deepEqual(await cart(page), ["2 × Heron fountain pen"]);
  });

  test("everything works without JavaScript", async (t) => {
    const page = await visitor(t, { javaScriptEnabled: false });
    await add(page, "Heron fountain pen");
    await page.goto("/cart");
    await page.getByRole("button", { name: "One more: Heron fountain pen" }).click();
    await said(page, "Heron fountain pen: changed.");
    await signIn(page, "Ada");
    await page.goto("/preferences");
    await page.getByLabel("Deutsch").check();
    await page.getByRole("button", { name: "Save" }).click();
    await said(page, "Gespeichert.");
    assert.deepEqual(await cart(page), ["2 × Füller Reiher"]);
    await page.getByRole("button", { name: "Bestellen" }).click();
    await said(page, "Danke!");
    assert.equal(await page.locator("#inspector dd bdi").textContent(), "Ada");
  });
});

async function prefer(page, theme, language) {
  await page.goto("/preferences");
  await page.getByLabel(theme).check();
  await page.getByLabel(language).check();
  await page.locator("#save").click();
  await page.locator("#notice span").waitFor();
}

/** What has the focus, by the name that a screen reader says. */
function focused(page) {
  return page.evaluate(() => {
    const { activeElement: at } = document;
    return at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent;
  });
}

/** Presses Tab until `name` has the focus; a page has fewer than a hundred stops. */
async function tabTo(page, name) {
  for (let stop = 0; stop < 100; stop += 1) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) === name) return;
  }
  assert.fail(`the Tab key does not reach ${name}`);
}
