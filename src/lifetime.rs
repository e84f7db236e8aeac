//! How long a session lives: idle, absolute, resolution.
//!
//! A request extends the idle life, but a read must not write to the store. So the last access lives in the sealed token,
//! and even that is refreshed only once per `resolution`: idle life is in `[idle, idle + resolution]`, never shorter.

use crate::error::Error;
use crate::time::{Span, Timestamp};

/// What a record is kept for when nothing ends the session: 400 days, the longest a browser keeps a cookie
/// (RFC 6265bis, section 5.5).
const UNENDING: Span = Span::from_days(400);
/// The least lease of a record whose session has no absolute end; renewed when half of it is used.
const LEASE: Span = Span::from_days(30);

/// The limits of a session's life. `None` is "never", and only ever given explicitly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    idle: Option<Span>,
    absolute: Option<Span>,
    resolution: Span,
}

/// Which limit a session reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// No request for longer than `idle`.
    Idle,
    /// Older than `absolute`.
    Absolute,
}

impl Lifetime {
    /// NIST SP 800-63B-4, AAL1: 7 days idle, 30 days in all.
    pub const AAL1: Self = Self::preset(Span::from_days(7), Span::from_days(30), Span::from_secs(60));
    /// NIST SP 800-63B-4, AAL2: 1 hour idle, 24 hours in all. The default.
    pub const AAL2: Self = Self::preset(Span::from_secs(3600), Span::from_days(1), Span::from_secs(60));
    /// NIST SP 800-63B-4, AAL3: 15 minutes idle, 12 hours in all.
    pub const AAL3: Self = Self::preset(Span::from_secs(900), Span::from_secs(12 * 3600), Span::from_secs(15));

    const fn preset(idle: Span, absolute: Span, resolution: Span) -> Self {
        Self { idle: Some(idle), absolute: Some(absolute), resolution }
    }

    /// These limits; `resolution` is 1/60 of `idle` and at most 60 s unless given.
    ///
    /// # Errors
    /// `config`, naming the field: a limit of zero, an `idle` longer than `absolute`, a `resolution` longer than `idle`.
    ///
    /// ```
    /// use edge_session::{lifetime::Lifetime, time::Span};
    /// let half_an_hour = Lifetime::new(Some(Span::from_secs(1800)), None, None)?;
    /// assert_eq!(half_an_hour.resolution(), Span::from_secs(30));
    /// # Ok::<(), edge_session::Error>(())
    /// ```
    pub fn new(idle: Option<Span>, absolute: Option<Span>, resolution: Option<Span>) -> Result<Self, Error> {
        let zero = Span::from_millis(0);
        if idle == Some(zero) || absolute == Some(zero) {
            let field = if idle == Some(zero) { "lifetime.idle" } else { "lifetime.absolute" };
            return Err(Error::wrong(field, "must be longer than nothing; \"never\" for no limit"));
        }
        if let (Some(idle), Some(absolute)) = (idle, absolute)
            && idle > absolute
        {
            return Err(Error::wrong("lifetime.idle", "is longer than lifetime.absolute"));
        }
        let minute = Span::from_secs(60);
        let resolution = resolution.unwrap_or_else(|| idle.map_or(minute, |idle| idle.part(60).min(minute)));
        if idle.is_some_and(|idle| resolution > idle) {
            return Err(Error::wrong("lifetime.resolution", "is longer than lifetime.idle"));
        }
        Ok(Self { idle, absolute, resolution })
    }

    /// How exact `idle` is.
    pub const fn resolution(&self) -> Span {
        self.resolution
    }

    /// Why a session is dead, if it is: `began` is when it was created or last signed in.
    pub fn ended(&self, began: Timestamp, last_access: Timestamp, now: Timestamp) -> Option<End> {
        if now >= self.absolute_end(began) {
            return Some(End::Absolute);
        }
        let idle_end = self.idle.map(|idle| last_access.after(idle.plus(self.resolution)));
        idle_end.is_some_and(|end| now >= end).then_some(End::Idle)
    }

    /// Whether the token's last access is to be refreshed by this request.
    pub fn refresh_due(&self, last_access: Timestamp, now: Timestamp) -> bool {
        self.idle.is_some() && self.look_due(last_access, now)
    }

    /// Whether so much time has passed since the token's last access that its user's record is to be looked at: also where
    /// no refresh is ever due.
    pub(crate) fn look_due(&self, last_access: Timestamp, now: Timestamp) -> bool {
        now >= last_access.after(self.resolution)
    }

