import type { Argument, Commands } from "./clients.js";

/**
 * A Lua script about one key, so that it runs in a cluster as well. Redis runs a script alone: nothing comes between its
 * commands. It is sent as its hash, and in full to a server that does not know it yet.
 *
 * Reading goes through a script too: a client that sends reads to replicas sends scripts to the primary, the only one
 * that shows every write that was finished before.
 */
export class Script {
  readonly #text: string;
  #hash: Promise<string> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** What the script returns, in the client's own form. */
  async run(commands: Commands, key: string, parameters: readonly Argument[]): Promise<unknown> {
    const hash = await (this.#hash ??= sha1(this.#text));
    try {
      return await commands.evalsha(hash, key, parameters);
    } catch (error) {
      if (!/\bNOSCRIPT\b/.test(messageOf(error))) throw discreet(error);
    }
    return discreetly(commands.eval(this.#text, key, parameters));
  }
}

/** The fields named by the parameters, `null` for one that is not there. */
export const READ = new Script("return redis.call('HMGET', KEYS[1], unpack(ARGV))");

/**
 * Replaces the record if it is in the expected state; 1 when it did, 0 when nothing was written. Parameters:
 *
 * 1. the state: `*` any, `-` no record, `=VERSION` a record of that version
 * 2. the new version. A record that has it already was written by this very command: a client that has lost the answer
 *    sends it again, and must not be told that somebody else was faster
 * 3. when the record ends, in milliseconds since 1970; empty: never. When that is over, Redis drops the record at once
 * 4. and further: the other fields, name and value in turn
 */
export const WRITE = new Script(`
local held = redis.call('HGET', KEYS[1], 'version')
if held == ARGV[2] then return 1 end
local state = held and '=' .. held or '-'
if ARGV[1] ~= '*' and ARGV[1] ~= state then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', ARGV[2], unpack(ARGV, 4))
if ARGV[3] ~= '' then redis.call('PEXPIREAT', KEYS[1], ARGV[3]) end
return 1
`);

/** 40 characters of hex: how Redis names a script. */
async function sha1(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The answer, or an error that is safe to log. */
export async function discreetly<T>(answer: PromiseLike<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw discreet(error);
  }
}

/**
 * The client's error without what was sent. ioredis attaches the command to it, and Upstash's client and Redis itself
 * write it into the message: so visitors' data would come into logs.
 */
function discreet(error: unknown): Error {
  const [message] = messageOf(error).split(/, command was: |, with args beginning with: /);
  return new Error(`redisStore: ${message}`);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  // A connection that was tried at several addresses fails with a code and no message.
  return error.message === "" ? String(code ?? error.name) : error.message;
}
