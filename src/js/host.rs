//! The few things of JavaScript that are used.
//!
//! By hand rather than through js-sys: linking that alone brings its promises, wakers and closures along, a tenth of the
//! module.

use alloc::string::String;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What a call answers: values by position.
    #[wasm_bindgen(js_name = Array, typescript_type = "unknown[]")]
    pub type Tuple;

    #[wasm_bindgen(constructor, js_class = "Array")]
    pub(super) fn new() -> Tuple;

    #[wasm_bindgen(method, js_name = push)]
    pub(super) fn push(this: &Tuple, value: &JsValue);

    #[wasm_bindgen(method, js_name = push)]
    pub(super) fn push_number(this: &Tuple, value: f64);

    #[wasm_bindgen(method, js_name = push)]
    pub(super) fn push_flag(this: &Tuple, value: bool);

    #[wasm_bindgen(method, js_name = push)]
    pub(super) fn push_text(this: &Tuple, value: &str);

    #[wasm_bindgen(js_name = Uint8Array)]
    pub(super) type Bytes;

    /// A copy: what is passed is a window into the module's memory.
    #[wasm_bindgen(constructor, js_class = "Uint8Array")]
    pub(super) fn copy(bytes: &[u8]) -> Bytes;

    /// A response's headers.
    pub type Headers;

    /// The header's value, `null` without one.
    #[wasm_bindgen(method, catch)]
    pub(super) fn get(this: &Headers, name: &str) -> Result<Option<String>, JsValue>;

    /// Throws where headers cannot be changed, as those of a fetched response.
    #[wasm_bindgen(method, catch)]
    pub(super) fn set(this: &Headers, name: &str, value: &str) -> Result<(), JsValue>;

    /// Throws where headers cannot be changed.
    #[wasm_bindgen(method, catch)]
    pub(super) fn append(this: &Headers, name: &str, value: &str) -> Result<(), JsValue>;
}
