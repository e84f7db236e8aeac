/** What a value may be where it stands: text, an attribute, a URL. What does not fit is no value, and the page keeps its own. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** "Void elements can't have any contents." https://html.spec.whatwg.org/multipage/syntax.html#void-elements */
const VOID = words("area base br col embed frame hr img input link meta param source track wbr");
/** Elements whose text is not decoded: nothing can be escaped there, and in some it is code. */
const RAW = words("script style xmp iframe noembed noframes noscript plaintext");
/** "The parser drops a newline right after the start tag" of these, so that one which belongs to the value needs another. */
const DROPS_NEWLINE = words("textarea pre listing");

/** Elements that run, load or restyle whatever their attributes say. */
const UNSAFE = words("script style base link meta object embed param applet frame iframe animate animatemotion animatetransform set");
/** Attributes that are text, a number or a word to the browser, and nothing that it runs, loads or obeys. */
const PLAIN = words(
  "abbr accept-charset alt autocomplete class cols colspan coords datetime dir download draggable enctype for form headers " +
    "height high hreflang id inputmode itemid itemprop itemtype kind label lang list low max maxlength min minlength " +
    "name optimum pattern placeholder role rows rowspan scope shape size span spellcheck start step summary tabindex title " +
    "translate value width wrap",
);
/** The same by their beginning; the markers themselves are not filled. */
const OWN = /^(?:aria|data)-(?!session)/;
/** Attributes that are there or not. */
const SWITCHES = words(
  "autofocus checked controls default disabled hidden inert ismap itemscope loop multiple muted novalidate open playsinline " +
    "readonly required reversed selected",
);
const URLS = words("action cite formaction href poster src xlink:href");
const SCHEMES = words("http: https: mailto: tel:");

/** Why a value cannot be the content of such an element; `undefined`: it can. */
export function contentRefusal(tagName: string): string | undefined {
  if (VOID.has(tagName)) return `<${tagName}> has no content; fill an attribute of it with data-session-attr`;
  if (RAW.has(tagName)) return `nothing can be escaped in <${tagName}>; put the value into an attribute beside it`;
  return undefined;
}

/** Why a value cannot be in this attribute of such an element; `undefined`: it can. */
export function attributeRefusal(tagName: string, name: string): string | undefined {
  if (UNSAFE.has(tagName)) return `<${tagName}> takes no value from a session`;
  if (PLAIN.has(name) || OWN.test(name) || SWITCHES.has(name) || URLS.has(name)) return undefined;
  return `the attribute ${name} takes no value from a session`;
}

/** The HTML of a value as an element's content; `undefined` where it has no text. */
export function contentOf(tagName: string, value: unknown): string | undefined {
  const text = value === null ? "" : textOf(value);
  if (text === undefined) return undefined;
  return escaped(DROPS_NEWLINE.has(tagName) && text.startsWith("\n") ? `\n${text}` : text);
}

/** What stands between an attribute's quotes; `null`: the attribute goes; `undefined`: it stays as it is. */
export function attributeOf(name: string, value: unknown): string | null | undefined {
  if (value === undefined) return undefined;
  if (SWITCHES.has(name)) return holds(value) ? "" : null;
  if (value === null) return null;
  const text = textOf(value);
  return text === undefined || (URLS.has(name) && !isSafeUrl(text)) ? undefined : escaped(text);
}

/** Whether a condition holds: not for nothing, `false`, 0, empty text and what holds nothing. */
export function holds(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value);
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  if (Array.isArray(value)) return value.length > 0;
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return !isPlain || Object.keys(value).length > 0;
}

/** A value as a reader sees it; `undefined` for what is no text: lists, objects, bytes, an invalid date. */
function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  return value instanceof URL ? value.href : undefined;
}

/** Asks the browsers' own parser: it alone knows that `java\tscript:` is `javascript:`. */
function isSafeUrl(text: string): boolean {
  try {
    return SCHEMES.has(new URL(text, "https://relative.invalid/").protocol);
  } catch {
    return false;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it stands in an element, RCDATA or a quoted attribute. HTMLRewriter itself leaves `&` in attributes as it is. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
