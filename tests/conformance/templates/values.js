// Values and markers that a page must survive.

export const HOSTILE = [
  "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onfocus='alert(1)", "</title></textarea></p>", "--><!--",
  "&lt;b&gt; &amp;amp; &#60;",
  "]]>", "${x} {{x}}", "\u0001\t\n\u2028é😀", "<session-0>0 before;", "$&$1$`", "", "a\\\"b",
];
/** A tag, and what stands around the value when it is written. */
export const CONTEXTS = [
  ['<p data-session="ns/value">x</p>', "<p>", "</p>"],
  ['<title data-session="ns/value">x</title>', "<title>", "</title>"],
  ['<textarea data-session="ns/value">x</textarea>', "<textarea>", "</textarea>"],
  ['<p data-session-attr="title ns/value">x</p>', '<p title="', '">x</p>'],
  ["<input value='x' data-session-attr='value ns/value'>", '<input value="', '"/>'],
  ['<p data-session-define="a ns"><b data-session="a/value"></b></p>', "<p><b>", "</b></p>"],
];

export const UNSAFE_URLS = [
  "javascript:alert(1)", "JavaScript:alert(1)", " \u0001javascript:alert(1)", "java\tscript:alert(1)", "java\nscript\r:alert(1)",
  "javascript://%0aalert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "blob:https://a.example/1", "file:///etc/passwd",
  "view-source:x", "https://[", "https://a.example:99999",
];
export const SAFE_URLS = [
  "/a?b=c#d", "../c", "//cdn.example/x", "https://a.example", "HTTP://a.example", "mailto:a@b.example", "tel:+1", "", "#x",
];
export const URL_ATTRIBUTES = [
  ["a", "href"], ["form", "action"], ["button", "formaction"], ["blockquote", "cite"], ["video", "poster"], ["audio", "src"],
];

export const REFUSED = [
  ['<script data-session="shop/name"></script>', /^<script data-session="shop\/name">: nothing can be escaped in <script>/],
  ['<style data-session="shop/name"></style>', /nothing can be escaped in <style>/],
  ['<noscript data-session="shop/name"></noscript>', /nothing can be escaped in <noscript>/],
  ['<iframe data-session="shop/name"></iframe>', /nothing can be escaped in <iframe>/],
  ['<svg><script data-session="shop/name"></script></svg>', /nothing can be escaped in <script>/],
  ['<input data-session="shop/name">', /<input> has no content; fill an attribute of it with data-session-attr$/],
  ['<p data-session-attr="onclick shop/name"></p>', /^<p data-session-attr="onclick shop\/name">: the attribute onclick takes no value/],
  ['<p data-session-attr="OnClick shop/none"></p>', /the attribute onclick takes no value/],
  ['<p data-session-attr="style shop/name"></p>', /the attribute style takes no value/],
  ['<iframe data-session-attr="srcdoc shop/name"></iframe>', /<iframe> takes no value from a session/],
  ['<p data-session-attr="srcdoc shop/name"></p>', /the attribute srcdoc takes no value/],
  ['<img data-session-attr="srcset shop/name">', /the attribute srcset takes no value/],
  ['<p data-session-attr="data-session shop/name"></p>', /the attribute data-session takes no value/],
  ['<p data-session-attr="data-session-if shop/name"></p>', /the attribute data-session-if takes no value/],
  ['<p data-session-attr="x:href shop/name"></p>', /the attribute x:href takes no value/],
  ['<p data-session-attr="title/onclick shop/name"></p>', /the attribute title\/onclick takes no value/],
  ['<script data-session-attr="src shop/url"></script>', /<script> takes no value from a session/],
  ['<link data-session-attr="href shop/url">', /<link> takes no value from a session/],
  ['<base data-session-attr="href shop/url">', /<base> takes no value from a session/],
  ['<object data-session-attr="title shop/url"></object>', /<object> takes no value from a session/],
  ['<svg><animate data-session-attr="id shop/url"/></svg>', /<animate> takes no value from a session/],
  ['<p data-session-attr="title"></p>', /data-session-attr takes "name path", not "title"$/],
  ['<p data-session-repeat="shop.cart/items"></p>', /data-session-repeat takes "name path", not "shop.cart\/items"$/],
  ['<p data-session-repeat="a/b shop.cart/items"></p>', /data-session-repeat takes "name path"/],
  ['<p data-session-repeat="a shop/x; b shop/y"></p>', /data-session-repeat takes one "name path"$/],
  ['<p data-session-define="$session shop"></p>', /data-session-define takes "name path"/],
  ["<p data-session></p>", /data-session takes a path$/],
  ['<p data-session-if=" "></p>', /data-session-if takes a path$/],
  ['<ul><li data-session="shop/name">a<li>b</ul>', /^<li data-session="shop\/name">: the element needs an end tag of its own$/],
  ['<ul><li data-session-repeat="i shop.cart/items">a</ul>', /the element needs an end tag of its own$/],
  ['<p data-session-if="shop/name">a', /the element needs an end tag of its own$/],
  ['<div data-session-define="a shop"><p data-session="a/name"></div>', /^<p data-session="a\/name">: the element needs an end tag/],
];

export const KINDS = [
  ["text", "text"], [12.5, "12.5"], [-0, "0"], [NaN, "NaN"], [10n, "10"], [true, "true"], [false, "false"], [null, ""], [undefined, "own"],
  [new Date(0), "1970-01-01T00:00:00.000Z"], [new Date(NaN), "own"], [new URL("https://a.example/?a&b"), "https://a.example/?a&amp;b"],
  [[1], "own"], [{ a: 1 }, "own"], [new Map(), "own"], [new Set(), "own"], [/x/, "own"], [new Uint8Array(2), "own"],
];
