//! What a browser keeps of `Set-Cookie`.

/// One browser's session cookies, each `name=value`: one, or, where there is no store, as many as the session takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Jar(Vec<String>);

impl Jar {
    /// A browser that sends this cookie, `name=value`.
    pub(crate) fn of(pair: &str) -> Self {
        Self(vec![pair.to_string()])
    }

    /// The `Cookie` header of the next request.
    pub(crate) fn header(&self) -> String {
        self.0.join("; ")
    }

    /// A browser that sends these cookies, each `name=value`, in this order.
    pub(crate) fn of_all<P: AsRef<str>>(pairs: &[P]) -> Self {
        Self(pairs.iter().map(|pair| pair.as_ref().to_string()).collect())
    }

    /// The first cookie's value.
    pub(crate) fn token(&self) -> &str {
        self.0.first().and_then(|pair| pair.split_once('=')).map_or("", |(_, token)| token)
    }

    /// The cookies, each `name=value`.
    pub(crate) fn pairs(&self) -> &[String] {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over what came with one response.
    pub(crate) fn take(&mut self, lines: &[String]) {
        for line in lines {
            let (pair, attributes) = line.split_once("; ").expect("a cookie has attributes");
            let (name, _) = pair.split_once('=').expect("a cookie has a name");
            let place = self.0.iter().position(|kept| kept.split_once('=').is_some_and(|(kept, _)| kept == name));
            match (place, attributes.starts_with("Max-Age=0")) {
                (Some(place), true) => drop(self.0.remove(place)),
                (Some(place), false) => self.0[place] = pair.to_string(),
                (None, true) => {}
                (None, false) => self.0.push(pair.to_string()),
            }
        }
    }
}
