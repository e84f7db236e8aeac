/** The administration's API, with the token that this tab keeps. */
const BASE = "/admin/api";
const KEY = "edge-session-admin-token";

/** Why the API did not do it: `code` is its own, or `unauthorized`, `absent` or `unreachable`. */
export class Refusal extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** The token lives as long as the tab, in no cookie and in no URL. */
export const token = {
  get: () => sessionStorage.getItem(KEY),
  keep: (text) => sessionStorage.setItem(KEY, text.trim()),
  forget: () => sessionStorage.removeItem(KEY),
};

/** A page of sessions: a user's, or everybody's where the name is empty. */
export function list(user, cursor) {
  return ask("GET", `/sessions?${fields({ user, cursor })}`);
}

export function inspect(handle) {
  return ask("GET", `/sessions/${encodeURIComponent(handle)}`);
}

export function end(handle) {
  return ask("DELETE", `/sessions/${encodeURIComponent(handle)}`);
}

export function endUser(user) {
  return ask("DELETE", `/sessions?${fields({ user })}`);
}

export function endAll() {
  return ask("DELETE", "/sessions?all=true");
}

async function ask(method, path) {
  const response = await answerTo(method, path);
  if (response.status === 401) throw new Refusal("unauthorized");
  const answer = await response.json().catch(() => null);
  if (answer === null) throw new Refusal("absent");
  if (!response.ok) throw new Refusal(String(answer.error));
  return answer;
}

/** A token that no header can carry is none, and is not sent. */
async function answerTo(method, path) {
  const kept = token.get() ?? "";
  if (!/^[\w.~+/-]+=*$/.test(kept)) throw new Refusal("unauthorized");
  try {
    return await fetch(BASE + path, { method, headers: { authorization: `Bearer ${kept}` }, redirect: "error", credentials: "omit" });
  } catch {
    throw new Refusal("unreachable");
  }
}

function fields(values) {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value));
}
