//! Points in time and lengths of time, in milliseconds, and the floor below which no clock is believed.

use crate::error::{Code, Error};
use crate::text;

/// No clock of a running release can read less: 2026-11-01T00:00:00Z.
///
/// Workers have `Date.now() === 0` at global scope, and a deployed runtime once minted tokens at the epoch. A token
/// issued at such a time would be dead at once, or alive for ever.
pub const FLOOR: Timestamp = Timestamp(1_793_491_200_000);

/// Milliseconds since 1970-01-01T00:00:00Z, below 2^48.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Timestamp {
    /// The last time that can be written down: the year 10889. Stands for "never" in a record.
    pub const NEVER: Self = Self((1 << 48) - 1);

    /// A time read back from a token or a record; later than [`Timestamp::NEVER`] is `NEVER`.
    pub const fn from_millis(millis: u64) -> Self {
        if millis < Self::NEVER.0 { Self(millis) } else { Self::NEVER }
    }

    /// The host's clock as it stands in JavaScript.
    ///
    /// # Errors
    /// `clock` when it is no number, or earlier than [`FLOOR`].
    ///
    /// ```
    /// use edge_session::time::Timestamp;
    /// assert!(Timestamp::from_clock(1_800_000_000_000.0).is_ok());
    /// assert!(Timestamp::from_clock(0.0).is_err());
    /// ```
    pub fn from_clock(millis: f64) -> Result<Self, Error> {
        let now = Self::from_millis(millis as u64); // saturates; NaN is 0
        if now >= FLOOR && now < Self::NEVER {
            return Ok(now);
        }
        Err(Error::new(
            Code::Clock,
            "the clock reads a time before this release; on Workers, open sessions inside a request",
        ))
    }

    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The time since `earlier`; zero when the clock went back.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// This time and `span` less, 1970 at the earliest.
    pub const fn before(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// This time and `span` more, [`Timestamp::NEVER`] at the latest.
    pub const fn after(self, span: Span) -> Self {
        Self::from_millis(self.0.saturating_add(span.0))
    }
}

impl Span {
    /// A length of `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// A length of `seconds` seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// A length of `days` days.
    pub const fn from_days(days: u64) -> Self {
        Self::from_secs(days.saturating_mul(86_400))
    }

    /// In milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// In whole seconds, rounded up.
    pub const fn as_secs(self) -> u64 {
        self.0.div_ceil(1000)
    }

    /// Both lengths together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The n-th part; `parts` must not be zero, else the whole.
    #[must_use]
    pub const fn part(self, parts: u64) -> Self {
        match self.0.checked_div(parts) {
            Some(part) => Self(part),
            None => self,
        }
    }

    /// Reads `"250ms"`, `"30s"`, `"15m"`, `"12h"` or `"7d"`.
    ///
    /// ```
    /// use edge_session::time::Span;
    /// assert_eq!(Span::parse("15m"), Some(Span::from_secs(900)));
    /// assert_eq!(Span::parse("15"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().position(|byte| !byte.is_ascii_digit())?;
        let (number, unit) = text.split_at_checked(digits)?;
        let unit = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        text::number(number)?.checked_mul(unit).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_at_zero_or_before_the_release_is_refused() {
        for millis in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY, 1_700_000_000_000.0, f64::INFINITY] {
            assert_eq!(Timestamp::from_clock(millis).unwrap_err().code(), Code::Clock, "{millis}");
        }
        assert!(Timestamp::from_clock(FLOOR.as_millis() as f64).is_ok());
    }

    #[test]
    fn lengths_need_a_unit_and_nothing_else() {
        for (text, millis) in [("0s", 0), ("250ms", 250), ("30s", 30_000), ("2h", 7_200_000), ("7d", 604_800_000)] {
            assert_eq!(Span::parse(text), Some(Span::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "30", "30 s", " 30s", "-1s", "1.5h", "1w", "30S", "99999999999999999999d", "３s"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn time_never_runs_backwards_or_over() {
        let earlier = Timestamp::from_millis(5);
        assert_eq!(earlier.since(Timestamp::from_millis(9)), Span::from_millis(0));
        assert_eq!(earlier.after(Span::from_millis(u64::MAX)), Timestamp::NEVER);
    }
}
