//! A model of a browser: what RFC 6265bis (sections 5.6 and 5.7), layered-cookies and CHIPS make of a `Set-Cookie` line
//! that came over https.

use std::collections::BTreeMap;

use edge_session::cookie::{Attributes, CookieOptions, SameSite};
use edge_session::time::Span;

const HOST: &str = "www.shop.example";

/// Name, domain (none: this host alone), path, partitioned: what makes two cookies the same one.
type Key = (String, Option<String>, String, bool);

#[derive(Default)]
struct Browser(BTreeMap<Key, String>);

impl Browser {
    fn receive(&mut self, line: &str) {
        if line.chars().any(|character| character.is_ascii_control() && character != '\t') {
            return;
        }
        let mut parts = line.split(';').map(|part| part.split_once('=').unwrap_or((part, "")));
        let (name, value) = parts.next().unwrap_or_default();
        let mut attributes = BTreeMap::new();
        for (attribute, value) in parts.filter(|(_, value)| value.len() <= 1024) {
            attributes.insert(attribute.trim().to_ascii_lowercase(), value.trim().to_string());
        }
        if name.len().saturating_add(value.len()) <= 4096 && Self::takes(name, &attributes) {
            self.store(name, value, &attributes);
        }
    }

    fn takes(name: &str, attributes: &BTreeMap<String, String>) -> bool {
        let (secure, http_only) = (attributes.contains_key("secure"), attributes.contains_key("httponly"));
        let on_host = !attributes.contains_key("domain") && attributes.get("path").is_some_and(|path| path == "/");
        let prefixed = |prefix: &str| name.to_ascii_lowercase().starts_with(prefix);
        let cross_site = attributes.get("samesite").is_some_and(|value| value.eq_ignore_ascii_case("none"));
        let domain = attributes.get("domain").is_none_or(|domain| HOST.ends_with(&format!(".{domain}")));
        domain
            && (secure || !cross_site && !attributes.contains_key("partitioned"))
            && (secure || !["__secure-", "__host-", "__http-"].into_iter().any(prefixed))
            && (on_host || !prefixed("__host-"))
            && (http_only || !prefixed("__http-") && !prefixed("__host-http-"))
    }

    fn store(&mut self, name: &str, value: &str, attributes: &BTreeMap<String, String>) {
        let partitioned = attributes.contains_key("partitioned");
        let path = attributes.get("path").filter(|path| path.starts_with('/')).cloned().unwrap_or_default();
        let key = (name.to_string(), attributes.get("domain").cloned(), path, partitioned);
        if attributes.get("max-age").is_some_and(|seconds| seconds == "0") {
            self.0.remove(&key);
        } else {
            self.0.insert(key, value.to_string());
        }
    }
}

/// Every combination of well-formed fields.
fn combinations() -> Vec<CookieOptions> {
    let mut all = Vec::new();
    for name in ["s", "__Secure-s", "__Host-s", "__Http-s", "__Host-Http-s", "__hOsT-s", "__SECURE-s", "__host-HTTP-s"]
    {
        for domain in [None, Some("shop.example".to_string())] {
            for path in ["/", "/cart"] {
                for same_site in [SameSite::Strict, SameSite::Lax, SameSite::None] {
                    for flags in 0..16 {
                        let flag = |bit: u32| flags >> bit & 1 == 1;
                        let (name, domain, path) = (name.to_string(), domain.clone(), path.to_string());
                        let (secure, http_only, partitioned, persist) = (flag(0), flag(1), flag(2), flag(3));
                        let options =
                            CookieOptions { name, domain, path, secure, http_only, same_site, partitioned, persist };
                        all.push(options);
                    }
                }
            }
        }
    }
    all
}

#[test]
fn a_browser_keeps_every_cookie_that_is_accepted_and_deletes_it_again() {
    let mut accepted = 0;
    for options in combinations() {
        let Ok(cookie) = Attributes::new(&options) else { continue };
        accepted += 1;
        let mut browser = Browser::default();
        browser.receive(&cookie.set("dG9rZW4", Some(Span::from_secs(60))).unwrap());
        let key = (options.name.clone(), options.domain.clone(), options.path.clone(), options.partitioned);
        assert_eq!(browser.0, BTreeMap::from([(key, "dG9rZW4".to_string())]), "{options:?}");
        browser.receive(&cookie.delete());
        assert!(browser.0.is_empty(), "{options:?}");
    }
    assert!(accepted > 300, "{accepted} of {}", combinations().len());
}

#[test]
fn a_browser_drops_every_combination_that_is_refused() {
    let mut refused = 0;
    for options in combinations().into_iter().filter(|options| Attributes::new(options).is_err()) {
        refused += 1;
        let CookieOptions { name, domain, path, .. } = &options;
        let mut line = format!("{name}=v; Path={path}; SameSite={}", options.same_site.as_str());
        line.extend(domain.as_ref().map(|domain| format!("; Domain={domain}")));
        for (flag, text) in
            [(options.secure, "; Secure"), (options.http_only, "; HttpOnly"), (options.partitioned, "; Partitioned")]
        {
            line.push_str(if flag { text } else { "" });
        }
        let mut browser = Browser::default();
        browser.receive(&line);
        assert!(browser.0.is_empty(), "{options:?}");
    }
    assert!(refused > 300, "{refused} of {}", combinations().len());
}
