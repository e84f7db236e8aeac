import { createRequire } from "node:module";

const { exports } = createRequire(import.meta.url)("edge-session/package.json");
for (const subpath of Object.keys(exports).filter((name) => !name.endsWith(".json"))) {
  const loaded = await import(`edge-session${subpath.slice(1)}`);
  console.log(subpath, Object.keys(loaded).length > 0 ? "ok" : "empty");
}
