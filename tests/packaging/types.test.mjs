import { writeFile } from "node:fs/promises";
import { after, before, suite, test } from "node:test";
import { run } from "./program.mjs";
import { newProject, tool } from "./project.mjs";

/** The oldest version whose users are promised that the types compile, and the current one. */
const COMPILERS = { "TypeScript 5.6": "typescript-5", "TypeScript 7": "typescript" };

const BUNDLER = { module: "ESNext", moduleResolution: "Bundler" };
const NODE = { module: "NodeNext" };
const WORKER = { lib: ["ES2022"], types: ["@cloudflare/workers-types"] };
const PAGE = { file: "application.ts", lib: ["ES2022", "DOM"], types: [] };

/** A page has the DOM; the others have the types of their runtime, and no DOM. */
const PROGRAMS = {
  "an application for a bundler": { ...PAGE, ...BUNDLER },
  "an application as Node.js resolves it": { ...PAGE, ...NODE },
  "a Worker": { file: "worker.ts", ...WORKER, ...BUNDLER },
  "a Worker on the strong stores": { file: "strong.ts", ...WORKER, ...BUNDLER },
  "the strong stores without the types of Workers": { ...PAGE, file: "bindings.ts", ...BUNDLER },
  "a Node.js server": { file: "server.ts", lib: ["ES2022"], types: ["node"], ...NODE },
};

/** As strict as the compiler can be, about the package's own declarations as well. */
const STRICT = {
  target: "ES2022",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
};

suite("in TypeScript, with every strict option", () => {
  let project;
  before(async () => {
    const files = new Set(Object.values(PROGRAMS).map(({ file }) => file));
    project = await newProject({ files, tools: ["@types/node", "@cloudflare/workers-types"] });
  });
  after(() => project?.remove());

  for (const [compiler, name] of Object.entries(COMPILERS)) {
    for (const [program, { file, ...options }] of Object.entries(PROGRAMS)) {
      test(`${compiler} compiles ${program}`, async () => {
        const config = { compilerOptions: { ...STRICT, ...options }, files: [file] };
        await writeFile(project.path("tsconfig.json"), JSON.stringify(config));
        await run(process.execPath, [tool(`${name}/bin/tsc`), "--project", "."], { cwd: project.folder });
      });
    }
  }
});
