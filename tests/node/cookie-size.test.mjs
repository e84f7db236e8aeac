import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { cookieStore, createSessions } from "edge-session";
import { cookieJar } from "edge-session/testing";

const SECRET = "6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo";
/** The most letters beside names and stamps that three cookies hold. */
const MOST = 8_300;
/** What a browser, a proxy and the application's own cookies may send as well. */
const OTHER_HEADERS = 4_000;

describe("the largest session that cookieStore keeps", () => {
  const sessions = createSessions({ secrets: [SECRET], store: cookieStore() });
  const server = createServer(async (request, response) => {
    const session = await sessions.open(request);
    if (request.method === "POST") session.set("text", "x".repeat(MOST));
    const headers = new Headers();
    await sessions.commitTo(session, headers);
    response.setHeader("set-cookie", headers.getSetCookie()).end(String(session.get("text")?.length));
  });
  before(() => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve)));
  after(() => server.close());

  it("passes_a_server_and_a_client_of_node_beside_4_kb_of_other_headers", async () => {
    const url = `http://127.0.0.1:${server.address().port}/`;
    const site = "https://shop.example/"; // what a browser sees of it, through a proxy that ends TLS
    const jar = cookieJar();
    const send = async (method) => {
      const headers = { cookie: jar.header(site) ?? "", "x-other": "o".repeat(OTHER_HEADERS) };
      const response = await fetch(url, { method, headers });
      jar.store(site, response);
      return [response.status, await response.text()];
    };
    assert.deepEqual(await send("POST"), [200, String(MOST)]);
    assert.equal(jar.cookies().length, 3);
    assert.deepEqual(await send("GET"), [200, String(MOST)]);
  });
});
