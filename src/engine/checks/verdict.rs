//! What a candidate turns out to be.

/// A secret, or what it is instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be a finding.
    Secret,
    /// The name beside it speaks about a key and holds none: its address, its length, a key of a map.
    NameAboutKey,
    /// The end of another word: `disk-mr-…`.
    PartOfWord,
    /// Too short for what its name says, or broken by blanks and quotes.
    Short,
    /// It says of itself that it is to be replaced, or it stands in a specification.
    Placeholder,
    /// A template with a slot: `${X}`, `%s`, `{{ x }}`.
    Template,
    /// It points at where the secret is: a look-up, an address, a path, the name of a file.
    Reference,
    /// An identifier, a call, an index, an expression of the program.
    Code,
    /// Encrypted, and meant to be committed.
    Ciphertext,
    /// A public key, a certificate, an address on a chain.
    Public,
    /// A key of another product, which begins as MuleRouter's do.
    Foreign,
    /// A digest that says so.
    Digest,
    /// A UUID whose name makes it no secret, or a published one.
    Uuid,
    /// Hardly a letter among digits.
    Number,
    /// It repeats itself, counts, or uses few characters.
    MadeUp,
    /// Base64 of text that people can read and that holds no secret.
    Text,
    /// It is made of words.
    Words,
}

impl Verdict {
    /// The word under which dropped candidates are counted, in kebab-case; `None` for a secret.
    pub fn dropped_as(self) -> Option<&'static str> {
        Some(match self {
            Self::Secret => return None,
            Self::NameAboutKey => "name-about-key",
            Self::PartOfWord => "part-of-word",
            Self::Short => "short",
            Self::Placeholder => "placeholder",
            Self::Template => "template",
            Self::Reference => "reference",
            Self::Code => "code",
            Self::Ciphertext => "ciphertext",
            Self::Public => "public",
            Self::Foreign => "other-product",
            Self::Digest => "digest",
            Self::Uuid => "uuid",
            Self::Number => "number",
            Self::MadeUp => "made-up",
            Self::Text => "text",
            Self::Words => "words",
        })
    }
}
