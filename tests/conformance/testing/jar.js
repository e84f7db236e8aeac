import { assertSame } from "../assert.js";

export function jarSuite(it, { cookieJar, fakeClock }) {
  const SITE = "https://shop.example.com/cart/view";
  const jarWith = (...lines) => {
    const jar = cookieJar({ clock: fakeClock() });
    set(jar, SITE, ...lines);
    return jar;
  };
  const sent = (jar, url = SITE) => jar.header(url);

  const cases = [
    ["a_cookie_comes_back_byte_for_byte", ["a=b=c\"%20"], SITE, "a=b=c\"%20"],
    ["white_space_around_name_and_value_is_no_part_of_them", [" \ta\t = \tb c\t ; Secure"], SITE, "a=b c"],
    ["a_line_without_a_name_is_sent_without_one", ["=x", "y"], SITE, "y"],
    ["an_empty_line_is_nothing", ["", "=", ";Secure"], SITE, null],
    ["a_line_with_a_control_character_is_nothing", ["a=b\u0001", "c\u007f=d"], SITE, null],
    ["a_cookie_over_4096_octets_is_nothing", [`a=${"x".repeat(4_096)}`], SITE, null],
    ["a_cookie_of_4096_octets_is_kept", [`a=${"x".repeat(4_095)}`], SITE, `a=${"x".repeat(4_095)}`],
    ["a_cookie_without_a_domain_is_for_its_host_only", ["a=b; Path=/"], "https://sub.shop.example.com/", null],
    ["a_cookie_with_a_domain_is_for_hosts_below_it_too", ["a=b; Path=/; Domain=.Example.com"], "https://x.example.com/", "a=b"],
    ["a_domain_does_not_match_the_end_of_a_name", ["a=b; Path=/; Domain=example.com"], "https://badexample.com/", null],
    ["a_foreign_domain_is_refused", ["a=b; Domain=example.org"], "https://example.org/", null],
    ["a_domain_below_the_host_is_refused", ["a=b; Domain=sub.shop.example.com; Path=/"], "https://sub.shop.example.com/", null],
    ["a_top_level_domain_is_refused", ["a=b; Domain=com"], SITE, null],
    ["without_a_path_the_directory_counts", ["a=b"], "https://shop.example.com/cart/x/y", "a=b"],
    ["without_a_path_the_directory_alone_counts", ["a=b"], "https://shop.example.com/carts", null],
    ["a_path_matches_whole_segments", ["a=b; Path=/car"], SITE, null],
    ["a_path_that_is_not_absolute_is_the_directory", ["a=b; Path=x"], SITE, "a=b"],
    ["a_path_over_1024_octets_is_ignored", [`a=b; Path=/${"x".repeat(1_024)}`], SITE, "a=b"],
    ["the_last_of_several_attributes_counts", ["a=b; Path=/no; path=/"], SITE, "a=b"],
    ["a_secure_cookie_is_not_sent_over_http", ["a=b; Secure; Path=/"], "http://shop.example.com/", null],
    ["a_plain_cookie_is_sent_over_http", ["a=b; Path=/"], "http://shop.example.com/", "a=b"],
    ["longer_paths_come_first_then_older_cookies", ["a=1; Path=/", "b=2; Path=/cart", "c=3; Path=/"], SITE, "b=2; a=1; c=3"],
    ["setting_again_replaces_and_keeps_the_place", ["a=1; Path=/", "b=2; Path=/", "a=3; Path=/"], SITE, "a=3; b=2"],
    ["names_differ_by_case", ["a=1", "A=2"], SITE, "a=1; A=2"],
    ["SameSite_None_needs_Secure", ["a=1; SameSite=None", "b=2; SameSite=none; Secure"], SITE, "b=2"],
    ["Partitioned_needs_Secure", ["a=1; Partitioned", "b=2; Partitioned; Secure"], SITE, "b=2"],
    ["__Secure__needs_Secure", ["__Secure-a=1", "__secure-b=2", "__Secure-c=3; Secure"], SITE, "__Secure-c=3"],
    [
      "__Host__needs_Secure_the_root_path_and_no_domain",
      [
        "__Host-a=1; Path=/", "__Host-b=2; Secure", "__Host-c=3; Secure; Path=/cart", "__host-d=4; Path=/",
        "__Host-e=5; Secure; Path=/; Domain=shop.example.com", "__Host-f=6; Secure; Path=/",
      ],
      SITE,
      "__Host-f=6",
    ],
    ["a_value_does_not_pass_for_a_prefixed_name", ["=__Host-a=1; Secure; Path=/", "__Host-a"], SITE, null],
    ["a_lifetime_that_is_over_deletes", ["a=1; Path=/", "a=; Path=/; Max-Age=0"], SITE, null],
    ["a_date_that_is_over_deletes", ["a=1; Path=/", "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], SITE, null],
    ["Max_Age_counts_more_than_Expires", ["a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], SITE, "a=1"],
    ["a_lifetime_that_is_no_number_is_ignored", ["a=1; Max-Age=0x0", "b=2; Expires=never"], SITE, "a=1; b=2"],
    ["deleting_with_another_path_deletes_nothing", ["a=1; Path=/", "a=; Path=/cart; Max-Age=0"], SITE, "a=1"],
    ["deleting_without_the_domain_deletes_nothing", ["a=1; Domain=example.com", "a=; Max-Age=0"], SITE, "a=1"],
    ["deleting_without_Partitioned_deletes_nothing", ["a=1; Secure; Partitioned", "a=; Secure; Max-Age=0"], SITE, "a=1"],
    ["deleting_a_host_cookie_needs_its_attributes", ["__Host-a=1; Secure; Path=/", "__Host-a=; Path=/; Max-Age=0"], SITE, "__Host-a=1"],
    [
      "deleting_a_host_cookie_with_its_attributes_deletes",
      ["__Host-a=1; Secure; Path=/", "__Host-a=; Secure; Path=/; Max-Age=0"],
      SITE,
      null,
    ],
  ];
  for (const [name, lines, url, expected] of cases) it(name, () => assertSame(sent(jarWith(...lines), url), expected));

  it("http_neither_sets_a_secure_cookie_nor_hides_one", () => {
    const jar = jarWith("a=secure; Secure; Path=/; Domain=example.com");
    set(jar, "http://shop.example.com/", "b=1; Secure", "a=2; Path=/", "a=3; Path=/cart; Domain=example.com", "c=4");
    assertSame(sent(jar), "a=secure; c=4");
  });

  it("lifetimes_follow_the_clock_and_end_after_400_days", () => {
    const clock = fakeClock();
    const jar = cookieJar({ clock });
    const inTenSeconds = new Date(clock.now() + 10_000).toUTCString();
    set(jar, SITE, "a=1; Max-Age=10", `b=2; Expires=${inTenSeconds}`, "c=3; Max-Age=99999999999", "d=4");
    clock.advance(9_999);
    assertSame(sent(jar), "a=1; b=2; c=3; d=4");
    clock.advance(1);
    assertSame(sent(jar), "c=3; d=4");
    clock.advance(400 * 86_400_000 - 10_001);
    assertSame(sent(jar), "c=3; d=4");
    clock.advance(1);
    assertSame(sent(jar), "d=4");
  });

  it("a_restart_ends_cookies_without_a_lifetime", () => {
    const jar = jarWith("a=1", "b=2; Max-Age=60");
    jar.restart();
    assertSame(sent(jar), "b=2");
  });

  it("an_address_has_no_hosts_below_it", () => {
    const jar = cookieJar();
    set(jar, "http://127.0.0.1:8787/", "a=1; Domain=0.0.1", "b=2; Domain=127.0.0.1", "c=3");
    assertSame(jar.header("http://127.0.0.1/"), "b=2; c=3");
    assertSame(jar.header("http://x.127.0.0.1.example/"), null);
  });

  it("localhost_may_be_named_as_a_domain_and_means_the_host", () => {
    const jar = cookieJar();
    set(jar, "http://localhost:8787/", "a=1; Domain=localhost");
    assertSame(jar.header("http://localhost/"), "a=1");
    assertSame(jar.header("http://sub.localhost/"), null);
  });

  it("what_is_kept_can_be_looked_at", () => {
    const [cookie] = jarWith("a=1; HttpOnly; SameSite=Lax; Max-Age=1").cookies();
    assertSame(
      [cookie.name, cookie.value, cookie.domain, cookie.hostOnly, cookie.path, cookie.httpOnly, cookie.secure, cookie.sameSite],
      ["a", "1", "shop.example.com", true, "/cart", true, false, "Lax"],
    );
    assertSame(cookie.expiresAt, Date.UTC(2027, 0, 1) + 1_000);
  });
}

function set(jar, url, ...lines) {
  const headers = new Headers();
  for (const line of lines) headers.append("set-cookie", line);
  jar.store(url, headers);
}
