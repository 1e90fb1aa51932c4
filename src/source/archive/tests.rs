//! Archives of every kind and every malice, opened under limits that are quick to meet.

use std::io::{self, Cursor, Write};

use ::zip::{ZipWriter, write::SimpleFileOptions};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

use super::*;
use crate::artifact::{Provenance, Scope, Version};

/// Writes down what it is given.
#[derive(Default)]
struct Record {
    artifacts: Vec<(String, Vec<u8>)>,
    told: Vec<String>,
}

impl Visitor for Record {
    fn begin(&mut self, artifact: &Artifact) {
        self.artifacts.push((artifact.path.to_str_lossy().into_owned(), Vec::new()));
    }

    fn block(&mut self, bytes: &[u8], _: bool) -> usize {
        self.artifacts.last_mut().expect("an artifact was begun").1.extend_from_slice(bytes);
        bytes.len()
    }

    fn end(&mut self, _: Scope<'_>) {}

    fn abandon(&mut self, notification: Notification) {
        self.notify(notification);
    }

    fn probe(&mut self, _: Version<'_>) -> bool {
        false
    }

    fn notify(&mut self, notification: Notification) {
        let path = notification.path.expect("it is about one path");
        self.told.push(format!("{}: {}", path.to_str_lossy(), notification.message));
    }
}

impl Record {
    fn paths(&self) -> Vec<&str> {
        self.artifacts.iter().map(|(path, _)| path.as_str()).collect()
    }

    fn content(&self, path: &str) -> &[u8] {
        &self.artifacts.iter().find(|(own, _)| own == path).expect("it came out").1
    }
}

fn artifact(name: &str) -> Artifact {
    Artifact { path: ArtifactPath::new(name), provenance: Provenance::WorkTree }
}

fn limits() -> Limits {
    Limits { depth: 4, members: 50, bytes: 8 << 20, ratio: 100, free: 1 << 20, held: 1 << 20 }
}

/// Opens a file that can be read anywhere.
fn open(name: &str, bytes: &[u8], limits: Limits) -> Record {
    let mut record = Record::default();
    let mut unpacker = Unpacker { limits, ..Unpacker::new(Archives::Open) };
    unpacker.enter(&artifact(name), Format::of(bytes), &mut Cursor::new(bytes), &mut record);
    record
}

/// Opens what comes only once.
fn pass(name: &str, bytes: &[u8], limits: Limits) -> Record {
    let mut record = Record::default();
    let mut unpacker = Unpacker { limits, ..Unpacker::new(Archives::Open) };
    unpacker.pass(&artifact(name), &mut &bytes[..], &mut record);
    record
}

fn zipped<N: AsRef<str>>(members: &[(N, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(name.as_ref(), SimpleFileOptions::default()).expect("the name is new");
        writer.write_all(content).expect("memory takes it");
    }
    writer.finish().expect("memory takes it").into_inner()
}

fn tarred(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, name, *content).expect("memory takes it");
    }
    builder.into_inner().expect("memory takes it")
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn bzipped(content: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut encoder = bzip2::read::BzEncoder::new(content, bzip2::Compression::best());
    io::copy(&mut encoder, &mut packed).expect("memory takes it");
    packed
}

fn xzipped(content: &[u8]) -> Vec<u8> {
    let mut writer =
        lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(6)).expect("the preset is known");
    writer.write_all(content).expect("memory takes it");
    writer.finish().expect("memory takes it")
}

