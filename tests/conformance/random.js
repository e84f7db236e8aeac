// Random storable values, the same ones again for the same seed.

/** Numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Whole numbers of 32 bits from such a seed. */
export function integersFrom(seed) {
  const random = randomFrom(seed);
  return () => Math.floor(random() * 2 ** 32);
}

const KEYS = [
  "sku", "qty", "", "__proto__", "constructor", "prototype", "toJSON", "toString", "length", "0", "1", "10", "007", "-1", "a/b",
  "$", "$date", "$map", "$object", "$undefined", "$x", "\ud800", "\udc00x", "\u2028", "\t", "\n", "\0", "é", "😀", '"', "\\", '{"$',
];
const STRINGS = [...KEYS, "a longer string, with a comma", "x".repeat(300)];
const NUMBERS = [0, -0, 1, -1, 0.1, 1e21, 1e-7, 2 ** 53, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE];
const VIEWS = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
  BigInt64Array, BigUint64Array, DataView,
];

/** A namespace: an object without a prototype. */
export function randomNamespace(random) {
  const data = Object.create(null);
  for (let left = below(random, 6); left > 0; left--) data[pick(random, KEYS)] = randomValue(random, 4);
  return data;
}

/** A storable value at most `depth` containers deep. Half of them are plain JSON at their top. */
export function randomValue(random, depth) {
  const kinds = depth > 0 ? [...LEAVES, ...CONTAINERS, ...CONTAINERS] : LEAVES;
  return pick(random, kinds)(random, depth - 1);
}

const LEAVES = [
  () => null,
  () => undefined,
  (random) => random() < 0.5,
  (random) => pick(random, NUMBERS),
  (random) => below(random, 1_000),
  (random) => pick(random, STRINGS),
  (random) => pick(random, STRINGS),
  (random) => BigInt(pick(random, [0, -1, 1])) * 2n ** BigInt(below(random, 200)),
  (random) => new Date(pick(random, [0, -1, 1.7e12, 8.64e15, NaN])),
  (random) => pick(random, [/a\/b/giu, /[\n/]/, new RegExp(""), /\ud800/]),
  (random) => new URL(pick(random, ["https://example.com/a?b#c", "data:text/plain,x", "http://[::1]:8787/"])),
  randomBytes,
];

const CONTAINERS = [
  (random, depth) => Array.from({ length: below(random, 5) }, () => randomValue(random, depth)),
  randomObject,
  randomObject,
  randomHoles,
  (random, depth) => new Map(randomPairs(random, depth)),
  (random, depth) => new Set(Array.from({ length: below(random, 4) }, () => randomValue(random, depth))),
];

function randomObject(random, depth) {
  const object = {};
  for (let left = below(random, 5); left > 0; left--) {
    // Not an assignment: `__proto__` has to become an own key.
    const property = { value: randomValue(random, depth), writable: true, enumerable: true, configurable: true };
    Object.defineProperty(object, pick(random, KEYS), property);
  }
  return object;
}

function randomHoles(random, depth) {
  const array = new Array(below(random, 6));
  for (let left = below(random, 3); left > 0 && array.length > 0; left--) {
    array[below(random, array.length)] = randomValue(random, depth);
  }
  return array;
}

function randomPairs(random, depth) {
  return Array.from({ length: below(random, 4) }, () => [randomValue(random, depth), randomValue(random, depth)]);
}

function randomBytes(random) {
  const buffer = Uint8Array.from({ length: 32 }, () => below(random, 256)).buffer;
  if (random() < 0.3) return buffer.slice(0, below(random, 33));
  const View = pick(random, VIEWS);
  return new View(buffer, 8 * below(random, 3), below(random, 3));
}

function pick(random, list) {
  return list[below(random, list.length)];
}

function below(random, limit) {
  return Math.floor(random() * limit);
}
