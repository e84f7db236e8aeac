//! The cookies of a session that is whole in them: parts left out, exchanged, repeated, cut.

use std::sync::LazyLock;

use edge_session::plan::Commit;
use edge_session::{Action, Consistency, Known, Sessions, Stored};

use crate::application::{NOW, application, begin, by_cookie, change, commit, later, open, values};
use crate::input::{FIRST, expand};
use crate::visit;

/// One token in its cookies, and what whoever has all of them is shown.
struct Whole {
    parts: Vec<String>,
    view: Vec<u8>,
}

static SESSIONS: LazyLock<Sessions> = LazyLock::new(|| application(&[1], Consistency::None, by_cookie()));

/// Two generations of three cookies, another session of two, and one of one.
static TOKENS: LazyLock<Vec<Whole>> = LazyLock::new(|| {
    let first = |number, length| begin(&SESSIONS, number, [""; 4], &change(&values(length), Action::Keep));
    let (ann, bob, eve) = (first(1, 7000), first(2, 4000), first(3, 10));
    let value = values(7100);
    let again = commit(&SESSIONS, &ann.session, Stored::Missing, &change(&value, Action::Keep), later(100), 4);
    [ann, again, bob, eve].iter().map(whole).collect()
});

fn whole(commit: &Commit) -> Whole {
    let parts: Vec<String> =
        commit.cookies.iter().filter_map(|line| line.split(';').next()).map(String::from).collect();
    let view = shown(&parts.join("; ")).expect("whoever has all cookies has the session");
    Whole { parts, view }
}

/// What the session of these cookies holds.
fn shown(header: &str) -> Option<Vec<u8>> {
    let opened = open(&SESSIONS, [header, "", "", ""], NOW);
    opened.read.as_ref()?;
    visit::load(&SESSIONS, &opened.session, &Known::of(Stored::Missing, NOW), NOW)
}

pub(super) fn run(input: &[u8]) {
    let mut parts: Vec<&str> = TOKENS.iter().flat_map(|whole| &whole.parts).map(String::as_str).collect();
    // A further cookie of the right generation that is cut short.
    parts.push(&parts[1][..parts[1].len() - 9]);
    let header = expand(input, &parts);
    let sees = shown(&header);
    let known = TOKENS.iter().find(|whole| sees.as_ref() == Some(&whole.view));
    let is_whole = |whole: &Whole| {
        whole.parts.iter().all(|part| header.contains(part.split_once('=').map_or("", |(_, value)| value)))
    };
    match (&sees, known) {
        (None, _) => {}
        (Some(_), Some(whole)) => assert!(is_whole(whole), "a session opened of which a part was not sent"),
        (Some(_), None) => panic!("a session opened that was never sealed"),
    }
    // One whole token alone, whatever comes with it from elsewhere, is the session.
    let sent: Vec<&str> = header.split(';').map(|pair| pair.trim_matches([' ', '\t'])).collect();
    if TOKENS.iter().any(|whole| sent == whole.parts.iter().map(String::as_str).collect::<Vec<_>>()) {
        assert!(sees.is_some(), "all of a token was sent, and nothing opened");
    }
    let turned: Vec<&str> = header.split(';').rev().collect();
    assert_eq!(shown(&turned.join(";")), sees, "the order of the cookies decides nothing");
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let marked = |marks: &[u8]| {
        let marks: Vec<Vec<u8>> = marks.iter().map(|mark| vec![FIRST + mark]).collect();
        marks.join(&b"; "[..])
    };
    let count = TOKENS.iter().map(|whole| whole.parts.len() as u8).sum::<u8>();
    let all: Vec<u8> = (0..count).collect();
    let some: [&[u8]; 11] = [
        &[0, 1, 2],
        &[2, 1, 0],
        &[3, 4, 5],
        &[6, 7],
        &[8],
        &[0, 1, 5],
        &[0, 4, 2],
        &[0, 2],
        &[1, 2],
        &[0, 1, 2, 3, 4, 5],
        &[0, 1, count, 2],
    ];
    let mut seeds: Vec<Vec<u8>> = some.into_iter().chain([all.as_slice()]).map(marked).collect();
    seeds.push(b"a=1, __Host-session.1=xxxxxxxx; \x0e; \x0f; \x10".to_vec());
    seeds
}
