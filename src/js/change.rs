//! The application's changes, as they cross.

use crate::error::{Code, Error};
use crate::plan::{Action, Change, Login, Snapshot};
use crate::session::foreign;
use crate::text::{split, split_once};
use crate::time::Span;

/// Reads what happens to the session itself (0 nothing, 1 it gets a new id, 2 a user signs in, 3 signs out, 4 it ends, 5 it is to exist, 6 and to
/// live so long)
/// and the changes of its values:
///
/// ```text
/// for 6, one line:         length of time LF                  as text, not JSON
/// for a login, one line:   user TAB level TAB device LF       level and device may be empty
/// where not all stays:     "-", then per namespace that does:  TAB name, then LF
/// per touched namespace:   "=" name LF, then per key:  key TAB value LF
/// ```
///
/// All of it is JSON text, in which neither a tab nor a line feed can stand by itself.
pub(super) fn parse(action: u8, text: &str) -> Result<Change<'_>, Error> {
    let mut change = Change::default();
    let mut lines = split(text, b'\n').filter(|line| !line.is_empty());
    change.action = match action {
        0 => Action::Keep,
        1 => Action::Rotate,
        2 => Action::Login(login(lines.next().unwrap_or_default())?),
        3 => Action::Logout,
        4 => Action::Destroy,
        5 => Action::Start,
        6 => Action::Live(lifetime(lines.next().unwrap_or_default())?),
        _ => return Err(foreign()),
    };
    for line in lines {
        if let Some(keeps) = line.strip_prefix('-') {
            change.keeps = Some(split(keeps, b'\t').collect());
            continue;
        }
        match (line.strip_prefix('='), split_once(line, b'\t'), change.snapshots.last_mut()) {
            (Some(namespace), _, _) => change.snapshots.push(Snapshot { namespace, values: alloc::vec![] }),
            (None, Some(value), Some(snapshot)) => snapshot.values.push(value),
            _ => return Err(foreign()),
        }
    }
    Ok(change)
}

/// Nothing lives for no time at all.
fn lifetime(text: &str) -> Result<Span, Error> {
    Span::parse(text).filter(|span| span.as_millis() > 0).ok_or_else(no_span)
}

#[cold]
pub(super) fn no_span() -> Error {
    Error::new(Code::Value, "must be a length of time such as \"15m\", or milliseconds")
}

fn login(line: &str) -> Result<Login<'_>, Error> {
    let mut fields = split(line, b'\t');
    let user = fields.next().filter(|user| !user.is_empty()).ok_or_else(foreign)?;
    let mut optional = || fields.next().filter(|field| !field.is_empty());
    Ok(Login { user, level: optional(), device: optional() })
}
