/** A page of 200 kB that shows 100 values of a session. */
export const SECRET = "6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo";
const BYTES = 200_000;
const NAMES = Array.from({ length: 100 }, (_, index) => `value-${index}`);
/** What the session holds: texts that need no escaping, so that the page that comes of them can be written down below. */
export const VALUES = Object.fromEntries(NAMES.map((name) => [name, `what the visitor chose as ${name}`]));

const FILLER = '<li class="product"><a href="/p/4711?from=list"><img src="/i/4711.webp" alt="">A &amp; B</a> <b>9.99</b></li>\n';

/** The page: the values one after the other, with as much plain HTML between any two. */
export function templatePage() {
  return pageOf((name) => `<span data-session="shop/${name}">nothing yet</span>`);
}

/** What the page must become. */
export function expectedPage() {
  return pageOf((name) => `<span>${VALUES[name]}</span>`);
}

function pageOf(value) {
  const filler = FILLER.repeat(Math.round(BYTES / NAMES.length / FILLER.length));
  return `<!doctype html>\n<title>Shop</title>\n<ul>\n${NAMES.map((name) => `${filler}<li>${value(name)}</li>\n`).join("")}</ul>\n`;
}
