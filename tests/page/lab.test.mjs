import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { home, start } from "./demo.mjs";
import { openBrowser, visit } from "./visitor.mjs";

suite("the same core, in the page", () => {
  let place, shop, browser;
  before(async () => {
    place = await home();
    [shop, browser] = await Promise.all([start(place), openBrowser()]);
  });
  after(async () => {
    await Promise.all([shop?.stop(), browser?.close()]);
    await place.remove();
  });

  /** The lab, opened; `run` presses a button and returns the line that the log then shows. */
  async function lab(t) {
    const page = await visit(t, browser, shop.origin);
    await page.goto("/lab");
    await page.locator("#lab").waitFor();
    const log = page.locator("#lab-log li");
    const press = (name) => page.getByRole("button", { name, exact: true }).click();
    const run = async (name) => {
      const lines = await log.count();
      await press(name);
      await log.nth(lines).waitFor();
      const [what, costs, , events] = await log.first().locator("span").allTextContents();
      return { what, costs, events };
    };
    const session = async () => JSON.parse(await page.locator("#lab-session").textContent());
    return { page, press, run, session };
  }

  test("a session lives in the page and asks nothing of the server", async (t) => {
    const { page, run, session } = await lab(t);
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    assert.deepEqual(await run("reads"), { what: "read", costs: "0 R  0 W", events: "" });
    assert.deepEqual(await run("changes a value"), { what: "change", costs: "0 R  1 W", events: "create" });
    assert.deepEqual(await run("changes a value"), { what: "change", costs: "1 R  1 W", events: "" });
    assert.deepEqual((await session()).values, { lab: { visits: 2 } });
    assert.deepEqual(await run("reads"), { what: "read", costs: "1 R  0 W", events: "" });
    assert.deepEqual(asked, []);
  });

  test("a forged cookie is rejected without a read", async (t) => {
    const { press, run } = await lab(t);
    await run("changes a value");
    await press("Forge the cookie");
    assert.deepEqual(await run("reads"), { what: "read", costs: "0 R  0 W", events: "reject forged" });
  });

  test("signing in changes the handle, and an hour without a request ends the session", async (t) => {
    const { press, run, session } = await lab(t);
    await run("changes a value");
    const { id } = await session();
    assert.equal((await run("signs in")).events, "login");
    const signedIn = await session();
    assert.notEqual(signedIn.id, id);
    assert.deepEqual([signedIn.user, signedIn.values], ["Ada", { lab: { visits: 1 } }]);
    await press("Let 1 hour pass");
    assert.match((await run("reads")).events, /expire idle/);
  });
});
