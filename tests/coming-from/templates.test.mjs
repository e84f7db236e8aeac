// Zope 3's two page templates, and what path expressions could do: edge-session/html.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sessionHtml } from "edge-session/html";
import { HTMLRewriter } from "htmlrewriter";
import { newShop } from "./shop.mjs";

const pageOf = (html) => new Response(html, { headers: { "content-type": "text/html" } });
const show = async (page, session) => (await sessionHtml(pageOf(page), session, { HTMLRewriter })).text();

describe("page templates", () => {
  it("a_span_shows_the_stored_colour_and_green_without_one", async () => {
    const visitor = newShop().visitor();

    const page = '<span data-session="products.foo/color">green</span>';

    assert.equal(await show(page, await visitor.open({ create: false })), page); // of a visitor without a session, the page itself
    await visitor.visit((session) => session.set("other", 1));
    assert.equal(await show(page, await visitor.open({ create: false })), "<span>green</span>");
    await visitor.visit((session) => session.namespace("products.foo").set("color", "red"));
    assert.equal(await show(page, await visitor.open({ create: false })), "<span>red</span>");
  });

  it("a_visit_counter_is_counted_by_the_handler_and_shown_by_the_page", async () => {
    const visitor = newShop().visitor();

    const page = '<div data-session-define="session products.foo">Visits: <span data-session="session/count">0</span></div>';

    async function handler(session) {
      const { data } = session.namespace("products.foo");
      data.count = (data.count ?? 0) + 1;
      return sessionHtml(pageOf(page), session, { HTMLRewriter });
    }

    const shown = async () => (await visitor.visit(handler)).text();
    assert.equal(await shown(), "<div>Visits: <span>1</span></div>");
    assert.equal(await shown(), "<div>Visits: <span>2</span></div>");
  });

  it("a_page_reads_without_making_a_session_or_an_error", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    const page = '<b data-session="no.such/key/inner">x</b>';
    const cost = await shop.cost(() => visitor.visit(async (session) => assert.equal(await show(page, session), "<b>x</b>")));
    assert.deepEqual([cost, visitor.sent], ["0 read, 0 write", []]);
  });

  it("a_value_is_escaped_in_a_page", async () => {
    const visitor = newShop().visitor();
    await visitor.visit((session) => session.set("favorite_color", "<script>alert(1)</script>"));
    const shown = await show('<b data-session="default/favorite_color">x</b>', await visitor.open());
    assert.equal(shown, "<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>");
  });
});
