//! Properties over random headers and values.

use edge_session::cookie::{Attributes, CookieOptions, MAX_CANDIDATES, MAX_VALUE, cache_control, candidates, vary};
use edge_session::error::Reject;
use proptest::prelude::*;

/// The reader once more, one character at a time and with all the memory it likes.
fn naive(header: &str, wanted: &str) -> (Vec<String>, Vec<String>, bool) {
    let (mut certain, mut possible, mut unreadable) = (Vec::new(), Vec::new(), false);
    let (mut name, mut value, mut sure) = (String::new(), None::<String>, true);
    for character in header.chars().chain([';']) {
        match (character, &mut value) {
            (';' | ',', _) => {
                let found = value.take().filter(|_| name.trim_matches([' ', '\t']) == wanted);
                let ours = found.is_some();
                if let Some(found) = found {
                    let found = found.trim_matches([' ', '\t']).to_string();
                    let readable = (1..=MAX_VALUE).contains(&found.len())
                        && found.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
                    let list = if sure { &mut certain } else { &mut possible };
                    unreadable |= !readable;
                    if readable && !list.contains(&found) {
                        list.push(found);
                    }
                }
                sure = character == ';' || sure && ours;
                name.clear();
            }
            ('=', None) => value = Some(String::new()),
            (_, None) => name.push(character),
            (_, Some(value)) => value.push(character),
        }
    }
    (certain, possible, unreadable)
}

/// Text made of what matters to the reader, now and then of anything.
fn header() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        20 => prop::sample::select(vec!["sid", "sid=", "sid=YQ", "sid=Yg", "; ", ", ", ";", ",", "=", " ", "\t", "a=1"]),
        4 => prop::sample::select(vec!["\"", "\\", "%", "\u{a0}", "SID", "sid2", "\u{feff}", "sid=Yw", "sid=ZA", "sid=ZQ"]),
    ];
    prop_oneof![4 => prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

/// Opens `ok…`; two are of one session when they are the same.
fn chosen(header: &str) -> Result<Option<&str>, Reject> {
    let open = |token| if str::starts_with(token, "ok") { Ok(token) } else { Err(Reject::Forged) };
    candidates(header, "sid").choose(open, |a, b| (a == b).then_some(a))
}

fn pair() -> impl Strategy<Value = String> {
    let foreign = "[a-z]{1,3}=[a-z0-9 \"]{0,5}".prop_filter("a foreign name", |pair| !pair.starts_with("sid="));
    prop_oneof![foreign, Just("sid=forged".to_string()), Just("sid=%".to_string()), Just("sid=okA".to_string())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_reader_agrees_with_a_naive_one(header in header()) {
        let (certain, possible, unreadable) = naive(&header, "sid");
        let found = candidates(&header, "sid");
        prop_assert!(found.certain().eq(certain.iter().map(String::as_str).take(MAX_CANDIDATES)), "{found:?}");
        prop_assert!(found.possible().eq(possible.iter().map(String::as_str).take(MAX_CANDIDATES)), "{found:?}");
        let expected = match (certain.len().max(possible.len()), unreadable) {
            (0, false) => Ok(None),
            (0, true) => Err(Reject::Malformed),
            (count, _) if count > MAX_CANDIDATES => Err(Reject::Duplicate),
            _ => Err(Reject::Forged),
        };
        prop_assert_eq!(found.choose(|_| Err::<(), _>(Reject::Forged), |_, _| None), expected);
    }

    #[test]
    fn which_cookie_counts_never_depends_on_their_order(
        (pairs, shuffled) in prop::collection::vec(prop_oneof![pair(), Just("sid=okB".to_string())], 0..12)
            .prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle()))
    ) {
        let (header, shuffled) = (pairs.join("; "), shuffled.join("; "));
        prop_assert_eq!(chosen(&header), chosen(&shuffled));
    }

    #[test]
    fn one_session_is_found_however_a_host_joins_two_cookie_lines(
        first in prop::collection::vec(pair(), 1..6), second in prop::collection::vec(pair(), 1..6)
    ) {
        let (first, second) = (first.join("; "), second.join("; "));
        let node = format!("{first}; {second}");
        let workerd = format!("{first}, {second}");
        prop_assert_eq!(chosen(&node).unwrap_or(None), chosen(&workerd).unwrap_or(None));
    }

    #[test]
    fn no_foreign_value_changes_what_the_visitors_own_cookie_gives(
        value in "[ -:<-~]{0,40}|1, sid=ok[A-Z]{1,3}(, sid=ok[A-Z]{1,3}){0,6}", first: bool
    ) {
        let header = if first { format!("a={value}; sid=okA") } else { format!("sid=okA; a={value}") };
        prop_assert_eq!(chosen(&header), Ok(Some("okA")));
    }

    #[test]
    fn no_header_costs_more_than_a_fixed_number_of_openings(header in header()) {
        let mut opened = Vec::new();
        let noting = |token| { opened.push(token); Err::<(), _>(Reject::Forged) };
        let _outcome = candidates(&header, "sid").choose(noting, |_, _| None);
        prop_assert!(opened.len() <= 2 * MAX_CANDIDATES);
    }

    #[test]
    fn what_is_written_is_read_back(
        value in "[A-Za-z0-9_-]{1,60}", times in 1..68_usize, name in "[!#$%&'*+.^_`|~A-Za-z0-9-]{1,14}"
    ) {
        let Ok(cookie) = Attributes::new(&CookieOptions { name, ..CookieOptions::default() }) else { return Ok(()) };
        let value = value.repeat(times);
        let line = cookie.set(&value, None).unwrap();
        let pair = line.split(';').next().unwrap_or_default();
        prop_assert!(candidates(pair, cookie.name()).certain().eq([value.as_str()]));
    }

    #[test]
    fn no_answer_with_a_session_is_left_to_a_shared_cache(
        existing in prop::collection::vec(prop::sample::select(vec![
            "public", "Private", "no-store", "no-cache", "max-age=60", "s-maxage=60", "S-MAXAGE=1", "private=\"a, b\"",
            "ext=\"public, s-maxage=1\"", "ext=\"\\\", private\"", "\"", "", " ",
        ]), 0..6),
        sets_cookie: bool,
    ) {
        let existing = existing.join(", ");
        let header = cache_control(Some(&existing), sets_cookie).unwrap_or(existing);
        let unquoted = header.replace("\\\"", "").split('"').step_by(2).collect::<String>().to_ascii_lowercase();
        let has = |name: &str| unquoted.split(',').any(|directive| directive.trim() == name);
        let shared = unquoted.split(',').any(|part| part.trim() == "public" || part.trim().starts_with("s-maxage"));
        prop_assert!(has("no-store") || has("private") && !shared, "{header}");
        prop_assert_eq!(cache_control(Some(&header), sets_cookie), None);
    }

    #[test]
    fn vary_keeps_every_member_and_names_cookie(members in prop::collection::vec("[A-Za-z-]{1,8}", 0..5)) {
        let existing = members.join(", ");
        let header = vary(Some(&existing)).unwrap_or(existing);
        let names: Vec<&str> = header.split(", ").collect();
        prop_assert!(members.iter().all(|member| names.contains(&member.as_str())));
        prop_assert!(names.iter().any(|name| name.eq_ignore_ascii_case("cookie")));
        prop_assert_eq!(vary(Some(&header)), None);
    }
}
