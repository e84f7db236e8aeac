//! The attributes of the cookie as they are configured, and the error that names the wrong one.

use alloc::string::{String, ToString};
use core::fmt;

use crate::error::Error;

/// The default name. `__Host-` makes the browser keep the cookie to this one host and to https (RFC 6265bis, section
/// 4.1.3.2), so that no neighbouring subdomain can plant a session.
pub const DEFAULT_NAME: &str = "__Host-session";

/// The name on plain http to this machine, where no browser takes a `__Host-` cookie.
pub const LOCAL_NAME: &str = "session";

/// The session cookie as configured. Unchecked: [`Attributes::new`](super::Attributes::new) checks it.
///
/// ```
/// use edge_session::cookie::{Attributes, CookieOptions, SameSite};
///
/// let shared = CookieOptions {
///     name: "__Secure-session".into(),
///     domain: Some("shop.example".into()),
///     same_site: SameSite::Strict,
///     ..CookieOptions::default()
/// };
/// assert!(Attributes::new(&shared).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieOptions {
    /// Default [`DEFAULT_NAME`]. At most 96 characters of an HTTP token.
    pub name: String,
    /// Which host, with all its subdomains, gets the cookie. Default: the host that set it, without subdomains.
    pub domain: Option<String>,
    /// The cookie is sent with requests for this path and what is below. Default `/`.
    pub path: String,
    /// Sent over https only. Default `true`.
    pub secure: bool,
    /// Out of reach of scripts. Default `true`.
    pub http_only: bool,
    /// Whether it is sent with requests that come from other sites. Default [`SameSite::Lax`].
    pub same_site: SameSite,
    /// One cookie per embedding site (CHIPS). Default `false`. Needs `secure`.
    pub partitioned: bool,
    /// The cookie outlives the browser, until the session's own end. Default `false`.
    pub persist: bool,
}

impl Default for CookieOptions {
    fn default() -> Self {
        Self {
            name: DEFAULT_NAME.to_string(),
            domain: None,
            path: "/".to_string(),
            secure: true,
            http_only: true,
            same_site: SameSite::Lax,
            partitioned: false,
            persist: false,
        }
    }
}

/// With which requests from other sites the cookie is sent (RFC 6265bis, section 4.1.2.7). Always written out: a browser's
/// own default lets a young cookie go along with a cross-site POST (section 5.6.7.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// None of them, not even a link in a mail.
    Strict,
    /// Links and other top-level navigations with a safe method.
    #[default]
    Lax,
    /// All. Needs `secure`.
    None,
}

impl SameSite {
    /// Reads `"Strict"`, `"Lax"` or `"None"`, spelled like that.
    ///
    /// # Errors
    /// `cookie.sameSite` for anything else: a text that is passed on unread can carry further attributes.
    ///
    /// ```
    /// use edge_session::cookie::SameSite;
    /// assert_eq!(SameSite::parse("Lax"), Ok(SameSite::Lax));
    /// assert!(SameSite::parse("Lax; Domain=shop.example").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        match text {
            "Strict" => Ok(Self::Strict),
            "Lax" => Ok(Self::Lax),
            "None" => Ok(Self::None),
            _ => Err(FieldError::new("cookie.sameSite", "must be \"Strict\", \"Lax\" or \"None\"")),
        }
    }

    /// The attribute's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// A configured field that cannot be used. Prints as `cookie.path: must begin with "/"`.
///
/// ```
/// use edge_session::cookie::{Attributes, CookieOptions, SameSite};
///
/// let options =
///     CookieOptions { name: "sid".into(), secure: false, same_site: SameSite::None, ..CookieOptions::default() };
/// let error = Attributes::new(&options).unwrap_err();
/// assert_eq!(error.field, "cookie.sameSite");
/// assert_eq!(error.to_string(), "cookie.sameSite: \"None\" needs secure");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The option as JavaScript names it: `cookie.sameSite`.
    pub field: &'static str,
    /// What is wrong with it and what to do. Never repeats the value.
    pub reason: String,
}

impl FieldError {
    #[cold]
    #[inline(never)]
    pub(super) fn new(field: &'static str, reason: &str) -> Self {
        Self { field, reason: reason.to_string() }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

impl core::error::Error for FieldError {}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::wrong(error.field, &error.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn same_site_is_one_of_three_texts() {
        for same_site in [SameSite::Strict, SameSite::Lax, SameSite::None] {
            assert_eq!(SameSite::parse(same_site.as_str()), Ok(same_site));
        }
        assert!(
            ["strict", "LAX", "none", "", "Default", "Lax; Secure"].map(SameSite::parse).iter().all(Result::is_err)
        );
    }

    #[test]
    fn an_error_is_a_config_error_that_begins_with_the_field() {
        let error = Error::from(FieldError::new("cookie.domain", "must not be empty"));
        assert_eq!(error.code(), Code::Config);
        assert_eq!(error.message(), "cookie.domain: must not be empty");
    }
}
