//! What has to be there before a suite runs.

use crate::failure::Result;
use crate::npm::{self, RUNTIMES};
use crate::repo::Repo;
use crate::{browser, files, package, redis, tools};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The npm package, built.
    Package,
    /// Chromium and its driver: `CHROME`, `CHROMEDRIVER`.
    Browser,
    /// A Redis server's program: `REDIS_SERVER`.
    Redis,
    /// wasm-pack and wasm-bindgen's test runner.
    WasmPack,
    /// Every Node.js version the package promises to run under: `NODE_20`, `NODE_22` and so on.
    Runtimes,
}

/// Environment variables that tell a suite where things are.
pub(crate) type Variables = Vec<(String, String)>;

/// What this run has looked after already, so that each thing is built, or found wanting, once.
#[derive(Debug, Default)]
pub(crate) struct Provided(Vec<(Need, Result<Variables>)>);

impl Provided {
    pub(crate) fn provide(&mut self, repo: &Repo, need: Need) -> Result<Variables> {
        if let Some((_, known)) = self.0.iter().find(|(known, _)| *known == need) {
            return known.clone();
        }
        let result = make(repo, need);
        self.0.push((need, result.clone()));
        result
    }
}

fn make(repo: &Repo, need: Need) -> Result<Variables> {
    match need {
        Need::Package => package::build(repo).map(|()| Variables::new()),
        Need::WasmPack => tools::ensure_wasm_pack(repo).map(|()| Variables::new()),
        Need::Browser => browser_variables(repo),
        Need::Redis => redis_variables(repo),
        Need::Runtimes => runtime_variables(repo),
    }
}

fn browser_variables(repo: &Repo) -> Result<Variables> {
    let browser = browser::ensure(repo)?;
    let webdriver = repo.scratch("webdriver.json");
    files::write(&webdriver, browser::webdriver_json(&browser.chrome))?;
    let named = [
        ("CHROME", &browser.chrome),
        ("CHROMEDRIVER", &browser.driver),
        ("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &webdriver),
    ];
    let variables = named.map(|(name, path)| (name.to_owned(), path.display().to_string()));
    Ok(variables.into())
}

fn redis_variables(repo: &Repo) -> Result<Variables> {
    Ok(vec![("REDIS_SERVER".to_owned(), redis::ensure(repo)?.display().to_string())])
}

fn runtime_variables(repo: &Repo) -> Result<Variables> {
    npm::ensure_runtimes(repo)?;
    let variable = |version: &u32| {
        let node = npm::runtime_folder(repo, *version)?.join("node");
        Some((format!("NODE_{version}"), node.display().to_string()))
    };
    Ok(RUNTIMES.iter().filter_map(variable).collect())
}
