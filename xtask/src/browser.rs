//! A Chromium and its driver, for the tests that need a real browser.

use std::path::{Path, PathBuf};

use crate::apt::Debian;
use crate::failure::Result;
use crate::repo::Repo;

const CHROMIUM: Debian = Debian {
    what: "Chromium with its chromedriver",
    packages: &["chromium", "chromium-driver"],
    remedy: "Install Chromium and its chromedriver, or name them in the variables CHROME and CHROMEDRIVER.",
};
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const DRIVERS: &[&str] = &["chromedriver"];

#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds them, named by `CHROME` and `CHROMEDRIVER` or on `PATH`; where there is apt, installs what is missing.
pub(crate) fn ensure(repo: &Repo) -> Result<Browser> {
    CHROMIUM.ensure(repo, find)
}

fn find() -> Result<Option<Browser>> {
    let (chrome, driver) = (CHROMIUM.locate("CHROME", BROWSERS)?, CHROMIUM.locate("CHROMEDRIVER", DRIVERS)?);
    Ok(chrome.zip(driver).map(|(chrome, driver)| Browser { chrome, driver }))
}

/// The configuration that makes chromedriver start this browser, whatever else is installed.
pub(crate) fn webdriver_json(chrome: &Path) -> String {
    let path = chrome.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    format!("{{\"goog:chromeOptions\": {{\"binary\": \"{path}\"}}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_named_to_the_driver_with_its_path_quoted() {
        let json = webdriver_json(Path::new("/opt/a \"b\"/chrome"));
        assert_eq!(json, "{\"goog:chromeOptions\": {\"binary\": \"/opt/a \\\"b\\\"/chrome\"}}\n");
    }
}
