//! What a store can return: the session's record, its end, its user's, everybody's, and what a process remembers.

use std::sync::LazyLock;

use edge_session::record::{Live, Namespace, Record};
use edge_session::{Action, Aging, Consistency, Keyring, Known, Options, Plan, Sessions, Stored};

use crate::application::{NOW, begin, change, entropy, later, login, secret, values};
use crate::input::{joined, mode, parts};
use crate::visit;

/// An application, and a signed-in session of it whose token carries something.
struct World {
    sessions: Sessions,
    session: edge_session::Session,
    /// Its records: the session's, its end, its user's and everybody's, the end of the session.
    records: Vec<Vec<u8>>,
}

static WORLDS: LazyLock<Vec<World>> = LazyLock::new(|| {
    let all = [(Consistency::Strong, false), (Consistency::Eventual, false), (Consistency::Eventual, true)];
    all.into_iter().map(|(consistency, sealed)| world(consistency, sealed)).collect()
});

fn world(consistency: Consistency, seals: bool) -> World {
    let mut options = Options::new(Keyring::new(&[&secret(1)]).expect("a secret"), consistency);
    (options.seal_records, options.global_epoch) = (seals, true);
    options.aging = vec![Aging { name: "\"shop\"".into(), idle: None, absolute: Some(options.horizon) }];
    let sessions = Sessions::new(options).expect("options");
    let value = values(30);
    let first = begin(&sessions, 1, [""; 4], &change(&value, login()));
    let stored = first.writes[0].bytes.clone();
    let known = Known::of(Stored::Shown(&stored), NOW);
    let writes_of = |action, number| {
        let plan = sessions.commit(&first.session, &stored, &known, &change(&value, action), NOW, &entropy(number));
        if let Ok(Plan::Write(commit)) = plan { commit.writes } else { Vec::new() }
    };
    let (turned, ended) = (writes_of(Action::Rotate, 2), writes_of(Action::Destroy, 3));
    let user = sessions.revoke_user("\"ann\"", None, later(1)).expect("an epoch");
    let all = sessions.revoke_user("", None, later(1)).expect("an epoch");
    let writes = [first.writes, turned, ended, user, all].into_iter().flatten();
    World { session: first.session, records: writes.map(|write| write.bytes).collect(), sessions }
}

pub(super) fn run(input: &[u8]) {
    let (mode, input) = mode(input);
    let world = &WORLDS[usize::from(mode & 3) % WORLDS.len()];
    let parts = parts::<5>(input);
    parts.into_iter().for_each(check_record);
    let [stored, recent, end, user, everybody] = parts;
    let answer = |bytes, bit| if mode & bit == 0 { Stored::Missing } else { Stored::Shown(bytes) };
    let known = Known {
        end: answer(end, 8),
        epochs: [answer(user, 16), answer(everybody, 32), Stored::Missing, Stored::Missing],
        recent: (mode & 64 != 0).then_some(recent),
        scheduled: mode & 128 != 0,
        ..Known::of(answer(stored, 4), NOW)
    };
    if let Some(view) = visit::load(&world.sessions, &world.session, &known, NOW) {
        visit::change_and_look(&world.sessions, &world.session, &view, &known, NOW);
    }
    let _ = world
        .sessions
        .metadata(&world.session, known.stored, NOW)
        .inspect_err(|error| visit::refused(error).unwrap_or_default());
    let handle = world.sessions.metadata(&world.session, Stored::Missing, NOW).expect("its own session").handle;
    let _ = world
        .sessions
        .inspect(&handle, known.stored, NOW)
        .inspect_err(|error| visit::refused(error).unwrap_or_default());
}

/// Whatever decodes is written again to the byte, and is well-formed as far as it can be read.
fn check_record(bytes: &[u8]) {
    let Some(record) = visit::decoded(bytes) else { return };
    let mut owner = [0; 32];
    owner[..16].copy_from_slice(&bytes[2..18]);
    assert_eq!(record.encode(&owner), bytes, "what decodes encodes to the same bytes");
    let Record::Live(live) = record else { return };
    assert!(live.namespaces.windows(2).all(|pair| pair[0].name < pair[1].name), "each namespace once, sorted");
    for namespace in &live.namespaces {
        let Some(entries) = namespace.entries() else { continue };
        let all: Vec<_> = entries.iter().collect();
        assert!(all.windows(2).all(|pair| pair[0].key < pair[1].key), "each key once, sorted");
        let again = Live { namespaces: vec![Namespace::new(namespace.name, entries.clone())], ..live.clone() };
        let again = Record::Live(again).encode(&owner);
        let read = match visit::decoded(&again) {
            Some(Record::Live(live)) => live.namespaces[0].entries(),
            _ => None,
        };
        assert_eq!(read, Some(entries), "entries that decode are written and read again");
    }
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for (number, world) in WORLDS.iter().enumerate() {
        for record in &world.records {
            for mode in [4, 4 | 64, 8, 16, 32, 0xfc] {
                let parts = [record.as_slice(); 5];
                all.push([&[number as u8 | mode][..], &joined(&parts)].concat());
            }
        }
    }
    all
}
