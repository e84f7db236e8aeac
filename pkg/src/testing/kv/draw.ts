/** Numbers that are drawn, and the same ones again for the same seed. */

/** A length of time in milliseconds, or the range `[least, most]` that it is drawn from. */
export type Milliseconds = number | readonly [least: number, most: number];

/** Draws a time; `what` says for what, and the same time is drawn for the same thing. */
export type Draw = (range: Milliseconds, what: string) => number;

/** @param seed any whole number; another one draws other times */
export function drawFrom(seed: number): Draw {
  return (range, what) => {
    if (typeof range === "number") return range;
    const [least, most] = range;
    return least + Math.floor(fraction(seed, what) * (most - least + 1));
  };
}

/** The longest time that can be drawn. */
export function longest(range: Milliseconds): number {
  return typeof range === "number" ? range : range[1];
}

/** In [0, 1): FNV-1a over the text, and the last step of MurmurHash3, since close texts have close sums. */
function fraction(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
