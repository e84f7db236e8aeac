//! The `Set-Cookie` response header: the line that sets the cookie, and the line that deletes it.

use alloc::string::String;

use super::is_token;
use super::options::{CookieOptions, FieldError};
use super::rules::check;
use crate::error::{Code, Error};
use crate::text::decimal;
use crate::time::Span;

/// The most that name and value may have together, in bytes: "If the sum of the lengths of the name string and the value
/// string is more than 4096 octets", a browser ignores the cookie (RFC 6265bis, section 5.6; OWASP ASVS 3.3.5).
pub const MAX_PAIR: usize = 4096;

/// The longest life a browser gives a cookie: 400 days (RFC 6265bis, section 5.5).
pub const MAX_AGE: Span = Span::from_days(400);

/// The cookie's name and attributes, checked, ready to be written as often as needed.
///
/// A line has its parts in this order, each at most once:
///
/// ```text
/// name=value; Max-Age=…; Expires=…; Domain=…; Path=…; Secure; HttpOnly; SameSite=…; Partitioned
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    name: String,
    persist: bool,
    /// From `Domain` on: what setting and deleting must have in common.
    scope: String,
}

impl Attributes {
    /// The attributes, if a browser takes them together.
    ///
    /// # Errors
    /// The first field that is wrong, alone or with the others.
    ///
    /// ```
    /// use edge_session::cookie::{Attributes, CookieOptions};
    ///
    /// let cookie = Attributes::new(&CookieOptions::default())?;
    /// assert_eq!(cookie.set("dG9rZW4", None)?, "__Host-session=dG9rZW4; Path=/; Secure; HttpOnly; SameSite=Lax");
    /// # Ok::<(), edge_session::Error>(())
    /// ```
    pub fn new(options: &CookieOptions) -> Result<Self, FieldError> {
        check(options)?;
        Ok(Self { name: options.name.clone(), persist: options.persist, scope: scope(options) })
    }

    /// The name, for [`candidates`](super::candidates()) and for the token's associated data.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The longest value that fits beside the name, in bytes.
    ///
    /// ```
    /// use edge_session::cookie::{Attributes, CookieOptions};
    /// assert_eq!(Attributes::new(&CookieOptions::default())?.room(), 4096 - "__Host-session".len());
    /// # Ok::<(), edge_session::Error>(())
    /// ```
    pub fn room(&self) -> usize {
        MAX_PAIR.saturating_sub(self.name.len())
    }

    /// The `Set-Cookie` value that sets the cookie to a sealed token, for `left`, what the session has left to live.
    ///
    /// Only a persistent cookie gets a `Max-Age`, in seconds rounded up so that it never ends before the session, and at
    /// most [`MAX_AGE`], which also stands for `None`: a session without end. Other cookies live until the browser is
    /// closed.
    ///
    /// # Errors
    /// - `too-large`: name and value have more than [`MAX_PAIR`] bytes, so that a browser would drop the cookie in silence.
    /// - `internal`: the value is not base64url, and could break out of the line.
    ///
    /// ```
    /// use edge_session::cookie::{Attributes, CookieOptions};
    /// use edge_session::time::Span;
    ///
    /// let cookie = Attributes::new(&CookieOptions { persist: true, ..CookieOptions::default() })?;
    /// let line = cookie.set("dG9rZW4", Some(Span::from_secs(3600)))?;
    /// assert_eq!(line, "__Host-session=dG9rZW4; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax");
    /// # Ok::<(), edge_session::Error>(())
    /// ```
    pub fn set(&self, value: &str, left: Option<Span>) -> Result<String, Error> {
        self.set_with("", value, left)
    }

    /// The same for a cookie whose name has `suffix` behind it. What the name's beginning demands of the attributes holds for
    /// that one as well.
    pub(crate) fn set_with(&self, suffix: &str, value: &str, left: Option<Span>) -> Result<String, Error> {
        let bytes = self.name.len().saturating_add(suffix.len()).saturating_add(value.len());
        if bytes > MAX_PAIR {
            let [bytes, most] = [bytes, MAX_PAIR].map(|bytes| decimal(bytes as u64));
            let message = ["name and value of the cookie are ", &bytes, " bytes; browsers keep ", &most];
            return Err(Error::new(Code::TooLarge, message.concat()));
        }
        if !is_token(value) {
            return Err(Error::new(Code::Internal, "the value of the cookie is not base64url"));
        }
        let Self { name, scope, .. } = self;
        Ok(match self.max_age(left) {
            Some(seconds) => [name, suffix, "=", value, "; Max-Age=", &decimal(seconds), scope].concat(),
            None => [name, suffix, "=", value, scope].concat(),
        })
    }

