//! No panic, ever: damaged files of every kind are scanned or told. That one which happened all the same would cost one file
//! only is the matter of a test in `src/scan/worker.rs`; `fuzz/` looks for more.

use std::{fs, path::Path};

use crate::{
    common::{Sandbox, key},
    hostile::ended,
};

/// Writes one sound file of each kind that is read in a way of its own.
const KINDS: &str = r#"
import bz2, gzip, io, json, lzma, sys, tarfile, zipfile, zlib
text = sys.argv[1].encode() * 5
def tar(how):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=how) as archive:
        about = tarfile.TarInfo('d/' + 'n' * 120 + '.py'); about.size = len(text); archive.addfile(about, io.BytesIO(text))
    return out.getvalue()
def packed(how):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', how) as archive: archive.writestr('a/b.py', text); archive.writestr('c.gz', gzip.compress(text))
    return out.getvalue()
files = {
    'a.zip': packed(0), 'b.zip': packed(8), 'c.zip': packed(12), 'a.tar': tar(tarfile.GNU_FORMAT), 'b.tar': tar(tarfile.PAX_FORMAT),
    'a.tar.gz': gzip.compress(tar(tarfile.GNU_FORMAT)), 'a.bz2': bz2.compress(text), 'a.xz': lzma.compress(text),
    'a.pdf': b'%PDF-1.4\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n' + zlib.compress(b'BT (' + text + b') Tj ET') + b'\nendstream\nendobj\n%%EOF',
    'a.ipynb': json.dumps({'cells': [{'cell_type': 'code', 'source': [text.decode()]}], 'nbformat': 4}).encode(),
    'docker-compose.yml': b'services:\n  a:\n    environment:\n      API_KEY: ' + text, 'a.py': text, '.env': b'API_KEY=' + text,
    'wide.py': text.decode().encode('utf-16'), 'secret.yaml': b'kind: Secret\ndata:\n  key: ' + __import__('base64').b64encode(text),
}
for name, data in files.items(): open(name, 'wb').write(data)
"#;

/// Numbers that look random and are the same in every run.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

fn damage(sound: &[u8], state: &mut u64) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for _ in 0..1 + next(state) % 4 {
        let at = next(state) % bytes.len().max(1);
        match next(state) % 4 {
            0 => bytes.truncate(at),
            1 => bytes[at..].iter_mut().take(4).for_each(|byte| *byte = 0xff),
            2 => drop(bytes.splice(at..at, sound.iter().copied().take(50))),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (at % 8)),
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

#[test]
fn damaged_files_of_every_kind_are_no_panic() {
    let (sound, sandbox) = (Sandbox::new(), Sandbox::new());
    let line = format!("api_key = \"{}\"\n", key());
    assert!(sound.command("python3").args(["-c", KINDS, &line]).status().is_ok_and(|status| status.success()));
    assert_eq!(ended(&sound, &["scan", "-z", "."]).code, 1);
    let mut state = 11;
    for entry in fs::read_dir(sound.path()).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        let name = path.file_name().map(Path::new).expect("it has a name").display().to_string();
        let bytes = fs::read(&path).expect("it can be read");
        for round in 0..40 {
            sandbox.write(&format!("{round}/{name}"), damage(&bytes, &mut state));
        }
    }
    let ran = ended(&sandbox, &["scan", "-z", "."]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(!ran.stdout.contains("muleguard failed") && !ran.stdout.contains("failed in muleguard"), "{}", ran.stdout);
}
