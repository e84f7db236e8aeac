import { describe, it } from "node:test";
import * as library from "edge-session";
import { sessionHtml } from "edge-session/html";
import { HTMLRewriter } from "htmlrewriter";
import { assertFails } from "../conformance/assert.js";
import { templatesSuite } from "../conformance/templates.js";

templatesSuite({ describe, it }, library, sessionHtml, { HTMLRewriter });

it("without_a_rewriter_the_error_says_which_to_take", async () => {
  const sessions = library.createSessions({ secrets: ["6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo"], store: library.memoryStore() });
  const session = await sessions.open({ headers: new Headers() });
  const page = new Response("<p data-session='a/b'>only here</p>", { headers: { "content-type": "text/html" } });
  await assertFails(() => sessionHtml(page, session), "config", /^HTMLRewriter: this runtime has none; .* npm package htmlrewriter$/);
});
