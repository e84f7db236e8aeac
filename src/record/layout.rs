//! The byte layout of a record, both ways.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Body, Live, Namespace, Record};
use crate::merge::{Entries, Entry, Stamp};
use crate::wire::{Reader, Writer};

const VERSION: u8 = 1;
/// The first bytes of the store key's hash: a record that turns up under another key is not read.
const OWNER_BYTES: usize = 16;

/// Where a namespace's JSON object lies in an encoded record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRange<'a> {
    /// The namespace's name, a JSON string literal.
    pub name: &'a str,
    /// The bytes of its text.
    pub range: Range<usize>,
}

impl<'a> Record<'a> {
    /// The record's bytes, for the session whose store key has this hash.
    ///
    /// ```text
    /// version 1 | kind | owner 16 | ...
    ///   live  1: modified 6 | expires 6 | floor 12 | count | directory | per namespace: table, text
    ///   ended 2: nothing
    ///   moved 3: until 6 | successor
    /// directory: per namespace  name | newest 12 | tombstones | table length | text length
    /// table:     per entry      (key length << 1) + dead | stamp 12 | dead: key, else: value length
    /// text:      {"key":value,"key":value}        live entries only, in the order of the table
    /// ```
    /// Times are 48-bit milliseconds, counts and lengths LEB128; names and dead keys have their length in front.
    pub fn encode(&self, owner: &[u8; 32]) -> Vec<u8> {
        match self {
            Self::Live(live) => live.encode(owner),
            Self::Ended => start(2, owner),
            Self::Moved { until, successor } => {
                let mut bytes = start(3, owner);
                bytes.put_time(*until);
                bytes.put(successor);
                bytes
            }
        }
    }

    /// What [`Record::encode`] wrote for the same session. `None`: another layout, another session's record, or garbage.
    pub fn decode(bytes: &'a [u8], owner: &[u8; 32]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let (version, kind) = (reader.byte()?, reader.byte()?);
        if version != VERSION || !owner.starts_with(reader.take(OWNER_BYTES)?) {
            return None;
        }
        match kind {
            1 => Live::decode(reader).map(|(live, _)| Self::Live(live)),
            2 => reader.end().map(|()| Self::Ended),
            3 => Some(Self::Moved { until: reader.time()?, successor: reader.rest() }),
            _ => None,
        }
    }

    /// The live record that the core itself gave the host to hold, whichever id it belongs to.
    pub(crate) fn decode_view(bytes: &'a [u8]) -> Option<Live<'a>> {
        Live::decode(body(bytes)?).map(|(live, _)| live)
    }
}

impl<'a> Live<'a> {
    /// Where each namespace's text lies in the bytes of a live record; the host decodes only what is asked for.
    pub fn texts(bytes: &'a [u8]) -> Option<Vec<TextRange<'a>>> {
        let (live, mut at) = Self::decode(body(bytes)?)?;
        let mut texts = Vec::with_capacity(live.namespaces.len());
        for namespace in live.namespaces {
            let Body::Encoded { table, text } = namespace.body else { return None };
            let start = at.checked_add(table.len())?;
            at = start.checked_add(text.len())?;
            texts.push(TextRange { name: namespace.name, range: start..at });
        }
        Some(texts)
    }

    /// See [`Record::encode`].
    pub(crate) fn encode(&self, owner: &[u8; 32]) -> Vec<u8> {
        let mut bytes = start(1, owner);
        bytes.put_time(self.modified);
        bytes.put_time(self.expires);
        bytes.put(&self.floor.to_bytes());
        encode_namespaces(&self.namespaces, &mut bytes);
        bytes
    }

    /// The record, and how many bytes before its end the bodies begin, counted from the front.
    fn decode(mut reader: Reader<'a>) -> Option<(Self, usize)> {
        let whole = reader.rest().len();
        let (modified, expires) = (reader.time()?, reader.time()?);
        let floor = Stamp::from_bytes(reader.array()?);
        let (namespaces, bodies) = decode_namespaces(reader)?;
        let header = OWNER_BYTES.checked_add(2)?;
        let start = header.checked_add(whole)?.checked_sub(bodies)?;
        Some((Self { modified, expires, floor, namespaces }, start))
    }
}

impl<'a> Namespace<'a> {
    /// Table and text as they stand in a record.
    fn encode(&self) -> Part<'a> {
        match &self.body {
            Body::Encoded { table, text } => Part { table: Cow::Borrowed(table), text: Cow::Borrowed(text) },
            Body::Decoded(entries) => Part { table: encode_table(entries), text: encode_text(entries) },
        }
    }
}

/// The bytes of one namespace on their way into a record.
struct Part<'a> {
    table: Cow<'a, [u8]>,
    text: Cow<'a, [u8]>,
}

