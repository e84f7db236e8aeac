//! Options that come as text: whatever they are, they make an application that works, or a `config` error that names them.

use edge_session::Request;
use edge_session::cookie::Origin;
use edge_session::{Action, Code, Known, Plan, Stored, Way, config};

use crate::application::{NOW, change, entropy, values};

/// A browser drops a cookie that is longer, with its name.
const MOST: usize = 4096;
/// The length of a value that only too large a token has room for.
const LARGE: usize = 2990;
const SECRET: &str = "ACVKb5S53gMoTXKXvOEGK1B1mr_kCS5TeJ3C5wwxVns";

/// Lines of `name=value`.
pub(super) fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let fields: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let config = match config::read(&fields, "") {
        Ok(config) => config,
        Err(error) => {
            assert_eq!(error.code(), Code::Config);
            assert!(error.message().contains(": "), "an option is named: {}", error.message());
            // A name is told, whatever it is.
            let named = fields.iter().any(|(name, _)| name.contains(&SECRET[..16]));
            assert!(named || !error.message().contains(&SECRET[..16]), "a secret is told");
            return;
        }
    };
    let (sessions, value) = (config.sessions, values(LARGE));
    let value = change(&value, Action::Keep);
    let request = Request { sent: [""; 4], origin: Origin::Secure, method: "POST" };
    let opened = sessions.open_request(&request, NOW, || Ok(entropy(1))).expect("a new session by https");
    let known = Known::of(Stored::Missing, NOW);
    let plan = match sessions.commit(&opened.session, &[], &known, &value, NOW, &entropy(1)) {
        Ok(plan) => plan,
        // Methods that begin no session; and a value that may not be as long as 1 byte.
        Err(error) => return assert!(matches!(error.code(), Code::Config | Code::TooLarge), "{}", error.message()),
    };
    let Plan::Write(commit) = plan else { panic!("a change is written") };
    if opened.session.way() != Way::Cookie {
        return;
    }
    let pair = |line: &String| line.split(';').next().unwrap_or_default().to_owned();
    let pairs: Vec<String> = commit.cookies.iter().map(pair).collect();
    assert!(pairs.iter().all(|pair| pair.len() <= MOST), "a cookie that a browser drops");
    assert!(commit.cookies.iter().all(|line| line.is_ascii() && !line.contains(['\r', '\n'])), "{:?}", commit.cookies);
    let again = sessions.open(&pairs.join("; "), Origin::Secure, NOW, || Ok(entropy(2))).expect("a cookie");
    assert!(again.read.is_some(), "what was sealed is opened: {:?}, {fields:?}", again.refused);
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let required = format!("secrets.0={SECRET}\n");
    let more = [
        "store.consistency=strong\nmaxBytes=2048\nmaxValueBytes=512\nsealRecords=true\nglobalEpoch=true",
        "store.consistency=eventual\nhorizon=5m\nwriteInterval=10s\nonStale=fail\nstoreTimeout=2s",
        "store.consistency=none\ncookie.budget=4000\ncookie.persist=true\naudience=shop",
        "cookie.name=__Secure-sid\ncookie.domain=shop.example\ncookie.path=/cart\ncookie.sameSite=None\ncookie.partitioned=true",
        "cookie.name=sid\ncookie.secure=false\ncookie.httpOnly=false\ncookie.sameSite=Strict",
        "lifetime=aal1\nnamespaces[\"shop\"].idle=5m\nnamespaces[\"shop\"].absolute=never",
        "lifetime.idle=30m\nlifetime.absolute=never\nlifetime.resolution=1000ms",
        "transports[0]=header()\ntransports[0]=header\ntransports[0].name=x-s\ntransports[1]=cookie\ncreateOn=POST,PUT",
        "transports[0]=url\ntransports[0].name=s\ntransports[0].lifetime=5m\ntransports[1]=form\ntransports[1].maxBytes=9",
        "store.consistency=eventual\ncookie.budget=5000",
        "secrets.1=ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\nsecrets.x=1",
    ];
    let mut seeds: Vec<Vec<u8>> = more.iter().map(|more| [&required, *more].concat().into_bytes()).collect();
    seeds.push(b"secrets.0=ACVKb5S53gMoTXKXvOEGK1B1mr_kCS5TeJ3C5wwxVns!\nlifetime.idle=x".to_vec());
    seeds
}
