//! The prefilters decide what need not be asked; they must not decide what is found: held on every bundle of a corpus.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use rayon::prelude::*;
use skillscan::bundle::{self, Limits};
use skillscan::document::Documents;
use skillscan::flow::{self, Budget, Models};
use skillscan::rules::Ruleset;

fn differences(folder: &Path) -> (Vec<String>, usize) {
    let (models, rules) = (Models::builtin().unwrap(), Ruleset::built_in().unwrap());
    let bundles = bundle::discover(folder).unwrap();
    let differs = |at: &bundle::BundlePath| {
        let bundle = bundle::read(at, &Limits::default());
        let mut documents = Documents::read(&bundle);
        let graph = flow::analyse(&mut documents, &models, &Budget::default());
        let filtered = format!("{:?}", rules.run(&bundle, &documents, &graph));
        (filtered != format!("{:?}", rules.run_plainly(&bundle, &documents, &graph))).then(|| at.shown.clone())
    };
    let pool = rayon::ThreadPoolBuilder::new().stack_size(16 << 20).build().unwrap();
    (pool.install(|| bundles.par_iter().filter_map(differs).collect()), bundles.len())
}

#[test]
fn nothing_is_lost_on_our_own_bundles() {
    let (differing, compared) = differences(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"));
    assert!(compared >= 20, "only {compared} bundles");
    assert_eq!(differing, [""; 0]);
}

#[test]
#[ignore = "needs SKILLSCAN_CORPORA, a folder of bundles"]
fn nothing_is_lost_on_corpora() {
    let folder = std::env::var_os("SKILLSCAN_CORPORA").unwrap();
    let (differing, compared) = differences(Path::new(&folder));
    println!("{compared} bundles compared");
    assert_eq!(differing, [""; 0]);
}
