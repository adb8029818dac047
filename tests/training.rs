//! Estimating a model from a project's own data: the same bytes on any number of threads, a file
//! that stands in for the model, and a plain refusal where the data are too few.

use std::path::Path;
use std::sync::LazyLock;

use bidui::config::Project;
use bidui::ledger::Ledger;
use bidui::linkage::decisions::Answer;
use bidui::linkage::model::Model;
use bidui::linkage::parameters::LabelNote;
use bidui::linkage::parameters::{Parameters, SHIPPED};
use bidui::pipeline;
use bidui::sources::Silent;
use serde_json::Value;

use crate::support::program::{bidui, small_project};
use crate::support::{story, town};

fn parameters(folder: &Path, threads: usize, with_decisions: bool) -> String {
    let project = Project::load(&folder.join("project.toml"), None).expect("a project");
    let pool = bidui::pipeline::workers(threads).build().expect("threads");
    let trained = pool.install(|| pipeline::train(&project, with_decisions, &Silent));
    let trained = trained.expect("an estimate");
    Parameters::of(&trained.model, SHIPPED.to_owned(), trained.data).to_toml()
}

/// What one thread estimates from the dirty town where nobody has ruled on anything.
fn unlabelled() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| parameters(town::dirty(), 1, false));
    &TEXT
}

/// The dirty town twice, with thirty links drawn for a check and every question answered, in the
/// second from the last to the first: of every tenth nobody can tell, every fifth is said to be
/// wrong.
fn answered() -> [tempfile::TempDir; 2] {
    let one = town::audited(30);
    let (survey, ledger) = story::survey(one.path());
    drop(ledger);
    let other = tempfile::tempdir().expect("a folder");
    story::copy(one.path(), other.path());
    for (folder, backwards) in [(&one, false), (&other, true)] {
        let mut ledger = Ledger::open(folder.path()).expect("a ledger");
        story::rule((&survey, &mut ledger), backwards, |case, place| {
            Some(match (case.candidate, place % 10) {
                (_, 9) => Answer::Unsure,
                (0, place) if place % 5 > 0 => Answer::Same,
                _ => Answer::Different,
            })
        });
    }
    [one, other]
}

fn labels(parameters: &str) -> LabelNote {
    let parameters = Parameters::parse("p.toml", parameters).expect("a parameter file");
    parameters.data.labels.expect("labels")
}

#[test]
fn neither_threads_nor_the_order_of_rulings_change_an_estimate_with_decisions() {
    let [one, other] = answered();
    let with = parameters(one.path(), 1, true);
    assert_eq!(with, parameters(other.path(), 3, true));
    assert_eq!(parameters(one.path(), 2, false), unlabelled(), "only where asked to");
    assert_ne!(with, unlabelled());
    let note = labels(&with);
    let used = note.same > 0 && note.different > 0 && note.unsure > 0;
    assert!(used && note.unused == 0, "{note:?}");

    // A school sends nothing this time: its students are not there to learn from.
    let school = one.path().join("inputs/enrollment/佳木斯市第二技工学校.csv");
    fs_err::remove_file(school).expect("removed");
    let fewer = labels(&parameters(one.path(), 2, true));
    assert_eq!((fewer.rulings, fewer.unsure), (note.rulings, note.unsure));
    assert!(fewer.same < note.same && fewer.unused > 0, "{fewer:?} of {note:?}");
}

/// A model of one's own whose numbers are far from the truth: what is equal nearly always differs. An
/// estimate has to be clearly better than its model, and the shipped one leaves a small town nothing to gain.
fn far_off() -> Model {
    let mut model = Model { name: "own".to_owned(), ..Model::shipped() };
    for comparison in &mut model.comparisons {
        let trusted = ["姓名", "出生日期", "户籍地", "电话"].contains(&comparison.name.as_str());
        if let (true, Some(equal)) = (trusted, comparison.level.first_mut()) {
            equal.m = 0.001;
        }
    }
    model
}

#[test]
fn an_estimate_that_does_not_help_clearly_is_not_offered() {
    let folder = town::unpack("dirty");
    for words in
        [&["train", "project.toml", "--out", "m.toml"][..], &["run", "project.toml", "--estimate"]]
    {
        let outcome = bidui(folder.path(), &[words, &["--quiet"]].concat());
        assert_eq!(outcome.status, 2, "{words:?}");
        assert!(outcome.err.contains("没有明显好过现有模型"), "{}", outcome.err);
    }
    assert!(!folder.path().join("m.toml").exists());
    let runs = fs_err::read_dir(folder.path().join("runs")).map_or(0, Iterator::count);
    assert_eq!(runs, 0);
}

