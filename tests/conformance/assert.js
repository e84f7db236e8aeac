// The assertions of the suites that run in every runtime, where no test framework's own can be counted on.

/** Throws when `holds` is false. */
export function assert(holds, message) {
  if (!holds) throw new Error(message);
}

/** Throws when the two are not the same primitive, or not the same value through and through. */
export function assertSame(actual, expected, message = "") {
  assert(same(actual, expected), `${message} expected ${show(expected)}, got ${show(actual)}`.trim());
}

/** Runs `action` and gives back the SessionError it must fail with. */
export async function assertFails(action, code, message) {
  let error;
  try {
    await action();
  } catch (thrown) {
    error = thrown;
  }
  assert(error !== undefined, `expected a ${code} error, nothing was thrown`);
  assert(error.name === "SessionError" && error.code === code, `expected a ${code} error, got ${error.stack ?? error}`);
  if (typeof message === "string") assertSame(error.message, message);
  if (message instanceof RegExp) assert(message.test(error.message), `${error.message} does not match ${message}`);
  return error;
}

/** Equal in kind, prototype, own keys and content; holes are not `undefined`, and -0 is not 0. */
export function same(a, b) {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp) return String(a) === String(b);
  if (a instanceof URL) return a.href === b.href;
  if (a instanceof Map) return same([...a], [...b]);
  if (a instanceof Set) return same([...a], [...b]);
  if (a instanceof ArrayBuffer) return same([...new Uint8Array(a)], [...new Uint8Array(b)]);
  if (ArrayBuffer.isView(a)) return same([...bytesInView(a)], [...bytesInView(b)]);
  const keys = Object.keys(a);
  if (Array.isArray(a) && a.length !== b.length) return false;
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same(own(a, key), own(b, key)));
}

function bytesInView(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function own(object, key) {
  return Object.getOwnPropertyDescriptor(object, key).value;
}

function show(value) {
  try {
    const text = JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner));
    return text === undefined || text === "{}" ? String(value) : text.slice(0, 500);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
