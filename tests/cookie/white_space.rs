//! White space that is none: CVE-2026-39410, where `\u{a0}__Host-x` stood in for `__Host-x`.

use edge_session::cookie::candidates;
use edge_session::error::Reject;

/// What Rust's or JavaScript's `trim` removes, but for the two that the grammar allows.
fn others() -> impl Iterator<Item = char> {
    let all = '\0'..=char::MAX;
    all.filter(|character| character.is_whitespace() || "\u{feff}\u{180e}\u{200b}".contains(*character))
        .filter(|character| !" \t".contains(*character))
}

#[test]
fn only_space_and_tab_around_a_name_are_dropped() {
    assert!(others().count() >= 26);
    for space in others() {
        for header in [format!("{space}sid=YQ"), format!("a=1; {space} sid=YQ"), format!("sid{space}=YQ")] {
            let outcome = candidates(&header, "sid").choose(|_| Ok(()), |_, _| None);
            assert_eq!(outcome, Ok(None), "U+{:04X}", u32::from(space));
        }
    }
}

#[test]
fn only_space_and_tab_around_a_value_are_dropped() {
    for space in others() {
        for header in [format!("sid={space}YQ"), format!("sid=YQ{space}"), format!("sid= YQ {space}; a=1")] {
            let outcome = candidates(&header, "sid").choose(|_| Ok(()), |_, _| None);
            assert_eq!(outcome, Err(Reject::Malformed), "U+{:04X}", u32::from(space));
        }
    }
    assert!(candidates(" \tsid\t = \tYQ \t", "sid").certain().eq(["YQ"]));
}
