//! The values that came under our name, and which of them counts.

use core::fmt;

use super::is_token;
use crate::error::Reject;

/// At most this many different values are opened per [kind of boundary](super::candidates()).
///
/// A browser that was sent the cookie under several paths or domains has two or three. The bound keeps a forged header
/// from buying one decryption per pair. More than that is refused as a whole, so that nobody gains by coming first;
/// values that cannot be tokens do not count.
pub const MAX_CANDIDATES: usize = 4;

/// The longest value that can be ours, in bytes: a browser drops a cookie whose name and value are longer together
/// (RFC 6265bis, section 5.6).
pub const MAX_VALUE: usize = 4096;

/// What a `Cookie` header holds under our name. Borrows from the header, allocates nothing.
#[derive(Clone, Default)]
pub struct Candidates<'h> {
    certain: Tokens<'h>,
    possible: Tokens<'h>,
    oversized: bool,
    malformed: bool,
}

/// Where a pair begins.
#[derive(Clone, Copy)]
pub(super) enum Boundary {
    /// At the start, after a `;`, or after the comma that ends a value of ours.
    Certain,
    /// After a comma in somebody else's value: a second `Cookie` line, or a part of that value.
    Possible,
}

impl<'h> Candidates<'h> {
    /// The different values at certain boundaries, at most [`MAX_CANDIDATES`].
    pub fn certain(&self) -> impl Iterator<Item = &'h str> {
        self.certain.iter()
    }

    /// The different values behind a comma in somebody else's cookie, at most [`MAX_CANDIDATES`].
    pub fn possible(&self) -> impl Iterator<Item = &'h str> {
        self.possible.iter()
    }

    /// The one value that `open` accepts; `None` when the header has no pair of our name.
    ///
    /// The outcome never depends on the order of the cookies, on which "servers SHOULD NOT rely" (RFC 6265bis, section
    /// 4.2.2): whoever can set a longer path comes first. Two values that open are given to `same`, which returns the one
    /// to use when both belong to one session (a refresh under another path), and `None` when they do not.
    ///
    /// # Errors
    /// - `Duplicate`: two values open and belong to different sessions; or there are more than [`MAX_CANDIDATES`], so that
    ///   the order would decide which are looked at. Taking either could sign the visitor into an attacker's session.
    /// - otherwise why the first value did not open, or `Oversized`, or `Malformed`.
    ///
    /// ```
    /// use edge_session::{cookie::candidates, error::Reject};
    ///
    /// let open = |token: &str| token.parse::<u32>().map_err(|_| Reject::Forged);
    /// let same = |a, b| (a == b).then_some(a);
    /// assert_eq!(candidates("sid=forged; sid=7", "sid").choose(open, same), Ok(Some(7)));
    /// assert_eq!(candidates("sid=8; sid=7", "sid").choose(open, same), Err(Reject::Duplicate));
    /// assert_eq!(candidates("theme=dark", "sid").choose(open, same), Ok(None));
    /// ```
    pub fn choose<T>(
        &self,
        mut open: impl FnMut(&'h str) -> Result<T, Reject>,
        mut same: impl FnMut(T, T) -> Option<T>,
    ) -> Result<Option<T>, Reject> {
        let mut refusal = None;
        for tokens in [&self.certain, &self.possible] {
            match tokens.choose(&mut open, &mut same) {
                Ok(Some(opened)) => return Ok(Some(opened)),
                Ok(None) => {}
                Err(Reject::Duplicate) => return Err(Reject::Duplicate),
                Err(reason) => refusal = refusal.or(Some(reason)),
            }
        }
        refusal.or(self.unreadable()).map_or(Ok(None), Err)
    }

    /// Takes note of one value: a token, or that there was one that cannot be.
    pub(super) fn add(&mut self, boundary: Boundary, value: &'h str) {
        if value.len() > MAX_VALUE {
            self.oversized = true;
        } else if !is_token(value) {
            self.malformed = true;
        } else {
            match boundary {
                Boundary::Certain => self.certain.add(value),
                Boundary::Possible => self.possible.add(value),
            }
        }
    }

    fn unreadable(&self) -> Option<Reject> {
        match (self.oversized, self.malformed) {
            (true, _) => Some(Reject::Oversized),
            (false, true) => Some(Reject::Malformed),
            (false, false) => None,
        }
    }
}

/// Says how many values there are, not which: each may open a session.
impl fmt::Debug for Candidates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidates")
            .field("certain", &self.certain().count())
            .field("possible", &self.possible().count())
            .field("oversized", &self.oversized)
            .field("malformed", &self.malformed)
            .finish()
    }
}

/// The first few different values, and whether there were more.
#[derive(Clone, Default)]
struct Tokens<'h> {
    held: [Option<&'h str>; MAX_CANDIDATES],
    overflow: bool,
}

