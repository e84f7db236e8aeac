import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { CommandFailure, UsageFailure } from "./failures.js";

/** What RFC 6750, section 2.1 lets a bearer token be. */
const TOKEN = /^[\w.~+/-]+=*$/;

/**
 * Where the API is and what opens it, from options or the environment.
 *
 * @throws UsageFailure when one is missing or cannot be right; CommandFailure when the token's file cannot be read
 */
export async function settingsOf({ url, "token-file": file }, environment) {
  const base = baseOf(url ?? environment.EDGE_SESSION_URL);
  const token = (file === undefined ? environment.EDGE_SESSION_ADMIN_TOKEN : await contentOf(file))?.trim();
  if (!token) throw new UsageFailure("the administrator's token is missing: EDGE_SESSION_ADMIN_TOKEN, or --token-file");
  if (!TOKEN.test(token)) throw new UsageFailure("the administrator's token has characters that no token has");
  return { base, token };
}

/** The token goes to this place and no other, and never over a network in the clear. */
function baseOf(given) {
  if (!given) throw new UsageFailure("where is the API? EDGE_SESSION_URL, or --url, such as https://shop.example/admin/api");
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") throw new UsageFailure("the API's URL begins with https://");
  if (url.username || url.password || url.search || url.hash) throw new UsageFailure("the API's URL is a place and a path, nothing more");
  if (url.protocol === "http:" && !isHere(url.hostname)) throw new UsageFailure("the API's URL begins with https://: the token would cross the network in the clear");
  return url.href.replace(/\/+$/, "");
}

function isHere(host) {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

async function contentOf(file) {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch (cause) {
    throw new CommandFailure(`the token's file cannot be read (${cause.code ?? "no text"})`, { cause });
  }
}
