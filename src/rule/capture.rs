/// What a pattern reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// The group `secret`: masked wherever it is shown.
    Secret,
    /// The group `exposed`: a name through which a secret becomes public, shown as it is.
    Exposed,
}

impl Capture {
    /// The name of the group.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Exposed => "exposed",
        }
    }
}
