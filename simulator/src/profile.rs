//! What kind of day it is: the store, the options, and what goes wrong.

use edge_session::lifetime::Lifetime;
use edge_session::time::Span;
use edge_session::{Aging, Consistency, Keyring, Options, Sessions};

use crate::content::NAMESPACES;
use crate::random::Random;
use crate::store::Kind;

/// A minute, in milliseconds.
pub(crate) const MINUTE: u64 = 60_000;
/// How long a session may idle, and how long it may last, in milliseconds.
pub(crate) const IDLE: u64 = 30 * MINUTE;
pub(crate) const ABSOLUTE: u64 = 240 * MINUTE;
/// How long the values of a namespace may idle, and how long each may last, in milliseconds.
pub(crate) const VALUE_IDLE: u64 = 15 * MINUTE;
pub(crate) const VALUE_ABSOLUTE: u64 = 25 * MINUTE;
/// How exact `IDLE` is.
pub(crate) const RESOLUTION: u64 = 30_000;
/// How many secrets an application keeps.
const SECRETS: u32 = 3;

/// One day.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// The store shows every write, and compares.
    pub(crate) strong: bool,
    /// Sessions are read near, from a store like KV, and written where every write shows and is compared.
    pub(crate) tiered: bool,
    /// Every visitor sends one request after the other, each with the cookie of the last.
    pub(crate) calm: bool,
    /// The most a location's clock is wrong, in milliseconds.
    pub(crate) skew: u64,
    /// How long a location may show what it has read once, in milliseconds.
    pub(crate) staleness: u64,
    pub(crate) budget: usize,
    /// In milliseconds.
    pub(crate) write_interval: u64,
    /// Calls of the store fail, one by one and for minutes.
    pub(crate) faults: bool,
    /// Processes restart: what they knew is lost, and the requests in them.
    pub(crate) restarts: bool,
    /// Responses are lost.
    pub(crate) losses: bool,
    /// New secrets are deployed.
    pub(crate) new_secrets: bool,
    pub(crate) fails_on_stale: bool,
    /// No visitor pauses for long or signs in or out often, and every request changes something.
    pub(crate) busy: bool,
    /// The values of a namespace have lifetimes of their own.
    pub(crate) aging: bool,
    /// Sessions look for an end of all.
    pub(crate) global_epoch: bool,
}

impl Profile {
    pub(crate) fn draw(random: &mut Random) -> Self {
        let strong = random.chance(4);
        let tiered = !strong && random.chance(4);
        let fewest = if strong || tiered { 0 } else { random.pick(&[0, 1000, 10_000, 10_000]) };
        Self {
            strong,
            tiered,
            calm: random.below(5) < 2,
            skew: random.pick(&[0, 0, 3000]),
            staleness: random.pick(&[MINUTE, MINUTE, 105_000, 5 * MINUTE]),
            budget: random.pick(&[3800, 3800, 700, 320]),
            write_interval: fewest,
            faults: random.chance(3),
            restarts: random.chance(3),
            losses: random.chance(2),
            new_secrets: random.chance(3),
            fails_on_stale: random.chance(8),
            busy: random.chance(30),
            aging: random.chance(4),
            global_epoch: random.chance(5),
        }
    }

    /// The application as it stands after so many changes of its secrets. `audience`: several applications share them.
    /// `ageless`: values have no lifetimes.
    pub(crate) fn sessions(
        &self,
        audience: &str,
        changes: u32,
        ageless: bool,
    ) -> Result<Sessions, edge_session::Error> {
        let secrets: Vec<[u8; 32]> = (0..SECRETS).map(|age| secret(changes + SECRETS - age)).collect();
        let secrets: Vec<&[u8]> = secrets.iter().map(<[u8; 32]>::as_slice).collect();
        let consistency = if self.strong { Consistency::Strong } else { Consistency::Eventual };
        let mut options = Options::new(Keyring::new(&secrets)?, consistency);
        let [idle, absolute, resolution] = [IDLE, ABSOLUTE, RESOLUTION].map(|millis| Some(Span::from_millis(millis)));
        options.lifetime = Lifetime::new(idle, absolute, resolution)?;
        options.audience = Some(audience.into());
        options.budget = self.budget;
        options.write_interval = Span::from_millis(self.write_interval);
        options.fail_on_stale = self.fails_on_stale;
        options.global_epoch = self.global_epoch;
        if self.aging && !ageless {
            let [idle, absolute] = [VALUE_IDLE, VALUE_ABSOLUTE].map(|millis| Some(Span::from_millis(millis)));
            options.aging = vec![Aging { name: NAMESPACES[0].0.into(), idle, absolute }];
        }
        Sessions::new(options)
    }

    pub(crate) const fn store(&self) -> Kind {
        match (self.strong, self.tiered) {
            (true, _) => Kind::Strong,
            (false, true) => Kind::Tiered,
            (false, false) => Kind::Eventual,
        }
    }

    /// No write is lost: each is compared with what it replaces.
    pub(crate) const fn compares(&self) -> bool {
        self.strong || self.tiered
    }

    /// How long a user's record, or everybody's, may not show, in milliseconds.
    pub(crate) const fn shows_after(&self) -> u64 {
        if self.compares() { 0 } else { self.staleness }
    }

    /// Whether a session whose id is named by the secret of `then` can still be opened.
    pub(crate) const fn still_opens(then: u32, now: u32) -> bool {
        now - then < SECRETS
    }
}

fn secret(number: u32) -> [u8; 32] {
    let mut random = Random::new(u64::from(number) + 0x5ec2e7);
    let mut bytes = [0; 32];
    bytes.iter_mut().for_each(|byte| *byte = random.next() as u8);
    bytes
}