fn zstandard(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn compressed_files_have_one_nameless_member_and_may_go_on_in_parts() {
    type Pack = fn(&[u8]) -> Vec<u8>;
    let packers: [(&str, Pack); 4] =
        [("log.gz", gzipped), ("log.bz2", bzipped), ("log.xz", xzipped), ("log.zst", zstandard)];
    for (name, pack) in packers {
        let bytes = [pack(b"one "), pack(b"two")].concat();
        let path = format!("{name}!log");
        let record = open(name, &bytes, limits());
        assert_eq!((record.paths(), record.told.len()), (vec![path.as_str()], 0), "{name}: {:?}", record.told);
        assert_eq!(record.content(&path), b"one two", "{name}");
        // The own bytes of a file are scanned where it is opened, those of a stream as long as it is held.
        let record = pass(name, &bytes, limits());
        assert_eq!((record.paths(), record.told.len()), (vec![name, path.as_str()], 0), "{name}: {:?}", record.told);
        assert_eq!((record.content(name), record.content(&path)), (&bytes[..], &b"one two"[..]), "{name}");
        let little = Limits { held: 16, ..limits() };
        assert_eq!(pass(name, &bytes, little).paths(), [path.as_str()], "{name}");
        let large = "many words of one kind ".repeat(20_000).into_bytes();
        assert_eq!(open(name, &pack(&large), limits()).artifacts[0].1, large, "{name}");
        let cut = &pack(&large)[..200.min(pack(&large).len() - 4)];
        assert_eq!(open(name, cut, limits()).told.len(), 1, "{name} is cut off");
    }
}

#[test]
fn zeros_behind_a_gzip_file_are_nothing_and_garbage_is_told() {
    let packed = gzipped(b"nothing");
    let padded = [&packed[..], &[0; 70_000], &packed].concat();
    let record = open("a.gz", &padded, limits());
    assert_eq!((record.content("a.gz!a"), record.told.len()), (&b"nothingnothing"[..], 0));
    let record = open("a.gz", &[&packed[..], b"garbage"].concat(), limits());
    assert_eq!((record.content("a.gz!a"), record.told.len()), (&b"nothing"[..], 1));
}

#[test]
fn a_tar_member_of_any_size_is_no_panic() {
    for size in [[0xFF; 12], *b"77777777777\0", *b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"] {
        let mut archive = tarred(&[("a", b"nothing")]);
        archive[124..136].copy_from_slice(&size);
        let mut header = ::tar::Header::new_old();
        header.as_mut_bytes().copy_from_slice(&archive[..512]);
        header.set_cksum();
        archive[..512].copy_from_slice(header.as_bytes());
        assert_eq!(open("a.tar", &archive, limits()).told.len(), 1, "{size:?}");
    }
}

#[test]
fn skippable_frames_of_zstandard_are_skipped() {
    let skipped = [&[0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0][..], b"meta"].concat();
    let bytes = [zstandard(b"one "), skipped, zstandard(b"two")].concat();
    assert_eq!(open("a.zst", &bytes, limits()).content("a.zst!a"), b"one two");
    let endless = [&[0x50, 0x2A, 0x4D, 0x18, 0xF0, 0xFF, 0xFF, 0xFF][..], b"meta"].concat();
    let record = open("a.zst", &[zstandard(b"one"), endless, zstandard(b"two")].concat(), limits());
    assert_eq!(record.told.len(), 1, "a frame that ends behind the end hides what follows it");
}

#[test]
fn what_comes_from_a_stream_may_unpack_to_as_much_as_a_file() {
    for bomb in [gzipped(&vec![0; 4 << 20]), bzipped(&vec![0; 4 << 20]), zstandard(&vec![0; 4 << 20])] {
        for look in [open as Look, pass] {
            assert_eq!(look("a", &bomb, Limits { free: 1 << 10, ..limits() }).told.len(), 1);
        }
    }
}

#[test]
fn archives_in_archives_are_opened() {
    let inner = zipped(&[("deep.txt", b"deep".to_vec())]);
    let tar = tarred(&[("a/inner.jar", &inner), ("b.txt", b"plain")]);
    let outer = zipped(&[("c.tar.gz", gzipped(&tar)), ("d.txt", b"top".to_vec())]);
    for record in [open("o.zip", &outer, limits()), pass("o.zip", &outer, limits())] {
        assert_eq!(record.told, [] as [&str; 0]);
        assert_eq!(record.content("o.zip!c.tar.gz!a/inner.jar!deep.txt"), b"deep");
        assert_eq!(record.content("o.zip!c.tar.gz!b.txt"), b"plain");
        assert_eq!(record.content("o.zip!d.txt"), b"top");
        // What is held in memory is scanned as it stands, too.
        assert_eq!(record.content("o.zip!c.tar.gz!a/inner.jar"), inner);
    }
}

#[test]
fn long_names_of_tar_files_are_whole() {
    let long = format!("{}/end.py", "folder/".repeat(40).trim_end_matches('/'));
    let record = open("a.tar", &tarred(&[(&long, b"x")]), limits());
    assert_eq!(record.paths(), [format!("a.tar!{long}")]);
    let mut builder = ::tar::Builder::new(Vec::new());
    builder.append_pax_extensions([("path", long.as_bytes())]).expect("memory takes it");
    let mut header = ::tar::Header::new_ustar();
    header.set_size(1);
    builder.append_data(&mut header, "short", &b"y"[..]).expect("memory takes it");
    let record = open("a.tar", &builder.into_inner().expect("memory takes it"), limits());
    assert_eq!(record.paths().last(), Some(&format!("a.tar!{long}").as_str()));
    let mut builder = ::tar::Builder::new(Vec::new());
    builder.append_pax_extensions([("path", &b"two\nlines"[..])]).expect("memory takes it");
    builder.append_data(&mut header, "short", &b"y"[..]).expect("memory takes it");
    let record = open("a.tar", &builder.into_inner().expect("memory takes it"), limits());
    assert_eq!((record.paths().last(), record.told.len()), (Some(&"a.tar!two\nlines"), 0));
}

#[test]
fn what_a_tar_file_says_beside_its_members_is_scanned_and_has_to_be_sound() {
    let mut builder = ::tar::Builder::new(Vec::new());
    builder.append_pax_extensions([("comment", &b"noted"[..])]).expect("memory takes it");
    let mut header = ::tar::Header::new_ustar();
    header.set_size(0);
    builder.append_data(&mut header, "a", &b""[..]).expect("memory takes it");
    let mut bytes = builder.into_inner().expect("memory takes it");
    let record = open("t.tgz", &gzipped(&bytes), limits());
    assert!(
        record.told.is_empty() && record.artifacts.iter().any(|(_, content)| content.ends_with(b"comment=noted\n"))
    );
    bytes[512..514].copy_from_slice(b"zz");
    let record = open("t.tgz", &gzipped(&bytes), limits());
    assert_eq!(record.told.len(), 1, "no record has this length");
    assert!(record.paths().contains(&"t.tgz!a"), "members follow all the same");
}

#[test]
fn a_sparse_file_does_not_lead_astray() {
    // Its map takes a second header; behind it stand the pieces, and then the next member.
    let mut header = ::tar::Header::new_gnu();
    header.set_entry_type(::tar::EntryType::GNUSparse);
    header.set_path("sparse").expect("the name is short");
    header.set_size(6);
    header.as_gnu_mut().expect("it is one").isextended[0] = 1;
    header.set_cksum();
    let mut bytes = [header.as_bytes(), &[0; 512][..], b"pieces", &[0; 506]].concat();
    bytes.extend(tarred(&[("next", b"found")]));
    let record = open("a.tar", &bytes, limits());
    assert_eq!((record.content("a.tar!sparse"), record.content("a.tar!next")), (&b"pieces"[..], &b"found"[..]));
    assert_eq!(record.told, [] as [&str; 0]);
}

#[test]
fn a_size_in_an_extended_header_counts() {
    let mut builder = ::tar::Builder::new(Vec::new());
    builder.append_pax_extensions([("size", &b"5"[..])]).expect("memory takes it");
    let mut header = ::tar::Header::new_ustar();
    header.set_path("a").expect("the name is short");
    header.set_size(0);
    header.set_cksum();
    let mut bytes = builder.into_inner().expect("memory takes it");
    bytes.truncate(1024);
    bytes.extend([header.as_bytes(), &b"found"[..], &[0; 507], &[0; 1024]].concat());
    assert_eq!(open("a.tar", &bytes, limits()).content("a.tar!a"), b"found");
}

#[test]
fn names_are_told_as_they_are() {
    let bytes = zipped(&[("../../etc/passwd", b"1".to_vec()), ("\u{1b}[31m", b"2".to_vec())]);
    assert_eq!(open("a.zip", &bytes, limits()).paths(), ["a.zip!../../etc/passwd", "a.zip!\u{1b}[31m"]);
}

#[test]
fn members_of_one_name_are_all_scanned() {
    let mut bytes = zipped(&[("same", b"first".to_vec()), ("samf", b"second".to_vec())]);
    while let Some(at) = memchr::memmem::find(&bytes, b"samf") {
        bytes[at..at + 4].copy_from_slice(b"same");
    }
    let record = open("a.zip", &bytes, limits());
    let contents: Vec<&[u8]> = record.artifacts.iter().map(|(_, content)| content.as_slice()).collect();
    assert_eq!(contents, [&b"first"[..], b"second"]);
}

#[test]
fn a_bomb_costs_no_more_than_its_budget() {
    let zeros = vec![0; 20 << 20];
    let bomb = gzipped(&zeros);
    let record = open("a.gz", &bomb, limits());
    assert!(record.artifacts.iter().map(|(_, content)| content.len()).sum::<usize>() <= 9 << 20);
    let allowed = (1 << 20) + 100 * bomb.len();
    assert_eq!(record.told, [format!("a.gz!a: it unpacks to more than {allowed} bytes")]);
    let bytes = zipped(&[("a", zeros.clone()), ("b", zeros), ("c", b"small".to_vec())]);
    assert_eq!(open("a.zip", &bytes, limits()).told.len(), 1, "it is told once");
    let twice = gzipped(&gzipped(&vec![0; 100 << 20]));
    assert_eq!(open("a.gz.gz", &twice, limits()).told.len(), 1);
}

#[test]
fn members_and_depth_are_bounded() {
    let many: Vec<(String, Vec<u8>)> = (0..60).map(|at| (at.to_string(), b"x".to_vec())).collect();
    let record = open("a.zip", &zipped(&many), limits());
    assert_eq!((record.artifacts.len(), record.told), (50, vec!["a.zip: it has more than 50 members".to_owned()]));
    let mut deep = b"bottom".to_vec();
    for _ in 0..6 {
        deep = zipped(&[("z.zip", deep)]);
    }
    let record = open("a.zip", &deep, limits());
    assert_eq!(record.told.len(), 1);
    assert!(record.told[0].ends_with("it holds archives in archives to a depth of more than 4"), "{:?}", record.told);
}

#[test]
fn an_archive_that_would_fill_the_memory_is_scanned_as_it_stands() {
    let noise: Vec<u8> = (0..2_u32 << 18).flat_map(|at| (at.wrapping_mul(2_654_435_761) >> 7).to_le_bytes()).collect();
    let inner = zipped(&[("n", noise)]);
    let record = open("a.tar", &tarred(&[("big.zip", &inner), ("next", b"scanned")]), limits());
    assert_eq!(record.content("a.tar!big.zip"), inner);
    assert_eq!(record.content("a.tar!next"), b"scanned");
    assert_eq!(record.told, ["a.tar!big.zip: to open it more than 1048576 bytes would have to be held in memory"]);
}

#[test]
fn what_is_broken_is_named_and_the_rest_is_scanned() {
    let mut bytes = zipped(&[("a", b"aaaa".repeat(50)), ("b", b"fine".to_vec())]);
    // Behind the header of the first member: its content.
    bytes[34] ^= 0xFF;
    let record = open("x.zip", &bytes, limits());
    assert_eq!(record.told, ["x.zip!a: the archive is damaged"]);
    assert_eq!(record.content("x.zip!b"), b"fine");
    let tar = tarred(&[("a", b"fine"), ("b", &[b'x'; 3000])]);
    for cut in [1024, 1536, 2600] {
        let record = open("x.tar", &tar[..cut], limits());
        assert_eq!(record.content("x.tar!a"), b"fine");
        assert_eq!(record.told, ["x.tar: the archive ends too early"], "after {cut} bytes");
    }
    for cut in [0, 10, 40, bytes.len() - 3] {
        assert_eq!(open("x.zip", &[b"PK\x03\x04", &bytes[4..cut.max(4)]].concat(), limits()).told.len(), 1, "{cut}");
    }
    let record = pass("x.tar.gz", &gzipped(&[tarred(&[("a", b"fine")]), b"hidden".to_vec()].concat()), limits());
    assert_eq!(record.told, ["x.tar.gz: something follows the end of the archive"]);
}

#[test]
fn encrypted_members_are_named() {
    let mut bytes = zipped(&[("a", b"secret".to_vec())]);
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = memchr::memmem::find(&bytes, signature).expect("the header is there");
        bytes[at + flags] |= 1;
    }
    let record = open("x.zip", &bytes, limits());
    assert_eq!((record.artifacts.len(), record.told), (0, vec!["x.zip: it holds something encrypted".to_owned()]));
}