impl Part<'_> {
    fn size(&self) -> usize {
        self.table.len().saturating_add(self.text.len())
    }
}

/// Version, kind and owner.
fn start(kind: u8, owner: &[u8; 32]) -> Vec<u8> {
    let mut bytes = Vec::from([VERSION, kind]);
    bytes.extend(owner.iter().take(OWNER_BYTES));
    bytes
}

/// Count, directory, bodies: also the layout of a token's overlay.
pub(crate) fn encode_namespaces(namespaces: &[Namespace<'_>], bytes: &mut Vec<u8>) {
    let parts: Vec<Part<'_>> = namespaces.iter().map(Namespace::encode).collect();
    bytes.reserve(parts.iter().map(Part::size).sum());
    bytes.put_varint(namespaces.len());
    for (namespace, part) in namespaces.iter().zip(&parts) {
        bytes.put_bytes(namespace.name.as_bytes());
        bytes.put(&namespace.newest.to_bytes());
        bytes.put_varint(namespace.tombstones);
        bytes.put_varint(part.table.len());
        bytes.put_varint(part.text.len());
    }
    for part in &parts {
        bytes.put(&part.table);
        bytes.put(&part.text);
    }
}

/// What [`encode_namespaces`] wrote, to the last byte; and the length of the bodies.
pub(crate) fn decode_namespaces(mut reader: Reader<'_>) -> Option<(Vec<Namespace<'_>>, usize)> {
    let count = reader.varint()?;
    let mut directory = Vec::new(); // grows with what is really there: a count is not to be believed
    for _ in 0..count {
        let name = reader.text()?;
        let newest = Stamp::from_bytes(reader.array()?);
        directory.push((name, newest, reader.varint()?, reader.varint()?, reader.varint()?));
    }
    let bodies = reader.rest().len();
    let mut namespaces: Vec<Namespace<'_>> = Vec::with_capacity(directory.len());
    for (name, newest, tombstones, table, text) in directory {
        if namespaces.last().is_some_and(|last| last.name >= name) {
            return None;
        }
        let body = Body::Encoded { table: reader.take(table)?, text: reader.take(text)? };
        namespaces.push(Namespace { name, newest, tombstones, body });
    }
    reader.end()?;
    Some((namespaces, bodies))
}

fn encode_table(entries: &Entries<'_>) -> Cow<'static, [u8]> {
    let mut table = Vec::new();
    for entry in entries.iter() {
        let dead = usize::from(entry.value.is_none());
        table.put_varint(entry.key.len() << 1 | dead);
        table.put(&entry.stamp.to_bytes());
        match entry.value {
            Some(value) => table.put_varint(value.len()),
            None => table.put(entry.key.as_bytes()),
        }
    }
    Cow::Owned(table)
}

fn encode_text(entries: &Entries<'_>) -> Cow<'static, [u8]> {
    let mut text = Vec::new();
    let mut separator = b'{';
    for entry in entries.iter() {
        let Some(value) = entry.value else { continue };
        text.push(core::mem::replace(&mut separator, b','));
        text.put(entry.key.as_bytes());
        text.push(b':');
        text.put(value.as_bytes());
    }
    text.put(if separator == b'{' { b"{}" } else { b"}" });
    Cow::Owned(text)
}

pub(super) fn decode_entries<'a>(table: &'a [u8], text: &'a [u8]) -> Option<Entries<'a>> {
    let (mut table, mut text) = (Reader::new(table), Reader::new(text));
    let mut entries = Entries::new();
    let mut separator = b'{';
    while !table.rest().is_empty() {
        let head = table.varint()?;
        let (length, dead) = (head >> 1, head & 1 == 1);
        let stamp = Stamp::from_bytes(table.array()?);
        // That is earlier than every change.
        if stamp == Stamp::ZERO {
            return None;
        }
        let (key, value) = if dead {
            (table.take(length)?, None)
        } else {
            let value = table.varint()?;
            let key = after(&mut text, core::mem::replace(&mut separator, b','), length)?;
            (key, Some(utf8(after(&mut text, b':', value)?)?))
        };
        entries.push(Entry { key: utf8(key)?, value, stamp })?;
    }
    match (separator, text.rest()) {
        (b'{', b"{}") | (b',', b"}") => Some(entries),
        _ => None,
    }
}

/// What follows version, kind and owner.
fn body(bytes: &[u8]) -> Option<Reader<'_>> {
    let mut reader = Reader::new(bytes);
    reader.take(OWNER_BYTES.checked_add(2)?)?;
    Some(reader)
}

fn after<'a>(text: &mut Reader<'a>, separator: u8, length: usize) -> Option<&'a [u8]> {
    if text.byte()? != separator {
        return None;
    }
    text.take(length)
}

