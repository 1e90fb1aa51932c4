/// What a pattern reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// The group `secret`: masked wherever it is shown.
    Secret,
    /// The group `secrets`: several, with blanks, quotes, commas and the names of entries between them.
    Secrets,
    /// The group `exposed`: a name through which a secret becomes public, shown as it is.
    Exposed,
}

impl Capture {
    /// The name of the group.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Secrets => "secrets",
            Self::Exposed => "exposed",
        }
    }
}
