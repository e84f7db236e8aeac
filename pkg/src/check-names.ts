import { type ErrorCode, SessionError } from "./errors.js";

/**
 * Makes sure that options are an object, of options that there are: a misspelt one must not mean its default.
 *
 * @param what whose options they are, to begin the message with
 * @throws `SessionError` of this code, naming those that there are not
 */
export function checkNames<Options extends object>(
  what: string,
  options: Options,
  names: Readonly<Record<keyof Options, true>>,
  code: ErrorCode = "config",
): void {
  if (typeof options !== "object" || options === null) throw new SessionError(code, `${what}: the options are an object`);
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(names, name));
  if (unknown.length > 0) throw new SessionError(code, `${what}: there is no such option: ${unknown.join(", ")}`);
}
