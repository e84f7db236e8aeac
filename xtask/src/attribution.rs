//! Which crate a function of the compiled core comes from.
//!
//! By its name, so roughly: what the compiler inlined counts for the function it ended up in, and a generic function counts
//! for the crate that wrote it, not for the one that uses it.

use std::collections::BTreeMap;

use crate::wasm_file::{Function, WasmFile};

/// Bytes per crate, the heaviest first; data and the other sections on lines of their own.
pub(crate) fn by_crate(wasm: &WasmFile) -> Vec<(String, usize)> {
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for function in &wasm.functions {
        *totals.entry(crate_of(&function.name)).or_default() += function.size;
    }
    totals.insert("(data: text and tables)", wasm.data);
    totals.insert("(types, imports, exports)", wasm.rest);
    let mut rows: Vec<_> = totals.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    rows.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    rows
}

/// The heaviest functions, by name, without the compiler's hashes.
pub(crate) fn heaviest(wasm: &WasmFile, count: usize) -> Vec<(String, usize)> {
    let row = |function: &Function| (without_hash(&function.name).to_owned(), function.size);
    let mut rows: Vec<_> = wasm.functions.iter().map(row).collect();
    rows.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    rows.truncate(count);
    rows
}

/// `a::b::h0123456789abcdef` is `a::b`.
fn without_hash(name: &str) -> &str {
    let is_hash = |last: &str| last.len() == 17 && last.starts_with('h');
    name.rsplit_once("::").filter(|(_, last)| is_hash(last)).map_or(name, |(path, _)| path)
}

/// The first crate in a demangled name: `<&T as core::fmt::Debug>::fmt` is `core`'s, `<[u8]>::iter` as well.
fn crate_of(name: &str) -> &str {
    match first_crate(name) {
        Some("__rustc") => "alloc",
        Some(found) => found,
        None if name.starts_with("__wb") || name.starts_with("__externref") => "wasm_bindgen",
        None if name.starts_with("__") || name.starts_with("mem") => "compiler_builtins",
        // The methods of primitive types, which are written without a path.
        None if name.starts_with('<') => "core",
        None => "edge_session",
    }
}

/// The first identifier that a path goes on from: followed by `::`, or by the crate's hash, `core[c5930c85]::`.
fn first_crate(name: &str) -> Option<&str> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut rest = name;
    while let Some(start) = rest.find(is_word) {
        rest = &rest[start..];
        let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let hash = after.strip_prefix('[').and_then(|after| after.split_once(']'));
        if after.starts_with("::") || hash.is_some_and(|(_, after)| after.starts_with("::")) {
            return Some(word);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_is_the_first_one_the_name_mentions() {
        for (name, expected) in [
            ("talc::base::Talc<S,B>::allocate::hd7f27bce2d7ab7e9", "talc"),
            ("core[c5930c85a12de822]::fmt::write", "core"),
            ("<core[c5930c85a12de822]::fmt::Formatter>::pad", "core"),
            ("<&T as serde_core::de::Expected>::fmt::h4e6", "serde_core"),
            ("<<a_b::C as core::fmt::Display>::fmt::D as core::fmt::Write>::write_str::h1", "a_b"),
            ("<char>::escape_debug_ext", "core"),
            ("__rustc[b7974e8690430dd9]::__rust_realloc", "alloc"),
            ("__wbindgen_malloc", "wasm_bindgen"),
            ("__multi3", "compiler_builtins"),
            ("memcpy", "compiler_builtins"),
            ("upper multivalue shim", "edge_session"),
            ("", "edge_session"),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }

    #[test]
    fn the_heaviest_functions_are_named_without_their_hashes() {
        let function = |name: &str, size| Function { name: name.into(), size };
        let functions = vec![function("small", 1), function("a::b::hd7f27bce2d7ab7e9", 9), function("a::c", 5)];
        let rows = heaviest(&WasmFile { functions, ..WasmFile::default() }, 2);
        assert_eq!(rows, [("a::b".to_owned(), 9), ("a::c".to_owned(), 5)]);
    }

    #[test]
    fn nothing_is_lost_and_the_heaviest_comes_first() {
        let function = |name: &str, size| Function { name: name.into(), size };
        let functions = vec![function("a::x", 10), function("b::y", 30), function("a::z", 25)];
        let rows = by_crate(&WasmFile { functions, data: 7, rest: 1 });
        assert_eq!(rows.iter().map(|(_, bytes)| bytes).sum::<usize>(), 73);
        assert_eq!(rows[0], ("a".to_owned(), 35));
    }
}
