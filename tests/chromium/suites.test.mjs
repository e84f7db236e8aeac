import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { openBrowser } from "../page/visitor.mjs";
import { serveFiles } from "./server.mjs";

// The names of the tests are known to the page only, so it is opened before they are registered.
const server = await serveFiles();
const browser = await openBrowser();
const page = await browser.newPage();
const problems = [];
page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
page.on("pageerror", (error) => problems.push(error.stack));
await page.goto(`${server.origin}/tests/chromium/page.html`);
const tests = await page.evaluate(() => window.listTests?.() ?? []);

after(async () => {
  await browser.close();
  server.stop();
});

async function run(index) {
  const failure = await page.evaluate((number) => window.runTest(number), index);
  if (failure !== null) throw new Error(failure);
}

/** Makes the page's groups anew: tests of one group stand together, so each is described once. */
function register(numbered, depth) {
  for (let at = 0; at < numbered.length; ) {
    const { test, index } = numbered[at];
    const group = test.groups[depth];
    if (group === undefined) {
      it(test.name, () => run(index));
      at += 1;
      continue;
    }
    const end = numbered.findIndex((other, place) => place > at && other.test.groups[depth] !== group);
    const members = numbered.slice(at, end === -1 ? undefined : end);
    describe(group, () => register(members, depth + 1));
    at += members.length;
  }
}

describe("in Chromium", () => {
  it("the page loads the package without a build", () => {
    assert.deepEqual(problems, []);
    assert.ok(tests.length > 0, "the page lists no test");
  });
  register(tests.map((test, index) => ({ test, index })), 0);
  it("no test made the page report an error", () => assert.deepEqual(problems, []));
});