#[test]
fn without_a_single_ruling_there_is_nothing_to_take_as_known() {
    let folder = town::unpack("dirty");
    town::doubting(folder.path());
    let words = ["train", "project.toml", "--with-decisions", "--quiet", "--out", "m.toml"];
    let refused = || {
        let outcome = bidui(folder.path(), &words);
        assert_eq!((outcome.status, outcome.out.as_str()), (2, ""));
        assert!(outcome.err.contains("没有一条可用的人工认定"), "{}", outcome.err);
        assert!(!folder.path().join("m.toml").exists());
    };
    refused();
    assert!(!folder.path().join("bidui.db").exists(), "no ledger is made");
    let (survey, mut ledger) = story::survey(folder.path());
    let mut rule = |answer| {
        story::rule((&survey, &mut ledger), false, |_, place| (place == 0).then_some(answer));
    };
    rule(Answer::Unsure);
    refused();
    rule(Answer::Different);
    fs_err::write(folder.path().join("doubting.toml"), far_off().to_toml()).expect("written");
    let outcome = bidui(folder.path(), &words);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    assert!(outcome.out.contains("人工认定 1 条：0 行已知是谁，另有 1 对已知不是同一人"));
}

#[test]
fn threads_change_no_digit_of_an_estimate() {
    assert_eq!(unlabelled(), parameters(town::dirty(), 3, false));
    let parameters = Parameters::parse("p.toml", unlabelled()).expect("a parameter file");
    assert!(parameters.data.matches > 200.0, "{:?}", parameters.data);
    assert!(parameters.data.iterations < 200, "it converged: {:?}", parameters.data);
}

#[test]
fn a_run_that_estimates_links_as_a_run_with_the_file_it_wrote() {
    let folder = town::unpack("dirty");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().expect("inside")).expect("made");
        fs_err::write(path, text).expect("written");
    };
    let read = |path: &str| fs_err::read_to_string(folder.path().join(path)).expect("readable");
    let run = |words: &[&str]| {
        let outcome = bidui(folder.path(), &[&["run", "--quiet"], words].concat());
        assert!(outcome.status < 2, "{}", outcome.err);
    };
    write("models/own.toml", &far_off().to_toml());
    let project = read("project.toml");
    write("project.toml", &format!("model = \"models/own.toml\"\n{project}"));
    write("named.toml", &format!("model = \"deep/out/模型参数.toml\"\n{project}"));
    run(&["project.toml", "--estimate", "--out", "deep/out"]);
    let parameters = Parameters::parse("p.toml", &read("deep/out/模型参数.toml"));
    // Seen from where it stands, so that the project's folder can be moved.
    assert_eq!(parameters.expect("a parameter file").base, "../../models/own.toml");
    run(&["named.toml", "--out", "named"]);
    let shipped = |name: &str| {
        let path = town::dirty().join("out").join(name);
        fs_err::read_to_string(path).expect("readable")
    };
    assert_eq!(read("deep/out/links.csv"), read("named/links.csv"));
    assert_ne!(read("deep/out/links.csv"), shipped("links.csv"));
    let version = |manifest: &str| {
        let manifest: Value = serde_json::from_str(manifest).expect("JSON");
        manifest["model_version"].clone()
    };
    assert_eq!(version(&read("deep/out/run.json")), version(&read("named/run.json")));
    assert_ne!(version(&read("deep/out/run.json")), version(&shipped("run.json")));
}

#[test]
fn too_few_matches_are_refused_and_nothing_is_written() {
    let folder = small_project();
    for arguments in
        [&["train", "project.toml", "--out", "m.toml"][..], &["run", "project.toml", "--estimate"]]
    {
        let outcome = bidui(folder.path(), arguments);
        assert_eq!(outcome.status, 2, "{arguments:?}");
        assert!(outcome.err.contains("数据太少"), "{}", outcome.err);
    }
    assert!(!folder.path().join("m.toml").exists());
    let runs = fs_err::read_dir(folder.path().join("runs")).map_or(0, Iterator::count);
    assert_eq!(runs, 0);
}

#[test]
fn a_parameter_file_with_mistakes_names_them_all() {
    let folder = small_project();
    let text = "base = \"people\"\nversion = \"1+x\"\nprior = { match = 2.0 }\n\
                [data]\nleft_rows = 1\nright_rows = 1\npairs = 1\nrandom_pairs = 1\nmatches = 1.0\n\
                iterations = 1\nm_not_seen = []\nu_not_seen = []\n\
                [[comparison]]\nname = \"名字\"\nlevel = []\n\
                [[comparison]]\nname = \"姓名\"\nlevel = [{ name = \"eqaul\", m = 0.5, u = 0.1 }]\n";
    fs_err::write(folder.path().join("m.toml"), text).expect("written");
    let project = fs_err::read_to_string(folder.path().join("project.toml")).expect("readable");
    fs_err::write(folder.path().join("p.toml"), format!("model = \"m.toml\"\n{project}"))
        .expect("written");
    let outcome = bidui(folder.path(), &["run", "p.toml"]);
    assert_eq!(outcome.status, 2);
    for part in ["名字", "eqaul", "prior.match = 2"] {
        assert!(outcome.err.contains(part), "{part}: {}", outcome.err);
    }
}
