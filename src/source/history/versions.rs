//! The second look: suspect objects under every path at which commits have them.

use std::{
    collections::BTreeMap,
    io::Cursor,
    sync::atomic::{AtomicUsize, Ordering},
};

use git2::Oid;
use rayon::prelude::*;

use super::{
    HistorySource,
    attribute::{Attribution, Versioned},
    changes::unreadable,
    objects::Objects,
    raw,
};
use crate::{
    artifact::{Artifact, ArtifactPath, Provenance, Scope, Visitor},
    source::{
        SourceError, VisitorMaker,
        archive::{Archives, Format, Unpacker},
        objects::Kind,
        threads,
    },
};

/// The names under which the headers of commits and tags are scanned.
const COMMIT_HEADER: &str = "COMMIT_HEADER";
const TAG_HEADER: &str = "TAG_HEADER";
/// So many suspect objects are still scanned when the scan is ended: whoever ends it wants to see what was found.
const MAX_LATE: usize = 1000;

/// Hands every version to a visitor.
pub(super) fn scan(
    source: &HistorySource,
    attribution: &Attribution<'_>,
    visitors: &VisitorMaker<'_>,
) -> Result<(), SourceError> {
    // A blob under many paths is read once.
    let mut by_object: BTreeMap<Oid, Vec<&Versioned>> = BTreeMap::new();
    for version in &attribution.versions {
        by_object.entry(version.object).or_default().push(version);
    }
    let by_object: Vec<_> = by_object.into_iter().collect();
    let pool = threads::pool(source.options.threads)?;
    let archives = source.options.archives;
    let unpacker = || (archives == Archives::Open).then(|| Unpacker::new(archives));
    let start = || (Objects::new(&source.store), visitors(), unpacker());
    let late = AtomicUsize::new(0);
    pool.install(|| {
        by_object.par_iter().for_each_init(start, |(objects, visitor, unpacker), (id, versions)| {
            if visitor.is_stopped() && late.fetch_add(1, Ordering::Relaxed) >= MAX_LATE {
                return;
            }
            hand_over(objects, *id, versions, &mut **visitor, unpacker.as_mut());
        });
    });
    Ok(())
}

fn hand_over(
    objects: &Objects<'_>,
    id: Oid,
    versions: &[&Versioned],
    visitor: &mut dyn Visitor,
    mut unpacker: Option<&mut Unpacker>,
) {
    let kind = match versions[0].provenance {
        Provenance::CommitMessage(_) => Kind::Commit,
        Provenance::TagMessage(_) => Kind::Tag,
        _ => Kind::Blob,
    };
    let bytes = match objects.read(id, kind) {
        Ok(bytes) => bytes,
        Err(message) => return visitor.notify(unreadable(id, &message)),
    };
    for version in versions {
        let artifact = Artifact { path: version.path.clone(), provenance: version.provenance };
        let header = match kind {
            Kind::Commit => COMMIT_HEADER,
            Kind::Tag => TAG_HEADER,
            Kind::Blob | Kind::Tree => {
                show(&artifact, &bytes, visitor, unpacker.as_deref_mut());
                continue;
            }
        };
        show(&artifact, raw::message(&bytes), visitor, unpacker.as_deref_mut());
        show(&Artifact { path: ArtifactPath::new(header), ..artifact }, raw::head(&bytes), visitor, None);
    }
}

fn show(artifact: &Artifact, text: &[u8], visitor: &mut dyn Visitor, unpacker: Option<&mut Unpacker>) {
    visitor.begin(artifact);
    visitor.block(text, true);
    visitor.end(Scope::Whole);
    if let Some(unpacker) = unpacker {
        unpacker.enter(artifact, Format::of(text), &mut Cursor::new(text), visitor);
    }
}
