//! An options object that came as text, read field by field; every field that is wrong is remembered.
//!
//! By hand rather than through serde: a `Deserialize` prints whatever it did not expect, numbers included, and the code
//! for printing floating-point numbers alone would weigh a third of the module.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Code, Error};
use crate::keyring::hex;
use crate::text::{number, split, split_once};
use crate::time::Span;

/// The longest length of time that is believed: 100 years.
const CENTURY: Span = Span::from_days(36_525);

/// All fields of the object, those of its objects and lists included.
pub(super) struct Fields<'t> {
    fields: Vec<Field<'t>>,
    errors: String,
}

/// One line of the text.
#[derive(Clone, Copy)]
pub(super) struct Field<'t> {
    /// Where it stands: `cookie.name`, `secrets.0`; empty for the object itself.
    path: &'t str,
    /// What `typeof` says of it, or `null`, `array`, `bytes`.
    pub(super) kind: &'t str,
    value: &'t str,
    /// Somebody asked for it.
    known: bool,
}

/// A limit: a length of time, or explicitly none.
pub(super) type Limit = Option<Span>;

impl<'t> Fields<'t> {
    /// The fields that [`super::read`] describes. `None`: the text is not of that form.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let mut fields = Vec::new();
        for line in split(text, b'\n').filter(|line| !line.is_empty()) {
            let (path, rest) = split_once(line, b'\t')?;
            let (kind, value) = split_once(rest, b'\t')?;
            fields.push(Field { path, kind, value, known: false });
        }
        Some(Self { fields, errors: String::new() })
    }

    /// The field at this place, which is of the kind `undefined` when it is not given.
    pub(super) fn any(&mut self, path: &str) -> Field<'t> {
        match self.fields.iter_mut().find(|field| field.path == path) {
            Some(field) => {
                field.known = true;
                *field
            }
            None => Field { path: "", kind: "undefined", value: "", known: true },
        }
    }

    /// The field at this place, if it is given.
    pub(super) fn given(&mut self, path: &str) -> Option<Field<'t>> {
        Some(self.any(path)).filter(|field| field.kind != "undefined")
    }

    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        let field = self.given(path)?;
        self.expect(path, field, field.text(), "a string")
    }

    pub(super) fn flag(&mut self, path: &str) -> Option<bool> {
        let field = self.given(path)?;
        let flag = (field.kind == "boolean").then_some(field.value == "true");
        self.expect(path, field, flag, "true or false")
    }

    /// A whole number of things, such as bytes.
    pub(super) fn count(&mut self, path: &str) -> Option<usize> {
        let field = self.given(path)?;
        let count = field.number().and_then(|number| u32::try_from(number).ok());
        self.expect(path, field, count.map(|count| count as usize), "a whole number")
    }

    pub(super) fn span(&mut self, path: &str) -> Option<Span> {
        let field = self.given(path)?;
        self.expect(
            path,
            field,
            field.span(),
            "a length of time such as \"30s\", \"15m\", \"12h\", \"7d\", or milliseconds",
        )
    }

    pub(super) fn limit(&mut self, path: &str) -> Option<Limit> {
        let field = self.given(path)?;
        let limit = if field.text().as_deref() == Some("never") { Some(None) } else { field.span().map(Some) };
        self.expect(path, field, limit, "a length of time such as \"15m\", \"12h\", \"7d\", milliseconds, or \"never\"")
    }

    /// The field must be an object with these methods.
    pub(super) fn methods(&mut self, path: &str, methods: &[&str]) {
        let given = self.any(path).shape();
        for method in methods {
            if self.any(&[path, ".", method].concat()).kind != "function" {
                self.wrong(path, &["has no method ", method, "(); ", given, " was given"].concat());
                return;
            }
        }
    }

    /// The field, if it is given, must be an object; `name` is what messages call it.
    pub(super) fn object(&mut self, path: &str, name: &str) {
        if let Some(field) = self.given(path) {
            self.expect(name, field, (field.kind == "object").then_some(()), "an object");
        }
    }

    /// Notes what a check of the core found; its message begins with the field's whole name.
    pub(super) fn note<T>(&mut self, checked: Result<T, Error>) -> Option<T> {
        checked.map_err(|error| self.push(error.message())).ok()
    }

    pub(super) fn wrong(&mut self, path: &str, reason: &str) {
        self.push(&[path, ": ", reason].concat());
    }

    pub(super) fn must_be(&mut self, path: &str, wanted: &str, field: Field<'_>, advice: &str) {
        self.wrong(path, &["must be ", wanted, ", not ", field.shape(), advice].concat());
    }

    /// Every field that nobody asked for is a mistake, most likely a misspelt option: in the object itself and in these
    /// of its objects. The others (a store, a clock) may have what they like.
    pub(super) fn refuse_others(&mut self, objects: &[&str]) {
        let fields = core::mem::take(&mut self.fields);
        for Field { path, known, .. } in fields {
            let inside = split_once(path, b'.').is_none_or(|(object, _)| objects.contains(&object));
            if inside && !known {
                self.wrong(path, "there is no such option");
            }
        }
    }

    /// All that was wrong, in one error.
    pub(super) fn finish(self) -> Result<(), Error> {
        if self.errors.is_empty() { Ok(()) } else { Err(Error::new(Code::Config, self.errors)) }
    }

    fn expect<T>(&mut self, path: &str, field: Field<'_>, found: Option<T>, wanted: &str) -> Option<T> {
        if found.is_none() {
            self.must_be(path, wanted, field, "");
        }
        found
    }

    #[inline(never)]
    fn push(&mut self, message: &str) {
        if !self.errors.is_empty() {
            self.errors.push_str("; ");
        }
        self.errors.push_str(message);
    }
}

impl Field<'_> {
    /// What kind of value this is: its shape, never its content.
    fn shape(self) -> &'static str {
        match self.kind {
            "null" => "null",
            "array" => "an array",
            "object" | "bytes" => "an object",
            "string" => "this string",
            "number" => "this number",
            "boolean" => "a boolean",
            "function" => "a function",
            "undefined" => "undefined",
            _ => "a value of this kind",
        }
    }

    /// The text of a string.
    pub(super) fn text(self) -> Option<String> {
        if self.kind != "string" {
            return None;
        }
        String::from_utf8(hex(self.value)?).ok()
    }

    /// The bytes of a byte array.
    pub(super) fn bytes(self) -> Option<Vec<u8>> {
        if self.kind == "bytes" { hex(self.value) } else { None }
    }

    /// A number that is whole and not negative: JavaScript writes such a one in digits alone.
    fn number(self) -> Option<u64> {
        if self.kind == "number" { number(self.value) } else { None }
    }

    /// How many things a list holds.
    pub(super) fn items(self) -> usize {
        if self.kind == "array" { number(self.value).unwrap_or(0) as usize } else { 0 }
    }

    fn span(self) -> Option<Span> {
        match self.number() {
            Some(millis) => Some(Span::from_millis(millis)).filter(|span| *span <= CENTURY),
            None => Span::parse(&self.text()?),
        }
    }
}