impl<'h> Tokens<'h> {
    fn iter(&self) -> impl Iterator<Item = &'h str> {
        self.held.into_iter().flatten()
    }

    fn add(&mut self, token: &'h str) {
        for slot in &mut self.held {
            match slot {
                Some(held) if *held == token => return,
                Some(_) => {}
                None => {
                    *slot = Some(token);
                    return;
                }
            }
        }
        self.overflow = true;
    }

    fn choose<T>(
        &self,
        open: &mut impl FnMut(&'h str) -> Result<T, Reject>,
        same: &mut impl FnMut(T, T) -> Option<T>,
    ) -> Result<Option<T>, Reject> {
        if self.overflow {
            return Err(Reject::Duplicate);
        }
        let (mut chosen, mut refusal) = (None, None);
        for token in self.iter() {
            match (open(token), chosen.take()) {
                (Ok(opened), None) => chosen = Some(opened),
                (Ok(opened), Some(earlier)) => chosen = Some(same(earlier, opened).ok_or(Reject::Duplicate)?),
                (Err(reason), earlier) => {
                    chosen = earlier;
                    refusal = refusal.or(Some(reason));
                }
            }
        }
        match (chosen, refusal) {
            (None, Some(reason)) => Err(reason),
            (chosen, _) => Ok(chosen),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec::Vec};

    use super::super::candidates;
    use super::*;

    const NAME: &str = "__Host-session";

    /// Opens `ok…`, with the text behind it as the session.
    fn open(token: &str) -> Result<&str, Reject> {
        token.strip_prefix("ok").ok_or(Reject::Forged)
    }

    /// One session when the texts begin alike; the greater is the newer.
    fn same<'t>(a: &'t str, b: &'t str) -> Option<&'t str> {
        (a.get(..1) == b.get(..1)).then(|| a.max(b))
    }

    fn chosen(header: &str) -> Result<Option<&str>, Reject> {
        candidates(header, NAME).choose(open, same)
    }

    #[test]
    fn the_only_value_that_opens_is_used_wherever_it_stands() {
        assert_eq!(chosen("__Host-session=okA"), Ok(Some("A")));
        assert_eq!(chosen("__Host-session=x; __Host-session=okA; __Host-session=y"), Ok(Some("A")));
        assert_eq!(chosen("__Host-session=%; __Host-session=okA"), Ok(Some("A")));
        assert_eq!(chosen("a=1; b=2"), Ok(None));
        assert_eq!(chosen(""), Ok(None));
    }

    #[test]
    fn two_sessions_at_once_are_none_and_two_tokens_of_one_session_are_the_newer() {
        assert_eq!(chosen("__Host-session=okA; __Host-session=okB"), Err(Reject::Duplicate));
        assert_eq!(chosen("__Host-session=okA; __Host-session=okA"), Ok(Some("A")));
        assert_eq!(chosen("__Host-session=okA2; __Host-session=okA1"), Ok(Some("A2")));
    }

    #[test]
    fn a_pair_hidden_in_a_foreign_value_never_displaces_the_visitors_own() {
        let hidden = "a=1, __Host-session=okE";
        assert_eq!(chosen(&format!("{hidden}; __Host-session=okA")), Ok(Some("A")));
        assert_eq!(chosen(&format!("__Host-session=okA; {hidden}")), Ok(Some("A")));
        let crowd: Vec<String> = (0..100).map(|n| format!("a{n}=1, __Host-session=x{n}")).collect();
        assert_eq!(chosen(&format!("{}; __Host-session=okA", crowd.join("; "))), Ok(Some("A")));
    }

    #[test]
    fn two_cookie_lines_joined_by_a_comma_are_both_read() {
        assert_eq!(chosen("a=1, __Host-session=okA"), Ok(Some("A")));
        assert_eq!(chosen("__Host-session=okA, a=1"), Ok(Some("A")));
        assert_eq!(chosen("a=1; b=2, c=3; __Host-session=okA, d=4; e=5"), Ok(Some("A")));
        assert_eq!(chosen("__Host-session=x, __Host-session=okA"), Ok(Some("A")));
        // Both boundaries are certain, so neither line is believed over the other.
        assert_eq!(chosen("__Host-session=okA, __Host-session=okB"), Err(Reject::Duplicate));
    }

    #[test]
    fn a_value_that_cannot_be_read_gives_its_reason_and_takes_no_slot() {
        let long = "A".repeat(MAX_VALUE + 1);
        assert_eq!(chosen("__Host-session=%41"), Err(Reject::Malformed));
        assert_eq!(chosen("__Host-session="), Err(Reject::Malformed));
        assert_eq!(chosen(&format!("__Host-session=%; __Host-session={long}")), Err(Reject::Oversized));
        assert_eq!(chosen(&format!("__Host-session={long}; __Host-session=x")), Err(Reject::Forged));
        let junk = "__Host-session=%; ".repeat(1000);
        assert_eq!(chosen(&format!("{junk}__Host-session=okA")), Ok(Some("A")));
        let longest = "A".repeat(MAX_VALUE);
        assert!(candidates(&format!("__Host-session={longest}"), NAME).certain().eq([&*longest]));
    }

    #[test]
    fn a_crowd_of_values_is_refused_whatever_their_order_and_costs_a_bounded_number_of_openings() {
        let mut pairs: Vec<String> = (0..5000).map(|n| format!("__Host-session=x{n}")).collect();
        pairs.push("__Host-session=okA".into());
        for _ in 0..2 {
            let mut opened = 0;
            let counting = |token| {
                opened += 1;
                open(token)
            };
            assert_eq!(candidates(&pairs.join("; "), NAME).choose(counting, same), Err(Reject::Duplicate));
            assert!(opened <= MAX_CANDIDATES, "{opened} openings");
            pairs.reverse();
        }
    }

    #[test]
    fn debug_output_holds_no_token() {
        let text = format!("{:?}", candidates("__Host-session=okSecret, a=1, __Host-session=okSecret2", NAME));
        assert_eq!(text, "Candidates { certain: 1, possible: 1, oversized: false, malformed: false }");
    }
}