fn utf8(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use alloc::vec;

    const OWNER: [u8; 32] = [7; 32];

    fn entry(key: &'static str, value: Option<&'static str>, time: u64) -> Entry<'static> {
        let stamp = Stamp::next(Timestamp::from_millis(time), Stamp::ZERO, 1);
        Entry { key, value, stamp }
    }

    fn sample() -> Record<'static> {
        let cart = Entries::from_iter([entry("\"items\"", Some("[1,2]"), 20), entry("\"note\"", None, 30)]);
        let prefs = Entries::from_iter([entry("\"theme\"", Some("\"dark\""), 10)]);
        let gone = Entries::from_iter([entry("\"x\"", None, 5)]);
        Record::Live(Live {
            modified: Timestamp::from_millis(30),
            expires: Timestamp::from_millis(99),
            floor: Stamp::ZERO,
            namespaces: vec![
                Namespace::new("\"gone\"", gone),
                Namespace::new("\"prefs\"", prefs),
                Namespace::new("\"shop.cart\"", cart),
            ],
        })
    }

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let moved = Record::Moved { until: Timestamp::from_millis(5), successor: b"sealed" };
        for record in [sample(), Record::Live(Live::empty()), Record::Ended, moved] {
            let bytes = record.encode(&OWNER);
            let decoded = Record::decode(&bytes, &OWNER).unwrap();
            assert_eq!(decoded.encode(&OWNER), bytes);
            if let (Record::Live(a), Record::Live(b)) = (&record, &decoded) {
                for (a, b) in a.namespaces.iter().zip(&b.namespaces) {
                    assert_eq!(a.entries().unwrap(), b.entries().unwrap());
                }
            }
        }
    }

    #[test]
    fn the_text_of_a_namespace_is_one_json_object_at_the_place_the_directory_says() {
        let bytes = sample().encode(&OWNER);
        let texts: Vec<_> = Live::texts(&bytes).unwrap();
        let found: Vec<_> =
            texts.iter().map(|t| (t.name, core::str::from_utf8(&bytes[t.range.clone()]).unwrap())).collect();
        assert_eq!(
            found,
            [("\"gone\"", "{}"), ("\"prefs\"", "{\"theme\":\"dark\"}"), ("\"shop.cart\"", "{\"items\":[1,2]}")]
        );
    }

    #[test]
    fn another_sessions_record_is_not_read() {
        let bytes = sample().encode(&OWNER);
        assert_eq!(Record::decode(&bytes, &[8; 32]), None);
    }

    #[test]
    fn truncated_prolonged_and_damaged_records_never_panic_and_never_read_past_their_end() {
        let bytes = sample().encode(&OWNER);
        for cut in 0..bytes.len() {
            assert_eq!(Record::decode(&bytes[..cut], &OWNER), None, "cut at {cut}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(Record::decode(&longer, &OWNER), None);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                if let Some(Record::Live(live)) = Record::decode(&damaged, &OWNER) {
                    let _ = live.namespaces.iter().map(Namespace::entries).count();
                }
            }
        }
    }
}