    /// When the session ends whatever happens; [`Timestamp::NEVER`] without a limit.
    pub fn absolute_end(&self, began: Timestamp) -> Timestamp {
        self.absolute.map_or(Timestamp::NEVER, |absolute| began.after(absolute))
    }

    /// When the session ends if nobody comes; [`Timestamp::NEVER`] without a limit.
    pub fn idle_end(&self, last_access: Timestamp) -> Timestamp {
        self.idle.map_or(Timestamp::NEVER, |idle| last_access.after(idle))
    }

    /// When a token of now is dead that nobody refreshes; [`Timestamp::NEVER`] without a limit.
    pub(crate) fn token_end(&self, now: Timestamp) -> Timestamp {
        self.absolute_end(now).min(self.idle_end(now).after(self.resolution))
    }

    /// When a record written now may be dropped by its store: the absolute end; without one, the end of a lease.
    pub fn record_end(&self, began: Timestamp, now: Timestamp) -> Timestamp {
        match self.absolute {
            Some(absolute) => began.after(absolute),
            None => now.after(self.lease()),
        }
    }

    /// Whether a record that may be dropped at `record_end` must be written again to outlive the session.
    pub fn renewal_due(&self, record_end: Timestamp, now: Timestamp) -> bool {
        self.absolute.is_none() && record_end.since(now) < self.lease().part(2)
    }

    /// Half a lease always outlasts the idle life: a visitor who may come back finds the record.
    fn lease(&self) -> Span {
        match self.idle {
            Some(idle) => LEASE.max(idle.plus(self.resolution).plus(idle.plus(self.resolution))),
            None => UNENDING,
        }
    }
}

impl Default for Lifetime {
    fn default() -> Self {
        Self::AAL2
    }
}

impl End {
    /// The reason as it stands in the `expire` event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Absolute => "absolute",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn at(millis: u64) -> Timestamp {
        START.after(Span::from_millis(millis))
    }

    #[test]
    fn idle_life_is_never_shorter_than_idle_nor_longer_than_idle_and_resolution() {
        let lifetime = Lifetime::new(Some(Span::from_secs(1800)), None, None).unwrap();
        for (millis, ended) in [(0, None), (1_800_000 - 1, None), (1_830_000 - 1, None), (1_830_000, Some(End::Idle))] {
            assert_eq!(lifetime.ended(START, START, at(millis)), ended, "after {millis} ms");
        }
    }

    #[test]
    fn the_absolute_end_is_exact_and_no_access_moves_it() {
        let lifetime = Lifetime::AAL3;
        let end = 12 * 3_600_000;
        for last in [end - 1, end, end + 900_000] {
            assert_eq!(lifetime.ended(START, at(last), at(end - 1)), None);
            assert_eq!(lifetime.ended(START, at(last), at(end)), Some(End::Absolute));
        }
    }

    #[test]
    fn a_token_is_refreshed_at_most_once_per_resolution() {
        assert!(!Lifetime::AAL2.refresh_due(START, at(59_999)));
        assert!(Lifetime::AAL2.refresh_due(START, at(60_000)));
        assert!(!Lifetime::new(None, None, None).unwrap().refresh_due(START, at(u64::MAX)));
    }

    #[test]
    fn the_absolute_end_bounds_the_record_and_without_one_a_lease_is_renewed() {
        assert_eq!(Lifetime::AAL2.record_end(START, at(5)), at(86_400_000));
        let endless = Lifetime::new(Some(Span::from_days(40)), None, None).unwrap();
        let end = endless.record_end(START, START);
        assert!(end >= START.after(Span::from_days(80)));
        assert!(!endless.renewal_due(end, START.after(Span::from_days(39))));
        assert!(endless.renewal_due(end, START.after(Span::from_days(41))));
    }

    #[test]
    fn limits_that_contradict_each_other_are_refused_by_name() {
        let (day, hour, zero) = (Some(Span::from_days(1)), Some(Span::from_secs(3600)), Some(Span::from_millis(0)));
        for (idle, absolute, resolution, field) in [
            (zero, day, None, "lifetime.idle"),
            (day, zero, None, "lifetime.absolute"),
            (day, hour, None, "lifetime.idle"),
            (hour, day, day, "lifetime.resolution"),
        ] {
            let error = Lifetime::new(idle, absolute, resolution).unwrap_err();
            assert!(error.message().starts_with(field), "{error}");
        }
    }
}
