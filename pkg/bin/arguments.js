import { parseArgs } from "node:util";
import { UsageFailure } from "./failures.js";

export const USAGE = `Looks at an application's sessions and ends them, through the HTTP API of edge-session/admin.

  edge-session list [--user NAME] [--limit N] [--cursor TEXT]
  edge-session inspect HANDLE
  edge-session revoke HANDLE
  edge-session revoke --user NAME [--except HANDLE]
  edge-session revoke --all
  edge-session secret                32 random bytes in base64url; asks no server

  --url URL           where the API answers, such as https://shop.example/admin/api
                      (else EDGE_SESSION_URL)
  --token-file FILE   a file with the administrator's token; - is standard input
                      (else EDGE_SESSION_ADMIN_TOKEN)
  --json              JSON in place of text
  --help

No option takes the token itself: every process of the machine could read it there.
Ends with 0 when it is done, 1 when it failed, 2 when it was not understood.`;

const TEXT = { type: "string" };
const FLAG = { type: "boolean" };
const OPTIONS = {
  url: TEXT,
  "token-file": TEXT,
  user: TEXT,
  limit: TEXT,
  cursor: TEXT,
  except: TEXT,
  all: FLAG,
  json: FLAG,
  help: { ...FLAG, short: "h" },
};
const REMOTE = ["url", "token-file", "json"];

/** What each command takes. */
const COMMANDS = {
  help: { options: ["json"], handles: [0] },
  secret: { options: ["json"], handles: [0] },
  list: { options: [...REMOTE, "user", "limit", "cursor"], handles: [0] },
  inspect: { options: REMOTE, handles: [1] },
  revoke: { options: [...REMOTE, "user", "except", "all"], handles: [0, 1] },
};
const DEFAULT_LIMIT = 100;

/**
 * What a command line asks for: the command's `name`, whether it needs the server (`remote`), and its parameters by name.
 *
 * @throws UsageFailure for anything that is no command, and for an option that the command has no use for
 */
export function commandOf(args) {
  const { values, positionals } = parsed(args);
  const [name = values.help ? "help" : undefined, ...handles] = positionals;
  if (name === undefined) throw new UsageFailure(`what is to be done?\n\n${USAGE}`);
  if (!Object.hasOwn(COMMANDS, name)) throw new UsageFailure("there is no such command; --help lists them");
  const { help, ...given } = values;
  if (help) return { name: "help", remote: false };
  const { options, handles: counts } = COMMANDS[name];
  const foreign = Object.keys(given).find((option) => !options.includes(option));
  if (foreign !== undefined) throw new UsageFailure(`${name} has no option --${foreign}`);
  if (!counts.includes(handles.length)) throw new UsageFailure(`${name} takes ${counts.at(-1) === 0 ? "no handle" : "one handle"}`);
  const command = { ...given, name, handle: handles[0], remote: options.includes("url") };
  if (name === "revoke") checkRevoke(command);
  return name === "list" ? { ...command, limit: limitOf(given.limit) } : command;
}

function parsed(args) {
  try {
    return parseArgs({ args: withHandlesApart(args), options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    // Its message names the option, but can repeat what was given as its value: that may be a token.
    const hint = args.some((arg) => /^--?token(=|$)/.test(arg)) ? "; a token is given by --token-file or EDGE_SESSION_ADMIN_TOKEN" : "";
    throw new UsageFailure(`an option is unknown, or lacks its value${hint}; --help lists them`, { cause: error });
  }
}

/** One handle in 64 begins with a hyphen, as options do: it is given behind `--`, or as the value of the option before it. */
function withHandlesApart(args) {
  const [others, handles] = [[], []];
  for (const arg of args) {
    if (!/^-[\w-]{42}$/.test(arg)) others.push(arg);
    else if (others.at(-1) === "--except") others.push(`${others.pop()}=${arg}`);
    else handles.push(arg);
  }
  return handles.length > 0 && !others.includes("--") ? [...others, "--", ...handles] : [...others, ...handles];
}

/** Whom to end is said in exactly one way. */
function checkRevoke({ handle, user, except, all }) {
  const ways = [handle, user, all].filter((way) => way !== undefined);
  if (ways.length !== 1) throw new UsageFailure("revoke takes one of: a handle, --user NAME, --all");
  if (user === "") throw new UsageFailure("--user: a name has at least one character");
  if (except !== undefined && user === undefined) throw new UsageFailure("--except goes with --user");
}

function limitOf(text) {
  const limit = text === undefined ? DEFAULT_LIMIT : Number(text);
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new UsageFailure("--limit: a whole number, at least 1");
}