    /// The `Set-Cookie` value that deletes the cookie.
    ///
    /// It repeats every attribute of setting: a browser deletes only what has the same name, domain and path (RFC 6265bis,
    /// section 5.7, and the same partition), and takes a deletion for a `__Host-` name only with `Secure` and `Path=/`.
    /// `Expires` is for clients that do not know `Max-Age` (section 4.1.2.2).
    ///
    /// ```
    /// use edge_session::cookie::{Attributes, CookieOptions};
    /// assert_eq!(
    ///     Attributes::new(&CookieOptions::default())?.delete(),
    ///     "__Host-session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure; HttpOnly; SameSite=Lax",
    /// );
    /// # Ok::<(), edge_session::Error>(())
    /// ```
    pub fn delete(&self) -> String {
        self.delete_with("")
    }

    /// The same for a cookie whose name has `suffix` behind it.
    pub(crate) fn delete_with(&self, suffix: &str) -> String {
        let Self { name, scope, .. } = self;
        [name, suffix, "=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT", scope].concat()
    }

    fn max_age(&self, left: Option<Span>) -> Option<u64> {
        self.persist.then(|| left.unwrap_or(MAX_AGE).min(MAX_AGE).as_secs())
    }
}

/// The attributes that say where the cookie goes. Only checked options may come here.
fn scope(options: &CookieOptions) -> String {
    let CookieOptions { secure, http_only, partitioned, .. } = *options;
    let (before, domain) = options.domain.as_deref().map_or(("", ""), |domain| ("; Domain=", domain));
    let flag = |set: bool, text: &'static str| if set { text } else { "" };
    [
        before,
        domain,
        "; Path=",
        &options.path,
        flag(secure, "; Secure"),
        flag(http_only, "; HttpOnly"),
        "; SameSite=",
        options.same_site.as_str(),
        flag(partitioned, "; Partitioned"),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::super::SameSite;
    use super::*;
    use alloc::format;

    fn cookie(persist: bool) -> Attributes {
        Attributes::new(&CookieOptions { persist, ..CookieOptions::default() }).unwrap()
    }

    #[test]
    fn every_attribute_has_its_place_and_stands_once() {
        let everything = CookieOptions {
            name: "__Secure-s".into(),
            domain: Some("shop.example".into()),
            path: "/cart".into(),
            same_site: SameSite::None,
            partitioned: true,
            persist: true,
            ..CookieOptions::default()
        };
        assert_eq!(
            Attributes::new(&everything).unwrap().set("v", Some(Span::from_secs(1))).unwrap(),
            "__Secure-s=v; Max-Age=1; Domain=shop.example; Path=/cart; Secure; HttpOnly; SameSite=None; Partitioned"
        );
        let nothing = CookieOptions { name: "s".into(), secure: false, http_only: false, ..CookieOptions::default() };
        assert_eq!(Attributes::new(&nothing).unwrap().set("v", None).unwrap(), "s=v; Path=/; SameSite=Lax");
    }

    #[test]
    fn name_and_value_of_4096_bytes_are_written_and_4097_refused() {
        let room = 4096 - "__Host-session".len();
        assert!(cookie(false).set(&"A".repeat(room), None).is_ok());
        let error = cookie(false).set(&"A".repeat(room + 1), None).unwrap_err();
        assert_eq!(error.code(), Code::TooLarge);
        assert!(error.message().contains("4097"));
    }

    #[test]
    fn only_a_persistent_cookie_has_a_max_age_and_never_more_than_400_days() {
        assert!(!cookie(false).set("v", Some(Span::from_secs(60))).unwrap().contains("Max-Age"));
        for (left, seconds) in [
            (Some(0), "0"),
            (Some(1), "1"),
            (Some(1_000), "1"),
            (Some(1_001), "2"),
            (Some(1 << 31), "2147484"),
            (Some(1 << 53), "34560000"),
            (Some(u64::MAX), "34560000"),
            (None, "34560000"),
        ] {
            let line = cookie(true).set("v", left.map(Span::from_millis)).unwrap();
            assert!(line.starts_with(&format!("__Host-session=v; Max-Age={seconds}; Path=/")), "{line}");
        }
    }

    #[test]
    fn a_value_that_could_not_be_read_back_is_not_written() {
        for value in ["", "a;b", "a b", "a,b", "\"a\"", "a\r\nb", "a=", "a.b", "ä"] {
            assert_eq!(cookie(false).set(value, None).unwrap_err().code(), Code::Internal, "{value:?}");
        }
    }
}