#[test]
fn a_member_that_the_directory_does_not_list_is_told() {
    let told = vec!["x.zip: it holds a member that its directory does not list".to_owned()];
    let shown = zipped(&[("shown", b"shown".to_vec())]);
    let hidden = zipped(&[("hidden", b"hidden ".repeat(20_000))]);
    let directory = memchr::memmem::find(&hidden, b"PK\x01\x02").expect("the directory is there");
    let header = &hidden[..directory];
    // One archive behind another: only the directory of the last counts.
    for bytes in [[&hidden[..], &shown].concat(), [&shown[..], header].concat(), [header, &shown].concat()] {
        let record = open("x.zip", &bytes, limits());
        assert_eq!((record.paths(), &record.told), (vec!["x.zip!shown"], &told));
    }
    let inner = zipped(&[("outer", shown)]);
    assert!(open("x.zip", &inner, limits()).told.is_empty(), "an archive that is stored in another is listed");
}

#[test]
fn a_size_that_lies_changes_nothing() {
    let mut bytes = zipped(&[("a", b"words ".repeat(100))]);
    let at = memchr::memmem::find(&bytes, b"PK\x01\x02").expect("the directory is there");
    bytes[at + 24..at + 28].copy_from_slice(&7_u32.to_le_bytes());
    let record = open("x.zip", &bytes, limits());
    let seen = record.artifacts.first().map_or(0, |(_, content)| content.len());
    assert!(seen == 600 || !record.told.is_empty(), "{seen} bytes were scanned and nothing was told");
    let mut tar = tarred(&[("a", b"x")]);
    tar[124..136].copy_from_slice(b"77777777777\0");
    let mut header = ::tar::Header::from_byte_slice(&tar[..512]).clone();
    header.set_cksum();
    tar[..512].copy_from_slice(header.as_bytes());
    assert_eq!(open("x.tar", &tar, limits()).told.len(), 1);
}

