//! Users: who signed in, and who signed them out everywhere.

/// One signing in, under whatever ids it went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SignIn {
    pub(crate) user: usize,
    /// No two have the same.
    pub(crate) number: u64,
}

/// One signing out everywhere. Times in milliseconds of the store's clock.
pub(crate) struct SignOut {
    pub(crate) at: u64,
    /// It was answered: from then on it counts.
    pub(crate) is_done: bool,
    /// The one that goes on.
    pub(crate) spared: Option<u64>,
    /// It had another id by then than the one it was spared by: where that does not show yet.
    pub(crate) is_late: bool,
}

/// What was done to one user.
#[derive(Default)]
pub(crate) struct User {
    pub(crate) sign_outs: Vec<SignOut>,
    /// When somebody last asked in vain for their record.
    pub(crate) unanswered: u64,
}

impl User {
    /// Whether some signing out, answered or not, may have ended what began then. `skew`: how far two clocks may be apart.
    /// `is_unsure`: whether the id may be another one than that which this signing out spared.
    pub(crate) fn may_have_ended(
        &self,
        sign_in: SignIn,
        began: u64,
        skew: u64,
        is_unsure: impl Fn(&SignOut) -> bool,
    ) -> bool {
        let counts = |out: &SignOut| out.spared != Some(sign_in.number) || is_unsure(out);
        self.sign_outs.iter().any(|out| began <= out.at + skew && counts(out))
    }

    /// Since when what began then must be over. A later signing out stands in the place of those before: whoever was spared
    /// by it, not knowing of them, goes on.
    pub(crate) fn ended_at(&self, sign_in: SignIn, began: u64, skew: u64) -> Option<u64> {
        let all = self.sign_outs.iter();
        let after = all.clone().rposition(|out| out.spared == Some(sign_in.number)).map_or(0, |place| place + 1);
        all.skip(after).find(|out| out.is_done && began + skew < out.at).map(|out| out.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_began_before_is_over_but_for_the_spared_one_and_what_was_never_answered() {
        let out = |at, is_done, spared| SignOut { at, is_done, spared, is_late: false };
        let user = User { sign_outs: vec![out(100, true, Some(1)), out(200, false, None)], unanswered: 0 };
        let [spared, other] = [1, 2].map(|number| SignIn { user: 0, number });
        assert_eq!((user.ended_at(spared, 50, 0), user.ended_at(other, 50, 0)), (None, Some(100)));
        assert_eq!((user.ended_at(other, 150, 0), user.ended_at(other, 95, 5)), (None, None));
        let may = |sign_in, began, skew| user.may_have_ended(sign_in, began, skew, |_| false);
        assert!(may(spared, 50, 0) && may(other, 203, 5) && !may(other, 206, 5));
        let only = User { sign_outs: vec![out(100, true, Some(1))], unanswered: 0 };
        assert!(!only.may_have_ended(spared, 50, 0, |_| false) && only.may_have_ended(spared, 50, 0, |_| true));
    }
}
