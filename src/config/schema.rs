//! The configuration as it is written. An unknown key is an error.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::rule::KeyShape;

/// A `muleguard.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawConfig {
    pub select: Vec<String>,
    pub extend_select: Vec<String>,
    pub ignore: Vec<String>,
    pub min_severity: Option<Spanned<String>>,
    pub fail_on: Option<Spanned<String>>,
    pub severity: BTreeMap<String, Spanned<String>>,
    pub rules: Vec<String>,
    pub exclude: Vec<String>,
    pub extend_exclude: Vec<String>,
    pub search_zip: bool,
    pub ignore_in: Vec<RawPathIgnore>,
    pub watch_names: Vec<Spanned<String>>,
    pub key_shape: Vec<KeyShape>,
    pub baseline: Option<String>,
    pub inline_ignores: Option<Spanned<String>>,
    pub allow_new_ignores: bool,
    pub markers: Vec<Spanned<String>>,
}

/// An `[[ignore-in]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawPathIgnore {
    pub paths: Spanned<Vec<Spanned<String>>>,
    pub rules: Spanned<Vec<String>>,
    pub reason: Spanned<String>,
    pub until: Option<Spanned<String>>,
}
