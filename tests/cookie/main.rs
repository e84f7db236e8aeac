//! The cookie on the wire, through its public names.
#![cfg(test)]

mod browser;
mod injection;
mod properties;
mod vectors;
mod white_space;
