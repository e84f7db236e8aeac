/**
 * Pages through HTMLRewriter inside workerd: one HTTP request makes one batch. The clock is outside, see ../html.mjs.
 * `unchanged` passes the page through a rewriter without handlers, `watched` through one that looks for an attribute and finds none.
 */
import { createSessions, memoryStore } from "edge-session";
import { sessionHtml } from "edge-session/html";
import { cookieJar } from "edge-session/testing";
import { SECRET, VALUES, expectedPage, templatePage } from "../html-page.mjs";

const SITE = "https://shop.example/";
const headers = { "content-type": "text/html; charset=utf-8" };
const template = new TextEncoder().encode(templatePage());
const sessions = createSessions({ secrets: [SECRET], store: memoryStore() });
const jar = cookieJar();
const fresh = () => new Response(template, { headers });
let changes = 0;
/** A page that differs from all before, by a number at its end. */
const changed = () => new Response(new Blob([template, `${++changes}\n`]), { headers });

const shopOf = (page) => sessions.handle((_request, { session }) => sessionHtml(page(), session));
const [shop, changing] = [shopOf(fresh), shopOf(changed)];
const request = () => new Request(SITE, { headers: { cookie: jar.header(SITE) } });

const sides = {
  unchanged: () => new HTMLRewriter().transform(fresh()),
  watched: () => new HTMLRewriter().on("[data-none]", { element() {} }).transform(fresh()),
  template: () => shop(request(), {}, {}),
  changed: () => changing(request(), {}, {}),
};

const actions = {
  /** Stores the values, and looks at what each side makes of the page. */
  async open() {
    const session = await sessions.open({ headers: new Headers() });
    session.namespace("shop").update(VALUES);
    await sessions.commit(session).then(({ headers: sent }) => jar.store(SITE, sent));
    const unchanged = new TextDecoder().decode(template);
    for (const [side, expected] of [["unchanged", unchanged], ["watched", unchanged], ["template", expectedPage()], ["changed", expectedPage()]]) {
      if (!(await (await sides[side]()).text()).startsWith(expected)) throw new Error(`${side}: not the page that was expected`);
    }
  },
  async batch({ side, pages }) {
    for (let page = 0; page < Number(pages); page++) await (await sides[side]()).arrayBuffer();
  },
};

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    try {
      await actions[pathname.slice(1)](Object.fromEntries(searchParams));
      return new Response("done");
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
