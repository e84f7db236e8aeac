//! What a browser keeps of `Set-Cookie`.

/// One browser's session cookie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Jar(Option<String>);

impl Jar {
    /// A browser that sends this cookie, `name=value`.
    pub(crate) fn of(pair: &str) -> Self {
        Self(Some(pair.to_string()))
    }

    /// The `Cookie` header of the next request.
    pub(crate) fn header(&self) -> String {
        self.0.clone().unwrap_or_default()
    }

    /// The cookie's value.
    pub(crate) fn token(&self) -> &str {
        self.0.as_deref().and_then(|pair| pair.split_once('=')).map_or("", |(_, token)| token)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Takes over a `Set-Cookie` value, if one came.
    pub(crate) fn take(&mut self, line: Option<&str>) {
        let Some(line) = line else { return };
        let (pair, attributes) = line.split_once("; ").expect("a cookie has attributes");
        self.0 = if attributes.starts_with("Max-Age=0") { None } else { Some(pair.to_string()) };
    }
}
