//! Where a request came in: whether a browser keeps a `Secure` cookie there.

use crate::text::{split, split_once};

/// What kind of origin a request's URL has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// `https:`, or anything but `http:`. The safe side: the cookie stays `Secure`.
    Secure,
    /// `http:` on this machine. Not every browser keeps a `Secure` cookie there (RFC 6265bis, section 5.7, leaves
    /// "secure" to the browser), so the default cookie falls back to
    /// [`LOCAL_NAME`](super::LOCAL_NAME) without `Secure`.
    LocalHttp,
    /// `http:` across a network: a `Secure` cookie never sticks, and one that is not is everybody's on the way.
    RemoteHttp,
}

impl Origin {
    /// The origin of an absolute URL, as `Request.url` has it.
    ///
    /// This machine is `localhost`, every name under `.localhost` (RFC 6761, section 6.3), 127.0.0.0/8 and `[::1]`: the
    /// "potentially trustworthy" hosts of the [Secure Contexts] specification.
    ///
    /// [Secure Contexts]: https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy
    ///
    /// ```
    /// use edge_session::cookie::Origin;
    /// assert_eq!(Origin::of("https://shop.example/"), Origin::Secure);
    /// assert_eq!(Origin::of("http://localhost:8787/cart"), Origin::LocalHttp);
    /// assert_eq!(Origin::of("http://localhost.shop.example/"), Origin::RemoteHttp);
    /// ```
    pub fn of(url: &str) -> Self {
        match after_http(url) {
            None => Self::Secure,
            Some(rest) if is_local(host(rest)) => Self::LocalHttp,
            Some(_) => Self::RemoteHttp,
        }
    }
}

/// What follows `http:` in `url`, without the slashes.
fn after_http(url: &str) -> Option<&str> {
    let (scheme, rest) = split_once(url, b':')?;
    scheme.eq_ignore_ascii_case("http").then(|| {
        let host = rest.bytes().position(|byte| !SLASHES.contains(&byte));
        host.and_then(|at| rest.get(at..)).unwrap_or_default()
    })
}

/// Browsers take a backslash for a slash: `http://evil.example\@localhost` is a page of evil.example.
const SLASHES: [u8; 2] = [b'/', b'\\'];

/// The host in `authority/path?query#fragment`, without user, port and brackets.
fn host(rest: &str) -> &str {
    let end = rest.bytes().position(|byte| b"/\\?#".contains(&byte)).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    let host_and_port = split(authority, b'@').last().unwrap_or_default();
    match host_and_port.strip_prefix("[").and_then(|inner| split_once(inner, b']')) {
        Some((address, _)) => address,
        None => split(host_and_port, b':').next().unwrap_or_default(),
    }
}

fn is_local(host: &str) -> bool {
    let name = host.strip_suffix(".").unwrap_or(host);
    let last_label = split(name, b'.').last().unwrap_or_default();
    last_label.eq_ignore_ascii_case("localhost") || host == "::1" || is_loopback(host)
}

/// 127.0.0.0/8 in the four decimal numbers to which every URL parser brings it.
fn is_loopback(host: &str) -> bool {
    let is_octet = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut octets = split(host, b'.');
    octets.next() == Some("127") && octets.clone().count() == 3 && octets.all(is_octet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_counts_as_local_only_on_this_machine() {
        for url in [
            "http://localhost",
            "http://localhost:8787/",
            "HTTP://LOCALHOST/",
            "http://localhost.",
            "http://app.localhost/x",
            "http://127.0.0.1:3000/?a=1",
            "http://127.255.0.9#x",
            "http://[::1]:8787/",
            "http://user:secret@localhost/",
        ] {
            assert_eq!(Origin::of(url), Origin::LocalHttp, "{url}");
        }
    }

    #[test]
    fn a_host_that_only_looks_local_is_remote() {
        for url in [
            "http://shop.example/",
            "http://localhost.shop.example/",
            "http://notlocalhost/",
            "http://127.0.0.1.shop.example/",
            "http://127.shop.example/",
            "http://127.0.shop.example/",
            "http://127.0.0.1a/",
            "http://128.0.0.1/",
            "http://127.0.1/",
            "http://127..0.1/",
            "http://localhost@shop.example/",
            "http://shop.example/@localhost",
            "http://shop.example\\@localhost/",
            "http://shop.example?@localhost",
            "http://shop.example#@localhost",
            "http://[::2]/",
            "http://0.0.0.0/",
            "http://",
            "http:",
        ] {
            assert_eq!(Origin::of(url), Origin::RemoteHttp, "{url}");
        }
    }

    #[test]
    fn everything_but_http_keeps_the_cookie_secure() {
        for url in ["https://localhost/", "wss://shop.example", "httpx://localhost", "/cart", "", "localhost:8787"] {
            assert_eq!(Origin::of(url), Origin::Secure, "{url}");
        }
    }
}
