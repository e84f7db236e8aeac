import { assert, assertFails, assertSame } from "../assert.js";
import { PAGES, VALUES } from "./pages.js";
import { CONTEXTS, HOSTILE, KINDS, REFUSED, SAFE_URLS, UNSAFE_URLS, URL_ATTRIBUTES } from "./values.js";

const SECRET = "6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo";
const SITE = "https://shop.example/";
const HTML = { "content-type": "text/html; charset=utf-8" };

/**
 * What `sessionHtml` makes of a page, with either rewriter.
 *
 * @param library what `edge-session` exports
 * @param sessionHtml of `edge-session/html`
 * @param options those of `sessionHtml` that the runtime needs: `{ HTMLRewriter }`, or none in Workers
 */
export function templatesSuite({ describe, it }, library, sessionHtml, options = {}) {
  const sessions = library.createSessions({ secrets: [SECRET], store: library.memoryStore() });
  const open = () => sessions.open({ url: SITE, headers: new Headers() });
  const filled = async (values = VALUES) => {
    const session = await open();
    for (const [namespace, data] of Object.entries(values)) session.namespace(namespace).update(data);
    return session;
  };
  const shown = async (page, session, more = {}) =>
    (await sessionHtml(new Response(page, { headers: HTML }), session, { ...options, ...more })).text();

  describe("a page with a session's values", () => {
    for (const [title, cases] of Object.entries(PAGES)) {
      it(title, async () => {
        const session = await filled();
        for (const [page, expected] of cases) assertSame(await shown(page, session), expected, page);
      });
    }

    it("a_value_is_escaped_where_it_stands_whatever_it_is", async () => {
      for (const value of HOSTILE) {
        const session = await filled({ ns: { value } });
        for (const [tag, before, after] of CONTEXTS) {
          const html = await shown(tag, session);
          assert(html.startsWith(before) && html.endsWith(after), `${tag} became ${html}`);
          const written = html.slice(before.length, html.length - after.length);
          assert(!/[<>"']/.test(written), `${JSON.stringify(value)} stands unescaped in ${html}`);
          assertSame(unescaped(written), value);
        }
      }
    });

    it("a_url_that_runs_code_leaves_the_attribute_as_it_was", async () => {
      for (const url of UNSAFE_URLS) {
        const session = await filled({ ns: { url } });
        for (const [tag, attribute] of URL_ATTRIBUTES) {
          const page = `<${tag} ${attribute}="/own" data-session-attr="${attribute} ns/url"></${tag}>`;
          assertSame(await shown(page, session), `<${tag} ${attribute}="/own"></${tag}>`, JSON.stringify(url));
        }
      }
    });

    it("a_url_that_leads_somewhere_is_written", async () => {
      for (const url of SAFE_URLS) {
        const page = '<a href="/own" data-session-attr="href ns/url">x</a>';
        assertSame(await shown(page, await filled({ ns: { url } })), `<a href="${url}">x</a>`);
      }
    });

    it("a_url_with_entities_stays_a_harmless_name", async () => {
      const page = '<a href="/own" data-session-attr="href ns/url">x</a>';
      const session = await filled({ ns: { url: "javascript&colon;alert(1)" } });
      assertSame(await shown(page, session), '<a href="javascript&amp;colon;alert(1)">x</a>');
    });

    for (const [page, message] of REFUSED) {
      it(`refused: ${page}`, async () => {
        const session = await filled();
        await assertFails(() => shown(page, session), "config", message);
        await assertFails(() => shown(page, session), "config", message);
      });
    }

    it("own_keys_only_on_every_way_to_a_value", async () => {
      const session = await filled({ ns: { list: [1], text: "text", map: new Map([["size", 1]]) }, default: { a: 1 } });
      const paths = [
        "ns/__proto__", "ns/constructor", "ns/constructor/name", "ns/list/constructor/name", "ns/list/__proto__/length", "ns/text/length",
        "ns/toString", "ns/map/size", "__proto__/a", "constructor/name", "toString", "ns", "ns/list/0/x", "ns/nothing/at/all", "$session",
        "$session/path", "$session/constructor/name", "$flash/a", "$nothing/a", "other/a", "$repeat/x/number", "/", "//", "a", "default//a",
      ];
      for (const path of paths) {
        assertSame(await shown(`<p data-session="${path}">own</p>`, session), "<p>own</p>", path);
        assertSame(await shown(`<p data-session-define="x ${path}"><b data-session="x">own</b></p>`, session), "<p><b>own</b></p>", path);
      }
    });

    it("a_key_may_be_anything_that_has_no_slash", async () => {
      const session = await filled({ ns: { "my key": 1, "R&D": 2, '"<>': 3, "": 4, é: 5 } });
      for (const [key, value] of [["my key", 1], ["R&amp;D", 2], ["&quot;&lt;&gt;", 3], ["", 4], ["é", 5]]) {
        assertSame(await shown(`<p data-session="ns/${key}"></p>`, session), `<p>${value}</p>`);
      }
      const page = '<p data-session-attr="title ns/my key; lang ns/R&amp;D;"></p>';
      assertSame(await shown(page, session), '<p title="1" lang="2"></p>');
    });

    it("a_value_of_any_kind_is_its_text_or_none", async () => {
      for (const [value, text] of KINDS) {
        const session = await filled({ ns: { value } });
        assertSame(await shown('<p data-session="ns/value">own</p>', session), `<p>${text}</p>`);
      }
    });

    it("a_condition_holds_for_what_there_is", async () => {
      const page = '<p data-session-if="ns/value">if</p><i data-session-unless="ns/value">unless</i>';
      for (const value of [true, 1, "0", " ", [0], { a: 0 }, new Map([[1, 1]]), new Set([0]), new Date(0), -1n, Infinity]) {
        assertSame(await shown(page, await filled({ ns: { value } })), "<p>if</p>");
      }
      for (const value of [undefined, null, false, 0, -0, 0n, NaN, "", [], {}, new Map(), new Set()]) {
        assertSame(await shown(page, await filled({ ns: { value } })), "<i>unless</i>");
      }
    });

    it("what_the_library_knows_is_under_a_name_of_its_own", async () => {
      const session = await filled();
      const page = '<p data-session="$session/user">guest</p><i data-session-if="$session/isNew">new</i>';
      assertSame(await shown(page, session), "<p>guest</p><i>new</i>");
      session.login("ada & co", { level: "aal2" });
      assertSame(await shown(page, session), "<p>ada &amp; co</p><i>new</i>");
      const times = '<time data-session-attr="datetime $session/createdAt" data-session="$session/level"></time>';
      assertSame(await shown(times, session), `<time datetime="${session.createdAt.toISOString()}">aal2</time>`);
    });

    it("variables_come_before_the_session", async () => {
      const session = await filled();
      session.flash("notice", "Saved");
      const variables = { notice: session.flash("notice"), shop: { cart: "mine" }, none: undefined };
      const page = ["notice", "shop/cart", "shop/nothing", "none"].map((path) => `<p data-session="${path}">own</p>`).join("");
      assertSame(await shown(page, session, { variables }), "<p>Saved</p><p>mine</p><p>own</p><p>own</p>");
      assertSame(await shown('<p data-session="notice">own</p>', session), "<p>own</p>");
    });

    it("a_session_that_has_ended_has_no_values", async () => {
      const session = await filled();
      session.destroy();
      assertSame(await shown('<p data-session="shop/name">Goodbye</p>', session), "<p>Goodbye</p>");
    });

    it("the_same_page_shows_each_visitor_their_own_values", async () => {
      const page = '<p title="" data-session-attr="title ns/a" data-session="ns/a">none</p>';
      for (const a of ["x", "y", undefined, "x"]) {
        const expected = a === undefined ? '<p title="">none</p>' : `<p title="${a}">${a}</p>`;
        assertSame(await shown(page, await filled({ ns: { a } })), expected);
      }
    });
  });

  describe("how a page with a session's values is read", () => {
    it("wherever_the_body_is_cut_it_is_the_same_page", async () => {
      const session = await filled();
      const page = '<p>é😀</p><p data-session="shop/name" title="漢">x😀y</p><script>"<p data-session=\'a/b\'>"</script>';
      const bytes = new TextEncoder().encode(page);
      const expected = page.replace(' data-session="shop/name"', "").replace("x😀y", "Caf&#39;é &lt;1&gt;");
      for (let size = 1; size <= 7; size += 1) {
        assertSame(await shown(inParts(bytes, size), session), expected);
      }
    });

    it("the_encoding_that_the_response_names_is_the_one_read_and_utf_8_the_one_sent", async () => {
      const bytes = Uint8Array.from('<p data-session="shop/name">x</p>\xe9', (character) => character.charCodeAt(0));
      for (const charset of ["iso-8859-1", '"windows-1252"']) {
        const headers = { "content-type": `Text/HTML ; charset=${charset}` };
        const response = await sessionHtml(new Response(bytes, { headers }), await filled(), options);
        assertSame([response.headers.get("content-type"), await response.text()], ["text/html; charset=utf-8", "<p>Caf&#39;é &lt;1&gt;</p>é"]);
      }
      const unknown = new Response(bytes, { headers: { "content-type": "text/html; charset=klingon" } });
      await assertFails(async () => sessionHtml(unknown, await filled(), options), "config", /^Content-Type: /);
    });

    it("a_huge_value_is_written_whole", async () => {
      const value = "<&>".repeat(100_000);
      const html = await shown('<p data-session="ns/value"></p>', await filled({ ns: { value } }));
      assertSame(html.length, "<p></p>".length + "&lt;&amp;&gt;".length * 100_000);
    });

    it("a_page_beyond_the_limit_is_an_error_and_no_part_of_it_is_sent", async () => {
      const session = await filled({ ns: { list: new Array(1_000).fill("x"), long: "x".repeat(600) } });
      const page = `<p data-session="ns/long"></p>${" ".repeat(380)}`;
      assertSame((await shown(page, session, { limit: 987 })).length, 987);
      await assertFails(() => shown(page, session, { limit: 986 }), "too-large", /^sessionHtml: the page gets more than 986 characters/);
      await assertFails(() => shown(page, session, { limit: page.length - 1 }), "too-large", /^sessionHtml: the page has more than 409 bytes/);
      const repeated = '<i data-session-repeat="a ns/list"><b data-session-repeat="b ns/list"></b></i>';
      await assertFails(() => shown(repeated, session), "too-large", /^sessionHtml: the page gets more than 4194304 characters/);
    });

    it("an_endless_body_is_not_read_on_beyond_the_limit", async () => {
      let cancelled = false;
      const body = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(1_000)), cancel: () => void (cancelled = true) });
      await assertFails(async () => shown(body, await filled(), { limit: 5_000 }), "too-large");
      assert(cancelled, "the body was left open");
    });

    it("a_page_seen_before_is_not_searched_again_until_others_took_its_place", async () => {
      const Real = options.HTMLRewriter ?? globalThis.HTMLRewriter;
      let searched = 0;
      const counting = { HTMLRewriter: function () { searched += 1; return new Real(); } };
      const session = await filled();
      const show = (text, length = 0) => shown(`<p data-session="shop/zero">x</p>${text}${" ".repeat(length)}`, session, counting);
      for (const text of ["one", "one", "two", "one", "two"]) assert((await show(text)).startsWith(`<p>0</p>${text}`), "another page");
      assertSame(searched, 2);
      for (const text of ["a", "b", "c", "one", "d"]) await show(text, text === "one" ? 0 : 600_000);
      await show("one");
      assertSame(searched, 6, "what was used lately is still known:");
      for (const text of ["e", "f", "g", "g", "f", "e"]) await show(text, 600_000);
      assertSame(searched, 9, "what fits is known:");
      await show("h", 600_000);
      await show("one");
      assertSame(searched, 11, "what others took the place of is known no more:");
      for (const text of ["", ""]) await show(text, 2_200_000);
      assertSame(searched, 13, "what is larger than the place is never known:");
      await show("one");
      assertSame(searched, 13, "and takes the place of no other:");
    });

    it("text_that_looks_like_the_librarys_own_signs_stays_text", async () => {
      const page = '<p data-session="shop/name">x</p><session-0>0 before;0 prepend;<session-1>';
      assertSame(await shown(page, await filled()), "<p>Caf&#39;é &lt;1&gt;</p><session-0>0 before;0 prepend;<session-1>");
    });

    it("reading_creates_nothing_and_writes_nothing", async () => {
      const session = await filled({ ns: { list: [{ a: 1 }] } });
      const committed = await sessions.commit(session);
      const cookie = committed.headers.getSetCookie?.()[0]?.split(";")[0];
      if (!cookie) return; // a page's own Response shows no cookies
      const again = await sessions.open({ url: SITE, headers: new Headers({ cookie }) });
      await shown('<p data-session-repeat="x ns/list"><b data-session="x/a"></b></p><i data-session="other/a"></i>', again);
      const { modifiedAt } = again;
      assertSame((await sessions.commit(again)).headers.getSetCookie(), []);
      assertSame([again.modifiedAt, again.namespace("other").size], [modifiedAt, 0]);
    });
  });

  describe("which responses are touched", () => {
    const page = '<p data-session="shop/name">own</p>';
    const response = (headers, init = {}) => new Response(page, { ...init, headers });

    it("a_visitor_without_a_session_gets_the_response_itself", async () => {
      for (const session of [null, () => Promise.resolve(null), () => sessions.open({ headers: new Headers() }, { create: false })]) {
        const original = response({ ...HTML, etag: '"1"', "cache-control": "public, max-age=60", "content-length": String(page.length) });
        const before = [...original.headers];
        const result = await sessionHtml(original, session, options);
        assert(result === original && !original.bodyUsed, "not the response itself");
        assertSame([[...result.headers], await result.text()], [before, page]);
      }
    });

    it("what_is_no_whole_page_is_given_back_and_no_session_is_opened", async () => {
      const opener = () => assert(false, "the session was opened");
      const types = ["text/plain", "application/json", "application/xhtml+xml", "text/htmlx", "image/svg+xml", ""];
      for (const type of types) {
        const original = response(type === "" ? {} : { "content-type": type });
        if (type === "") original.headers.delete("content-type");
        assert((await sessionHtml(original, opener, options)) === original, type);
        assert((await sessionHtml(original, await filled(), options)) === original, type);
      }
      const part = response({ ...HTML, "content-range": "bytes 0-9/100" }, { status: 206 });
      assert((await sessionHtml(part, opener, options)) === part, "a part was read as a page");
    });

    it("what_was_said_of_the_old_page_is_not_said_of_the_new_one", async () => {
      const outdated = { etag: '"1"', "content-length": "33", "last-modified": "now", "content-md5": "x" };
      const headers = { ...HTML, ...outdated, "x-own": "1", "cache-control": "public" };
      const result = await sessionHtml(response(headers, { status: 404, statusText: "Gone fishing" }), await filled(), options);
      assertSame([...result.headers], [["cache-control", "public"], ["content-type", "text/html; charset=utf-8"], ["x-own", "1"]]);
      assertSame([result.status, result.statusText], [404, "Gone fishing"]);
      assertSame(await result.text(), "<p>Caf&#39;é &lt;1&gt;</p>");
    });

    it("the_answer_to_head_has_the_headers_of_get", async () => {
      const result = await sessionHtml(new Response(null, { headers: { ...HTML, etag: '"1"', "content-length": "33" } }), await filled(), options);
      assertSame([result.body, [...result.headers]], [null, [["content-type", "text/html; charset=utf-8"]]]);
    });

    it("what_is_no_session_is_a_config_error", async () => {
      for (const stranger of [undefined, {}, Promise.resolve(null), () => ({})]) {
        await assertFails(() => sessionHtml(response(HTML), stranger, options), "config", /^sessionHtml: this is no session; /);
      }
    });

    it("an_opener_that_fails_fails_the_page", async () => {
      let thrown;
      const opener = () => Promise.reject(new Error("no store"));
      await sessionHtml(response(HTML), opener, options).catch((error) => (thrown = error.message));
      assertSame(thrown, "no store");
    });
  });

  describe("a page in handle", () => {
    const page = '<p data-session="shop/name">own</p>';
    const cached = () => new Response(page, { headers: { ...HTML, "cache-control": "public, max-age=60", etag: '"1"' } });
    const fetched = (handler, headers = {}) => sessions.handle(handler)({ url: SITE, headers: new Headers(headers) }, {}, {});

    it("without_a_session_the_response_stays_what_it_was_and_cacheable", async () => {
      const original = cached();
      const result = await fetched((_, { session }) => sessionHtml(original, session, options), { cookie: "other=1" });
      assert(result === original, "not the response itself");
      assertSame([result.headers.get("cache-control"), result.headers.get("vary"), result.headers.get("etag")], ["public, max-age=60", null, '"1"']);
    });

    it("with_a_session_the_page_is_private", async () => {
      const result = await fetched(async (_, { session }) => {
        (await session()).namespace("shop").set("name", "Ada's");
        return sessionHtml(cached(), session, options);
      });
      assertSame(await result.clone().text(), "<p>Ada&#39;s</p>");
      assertSame([result.headers.get("vary"), result.headers.get("etag")], ["Cookie", null]);
      assert(/private/.test(result.headers.get("cache-control")), "the page is not private");
    });

    it("a_session_asked_for_later_is_made_and_committed_all_the_same", async () => {
      const result = await fetched(async (_, { session }) => {
        assertSame(await session({ create: false }), null);
        const made = await session();
        assert((await session({ create: false })) === made, "another session");
        return new Response("ok");
      });
      assertSame(result.headers.get("vary"), "Cookie");
    });
  });
}

function unescaped(html) {
  const characters = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
  return html.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => characters[entity]);
}

function inParts(bytes, size) {
  let at = 0;
  return new ReadableStream({
    pull(to) {
      if (at >= bytes.length) return to.close();
      to.enqueue(bytes.subarray(at, (at += size)));
    },
  });
}
