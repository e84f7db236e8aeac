import { SessionError } from "../errors.js";

/** Whether a response is a whole page. A part of one (206) cannot be read as one. */
export function isPage({ status, headers }: Response): boolean {
  return status !== 206 && /^\s*text\/html\s*(?:;|$)/i.test(headers.get("content-type") ?? "");
}

/**
 * The text of a page, in the encoding that its `Content-Type` names; UTF-8 if that names none.
 *
 * @param limit how many bytes are read at most
 * @throws `SessionError` code `too-large`; `config` for an encoding that this runtime does not know
 */
export async function htmlOf({ body, headers }: Response, limit: number): Promise<string> {
  const decoder = decoderOf(headers.get("content-type") ?? "");
  const { read, cancel } = readerOf(body as ReadableStream<Uint8Array>);
  let [text, bytes] = ["", 0];
  for (let part = await read(); part !== undefined; part = await read()) {
    bytes += part.byteLength;
    if (bytes > limit) {
      cancel().catch(() => undefined);
      throw new SessionError("too-large", `sessionHtml: the page has more than ${limit} bytes; see the option limit`);
    }
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

/** In Workers a read gives 4 KiB and costs as much as one of more, which some streams can be asked for. */
const PART_BYTES = 131_072;

interface BodyReader {
  /** The next part of a body, until the next is read; `undefined` at its end. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
}

function readerOf(body: ReadableStream<Uint8Array>): BodyReader {
  try {
    const reader = body.getReader({ mode: "byob" });
    let room = new ArrayBuffer(PART_BYTES);
    const read = async () => {
      const { done, value } = await reader.read(new Uint8Array(room));
      if (done) return undefined;
      room = value.buffer; // what was read is decoded before more is asked for
      return value;
    };
    return { read, cancel: () => reader.cancel() };
  } catch {
    const reader = body.getReader();
    return { read: async () => (await reader.read()).value, cancel: () => reader.cancel() };
  }
}

function decoderOf(contentType: string): TextDecoder {
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset);
  } catch (cause) {
    throw new SessionError("config", "Content-Type: the page is in a charset that this runtime cannot read", { cause });
  }
}

/** What is said of the page as it was and does not hold for the page as it is sent. */
const OUTDATED = [
  "content-length", "content-encoding", "etag", "last-modified", "accept-ranges", "content-md5", "digest", "content-digest", "repr-digest",
];

/** The same answer around another page; `null` for the answer to HEAD, whose headers are those of GET. */
export function withPage(response: Response, html: string | null): Response {
  const page = new Response(html, response);
  for (const name of OUTDATED) page.headers.delete(name);
  page.headers.set("content-type", "text/html; charset=utf-8");
  return page;
}
