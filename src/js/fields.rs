//! Reading an options object field by field, and remembering every field that is wrong.
//!
//! By hand rather than through serde: a `Deserialize` prints whatever it did not expect, numbers included, and the code
//! for printing floating-point numbers alone would weigh a third of the module.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use js_sys::{Number, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::error::{Code, Error};
use crate::time::Span;

/// The longest length of time that is believed: 100 years.
const CENTURY: f64 = 3_155_760_000_000.0;

/// One object of options, and where it stands: `cookie.` for the fields of `cookie`.
pub(super) struct Fields<'e> {
    object: Option<Object>,
    at: String,
    known: Vec<&'static str>,
    errors: &'e mut Vec<String>,
}

/// A limit: a length of time, or explicitly none.
pub(super) enum Limit {
    Never,
    Span(Span),
}

impl<'e> Fields<'e> {
    /// The fields of this object; `at` is the path in front of their names.
    pub(super) fn new(value: &JsValue, at: &str, errors: &'e mut Vec<String>) -> Self {
        let object = value.dyn_ref::<Object>().cloned();
        if object.is_none() && !value.is_undefined() {
            errors.push(format!("{}: must be an object, not {}", name_of(at), kind(value)));
        }
        Self { object, at: at.to_string(), known: Vec::new(), errors }
    }

    /// The field as it is; `undefined` when it is not given.
    pub(super) fn value(&mut self, name: &'static str) -> JsValue {
        self.known.push(name);
        let object = self.object.as_ref();
        object.and_then(|object| Reflect::get(object, &name.into()).ok()).unwrap_or(JsValue::UNDEFINED)
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.read(name, "a string", JsValue::as_string)
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.read(name, "true or false", JsValue::as_bool)
    }

    /// A whole number of things, such as bytes.
    pub(super) fn count(&mut self, name: &'static str) -> Option<usize> {
        let whole = |value: &JsValue| value.as_f64().filter(|n| Number::is_safe_integer(value) && (0.0..=4e9).contains(n));
        self.read(name, "a whole number", whole).map(|number| number as usize)
    }

    pub(super) fn span(&mut self, name: &'static str) -> Option<Span> {
        self.read(name, "a length of time such as \"30s\", \"15m\", \"12h\", \"7d\", or milliseconds", span)
    }

    pub(super) fn limit(&mut self, name: &'static str) -> Option<Limit> {
        self.read(name, "a length of time such as \"15m\", \"12h\", \"7d\", milliseconds, or \"never\"", |value| {
            match value.as_string().as_deref() {
                Some("never") => Some(Limit::Never),
                _ => span(value).map(Limit::Span),
            }
        })
    }

    /// The field must have these methods.
    pub(super) fn methods(&mut self, name: &'static str, methods: &[&str]) {
        let value = self.value(name);
        for method in methods {
            let found = Reflect::get(&value, &(*method).into());
            if !found.is_ok_and(|found| found.is_function()) {
                self.wrong(name, &format!("has no method {method}(); {} was given", kind(&value)));
                return;
            }
        }
    }

    /// The fields of the object in this field.
    pub(super) fn inner(&mut self, name: &'static str) -> Fields<'_> {
        let value = self.value(name);
        let at = format!("{}{name}.", self.at);
        Fields::new(&value, &at, self.errors)
    }

    pub(super) fn wrong(&mut self, name: &str, reason: &str) {
        self.errors.push(format!("{}{name}: {reason}", self.at));
    }

    /// Notes what a check of the core found; its message begins with the field's whole name.
    pub(super) fn note<T>(&mut self, checked: Result<T, Error>) -> Option<T> {
        checked.map_err(|error| self.errors.push(error.message().to_string())).ok()
    }

    /// Every field that nobody asked for is a mistake: most likely a misspelt option.
    pub(super) fn refuse_others(&mut self) {
        let Some(object) = self.object.take() else { return };
        for key in Object::keys(&object).iter().filter_map(|key| key.as_string()) {
            if !self.known.contains(&key.as_str()) {
                self.wrong(&key, "there is no such option");
            }
        }
    }

    fn read<T>(&mut self, name: &'static str, wanted: &str, read: impl Fn(&JsValue) -> Option<T>) -> Option<T> {
        let value = self.value(name);
        if value.is_undefined() {
            return None;
        }
        let found = read(&value);
        if found.is_none() {
            self.wrong(name, &format!("must be {wanted}, not {}", kind(&value)));
        }
        found
    }
}

/// All that was wrong, in one error.
pub(super) fn finish<T>(value: Option<T>, errors: &[String]) -> Result<T, Error> {
    value.filter(|_| errors.is_empty()).ok_or_else(|| Error::new(Code::Config, errors.join("; ")))
}

/// What kind of value this is: its shape, never its content.
pub(super) fn kind(value: &JsValue) -> String {
    match value {
        _ if value.is_null() => "null".into(),
        _ if js_sys::Array::is_array(value) => "an array".into(),
        _ if value.is_object() => "an object".into(),
        _ if value.is_string() => "this string".into(),
        _ if value.as_f64().is_some() => "this number".into(),
        _ => value.js_typeof().as_string().unwrap_or_default(),
    }
}

fn span(value: &JsValue) -> Option<Span> {
    match value.as_f64() {
        Some(millis) => (Number::is_safe_integer(value) && (0.0..=CENTURY).contains(&millis)).then(|| Span::from_millis(millis as u64)),
        None => Span::parse(&value.as_string()?),
    }
}

fn name_of(at: &str) -> &str {
    match at.trim_end_matches('.') {
        "" => "options",
        name => name,
    }
}
