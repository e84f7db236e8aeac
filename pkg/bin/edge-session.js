#!/usr/bin/env node
// `npx edge-session`: sessions listed, looked at and ended through the HTTP API of `edge-session/admin`; and new secrets.
import { randomBytes } from "node:crypto";
import { AdminApi } from "./api.js";
import { USAGE, commandOf } from "./arguments.js";
import { CommandFailure, UsageFailure } from "./failures.js";
import { settingsOf } from "./settings.js";
import { asJson, detailsOf, safe, tableOf } from "./text.js";

/** What each command does with its arguments; gives back what to print, or throws a `CommandFailure`. */
const COMMANDS = {
  help: async () => USAGE,

  /** 32 random bytes in base64url: for `secrets` as for the administrator's token. */
  secret: async ({ json }) => {
    const secret = randomBytes(32).toString("base64url");
    return json ? asJson({ secret }) : secret;
  },

  list: async ({ json, user, limit, cursor }, api) => {
    const page = await api.list({ user, limit, cursor });
    if (json) return asJson(page);
    const more = page.cursor === undefined ? "" : `\nThere are more: --cursor=${safe(page.cursor)}`;
    return tableOf(page.sessions, Date.now()) + more;
  },

  inspect: async ({ json, handle }, api) => {
    const session = await api.inspect(handle);
    return json ? asJson(session) : detailsOf(session, Date.now());
  },

  revoke: async ({ json, handle, user, except, all }, api) => {
    const result = await (all ? api.endAll() : user === undefined ? api.end(handle) : api.endUser(user, except));
    if (json) return asJson(result);
    if (user !== undefined) return `All sessions of this user are over${except === undefined ? "" : " but the one"}.`;
    if (result.ended === null) return "All sessions are over.";
    return result.ended === 1 ? "1 session is over." : `${result.ended} sessions are over.`;
  },
};

/** Runs one command line; gives back the exit code. */
async function main(args, environment) {
  try {
    const command = commandOf(args);
    const api = command.remote ? new AdminApi(await settingsOf(command, environment)) : undefined;
    process.stdout.write(`${await COMMANDS[command.name](command, api)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    process.stderr.write(`edge-session: ${safe(error.message)}\n`);
    return error instanceof UsageFailure ? 2 : 1;
  }
}

// Whoever reads the output may have seen enough (`| head`).
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 1));
process.exitCode = await main(process.argv.slice(2), process.env);
