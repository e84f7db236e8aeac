/** Makes a value inside a form fit for JSON; `key` names it in an error's path. */
export type WriteItem = (key: string | number, value: unknown) => unknown;

/** Revives a value inside a form. */
export type ReadItem = (content: unknown) => unknown;

/** One kind of value that JSON has no word for. In a record it is `{"$tag": content}`. */
export interface Form {
  readonly tag: string;
  /** The content, fit for JSON. */
  write(value: unknown, item: WriteItem): unknown;
  /** The value; throws whatever it likes when `content` is not what `write` writes. */
  read(content: unknown, item: ReadItem): unknown;
}

/** A form, its two directions side by side. It is only ever given values of the kind it is registered for. */
export function form<T>(
  tag: string,
  write: (value: T, item: WriteItem) => unknown,
  read: (content: unknown, item: ReadItem) => T,
): Form {
  return { tag, write: write as Form["write"], read };
}

/** @throws TypeError when the content is not what this form writes */
export function check(holds: boolean): asserts holds {
  if (!holds) throw new TypeError("malformed");
}

/** The content as a string, checked. */
export function string(content: unknown): string {
  check(typeof content === "string");
  return content;
}

/** The content as an integer, checked. */
export function integer(content: unknown): number {
  check(Number.isInteger(content));
  return content as number;
}

/** The content as an array, of `length` items where that is given, checked. */
export function array(content: unknown, length?: number): unknown[] {
  check(Array.isArray(content) && (length === undefined || content.length === length));
  return content;
}

/** The content as an array of pairs, checked. */
export function pairs(content: unknown): unknown[][] {
  return array(content).map((pair) => array(pair, 2));
}
