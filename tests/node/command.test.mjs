// `npx edge-session` as a process of its own, against a server of Node on a free port.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createSessions, memoryStore } from "edge-session";
import { adminApi } from "edge-session/admin";
import { cookieJar } from "edge-session/testing";

const PROGRAM = fileURLToPath(new URL("../../pkg/bin/edge-session.js", import.meta.url));
const TOKEN = "pO5kQ0h2r8m1W7c3Zt9vXy4BnLd6FsGj-aUeIoKqRwE";
const SITE = "https://shop.example/";
const NOBODY = "A".repeat(43);
/** A device that would clear the screen, turn the text around, begin a line of its own and lie about its end. */
const HOSTILE = "\u001b[2J\u202eevil\u009b1m\nFAKE  row\r\u0000";

const answering = (status, body) => () => new Response(body, { status, headers: { "content-type": "application/json" } });
/** What may answer in place of the API, and what is said then. */
const FAILURES = [
  ["the token is not taken", answering(401, null), /^edge-session: the server does not take this token\n/],
  ["the store fails", answering(503, '{"error":"store"}'), /^edge-session: the server's store failed; try again\n/],
  ["the server fails otherwise", answering(500, '{"error":"internal"}'), /^edge-session: the server answered 500, internal\n/],
  ["the server's code is no code", answering(500, '{"error":"constructor\\u001b"}'), /^edge-session: the server answered 500, constructor\\u\{1b\}\n/],
  ["a page answers", () => new Response("<html>", { status: 404 }), /^edge-session: what answers there is not edge-session\/admin \(it answered 404\)/],
  ["another API answers", answering(404, '{"message":"needle"}'), /^edge-session: what answers there is not edge-session\/admin \(it answered 404\)/],
];

/** What is no command line, and the environment where that is wrong. */
const WRONG = [
  ["no command", []],
  ["an unknown command", ["needle"]],
  ["a command that is a property of objects", ["constructor"]],
  ["an unknown option", ["list", "--needle"]],
  ["a token on the command line", ["list", "--token", "needle"]],
  ["a token in an option", ["list", "--token=needle"]],
  ["an option of another command", ["list", "--all"]],
  ["a handle where none is taken", ["list", "needle"]],
  ["no handle", ["inspect"]],
  ["two handles", ["revoke", "needle", "needle"]],
  ["nobody to end", ["revoke"]],
  ["a handle and everybody", ["revoke", "needle", "--all"]],
  ["a user and everybody", ["revoke", "--user", "needle", "--all"]],
  ["a user without a name", ["revoke", "--user", ""]],
  ["somebody to spare of everybody", ["revoke", "--all", "--except", "needle"]],
  ["an option for secrets", ["secret", "--url", "https://needle.example"]],
  ["a limit that is none", ["list", "--limit", "needle"]],
  ["a limit of nothing", ["list", "--limit", "0"]],
  ["no URL", ["list"], { EDGE_SESSION_URL: "" }],
  ["a URL that is none", ["list"], { EDGE_SESSION_URL: "needle" }],
  ["a URL of a file", ["list"], { EDGE_SESSION_URL: "file:///needle" }],
  ["a URL in the clear to elsewhere", ["list"], { EDGE_SESSION_URL: "http://needle.example/admin/api" }],
  ["a URL with a password", ["list"], { EDGE_SESSION_URL: "https://user:needle@shop.example" }],
  ["a URL with a token", ["list"], { EDGE_SESSION_URL: "https://shop.example/?token=needle" }],
  ["no token", ["list"], { EDGE_SESSION_ADMIN_TOKEN: "" }],
  ["a token that is none", ["list"], { EDGE_SESSION_ADMIN_TOKEN: "needle needle" }],
];

suite("the command edge-session", () => {
  /** How far the server's clock is ahead, in milliseconds. */
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead, sleep: () => Promise.resolve() };
  const sessions = createSessions({
    clock,
    secrets: ["6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo"],
    store: memoryStore({ now: clock.now }),
    namespaces: { "shop.cart": { inspectable: true } },
  });
  const handler = adminApi(sessions, { token: TOKEN, store: "memory" });
  /** What the server answers to every request, in place of the API. */
  let other;
  let server, url, folder;

  before(async () => {
    server = createServer(async (incoming, outgoing) => {
      const response = other?.(incoming) ?? (await handler(new Request(`http://localhost${incoming.url}`, { method: incoming.method, headers: incoming.headers })));
      outgoing.writeHead(response.status, [...response.headers].flat()).end(await response.text());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${server.address().port}/admin/api`;
    folder = await mkdtemp(join(tmpdir(), "edge-session-command-"));
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs the command; what it printed and its exit code. */
  async function run(args, { env = { EDGE_SESSION_URL: url, EDGE_SESSION_ADMIN_TOKEN: TOKEN }, input = "" } = {}) {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => undefined).end(input);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { stdout, stderr, code };
  }

  /** What a command that must succeed printed. */
  async function printed(...args) {
    const { stdout, stderr, code } = await run(args);
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout;
  }

  const json = async (...args) => JSON.parse(await printed(...args, "--json"));

  async function signedIn(user, device) {
    const jar = cookieJar();
    const visit = async (act) => {
      const session = await sessions.open({ url: SITE, headers: new Headers({ cookie: jar.header(SITE) ?? "" }) });
      const result = await act(session);
      const headers = new Headers();
      await sessions.commitTo(session, headers);
      jar.store(SITE, headers);
      return result;
    };
    await visit((session) => {
      session.login(user, { device });
      session.namespace("shop.cart").set("at", new Date(5));
      session.set("color", "needle");
    });
    return { visit, id: await visit(({ id }) => id) };
  }

  test("makes secrets that the package takes, without a server, another one each time", async () => {
    const [one, two] = [await run(["secret"], { env: {} }), await run(["secret"], { env: {} })];
    for (const { stdout, stderr, code } of [one, two]) {
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, /^[\w-]{43}\n$/);
      createSessions({ secrets: [stdout], store: memoryStore() });
      adminApi(sessions, { token: stdout });
    }
    assert.notEqual(one.stdout, two.stdout);
  });

  test("lists everybody's sessions and a user's, as a table and as JSON", async () => {
    const [phone, other] = [await signedIn("ann -x&y", "a phone"), await signedIn("eve", "a desk")];
    const table = await printed("list", "--user=ann -x&y");
    assert.match(table, new RegExp(`^HANDLE +USER +DEVICE +AGE +ENDS +BYTES\n${phone.id}  ann -x&y  a phone  0 s  23 h  -\n$`));
    const { sessions: listed } = await json("list");
    assert(listed.some(({ id }) => id === phone.id) && listed.some(({ id }) => id === other.id));
    assert.equal(await printed("list", "--user", "nobody"), "No sessions.\n");
  });

  test("lists as many as asked for, however many pages that takes, and where to go on", async () => {
    for (const device of ["one", "two", "three"]) await signedIn("many", device);
    const begun = await json("list", "--user", "many", "--limit", "2");
    const rest = await json("list", "--user", "many", "--cursor", begun.cursor);
    assert.deepEqual([begun.sessions.length, rest.sessions.length, rest.cursor], [2, 1, undefined]);
    assert.match(await printed("list", "--user", "many", "--limit", "2"), /\nThere are more: --cursor=\S+\n$/);
  });

  test("shows a session with what may be seen of its values", async () => {
    const { id } = await signedIn("ada", "a phone");
    const shown = await printed("inspect", id);
    for (const part of [`id               ${id}\n`, "user             ada\n", "store            memory\n", "shop.cart\n{", '"$date": 5', "not shown: default\n"]) {
      assert(shown.includes(part), `${part} is not in\n${shown}`);
    }
    assert(!shown.includes("needle"));
    assert.deepEqual((await json("inspect", id)).values, { "shop.cart": { at: { $date: 5 } } });
  });

  test("ends one session, which is turned away at its next request, and says when there was none", async () => {
    const [one, two] = [await signedIn("ada", "one"), await signedIn("ada", "two")];
    assert.equal(await printed("revoke", one.id), "1 session is over.\n");
    assert.deepEqual([await one.visit(({ user }) => user), await two.visit(({ user }) => user)], [null, "ada"]);
    for (const command of ["revoke", "inspect"]) {
      const { stdout, stderr, code } = await run([command, one.id]);
      assert.deepEqual([stdout, stderr, code], ["", "edge-session: nothing lives under this handle\n", 1]);
    }
  });

  test("takes a handle that begins as options do", async () => {
    const handle = `-${"A".repeat(42)}`;
    for (const args of [["revoke", handle], ["inspect", handle, "--json"], ["inspect", "--", handle]]) {
      const { stderr, code } = await run(args);
      assert.deepEqual([stderr, code], ["edge-session: nothing lives under this handle\n", 1]);
    }
    await printed("revoke", "--user", "nobody", "--except", handle);
  });

  test("ends a user's sessions but one, or all, and nobody else's", async () => {
    const [one, two, other] = [await signedIn("bob", "one"), await signedIn("bob", "two"), await signedIn("eve", "other")];
    const users = async () => [await one.visit(({ user }) => user), await two.visit(({ user }) => user), await other.visit(({ user }) => user)];
    ahead += 1; // a user's end reaches what began before it
    await printed("revoke", "--user", "bob", "--except", two.id);
    assert.deepEqual(await users(), [null, "bob", "eve"]);
    ahead += 1;
    assert.deepEqual(await json("revoke", "--user", "bob"), { ended: null });
    assert.deepEqual(await users(), [null, null, "eve"]);
  });

  test("ends all", async () => {
    const { visit } = await signedIn("zoe", "one");
    assert((await json("revoke", "--all")).ended >= 1);
    assert.equal(await visit(({ user }) => user), null);
  });

  test("counts nothing where the server did not", async () => {
    other = () => Response.json({ ended: null });
    try {
      assert.equal(await printed("revoke", "--all"), "All sessions are over.\n");
    } finally {
      other = undefined;
    }
  });

  test("prints nothing that a terminal would obey, in a table, in details and in JSON", async () => {
    const { id } = await signedIn(`x${HOSTILE}`, HOSTILE);
    for (const args of [["list"], ["list", "--json"], ["inspect", id], ["inspect", id, "--json"]]) {
      const shown = await printed(...args);
      assert.doesNotMatch(shown, /[^\P{C}\n]/u, args.join(" "));
      assert.doesNotMatch(shown, /^FAKE/m, args.join(" "));
    }
    const { device } = await json("inspect", id);
    assert.equal(device, HOSTILE, "JSON is what it was");
  });

  test("takes the token from a file or from standard input as well, and the URL from an option", async () => {
    await writeFile(join(folder, "token"), `${TOKEN}\n`);
    const env = { EDGE_SESSION_URL: "https://elsewhere.example", EDGE_SESSION_ADMIN_TOKEN: "another" };
    for (const [file, input] of [[join(folder, "token"), ""], ["-", `${TOKEN}\n`]]) {
      const { code, stderr } = await run(["list", "--url", `${url}/`, "--token-file", file], { env, input });
      assert.deepEqual([code, stderr], [0, ""]);
    }
    const { code, stderr } = await run(["list", "--token-file", join(folder, "missing")]);
    assert.deepEqual([code, stderr], [1, "edge-session: the token's file cannot be read (ENOENT)\n"]);
  });

  for (const [what, args, env] of WRONG) {
    test(`takes ${what} for a mistake, and does not repeat it`, async () => {
      const { stdout, stderr, code } = await run(args, { env: { EDGE_SESSION_URL: url, EDGE_SESSION_ADMIN_TOKEN: TOKEN, ...env } });
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, /^edge-session: \S/);
      assert(!stderr.includes("needle"), stderr);
    });
  }

  for (const [what, answer, sentence] of FAILURES) {
    test(`fails in one sentence when ${what}`, async (t) => {
      t.after(() => (other = undefined));
      other = answer;
      const { stdout, stderr, code } = await run(["inspect", NOBODY]);
      assert.deepEqual([stdout, code], ["", 1]);
      assert.match(stderr, sentence);
      assert.equal(stderr.split("\n").length, 2);
    });
  }

  test("follows no redirect with its token", async (t) => {
    t.after(() => (other = undefined));
    const asked = [];
    other = (incoming) => {
      asked.push(incoming.url);
      return new Response(null, { status: 302, headers: { location: "/elsewhere" } });
    };
    assert.equal((await run(["list"])).code, 1);
    assert.equal(asked.length, 1);
  });

  test("fails in one sentence when nobody answers", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address();
    await new Promise((resolve) => closed.close(resolve));
    const { stderr, code } = await run(["list", "--url", `http://localhost:${port}`]);
    assert.equal(code, 1);
    assert.match(stderr, /^edge-session: the server at http:\/\/localhost:\d+ cannot be asked \(ECONNREFUSED\)\n$/);
  });

  test("does what docs/admin.md says that it does", async () => {
    const page = await readFile(new URL("../../docs/admin.md", import.meta.url), "utf8");
    const lines = page.match(/^npx edge-session .*$/gm);
    assert(lines.length >= 7, "the page has lost its commands");
    for (const line of lines) {
      const { id } = await signedIn("ada", "a phone");
      const { code, stderr } = await run(line.split(" ").slice(2).map((word) => (word === "HANDLE" ? id : word)));
      assert.deepEqual([code, stderr], [0, ""], line);
    }
  });

  test("says how it is used", async () => {
    for (const args of [["--help"], ["-h"], ["help"], ["list", "--help"]]) {
      const { stdout, code } = await run(args, { env: {} });
      assert.equal(code, 0);
      for (const command of ["list", "inspect", "revoke", "secret"]) assert(stdout.includes(`edge-session ${command}`));
    }
  });
});