#[test]
fn an_archive_behind_something_else_is_opened_wherever_it_stands() {
    let zip = |comment: &str| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.set_comment(comment).expect("it is short");
        writer.start_file("in", SimpleFileOptions::default()).expect("memory takes it");
        writer.write_all(b"x").expect("memory takes it");
        [b"MZ program\n", &writer.finish().expect("memory takes it").into_inner()[..]].concat()
    };
    for packed in [zip(""), zip("a comment")] {
        assert_eq!(open("a.exe", &packed, limits()).paths(), ["a.exe!in"]);
        let tar = tarred(&[("b.exe", &packed)]);
        assert_eq!(open("a.tar", &tar, limits()).paths(), ["a.tar!b.exe", "a.tar!b.exe!in"]);
        assert_eq!(pass("-", &packed, limits()).paths(), ["-", "-!in"]);
    }
}

#[test]
fn a_pdf_that_is_packed_in_an_unknown_way_is_told() {
    let pdf = |filter: &str| format!("%PDF-1.7\n7 0 obj\n<< /Filter {filter} >>\nstream\n414 2>\nendstream\nendobj\n");
    let known = open("a.pdf", pdf("/ASCIIHexDecode").as_bytes(), limits());
    assert_eq!((known.content("a.pdf!object-7"), known.told.len()), (&b"AB"[..], 0));
    assert_eq!(open("a.pdf", pdf("/LZWDecode").as_bytes(), limits()).told.len(), 1);
    assert_eq!(open("a.pdf", pdf("/LZWDecode /Subtype /Image").as_bytes(), limits()).told.len(), 0);
}

