// What `xtask/src/letters.rs` writes: one letter for each of the most frequent bytes, two for the others.

/** The `size` bytes of a text. `order`: all bytes, in hex, as the letters stand for them; then behind a space, then behind a `!`. */
export function decode({ letters, order, size, text }) {
  const table = new Uint8Array(3 * 128);
  for (let place = 0; place < 256; place++) {
    const page = Math.floor(place / letters.length);
    table[page * 128 + letters.charCodeAt(place % letters.length)] = parseInt(order.slice(2 * place, 2 * place + 2), 16);
  }
  const bytes = new Uint8Array(size);
  for (let at = 0, next = 0; at < size; at++) {
    const code = text.charCodeAt(next++);
    // A space is 32, a "!" 33, and every letter more.
    bytes[at] = code > 33 ? table[code] : table[(code - 31) * 128 + text.charCodeAt(next++)];
  }
  return bytes;
}
