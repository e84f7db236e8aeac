/**
 * A text without escaped keys, and which key each stand-in stands for.
 *
 * `JSON.parse` cannot be trusted with escaped keys: in V8 12.8 and later (Node 24, Workers, Chrome), once any object of
 * the isolate has had a key that ends in a backslash, another escaped key in its place is read as that one, `"\n"` as
 * `"\\"` (https://github.com/nodejs/node/issues/63785). Keys and whole values would change by being loaded.
 */
export interface SafeText {
  readonly text: string;
  readonly keys: ReadonlyMap<string, string>;
}

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

/** `text` with a stand-in for every escaped key; `undefined` when it has none. `text` is valid JSON without white space. */
export function withoutEscapedKeys(text: string): SafeText | undefined {
  const keys = new Map<string, string>();
  let mark: string | undefined;
  let safe = "";
  let copied = 0;
  for (let open = text.indexOf('"'); open !== -1; ) {
    const close = closingQuote(text, open);
    if (text.charCodeAt(close + 1) === COLON) {
      const key = text.slice(open, close + 1);
      if (key.includes("\\")) {
        mark ??= absentFrom(text);
        const standIn = `${mark}${keys.size}`;
        // As a value, not as a key, the string is read right.
        keys.set(standIn, JSON.parse(key) as string);
        safe += `${text.slice(copied, open)}"${standIn}"`;
        copied = close + 1;
      }
    }
    open = text.indexOf('"', close + 1);
  }
  return keys.size === 0 ? undefined : { text: safe + text.slice(copied), keys };
}

/** Where the string that opens at `open` ends. */
function closingQuote(text: string, open: number): number {
  let at = open + 1;
  for (let char = text.charCodeAt(at); char !== QUOTE; char = text.charCodeAt(at)) at += char === BACKSLASH ? 2 : 1;
  return at;
}

/** A private-use character, as often as it takes to occur nowhere in `text`. */
function absentFrom(text: string): string {
  let mark = "\ue000";
  while (text.includes(mark)) mark += "\ue000";
  return mark;
}
