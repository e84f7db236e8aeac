//! One session's life through the public names, against a store that behaves and one that does not.
#![cfg(test)]
#![allow(clippy::arithmetic_side_effects)]

mod aging;
mod chunks;
mod csrf;
mod ends;
mod eventual;
mod identity;
mod inspect;
mod lifetimes;
mod location;
mod looks;
mod named;
mod parallel;
mod puts;
mod recent;
mod refused;
mod secrets;
mod stale;
mod strong;
mod token;
mod transports;
mod users;
mod walk;
mod whole;
mod world;
