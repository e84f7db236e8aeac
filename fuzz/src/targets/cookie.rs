//! The `Cookie` header: which values are ours, and which session they open.

use std::sync::LazyLock;

use edge_session::cookie::{MAX_CANDIDATES, MAX_VALUE, candidates};
use edge_session::{Action, Consistency, Sessions, Stored};

use crate::application::{self, COOKIE, NOW, application, begin, by_cookie, change, commit, later, open};
use crate::input::{FIRST, expand, mode};

/// A header as long as no server takes one: what takes more than linear time here takes longer than the fuzzer waits.
const LONG: usize = 1 << 17;

/// An application, the tokens that a header may name, and the store key that each opens.
pub(super) struct World {
    pub(super) sessions: Sessions,
    pub(super) tokens: Vec<(String, Option<String>)>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let sessions = application(&[1, 2], Consistency::Strong, by_cookie());
    let tokens = tokens(&sessions);
    World { sessions, tokens }
});

/// Two tokens of one session, one of another, one by an older secret, and some that open nothing.
fn tokens(sessions: &Sessions) -> Vec<(String, Option<String>)> {
    let value = change("1", Action::Keep);
    let first = |sessions: &Sessions, number| begin(sessions, number, [""; 4], &value);
    let (ann, bob) = (first(sessions, 1), first(sessions, 2));
    let key = |commit: &edge_session::plan::Commit| Some(commit.writes[0].key.clone());
    let record = Stored::Shown(&ann.writes[0].bytes);
    let again = commit(sessions, &ann.session, record, &change("2", Action::Keep), later(100), 3);
    let older = first(&application(&[2], Consistency::Strong, by_cookie()), 4);
    let foreign = first(&application(&[3], Consistency::Strong, by_cookie()), 5);
    let whole = first(&application(&[1], Consistency::None, by_cookie()), 6);
    let mut all = vec![
        (application::token(&ann), key(&ann)),
        (application::token(&again), key(&ann)),
        (application::token(&bob), key(&bob)),
        (application::token(&older), key(&older)),
        (application::token(&foreign), None),
        (application::token(&whole), None),
    ];
    let damaged = [all[0].0.replacen('A', "B", 1), all[0].0[..100].to_owned()];
    all.extend(damaged.map(|token| (token, None)));
    all
}

impl World {
    pub(super) fn texts(&self) -> Vec<&str> {
        self.tokens.iter().map(|(token, _)| token.as_str()).collect()
    }

    fn opens(&self, token: &str) -> Option<&str> {
        self.tokens.iter().find(|(known, _)| known == token).and_then(|(_, key)| key.as_deref())
    }

    /// The store key that a header leads to, by a reading of the rules that knows no limit of time or space.
    pub(super) fn expected(&self, header: &str) -> Option<&str> {
        for tokens in values(header) {
            if tokens.len() > MAX_CANDIDATES {
                return None;
            }
            let mut keys: Vec<&str> = tokens.iter().filter_map(|token| self.opens(token)).collect();
            keys.dedup();
            match keys[..] {
                [] => {}
                [key] => return Some(key),
                _ => return None,
            }
        }
        None
    }
}

/// The values under our name, at certain boundaries and at possible ones, each once.
fn values(header: &str) -> [Vec<&str>; 2] {
    let mut found = [Vec::new(), Vec::new()];
    let blank = [' ', '\t'];
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    for cookie in header.split(';') {
        let mut boundary = 0;
        for pair in cookie.split(',') {
            let value = pair.split_once('=').filter(|(name, _)| name.trim_matches(blank) == COOKIE);
            let Some((_, value)) = value else {
                boundary = 1;
                continue;
            };
            let value = value.trim_matches(blank);
            let can_be = (1..=MAX_VALUE).contains(&value.len()) && value.chars().all(letter);
            if can_be && !found[boundary].contains(&value) {
                found[boundary].push(value);
            }
        }
    }
    found
}

pub(super) fn run(input: &[u8]) {
    let world = &*WORLD;
    let (mode, input) = mode(input);
    let header = expand(input, &world.texts());
    let found = candidates(&header, COOKIE);
    let [certain, possible] = values(&header);
    let first = |values: Vec<_>| values.into_iter().take(MAX_CANDIDATES).collect::<Vec<_>>();
    assert_eq!(found.certain().collect::<Vec<_>>(), first(certain));
    assert_eq!(found.possible().collect::<Vec<_>>(), first(possible));

    let opened = open(&world.sessions, [&header, "", "", ""], NOW);
    let key = opened.read.map(|read| read.key);
    assert_eq!(key.as_deref(), world.expected(&header), "only what the key sealed opens, and what opens is agreed on");
    assert_eq!(opened.session.is_fresh(), key.is_none());

    let turned: Vec<&str> = header.split(';').rev().collect();
    let turned = open(&world.sessions, [&turned.join(";"), "", "", ""], NOW);
    assert_eq!(turned.read.map(|read| read.key), key, "the order of the cookies decides nothing");
    if mode == 1 && !header.is_empty() {
        open(&world.sessions, [&header.repeat(LONG / header.len()), "", "", ""], NOW);
    }
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let marks = |text: &str| {
        let marked = |byte: u8| if byte.is_ascii_digit() { FIRST + byte - b'0' } else { byte };
        text.bytes().map(marked).collect::<Vec<u8>>()
    };
    let texts = [
        "__Host-session=0",
        "theme=dark; __Host-session=0; __Host-session=1",
        "__Host-session=0; __Host-session=2",
        "a=x, __Host-session=2; __Host-session=0",
        "a=x, __Host-session=2, b",
        "__Host-session=4; __Host-session=5; __Host-session=6; __Host-session=7;__Host-session=3",
        "__Host-session=\"0\"; \t__Host-session \t= 3 ; session=0; __Host-session=%00",
    ];
    let mut seeds: Vec<Vec<u8>> = texts.iter().map(|text| [&[0], marks(text).as_slice()].concat()).collect();
    seeds.push(b"\x01__Host-session=x, ".to_vec());
    seeds
}