#[test]
fn streams_of_a_pdf_are_inflated() {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(b"BT (hello) Tj ET").expect("memory takes it");
    let packed = encoder.finish().expect("memory takes it");
    let head = format!("%PDF-1.7\n7 0 obj\n<< /Length {} /Filter /FlateDecode >>\nstream\n", packed.len());
    let bytes = [head.as_bytes(), &packed, b"\nendstream\nendobj\n"].concat();
    let record = open("a.pdf", &bytes, limits());
    assert_eq!((record.paths(), record.told.len()), (vec!["a.pdf!object-7"], 0), "{:?}", record.told);
    assert_eq!(record.content("a.pdf!object-7"), b"BT (hello) Tj ET");
}

#[test]
fn what_is_not_opened_is_told() {
    for (name, bytes) in [("a.zip", zipped(&[("a", b"x".to_vec())])), ("a.gz", gzipped(b"x")), ("a.tar", tarred(&[]))] {
        let mut record = Record::default();
        let mut unpacker = Unpacker::new(Archives::Count);
        unpacker.enter(&artifact(name), Format::of(&bytes), &mut Cursor::new(&bytes), &mut record);
        let is_archive = name != "a.tar";
        assert_eq!((record.artifacts.len(), record.told.len()), (0, usize::from(is_archive)), "{name}");
        unpacker.pass(&artifact(name), &mut &bytes[..], &mut record);
        assert_eq!(record.content(name), bytes);
    }
    let seven = b"7z\xBC\xAF\x27\x1C and so on";
    assert_eq!(open("a.7z", seven, limits()).told, ["a.7z: an archive of a kind that is never opened"]);
}

