// Zope 2's browser_id_manager: where ids come from, and how they travel without a cookie. edge-session/transports.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cookie, form, header, url, withoutToken } from "edge-session/transports";
import { HTMLRewriter } from "htmlrewriter";
import { fails, MINUTE, newcomer, newShop, SITE } from "./shop.mjs";

const requestTo = (address, headers = {}, init = {}) => new Request(new URL(address, SITE), { ...init, headers });

/** A shop with these transports in which somebody has a session, and their cookie. */
async function shopWith(transports, options = {}) {
  const shop = newShop({ transports, ...options });
  const visitor = shop.visitor();
  await visitor.visit((session) => session.set("color", "red"));
  return { ...shop, shop, visitor, sessions: shop.sessions };
}

describe("browser_id_manager's calls", () => {
  it("an_id_comes_from_a_form_where_there_is_no_cookie", async () => {
    const { sessions, visitor } = await shopWith([cookie(), form()]);
    const session = await visitor.open();
    const field = session.hiddenField();
    const [, token] = /^<input type="hidden" name="session" value="([\w-]+)">$/.exec(field);
    const request = requestTo("/cart", {}, { method: "POST", body: new URLSearchParams({ session: token, sku: "A1" }) });
    const posted = await sessions.open(request);
    assert.deepEqual([posted.get("color"), posted.source], ["red", "form"]);
    assert.equal((await request.formData()).get("sku"), "A1"); // the handler can still read the form
  });

  it("a_link_carries_the_session_in_its_query", async () => {
    const { sessions, visitor } = await shopWith([cookie(), url()]);
    const session = await visitor.open();

    const link = session.encodeUrl("/cart?page=2#items");

    const { pathname, searchParams, hash } = new URL(link, SITE);
    assert.deepEqual([pathname, [...searchParams.keys()], hash], ["/cart", ["page", "session"], "#items"]);
    assert.ok(!link.includes("&amp;")); // a URL: it can go into a Location header
    const followed = await sessions.open(requestTo(link));
    assert.deepEqual([followed.get("color"), followed.source], ["red", "url"]);
  });

  it("a_link_carries_the_session_in_its_path", async () => {
    const { sessions, visitor } = await shopWith([cookie(), url()]);
    const session = await visitor.open();

    const link = session.encodeUrl("/cart?page=2#items", "path");

    assert.match(link, /^\/session\/[\w-]+\/cart\?page=2#items$/);
    const request = requestTo(link);
    assert.equal((await sessions.open(request)).get("color"), "red");
    assert.equal(withoutToken(request.url), "https://shop.example/cart?page=2#items"); // what the router sees
  });

  it("every_link_of_a_page_is_encoded_and_none_that_leads_elsewhere", async () => {
    const { visitor } = await shopWith([cookie(), url()]);
    const session = await visitor.open();
    const page = new Response('<a href="/cart">cart</a><a href="https://elsewhere.example/">else</a><a href="#top">top</a>');

    const links = {
      element: (a) => void a.setAttribute("href", session.encodeUrl(a.getAttribute("href"))),
    };
    const encoded = new HTMLRewriter().on("a[href]", links).transform(page);

    const hrefs = [...(await encoded.text()).matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    assert.match(hrefs[0], /^\/cart\?session=[\w-]+$/);
    assert.deepEqual(hrefs.slice(1), ["https://elsewhere.example/", "#top"]);
  });

  it("ids_are_looked_for_in_the_order_that_was_configured_and_a_bad_one_falls_through", async () => {
    const { shop, sessions, visitor } = await shopWith([cookie(), header(), url()]);
    const link = (await visitor.open()).encodeUrl("/cart");
    const sources = [];
    for (const headers of [{ cookie: visitor.cookie }, { cookie: "__Host-session=bad", "x-session": "bad" }, {}]) {
      const session = await sessions.open(requestTo(link, headers));
      sources.push([session.source, session.get("color")]);
    }
    assert.deepEqual(sources, [["cookie", "red"], ["url", "red"], ["url", "red"]]);
    assert.deepEqual(shop.said("reject").map(({ source = "cookie" }) => source), ["cookie", "header"]);
  });

  it("a_session_says_where_its_id_came_from", async () => {
    const { sessions, visitor } = await shopWith([cookie(), header(), form(), url()]);
    assert.equal((await sessions.open(newcomer())).source, null);
    assert.equal((await visitor.open()).source, "cookie");
    assert.equal((await sessions.open(requestTo((await visitor.open()).encodeUrl("/")))).source, "url");
  });

  it("an_id_in_a_url_is_off_unless_asked_for_and_short_lived_and_becomes_no_cookie", async () => {
    const { shop, sessions, visitor } = await shopWith([cookie(), url()]);
    const link = (await visitor.open()).encodeUrl("/cart");
    const off = await shop.application({ transports: undefined }).open(requestTo(link));
    assert.equal(off.isNew, true);
    const response = await sessions.commit((await sessions.open(requestTo(link))).set("size", "M"));
    assert.deepEqual(response.headers.getSetCookie(), []);
    shop.clock.advance(10 * MINUTE);
    assert.equal((await sessions.open(requestTo(link))).isNew, true);
    await fails(() => off.encodeUrl("/cart"), "config");
  });

  it("a_session_is_begun_by_a_post_only_where_that_is_asked_for", async () => {
    const shop = newShop({ createOn: ["POST"] });
    const visit = async (method, headers) => {
      const session = await shop.sessions.open(requestTo("/", headers, { method }));
      return shop.sessions.commit(session.set("a", 1));
    };
    await fails(() => visit("GET"), "config");
    const reader = await shop.sessions.open(requestTo("/"));
    assert.equal(reader.path("default/a", "none"), "none"); // a page that reads does not fail
    const [cookieLine] = (await visit("POST")).headers.getSetCookie();
    assert.ok(cookieLine);
    await visit("GET", { cookie: cookieLine.split(";")[0] }); // who has a session may use it on any method
  });

  it("an_id_is_forced_into_the_cookie_only_if_this_application_sealed_it", async () => {
    const { sessions, visitor } = await shopWith([cookie(), url()]);
    const token = new URL((await visitor.open()).encodeUrl("/"), SITE).searchParams.get("session");

    const session = await sessions.force(token, newcomer()); // null: no token of ours
    session.rotate(); // the link is dead from here on
    const response = await sessions.commit(session);

    const [line] = response.headers.getSetCookie();
    const headers = new Headers({ cookie: line.split(";")[0] });
    assert.equal((await sessions.open({ url: SITE, headers })).get("color"), "red");
    for (const chosen of ["1234567", "25982744A40dimYreFU", visitor.token]) assert.equal(await sessions.force(chosen, newcomer()), null);
  });

  it("an_id_cookie_is_flushed_and_the_session_lives_on", async () => {
    const { shop, visitor, sessions } = await shopWith([cookie(), header()]);
    const twin = visitor.twin();
    const headers = new Headers();
    await sessions.flushTo(await visitor.open(), headers);
    visitor.jar.store(SITE, headers);
    assert.equal(visitor.cookie, "");
    assert.equal(await twin.see("color"), "red");
    assert.deepEqual(shop.said("destroy"), []);
  });

  it("what_goes_into_a_page_is_escaped", async () => {
    const { visitor } = await shopWith([cookie(), form("a&b")]);
    assert.match((await visitor.open()).hiddenField(), /^<input type="hidden" name="a&#38;b" value="[\w-]+">$/);
  });
});
