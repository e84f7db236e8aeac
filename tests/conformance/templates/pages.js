// Pages, what becomes of them, and the session whose values they show.

export const VALUES = {
  "products.foo": { color: "red" },
  shop: {
    name: "Caf'é <1>",
    url: "/a?b=1&c=2",
    lines: "\nfirst\nsecond",
    soldOut: true,
    open: false,
    nothing: null,
    zero: 0,
  },
  "shop.cart": {
    items: [
      { sku: "A1", qty: 1, url: "/p/A1", sizes: ["S", "M"], gift: true },
      { sku: "<B&2>", qty: 2, url: "javascript:alert(1)", sizes: [] },
    ],
    empty: [],
    set: new Set(["x", "y"]),
  },
};

/** What becomes of what: the page, and what is sent. */
export const PAGES = {
  both_snippets_of_zope_3: [
    // <span tal:content="request/session:products.foo/color | default">green</span>
    ['<span data-session="products.foo/color">green</span>', "<span>red</span>"],
    ['<span data-session="products.foo/size">green</span>', "<span>green</span>"],
    // <div tal:define="session request/session:products.foo">...<span tal:content="session/count">
    ['<div data-session-define="session products.foo">\n<b data-session="session/color">1</b></div>', "<div>\n<b>red</b></div>"],
  ],
  plones_snippet: [['<p data-session="default/favorite_color">blue</p>', "<p>blue</p>"]],
  content_replaces_what_was_inside: [
    ['<p class=a data-session="shop/name"><b>x</b><!--y--></p>z', '<p class="a">Caf&#39;é &lt;1&gt;</p>z'],
    ['<P DATA-SESSION="shop/zero">x</P>', "<p>0</p>"],
    ['<p data-session="shop/nothing">x</p>', "<p></p>"],
    ['<x-a.(b data-session="shop/zero">x</X-A.(B\n>y', "<x-a.(b>0</x-a.(b>y"],
    ['<p data-session="shop.cart/items/length">x</p>', "<p>2</p>"],
    ['<p data-session=" shop.cart/items/1/sku ">x</p>', "<p>&lt;B&amp;2&gt;</p>"],
    ['<p data-session="shop.cart/items">own <b data-session="shop/zero">x</b></p>', "<p>own <b>0</b></p>"],
  ],
  what_is_not_marked_stays_to_the_letter: [
    ["<!DOCTYPE  html><P Class='a\"b' hidden>&amp; &#65; &nbsp;<br/><svg viewBox='0 0 1 1'><path d=''/></svg><!-- x --><input value=1 disabled>",
      "<!DOCTYPE  html><P Class='a\"b' hidden>&amp; &#65; &nbsp;<br/><svg viewBox='0 0 1 1'><path d=''/></svg><!-- x --><input value=1 disabled>"],
    ["<ul><li>a<li>b</ul>\r\n<p data-session='shop/zero'></p>\r\n<ul><li>a<li>b</ul>", "<ul><li>a<li>b</ul>\r\n<p>0</p>\r\n<ul><li>a<li>b</ul>"],
    ["<script>'<p data-session=\"shop/zero\"></p>'</script><!-- <p data-session='shop/zero'></p> --><p data-session='shop/zero'></p>",
      "<script>'<p data-session=\"shop/zero\"></p>'</script><!-- <p data-session='shop/zero'></p> --><p>0</p>"],
    ["", ""],
  ],
  text_that_is_only_decoded_is_escaped_as_well: [
    ['<title data-session="shop/name">x</title>', "<title>Caf&#39;é &lt;1&gt;</title>"],
    ['<textarea data-session="shop/name">x</textarea>', "<textarea>Caf&#39;é &lt;1&gt;</textarea>"],
    // "a single newline may be placed immediately after the start tag of pre and textarea elements", and is dropped
    ['<textarea data-session="shop/lines"></textarea>', "<textarea>\n\nfirst\nsecond</textarea>"],
    ['<pre data-session="shop/lines"></pre>', "<pre>\n\nfirst\nsecond</pre>"],
    ['<p data-session="shop/lines"></p>', "<p>\nfirst\nsecond</p>"],
  ],
  attributes_are_filled_kept_or_dropped: [
    ['<a href="#" title="own" data-session-attr="href shop/url; title shop/none">x</a>', '<a href="/a?b=1&amp;c=2" title="own">x</a>'],
    ['<a data-session-attr="TITLE shop/name">x</a>', '<a title="Caf&#39;é &lt;1&gt;">x</a>'],
    ['<a title="own" data-session-attr="title shop/nothing">x</a>', "<a>x</a>"],
    ['<a title="own" data-session-attr="title shop.cart/items">x</a>', '<a title="own">x</a>'],
    ["<a title='a\"b' data-session-attr='lang shop/none'>x</a>", '<a title="a&quot;b">x</a>'],
    ['<a title="one" title="two" data-session-attr="title shop/zero">x</a>', '<a title="0">x</a>'],
    ['<a title="one" title="two" data-session="shop/zero">x</a>', '<a title="one">0</a>'],
    ['<p aria-label="x" data-session-attr="aria-label shop/zero; data-zero shop/zero">y</p>', '<p aria-label="0" data-zero="0">y</p>'],
    ['<button data-session-attr="disabled shop/soldOut">x</button>', '<button disabled="">x</button>'],
    ['<button disabled data-session-attr="disabled shop/open">x</button>', "<button>x</button>"],
    ['<button disabled data-session-attr="disabled shop/none">x</button>', '<button disabled="">x</button>'],
    ['<p data-session-attr="title shop/zero" data-session="shop/open">x</p>', '<p title="0">false</p>'],
  ],
  elements_without_an_end_are_filled_and_repeated: [
    ['<input value="own" data-session-attr="value shop/name">x', '<input value="Caf&#39;é &lt;1&gt;"/>x'],
    ['<br data-session-if="shop/open"><hr data-session-unless="shop/open">', "<hr/>"],
    ['<input data-session-repeat="i shop.cart/items" data-session-attr="value i/sku">x', '<input value="A1"/><input value="&lt;B&amp;2&gt;"/>x'],
    ['<svg><path data-session-attr="id shop/zero"/><g></g></svg>', '<svg><path id="0"/><g></g></svg>'],
    ['<p title="own" data-session-attr="title shop/zero">a<p data-session-attr="title shop/zero">b', '<p title="0">a<p title="0">b'],
    ['<ul data-session-define="s shop"><li data-session-attr="title s/zero">a<li data-session-attr="title s/zero">b</ul>c',
      '<ul><li title="0">a<li title="0">b</ul>c'],
  ],
  conditions_keep_or_remove_and_show_what_was_hidden: [
    ['a<p hidden data-session-if="shop/soldOut">b</p>c', "a<p>b</p>c"],
    ['a<p data-session-if="shop/open">b<i data-session="shop/zero"></i></p>c', "ac"],
    ['a<p data-session-if="shop/none">b</p>c', "ac"],
    ['<p data-session-unless="shop/open">b</p><p data-session-unless="shop/soldOut">c</p>', "<p>b</p>"],
    ['<p data-session-if="shop/soldOut" data-session-unless="shop/open">b</p>', "<p>b</p>"],
    ['<p data-session-if="shop/soldOut" data-session-unless="shop/soldOut">b</p>', ""],
    ['<p hidden data-session-if="shop/soldOut" data-session-attr="hidden shop/soldOut">b</p>', '<p hidden="">b</p>'],
  ],
  a_list_repeats_the_element: [
    ['<ul><li class="x" data-session-repeat="item shop.cart/items"><!--c--><b data-session="item/sku">?</b> &amp;</li></ul>',
      '<ul><li class="x"><!--c--><b>A1</b> &amp;</li><li class="x"><!--c--><b>&lt;B&amp;2&gt;</b> &amp;</li></ul>'],
    ['<li data-session-repeat="i shop.cart/items" data-session="i/qty">?</li>', "<li>1</li><li>2</li>"],
    ['<li data-session-repeat="i shop.cart/items"><a href="#" data-session-attr="href i/url">x</a></li>',
      '<li><a href="/p/A1">x</a></li><li><a href="#">x</a></li>'],
    ['a<li data-session-repeat="i shop.cart/empty">x</li>b', "ab"],
    ['<li hidden data-session-repeat="i shop.cart/none" data-session="i/sku">no cart</li>', '<li hidden="">no cart</li>'],
    ['<li hidden data-session-repeat="i shop.cart/set" data-session="i">no cart</li>', "<li>x</li><li>y</li>"],
    ['<li data-session-repeat="i shop/name" data-session="i">own</li>', "<li>own</li>"],
    ['<i data-session-repeat="i shop.cart/items"><b data-session-if="i/gift">gift</b></i>', "<i><b>gift</b></i><i></i>"],
    ['<i data-session-if="shop/open" data-session-repeat="i shop.cart/items">x</i>', ""],
    ['<i data-session-repeat="i shop.cart/items" data-session="$repeat/i/number"></i>', "<i>1</i><i>2</i>"],
    ['<i data-session-repeat="i shop.cart/items" data-session="$repeat/i/index"></i>', "<i>0</i><i>1</i>"],
    ['<i data-session-repeat="i shop.cart/items">x<u data-session-unless="$repeat/i/last">, </u></i>', "<i>x<u>, </u></i><i>x</i>"],
    ['<i data-session-repeat="i shop.cart/items"><u data-session-if="$repeat/i/first">1st</u></i>', "<i><u>1st</u></i><i></i>"],
  ],
  lists_in_lists: [
    ['<li data-session-repeat="i shop.cart/items"><b data-session="i/sku"></b><i data-session-repeat="s i/sizes" data-session="s">none</i></li>',
      "<li><b>A1</b><i>S</i><i>M</i></li><li><b>&lt;B&amp;2&gt;</b></li>"],
    ['<ul data-session-repeat="i shop.cart/items"><li data-session-repeat="j i/sizes"><p data-session-repeat="k shop.cart/set">' +
        '<b data-session="i/sku"></b><b data-session="j"></b><b data-session="k"></b><b data-session="$repeat/j/number"></b></p></li></ul>',
      "<ul><li><p><b>A1</b><b>S</b><b>x</b><b>1</b></p><p><b>A1</b><b>S</b><b>y</b><b>1</b></p></li>" +
        "<li><p><b>A1</b><b>M</b><b>x</b><b>2</b></p><p><b>A1</b><b>M</b><b>y</b><b>2</b></p></li></ul><ul></ul>"],
    ['<i data-session-repeat="x shop.cart/set"><i data-session-repeat="x shop.cart/set" data-session="x"></i><b data-session="x"></b></i>',
      "<i><i>x</i><i>y</i><b>x</b></i><i><i>x</i><i>y</i><b>y</b></i>"],
    ['<i data-session-repeat="i shop.cart/none"><b data-session-repeat="j shop.cart/set" data-session="j"></b></i>', "<i><b>x</b><b>y</b></i>"],
  ],
  a_name_counts_until_its_element_ends: [
    ['<div data-session-define="c shop.cart/items/0; s shop"><b data-session="c/sku"></b></div><b data-session="c/sku">own</b>',
      "<div><b>A1</b></div><b>own</b>"],
    ['<div data-session-define="c shop.cart; s shop"><b data-session="s/zero"></b></div>', "<div><b>0</b></div>"],
    ['<p data-session-define="a shop"><i data-session-define="a shop.cart"><b data-session="a/items/0/sku"></b></i><b data-session="a/zero"></b></p>',
      "<p><i><b>A1</b></i><b>0</b></p>"],
    ['<div data-session-define="a shop; b a/zero" data-session="b">x</div>', "<div>0</div>"],
    ['<i data-session-repeat="shop shop.cart/set"><b data-session="shop/zero">own</b></i><b data-session="shop/zero"></b>',
      "<i><b>own</b></i><i><b>own</b></i><b>0</b>"],
    ['<i data-session-repeat="shop shop.cart/none"><b data-session="shop/zero">own</b></i>', "<i><b>own</b></i>"],
  ],
};
