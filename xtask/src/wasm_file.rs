//! The parts of a WebAssembly file that say what its bytes are for.
//!
//! ```text
//! file:     magic 4 | version 4 | section*
//! section:  id 1 | size leb128 | content           id 2 imports, 10 code, 11 data, 0 custom
//! code:     count | (size | body)*
//! name:     (subsection id 1 | size | content)*    subsection 1: count | (function index | length | name)*
//! ```
//! <https://webassembly.github.io/spec/core/binary/modules.html>, <https://webassembly.github.io/spec/core/appendix/custom.html>

use std::collections::BTreeMap;

/// What a file holds, in bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct WasmFile {
    /// The functions of the code section, with their names where the file has names.
    pub(crate) functions: Vec<Function>,
    /// The data section: text, tables.
    pub(crate) data: usize,
    /// The other sections, without custom ones.
    pub(crate) rest: usize,
}

impl WasmFile {
    /// All of it but the custom sections.
    pub(crate) fn size(&self) -> usize {
        let functions: usize = self.functions.iter().map(|function| function.size).sum();
        functions + self.data + self.rest
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) size: usize,
}

/// `None` if the file is not well-formed.
pub(crate) fn parse(file: &[u8]) -> Option<WasmFile> {
    let mut reader = Reader(file.strip_prefix(b"\0asm\x01\0\0\0")?);
    let (mut wasm, mut sizes, mut names, mut imported) = (WasmFile::default(), Vec::new(), BTreeMap::new(), 0);
    while !reader.0.is_empty() {
        let (id, content) = (reader.byte()?, reader.sized()?);
        match id {
            0 => names.append(&mut custom_names(content)?),
            2 => imported = imported_functions(content)?,
            10 => sizes = Reader(content).list(|code| Some(code.sized()?.len()))?,
            11 => wasm.data = content.len(),
            _ => {}
        }
        wasm.rest += if [0, 10, 11].contains(&id) { 0 } else { content.len() };
    }
    let indexes = imported..;
    let named =
        indexes.zip(sizes).map(|(index, size)| Function { name: names.remove(&index).unwrap_or_default(), size });
    wasm.functions = named.collect();
    Some(wasm)
}

/// The function names of a custom section, none if it is another one.
fn custom_names(content: &[u8]) -> Option<BTreeMap<usize, String>> {
    let mut reader = Reader(content);
    let mut names = BTreeMap::new();
    if reader.sized()? != b"name" {
        return Some(names);
    }
    while !reader.0.is_empty() {
        let (id, content) = (reader.byte()?, reader.sized()?);
        if id == 1 {
            let pairs = Reader(content).list(|pair| Some((pair.number()?, pair.text()?)))?;
            names.extend(pairs);
        }
    }
    Some(names)
}

/// How many of the imports are functions: they have the first indexes.
fn imported_functions(content: &[u8]) -> Option<usize> {
    let kinds = Reader(content).list(|import| {
        import.sized()?;
        import.sized()?;
        let kind = import.byte()?;
        match kind {
            0 => drop(import.number()?),
            1 => {
                import.byte()?;
                import.limits()?;
            }
            2 => import.limits()?,
            3 => drop((import.byte()?, import.byte()?)),
            _ => return None,
        }
        Some(kind)
    })?;
    Some(kinds.into_iter().filter(|kind| *kind == 0).count())
}

struct Reader<'file>(&'file [u8]);

impl<'file> Reader<'file> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A length and that many bytes.
    fn sized(&mut self) -> Option<&'file [u8]> {
        let length = self.number()?;
        let (content, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }

    fn text(&mut self) -> Option<String> {
        Some(String::from_utf8_lossy(self.sized()?).into_owned())
    }

    /// A count and that many items.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        (0..count).map(|_| item(self)).collect()
    }

    /// A minimum, and a maximum if the flag says so.
    fn limits(&mut self) -> Option<()> {
        let flag = self.byte()?;
        self.number()?;
        if flag & 1 == 1 {
            self.number()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One import `m.f`, two functions of 2 and 130 bytes, 3 bytes of data, and their names.
    fn example() -> Vec<u8> {
        let mut file = b"\0asm\x01\0\0\0".to_vec();
        let mut section = |id: u8, content: &[u8]| {
            file.extend([id, (content.len() & 0x7f) as u8 | 0x80, (content.len() >> 7) as u8]);
            file.extend(content);
        };
        section(2, b"\x02\x01m\x01f\x00\x00\x01m\x03mem\x02\x00\x01");
        section(10, &[&[2, 2, 0, 0x0b, 0x82, 0x01][..], &[0; 130]].concat());
        section(11, b"abc");
        section(0, b"\x04name\x00\x01x\x01\x0c\x03\x00\x01f\x01\x01a\x02\x03b::");
        section(0, b"\x09producersxyz");
        file
    }

    #[test]
    fn functions_have_their_sizes_and_the_names_after_the_imported_ones() {
        let wasm = parse(&example()).unwrap();
        let functions: Vec<_> = wasm.functions.iter().map(|function| (function.name.as_str(), function.size)).collect();
        assert_eq!(functions, [("a", 2), ("b::", 130)]);
        assert_eq!((wasm.data, wasm.rest), (3, 16));
    }

    #[test]
    fn a_file_cut_short_is_refused() {
        let file = example();
        assert!(parse(&file[..file.len() - 4]).is_none());
        assert!(parse(b"nonsense").is_none());
    }
}
