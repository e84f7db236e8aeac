import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { run } from "./program.mjs";
import { newProject } from "./project.mjs";

/** The versions that the package promises to run under; `NODE_20` and so on name their programs. */
const VERSIONS = [20, 22, 24, 26];
const FIRST_WITH_SQLITE = 22;

suite("in Node.js", () => {
  let project;
  before(async () => {
    project = await newProject({ files: ["shop.mjs", "import.mjs", "require.cjs", "sqlite.mjs", "subpaths.mjs"] });
  });
  after(() => project?.remove());

  test("the tarball brings nothing else along", () => {
    const packages = project.installed.filter((name) => !name.startsWith("."));
    assert.deepEqual(packages, ["edge-session"]);
  });

  test("npx finds the command", async () => {
    const { stdout } = await run("npx", ["--no-install", "edge-session", "secret"], { cwd: project.folder });
    assert.match(stdout, /^[\w-]{43}\n$/);
  });

  for (const version of VERSIONS) {
    const skip = process.platform !== "linux" && "npm has Node.js for Linux only";

    /** What the program says under this version, and nothing but that. */
    const said = async (file) => {
      const { stdout, stderr } = await run(nodeOf(version), [file], { cwd: project.folder });
      const [printed, text] = /^v\d+\.\d+\.\d+ (.*)\n$/.exec(stdout) ?? assert.fail(stdout);
      assert.match(printed, new RegExp(`^v${version}\\.`));
      return { text, stderr };
    };

    test(`Node ${version} imports it, without a warning`, { skip }, async () => {
      assert.deepEqual(await said("import.mjs"), { text: "ok", stderr: "" });
    });

    test(`Node ${version} requires it from CommonJS`, { skip }, async () => {
      assert.equal((await said("require.cjs")).text, "ok");
    });

    test(`Node ${version} loads every subpath but that of Durable Objects`, { skip }, async () => {
      const { stdout } = await run(nodeOf(version), ["subpaths.mjs"], { cwd: project.folder });
      const expected = [". ok", "./admin ok", "./d1 ok", "./durable-object for Workers", "./html ok", "./redis ok", "./sqlite ok", "./sweeper ok", "./testing ok", "./transports ok"];
      assert.deepEqual(stdout.trim().split("\n"), expected);
    });

    test(`Node ${version} runs the command, and it says what is wrong`, { skip }, async () => {
      const program = project.path("node_modules/edge-session/bin/edge-session.js");
      const { stdout, stderr } = await run(nodeOf(version), [program, "secret"], { cwd: project.folder });
      assert.match(stdout, /^[\w-]{43}\n$/);
      assert.equal(stderr, "");
      const failed = run(nodeOf(version), [program, "list", "--url", "http://localhost:9/admin/api"], { cwd: project.folder, env: { EDGE_SESSION_ADMIN_TOKEN: stdout } });
      await assert.rejects(failed, /ended with 1\nedge-session: the server at http:\/\/localhost:9 cannot be asked/);
    });

    if (version >= FIRST_WITH_SQLITE) {
      test(`Node ${version} keeps sessions in SQLite`, { skip }, async () => {
        assert.equal((await said("sqlite.mjs")).text, "ok");
      });
    } else {
      test(`Node ${version} says that SQLite needs a newer one`, { skip }, async () => {
        assert.match((await said("sqlite.mjs")).text, /^config sqliteStore: .* no node:sqlite; use Node 22\.13 or newer/);
      });
    }
  }
});

function nodeOf(version) {
  const program = process.env[`NODE_${version}`];
  assert(program, `NODE_${version} is not set; \`cargo xtask test packaging\` installs that Node.js and names it`);
  return program;
}
