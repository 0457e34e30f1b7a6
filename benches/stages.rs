//! How long each stage takes on the bundles of `testdata/verdicts`: `cargo bench --bench stages`.
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;

use divan::{Bencher, black_box};
use skillscan::Scanner;
use skillscan::bundle::{self, Bundle, BundlePath, Limits};
use skillscan::document::Documents;
use skillscan::flow::{self, Budget, Models};
use skillscan::lower;
use skillscan::policy::{Config, Date, Policy};
use skillscan::rules::Ruleset;

fn main() {
    divan::main();
}

fn paths() -> Vec<BundlePath> {
    bundle::discover(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/verdicts")).unwrap()
}

fn bundles() -> Vec<Bundle> {
    paths().iter().map(|at| bundle::read(at, &Limits::default())).collect()
}

/// What every start pays before the first bundle.
mod start {
    use super::{Bencher, Models, Ruleset};

    #[divan::bench]
    fn models(bencher: Bencher<'_, '_>) {
        bencher.bench(|| Models::builtin().unwrap());
    }

    #[divan::bench]
    fn rules(bencher: Bencher<'_, '_>) {
        bencher.bench(|| Ruleset::built_in().unwrap());
    }
}

#[divan::bench]
fn read(bencher: Bencher<'_, '_>) {
    let paths = paths();
    bencher.bench(|| paths.iter().map(|at| bundle::read(at, &Limits::default())).collect::<Vec<_>>());
}

#[divan::bench]
fn documents(bencher: Bencher<'_, '_>) {
    let bundles = bundles();
    bencher.bench(|| bundles.iter().map(Documents::read).collect::<Vec<_>>());
}

#[divan::bench]
fn lowering(bencher: Bencher<'_, '_>) {
    let documents: Vec<Documents> = bundles().iter().map(Documents::read).collect();
    bencher.bench(|| {
        for document in documents.iter().flat_map(Documents::all) {
            black_box(lower::lower(document));
        }
    });
}

/// Lowering included.
#[divan::bench]
fn flow(bencher: Bencher<'_, '_>) {
    let (bundles, models) = (bundles(), Models::builtin().unwrap());
    let read = || bundles.iter().map(Documents::read).collect::<Vec<_>>();
    bencher.with_inputs(read).bench_local_values(|mut documents| {
        for documents in &mut documents {
            black_box(flow::analyse(documents, &models, &Budget::default()));
        }
    });
}

#[divan::bench]
fn scan(bencher: Bencher<'_, '_>) {
    let paths = paths();
    let scanner = Scanner {
        models: Models::builtin().unwrap(),
        rules: Ruleset::built_in().unwrap(),
        policy: Policy::new(Config::default(), None, None, None, Date::today()),
        limits: Limits::default(),
        budget: Budget::default(),
    };
    bencher.bench(|| paths.iter().map(|at| scanner.scan(at)).collect::<Vec<_>>());
}
