//! The message surface, `src/js`: whatever the driver asks, the answer is one, and never a trap.

use std::sync::LazyLock;

use edge_session::Consistency;
use edge_session::js::answer;

use crate::application::{self, NOW, application, begin, by_cookie, change, secret};

/// What asks for a configuration, what forgets one, and the last of what can be asked.
const CONFIGURE: u8 = 0;
const RELEASE: u8 = 1;
const MOST: u8 = 21;
const ERROR: u8 = 255;
const CODES: [&str; 9] = ["config", "value", "too-large", "limit", "stale", "store", "clock", "entropy", "internal"];

/// The numbers of three configurations, one for each kind of store.
static CONFIGURED: LazyLock<Vec<u32>> =
    LazyLock::new(|| ["strong", "eventual", "none"].iter().map(|store| configured(store)).collect());

fn configured(store: &str) -> u32 {
    let secret = edge_session_aead::to_base64url(&secret(1));
    let fields = ["secrets.0", &secret, "store.consistency", store];
    let fields = fields.map(|text| field(text.as_bytes())).concat();
    let message = [&[CONFIGURE][..], &field(b""), &2_u32.to_le_bytes(), &fields].concat();
    number(&call(&message)).expect("options that are right")
}

/// The answer to a message with nothing beside it.
fn call(message: &[u8]) -> Vec<u8> {
    answer(message, &[]).0
}

/// Length and bytes, as the driver writes them.
fn field(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_le_bytes(), bytes].concat()
}

/// The number that a configuration has got.
fn number(answer: &[u8]) -> Option<u32> {
    let bytes = answer.strip_prefix(&[0])?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
}

/// Two texts, and nothing behind them.
fn error(mut answer: &[u8]) -> Option<[&str; 2]> {
    let mut text = || {
        let (length, rest) = answer.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        answer = rest;
        core::str::from_utf8(text).ok()
    };
    let both = [text()?, text()?];
    answer.is_empty().then_some(both)
}

pub(super) fn run(input: &[u8]) {
    let first = CONFIGURED.first().copied();
    // The three that all else is asked of stay.
    if input.first() == Some(&RELEASE) {
        return;
    }
    let answer = call(input);
    match answer.split_first() {
        None => panic!("no answer"),
        Some((&ERROR, rest)) => {
            let [code, message] = error(rest).expect("an error is its code and its message");
            assert!(CODES.contains(&code) && !message.is_empty(), "{code}: {message}");
        }
        Some((kind, _)) => {
            let asked = input.first().copied().unwrap_or(ERROR);
            assert!(asked <= MOST && *kind <= 4, "an answer of kind {kind} to {asked}");
            assert!(answer.len() <= 64 * input.len() + 4096 * 8, "{} bytes for {}", answer.len(), input.len());
        }
    }
    if input.first() == Some(&CONFIGURE)
        && let Some(number) = number(&answer).filter(|number| Some(*number) > first.map(|first| first + 2))
    {
        call(&[&[RELEASE][..], &number.to_le_bytes()].concat());
    }
}

/// One message of each kind, to an application of each kind of store.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let stores = [Consistency::Strong, Consistency::Eventual, Consistency::None];
    CONFIGURED.iter().zip(stores).flat_map(|(config, consistency)| asked_of(*config, consistency)).collect()
}

fn asked_of(config: u32, consistency: Consistency) -> Vec<Vec<u8>> {
    let sessions = application(&[1], consistency, by_cookie());
    let commit = begin(&sessions, 1, [""; 4], &change("1", application::login()));
    let (session, record) =
        (field(&commit.session.to_bytes()), commit.writes.first().map_or(vec![], |write| field(&write.bytes)));
    let (cookie, time) = (
        field(commit.cookies[0].split(';').next().unwrap_or_default().as_bytes()),
        (NOW.as_millis() as f64).to_le_bytes(),
    );
    let head = |what: u8| [&[what][..], &config.to_le_bytes(), &time].concat();
    let text = |text: &str| field(text.as_bytes());
    let stored = if record.is_empty() { vec![0] } else { [&[1][..], &record].concat() };
    let known = [stored.as_slice(), &[0; 6], &time, &[0]].concat();
    let handle = text(&edge_session_aead::to_base64url(&[5; 32]));
    let record = if record.is_empty() { field(b"") } else { record };
    let changes = text("=\"shop\"\n\"a\"\t1\n\"b\"\t[2]\n");
    let sign_in = text("\"ann\"\t\"2\"\t\n=\"shop\"\n");
    let signed_in = [handle.as_slice(), &time, &time].concat();
    let entry = [handle.as_slice(), &text("{\"level\":\"2\"}"), &time].concat();
    let one = 1_u32.to_le_bytes();
    let of = |what: u8, rest: &[&[u8]]| [head(what), rest.concat()].concat();
    vec![
        [&[CONFIGURE][..], &text(""), &one, &text("maxBytes"), &text("2048")].concat(),
        of(2, &[&text(""), &text("GET"), &cookie, &text(""), &text(""), &text("")]),
        of(3, &[&session, &known]),
        of(4, &[&session, &record, &known, &[0], &changes]),
        of(4, &[&session, &record, &known, &[1], &text("")]),
        of(4, &[&session, &record, &known, &[2], &sign_in]),
        of(4, &[&session, &record, &known, &[6], &text("5m\n")]),
        of(5, &[&session, &record]),
        [&[6][..], &text("Accept"), &text("max-age=60"), &[1], &text("x-session")].concat(),
        of(7, &[&session, &record, &known]),
        of(8, &[&session]),
        of(9, &[&session, &text("AAAA")]),
        of(10, &[&handle, &stored]),
        of(11, &[&text("\"ann\"")]),
        of(12, &[&handle, &text("\"ann\"")]),
        of(13, &[&text("\"ann\""), &handle]),
        [&[14][..], &text("15m"), &time, &time].concat(),
        of(15, &[&[0], &text("id"), &time]),
        of(16, &[&session, &[3, 0, 0]]),
        of(17, &[&text(""), &cookie]),
        of(18, &[&session]),
        of(19, &[&handle, &stored]),
        of(20, &[&text("\"ann\""), &one, &stored, &one, &stored, &one, &entry]),
        [&[21][..], &time, &handle, &one, &[0], &one, &signed_in].concat(),
    ]
}
