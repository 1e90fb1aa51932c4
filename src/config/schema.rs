//! The configuration as it is written. An unknown key is an error.

use serde::Deserialize;
use toml::Spanned;

/// A `muleguard.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawConfig {
    pub select: Vec<String>,
    pub extend_select: Vec<String>,
    pub ignore: Vec<String>,
    pub min_severity: Option<Spanned<String>>,
    pub fail_on: Option<Spanned<String>>,
    pub rules: Vec<String>,
    pub exclude: Vec<String>,
    pub extend_exclude: Vec<String>,
    pub search_zip: bool,
    pub markers: Vec<String>,
}
