//! What was simulated: figures that show that it was worth it.

/// How often what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests.
    pub requests: u64,
    /// Rounds of reads.
    pub reads: u64,
    /// Reads that a tiered store's cache could not answer well enough.
    pub truths: u64,
    /// Puts that the store took.
    pub puts: u64,
    /// Puts that were made at their time, or found that nothing was left to put.
    pub flushes: u64,
    /// Puts that the store refused since they came too soon, and compare-and-sets that were lost.
    pub refused: u64,
    /// Requests that had to fail since the store did.
    pub failed: u64,
    /// Requests that were told that the store is behind.
    pub stale: u64,
    /// Requests that were told that what they had seen is lost.
    pub conflicts: u64,
    /// Sessions that had ended, and cookies that were refused.
    pub ended: u64,
    /// Requests that were led to a new id.
    pub followed: u64,
    /// Changes over which somebody put a record who could not know of them: an old cookie, a parallel request.
    pub buried: u64,
    /// Users who were signed out everywhere.
    pub signed_out: u64,
    /// Times that all sessions were ended.
    pub ended_all: u64,
    /// Virtual time.
    pub millis: u64,
}

impl std::ops::AddAssign for Report {
    fn add_assign(&mut self, more: Self) {
        let pairs = [
            (&mut self.requests, more.requests),
            (&mut self.reads, more.reads),
            (&mut self.truths, more.truths),
            (&mut self.puts, more.puts),
            (&mut self.flushes, more.flushes),
            (&mut self.refused, more.refused),
            (&mut self.failed, more.failed),
            (&mut self.stale, more.stale),
            (&mut self.conflicts, more.conflicts),
            (&mut self.ended, more.ended),
            (&mut self.followed, more.followed),
            (&mut self.buried, more.buried),
            (&mut self.signed_out, more.signed_out),
            (&mut self.ended_all, more.ended_all),
            (&mut self.millis, more.millis),
        ];
        for (sum, more) in pairs {
            *sum += more;
        }
    }
}
