import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import * as library from "edge-session";
import { sessionHtml } from "edge-session/html";
import { HTMLRewriter } from "htmlrewriter";
import { assertFails } from "../conformance/assert.js";
import { templatesSuite } from "../conformance/templates/index.js";

const SECRET = "6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo";

templatesSuite({ describe, it }, library, sessionHtml, { HTMLRewriter });

it("without_a_rewriter_the_error_says_which_to_take", async () => {
  const sessions = library.createSessions({ secrets: [SECRET], store: library.memoryStore() });
  const session = await sessions.open({ headers: new Headers() });
  const page = new Response("<p data-session='a/b'>only here</p>", { headers: { "content-type": "text/html" } });
  await assertFails(() => sessionHtml(page, session), "config", /^HTMLRewriter: this runtime has none; .* npm package htmlrewriter$/);
});

describe("docs/templates.md", async () => {
  const text = await readFile(new URL("../../docs/templates.md", import.meta.url), "utf8");
  const values = JSON.parse(text.match(/```json\n(.*?)```/s)[1]);
  const examples = [...text.matchAll(/```html\n(.*?)```\n\nbecomes\n\n```html\n(.*?)```/gs)];
  const sessions = library.createSessions({ secrets: [SECRET], store: library.memoryStore() });

  for (const [, page, expected] of examples) {
    it(`example: ${page.split("\n")[0]}`, async () => {
      const session = await sessions.open({ headers: new Headers() });
      for (const [namespace, data] of Object.entries(values)) session.namespace(namespace).update(data);
      const response = new Response(page, { headers: { "content-type": "text/html" } });
      assert.equal(await (await sessionHtml(response, session, { HTMLRewriter })).text(), expected);
    });
  }

  it("every_example_was_run", () => assert.equal(examples.length, text.split("\nbecomes\n").length - 1));
});
