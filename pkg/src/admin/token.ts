import { SessionError } from "../errors.js";

/** 256 bits: nobody guesses it, however often they may try. */
const LEAST_BYTES = 32;
/** What RFC 6750, section 2.1 calls `b64token`, in the header that carries it. The scheme's case does not matter (RFC 9110, 11.1). */
const CREDENTIALS = /^Bearer +([\w.~+/-]+=*)$/i;
const encoder = new TextEncoder();

/** The administrator's token, and whether a request brings it. */
export class AdminToken {
  readonly #text: string;
  #hash: Promise<Uint8Array> | undefined;

  /** @throws `SessionError` code `config` when it is no text of at least 32 bytes in base64url, base64 or hex */
  constructor(token: unknown) {
    if (typeof token !== "string" || bytesIn(token.trim()) < LEAST_BYTES) {
      throw new SessionError("config", `token: must be at least ${LEAST_BYTES} random bytes in base64url, base64 or hex; \`npx edge-session secret\` makes one`);
    }
    this.#text = token.trim();
  }

  /**
   * Whether this `Authorization` header brings the token. Hashes are compared, all bytes of them: how long that takes
   * depends on what was sent, and says nothing of what would have been right.
   */
  async isIn(authorization: string | null): Promise<boolean> {
    const [, sent] = CREDENTIALS.exec(authorization ?? "") ?? [];
    if (sent === undefined) return false;
    // Not in the constructor: that may run where Workers do nothing that waits.
    const [wanted, brought] = await Promise.all([(this.#hash ??= hashOf(this.#text)), hashOf(sent)]);
    return wanted.reduce((difference, byte, at) => difference | (byte ^ (brought[at] as number)), 0) === 0;
  }
}

/** How many bytes a text stands for; 0: it is none of these. */
function bytesIn(text: string): number {
  const [, digits = ""] = /^([\w+/-]+)={0,2}$/.exec(text) ?? [];
  return Math.floor(/^[0-9a-f]+$/i.test(digits) ? digits.length / 2 : (digits.length * 3) / 4);
}

async function hashOf(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}
