//! `simulator --requests N --seed S --seeds N --threads N`: simulates, and says what it was.

use std::env;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use edge_session_simulator::{Report, Violation, simulate, tell};

/// What the command line says.
struct Task {
    /// Of each seed.
    requests: u64,
    seed: u64,
    seeds: u64,
    threads: u64,
    /// The request whose day is told.
    tell: u64,
}

fn main() -> ExitCode {
    let Some(task) = parse(&env::args().skip(1).collect::<Vec<_>>()) else {
        eprintln!("usage: simulator [--requests N (of each seed)] [--seed S (the first)] [--seeds N] [--threads N]");
        return ExitCode::FAILURE;
    };
    let started = Instant::now();
    match run(&task) {
        Ok(report) => {
            let seconds = started.elapsed().as_secs_f64();
            println!("{report:?}");
            println!(
                "{} requests in {seconds:.1} s: {:.0} a second",
                report.requests,
                report.requests as f64 / seconds
            );
            ExitCode::SUCCESS
        }
        Err(violation) => {
            eprintln!(
                "{violation}\n  again: cargo xtask simulate --seed {} --requests {}",
                violation.seed, task.requests
            );
            ExitCode::FAILURE
        }
    }
}

/// `None`: something else than these options.
fn parse(words: &[String]) -> Option<Task> {
    let threads = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let mut task = Task { requests: 1_000_000, seed: 1, seeds: 1, threads, tell: u64::MAX };
    for pair in words.chunks(2) {
        let [name, number] = pair else { return None };
        let number = number.replace('_', "").parse().ok()?;
        match name.as_str() {
            "--requests" => task.requests = number,
            "--seed" => task.seed = number,
            "--seeds" => task.seeds = number,
            "--threads" => task.threads = u64::max(number, 1),
            "--tell" => task.tell = number,
            _ => return None,
        }
    }
    Some(task)
}

/// Every thread takes the next seed; the first violation is reported.
fn run(task: &Task) -> Result<Report, Box<Violation>> {
    let next = AtomicU64::new(task.seed);
    let work = || -> Result<Report, Box<Violation>> {
        let mut sum = Report::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed - task.seed >= task.seeds {
                return Ok(sum);
            }
            sum += match task.tell {
                u64::MAX => simulate(seed, task.requests, None)?,
                request => tell(seed, task.requests, None, request)?,
            };
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..task.threads).map(|_| scope.spawn(work)).collect();
        let mut sum = Report::default();
        for thread in threads {
            sum += thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        Ok(sum)
    })
}
