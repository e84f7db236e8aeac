//! Misuse and failure, apart from refusal.
//!
//! An [`Error`] is told to whoever operates the application: a wrong option, a store that returns what is no record, a
//! clock at zero. A [`Reject`] is the reason why a visitor's cookie gave no session; the visitor simply gets a new one.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use core::fmt;

/// The stable name of an error's cause, the same in Rust and in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// An option is wrong. The message begins with its name.
    Config,
    /// What the application gave is not what it has to be.
    Value,
    /// The session is larger than it may be. Nothing was written.
    TooLarge,
    /// The user has as many sessions as they may have. Nothing was written.
    Limit,
    /// The store shows less than the visitor has seen, and the change cannot be kept safely.
    Stale,
    /// What the store returned is no record of this session.
    Store,
    /// The clock reads a time before this release. Nothing was issued.
    Clock,
    /// The random source gave no randomness. Nothing was issued.
    Entropy,
    /// What the driver handed back is not what the core gave it.
    Internal,
}

impl Code {
    /// The code as it stands in JavaScript's `SessionError.code`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Value => "value",
            Self::TooLarge => "too-large",
            Self::Limit => "limit",
            Self::Stale => "stale",
            Self::Store => "store",
            Self::Clock => "clock",
            Self::Entropy => "entropy",
            Self::Internal => "internal",
        }
    }
}

/// What went wrong: a stable code, and one sentence that never repeats a value.
///
/// One pointer wide, so that every `Result` on the way is no larger than what it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Cause>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Cause {
    code: Code,
    message: Cow<'static, str>,
}

impl Error {
    /// An error of this cause; `message` says what happened and what to do.
    #[cold]
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Cause { code, message: message.into() }))
    }

    /// A `config` error: `field: reason`.
    #[cold]
    #[inline(never)]
    pub(crate) fn wrong(field: &str, reason: &str) -> Self {
        Self::new(Code::Config, [field, ": ", reason].concat())
    }

    /// The stable name of the cause.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// One sentence for the operator.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}

/// Why a token gave no session, in the order in which it is looked at. The visitor is told nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reject {
    /// Not base64url, or too short to be a token.
    Malformed,
    /// Longer than any cookie a browser would keep.
    Oversized,
    /// A token layout of another release.
    UnknownVersion,
    /// Sealed with a secret that is not, or no longer, in the keyring.
    UnknownKey,
    /// Does not open: forged, damaged, or sealed for another cookie, purpose or application.
    Forged,
    /// It takes several cookies, and one of them is missing or of another time.
    Incomplete,
    /// Idle for too long, or past its absolute end.
    Expired,
    /// The session was destroyed, or its record is gone from a store that would have it.
    Ended,
    /// Two cookies of different sessions came at once; neither can be trusted over the other.
    Duplicate,
}

impl Reject {
    /// The reason as it stands in the `reject` event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Oversized => "oversized",
            Self::UnknownVersion => "unknown-version",
            Self::UnknownKey => "unknown-key",
            Self::Forged => "forged",
            Self::Incomplete => "incomplete",
            Self::Expired => "expired",
            Self::Ended => "ended",
            Self::Duplicate => "duplicate",
        }
    }
}
