//! What one thread's engine does with a megabyte: nothing but searching, words that look promising, keys, encoded keys.
//!
//! `cargo bench --manifest-path bench/Cargo.toml`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use muleguard::{
    artifact::{Artifact, ArtifactPath, Provenance},
    engine::{self, Engine, Options},
    rule::{self, RuleSet, Slots},
};

const SIZE: usize = 1 << 20;

/// Text of this size: a line again and again, its slots filled anew each time.
fn text(line: &str) -> Vec<u8> {
    let mut slots = Slots::new(1);
    let mut text = String::with_capacity(SIZE + line.len());
    while text.len() < SIZE {
        text.push_str(&slots.fill(line));
    }
    text.into_bytes()
}

fn engine(criterion: &mut Criterion) {
    let rules = RuleSet::new(rule::builtin(engine::known())).expect("the built-in rules are sound");
    let engine = Engine::new(&rules, &Options::default());
    let artifact = Artifact { path: ArtifactPath::new("bench.txt"), provenance: Provenance::Stdin };
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Bytes(SIZE as u64)).sample_size(20);
    for (name, line) in [
        ("prefilter: nothing to stop at", "for (int i = 0; i < 10; i++) { sum += f(i) * 2; }\n"),
        ("gates: the word key in prose", "The key to the door hangs beside the door, and the token lies below it.\n"),
        ("matcher: names beside look-ups", "const apiKey = process.env.MY_API_KEY ?? readToken(\"main\");\n"),
        ("matcher: a key in every tenth line", "key = 'sk-mr-{hex:64}'\nx\nx\nx\nx\nx\nx\nx\nx\nsum += f(i) * 2;\n"),
        ("decoder: base64", "data: {base64 sk-mr-{hex:64}}\nsome other line\n"),
        ("decoder: percent", "url?k=sk%2Dmr%2D{hex:64}\nsome other line\n"),
        ("decoder: pieces", "\"sk-mr-{hex:30}\" +\n  \"{hex:34}\"\nsome other line\n"),
    ] {
        let text = text(line);
        let mut session = engine.session();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                session.block(&artifact, black_box(&text), true);
                session.finish(&artifact).findings.len()
            });
        });
    }
    group.finish();
    criterion.bench_function("rules: load the built-in ones", |bencher| {
        bencher.iter(|| rule::builtin(engine::known()).len());
    });
    criterion.bench_function("rules: make an engine of them", |bencher| {
        bencher.iter(|| {
            black_box(Engine::new(&rules, &Options::default()));
        });
    });
}

criterion_group!(benches, engine);
criterion_main!(benches);