/// A way to open an archive of this name.
type Look = fn(&str, &[u8], Limits) -> Record;

/// One of each kind, with something in it.
fn samples() -> Vec<Vec<u8>> {
    let text = b"some text that is packed ".repeat(20);
    let zip = zipped(&[("a", text.clone()), ("b.gz", gzipped(&text))]);
    vec![
        gzipped(&tarred(&[("a", &text), ("b.zip", &zip)])),
        bzipped(&text),
        xzipped(&text),
        zstandard(&text),
        tarred(&[("a", &text), ("b.zip", &zip)]),
        zip,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever was done to an archive, opening it ends, and either all of it came out or something is told.
    #[test]
    fn no_archive_makes_it_panic_or_silently_lose_a_member(
        kind in 0_usize..6,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let whole = samples().swap_remove(kind);
        let mut bytes = whole.clone();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(whole.len()).max(1));
        }
        for look in [open as Look, pass] {
            let record = look("a", &bytes, limits());
            prop_assert!(record.artifacts.iter().map(|(_, content)| content.len()).sum::<usize>() <= 9 << 20);
            let is_cut = changes.is_empty() && Format::of(&bytes).is_some();
            let is_all = || record.artifacts == look("a", &whole, limits()).artifacts;
            prop_assert!(!is_cut || !record.told.is_empty() || is_all());
        }
    }
}
