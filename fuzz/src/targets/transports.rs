//! A request whose token may come by cookie, header, form or URL.

use std::sync::LazyLock;

use edge_session::cookie::Origin;
use edge_session::page_token::Page;
use edge_session::plan::Commit;
use edge_session::{Action, Consistency, Sessions, Transport, Way};

use crate::application::{self, NOW, application, begin, by_every_way, change, entropy, open};
use crate::input::{FIRST, expand, joined, mode, parts};

/// In the order of their numbers.
const WAYS: [Way; 4] = [Way::Cookie, Way::Header, Way::Form, Way::Url];

/// A token, the way that it was sealed for, and the store key that it opens.
struct Token {
    text: String,
    way: Way,
    key: String,
}

static TOKENS: LazyLock<Vec<Token>> = LazyLock::new(|| {
    let sessions = application(&[1], Consistency::Strong, by_every_way());
    [1, 2].into_iter().flat_map(|number| of_visitor(&sessions, number)).collect()
});

/// Every order of preference of two applications: all ways, and all but one.
static APPLICATIONS: LazyLock<Vec<(Vec<Way>, Sessions)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for turn in 0..WAYS.len() {
        for most in 1..=WAYS.len() {
            let mut transports: Vec<Transport> = by_every_way();
            transports.rotate_left(turn);
            transports.truncate(most);
            let ways = transports.iter().map(|transport| transport.way).collect();
            all.push((ways, application(&[1], Consistency::Strong, transports)));
        }
    }
    all
});

/// The tokens of one session, for every way.
fn of_visitor(sessions: &Sessions, number: u8) -> Vec<Token> {
    let value = change("1", Action::Keep);
    // Who sends the header, empty, asks for the session in it.
    let by_header = begin(sessions, number, ["", ",", "", ""], &value);
    let by_cookie = begin(sessions, number, [""; 4], &value);
    let link = |commit: &Commit, way| {
        let page = Page { session: commit.session.clone(), way, stale: false, unsaved: false };
        sessions.page_token(page, NOW, &entropy(number + 100 + way as u8)).expect("a token for a link")
    };
    let texts = [
        application::token(&by_cookie),
        application::token(&by_header),
        link(&by_cookie, Way::Form),
        link(&by_cookie, Way::Url),
    ];
    let key = &by_cookie.writes[0].key;
    WAYS.into_iter().zip(texts).map(|(way, text)| Token { text, way, key: key.clone() }).collect()
}

/// The store key that this text opens by this way.
fn opens(way: Way, text: &str) -> Option<&'static str> {
    let tokens = match way {
        Way::Cookie => return by_cookie(text),
        _ => text.split(',').map(|part| part.trim_matches([' ', '\t'])).filter(|part| !part.is_empty()),
    };
    let tokens: Vec<&str> = tokens.collect();
    let first = tokens.first().filter(|first| tokens.iter().all(|other| other == *first))?;
    sealed_for(way, first)
}

/// Of the header's plain values one or more of one session; the other rules of cookies are another target's.
fn by_cookie(header: &str) -> Option<&'static str> {
    let value = |pair: &str| {
        pair.split_once('=').filter(|(name, _)| *name == application::COOKIE).map(|(_, value)| value.to_owned())
    };
    let mut values: Vec<String> = header.split("; ").filter_map(value).collect();
    values.dedup();
    match &values[..] {
        [value] => sealed_for(Way::Cookie, value),
        _ => None,
    }
}

fn sealed_for(way: Way, text: &str) -> Option<&'static str> {
    TOKENS.iter().find(|token| token.way == way && token.text == text).map(|token| token.key.as_str())
}

pub(super) fn run(input: &[u8]) {
    let (mode, input) = mode(input);
    let Some((ways, sessions)) = APPLICATIONS.get(usize::from(mode) % APPLICATIONS.len()) else { return };
    let tokens: Vec<&str> = TOKENS.iter().map(|token| token.text.as_str()).collect();
    let [cookie, header, form, url] = parts::<4>(input).map(|part| expand(part, &tokens));
    // One plain pair, or none: what commas and quotes mean there is another target's.
    let cookie = if cookie.is_empty() { cookie } else { format!("{}={cookie}", application::COOKIE) };
    if cookie.contains([',', ';', '=', ' ', '\t']) && cookie.split('=').count() != 2
        || cookie.contains([',', ';', ' ', '\t'])
    {
        return;
    }
    let sent = [cookie.as_str(), &header, &form, &url];
    let opened = open(sessions, sent, NOW);
    let expected = ways.iter().find_map(|way| opens(*way, sent[*way as usize]).map(|key| (*way, key)));
    let found = opened.read.as_ref().map(|read| (opened.session.way(), read.key.as_str()));
    assert_eq!(found, expected, "a token opens only by the way that it was sealed for");
    for (way, refused) in WAYS.into_iter().zip(opened.refused) {
        assert!(refused.is_none() || ways.contains(&way), "{way:?} is none of the transports");
    }
    if opened.read.is_none() {
        let carries = matches!(opened.session.way(), Way::Cookie | Way::Header);
        assert!(opened.session.is_fresh() && (!carries || ways.contains(&opened.session.way())));
    }
    force(sessions, ways, &url);
}

/// A token that the application has in its hands goes on by cookie, and only one that is for another way does.
fn force(sessions: &Sessions, ways: &[Way], token: &str) {
    let Ok(forced) = sessions.force(token, Origin::Secure, NOW, || Ok(entropy(249))) else {
        assert!(!ways.contains(&Way::Cookie) || ways.len() < 2, "force is refused where it can be");
        return;
    };
    let key = ways.iter().filter(|way| **way != Way::Cookie).find_map(|way| opens(*way, token));
    assert_eq!(forced.read.map(|read| read.key).as_deref(), key);
    assert!(forced.session.way() != Way::Header);
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let mark = |number: u8| vec![FIRST + number];
    let twice = [mark(1), b", ".to_vec(), mark(1)].concat();
    let cases: [[Vec<u8>; 4]; 5] = [
        [mark(0), mark(1), mark(2), mark(3)],
        [mark(1), mark(0), mark(3), mark(2)],
        [vec![], twice, vec![], mark(7)],
        [vec![], b",".to_vec(), mark(6), vec![]],
        [mark(4), mark(5), b"x".to_vec(), vec![]],
    ];
    let of = |mode: u8| cases.clone().map(|case| [&[mode][..], &joined(&case.each_ref().map(Vec::as_slice))].concat());
    (0..16).flat_map(of).collect()
}
