//! One target under libFuzzer: the one that `EDGE_SESSION_FUZZ` names. Its seeds are written into the folder that
//! `EDGE_SESSION_SEEDS` names, before libFuzzer reads it.
#![no_main]

use std::{env, fs, process};

use edge_session_fuzz::{Target, target};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        if let Err(error) = prepare() {
            eprintln!("fuzz: {error}");
            process::exit(2);
        }
    },
    |input: &[u8]| {
        if let Some(target) = chosen() {
            (target.run)(input);
        }
    }
);

/// Asked once: the environment is not looked at for every input.
fn chosen() -> Option<&'static Target> {
    static CHOSEN: std::sync::OnceLock<Option<&Target>> = std::sync::OnceLock::new();
    CHOSEN.get_or_init(|| target(&env::var("EDGE_SESSION_FUZZ").ok()?)).as_deref()
}

fn prepare() -> Result<(), String> {
    let target = chosen().ok_or("EDGE_SESSION_FUZZ names no target")?;
    let Ok(folder) = env::var("EDGE_SESSION_SEEDS") else { return Ok(()) };
    for (number, seed) in (target.seeds)().into_iter().enumerate() {
        let path = format!("{folder}/seed-{number:03}");
        fs::write(&path, seed).map_err(|error| format!("cannot write {path}: {error}"))?;
    }
    Ok(())
}
