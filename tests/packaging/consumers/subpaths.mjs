import { createRequire } from "node:module";

const { exports } = createRequire(import.meta.url)("edge-session/package.json");
for (const subpath of Object.keys(exports).filter((name) => !name.endsWith(".json"))) {
  console.log(subpath, await loaded(subpath));
}

async function loaded(subpath) {
  try {
    return Object.keys(await import(`edge-session${subpath.slice(1)}`)).length > 0 ? "ok" : "empty";
  } catch (error) {
    // Node.js names the scheme of `cloudflare:workers`, which only Workers have.
    if (error.code === "ERR_UNSUPPORTED_ESM_URL_SCHEME" && error.message.includes("'cloudflare:'")) return "for Workers";
    throw error;
  }
}
