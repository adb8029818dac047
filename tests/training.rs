//! Estimating a model from a project's own data: the same bytes on any number of threads, a file
//! that stands in for the model, and a plain refusal where the data are too few.

use std::path::Path;

use bidui::config::Project;
use bidui::linkage::decisions::Answer;
use bidui::linkage::model::Model;
use bidui::linkage::parameters::{Parameters, SHIPPED};
use bidui::linkage::training::LabelNote;
use bidui::pipeline;
use bidui::sources::Silent;
use serde_json::Value;

use crate::support::program::{bidui, small_project};
use crate::support::{story, town};

fn parameters_on(threads: usize) -> String {
    parameters(town::dirty(), threads, false)
}

fn parameters(folder: &Path, threads: usize, with_decisions: bool) -> String {
    let project = Project::load(&folder.join("project.toml"), None).expect("a project");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let trained = pool.install(|| pipeline::train(&project, with_decisions, &Silent));
    let trained = trained.expect("an estimate");
    Parameters::of(&trained.model, SHIPPED.to_owned(), trained.data).to_toml()
}

/// The dirty town with thirty links drawn for a check and every question answered: of every tenth
/// nobody can tell, every fifth is said to be wrong.
fn answered(backwards: bool) -> tempfile::TempDir {
    let folder = town::audited(30);
    story::rule(folder.path(), backwards, |case, place| {
        Some(match (case.candidate, place % 10) {
            (_, 9) => Answer::Unsure,
            (0, place) if place % 5 > 0 => Answer::Same,
            _ => Answer::Different,
        })
    });
    folder
}

fn labels(parameters: &str) -> LabelNote {
    let parameters = Parameters::parse("p.toml", parameters).expect("a parameter file");
    parameters.data.labels.expect("labels")
}

#[test]
fn neither_threads_nor_the_order_of_rulings_change_an_estimate_with_decisions() {
    let (one, other) = (answered(false), answered(true));
    let with = parameters(one.path(), 1, true);
    assert_eq!(with, parameters(one.path(), 3, true));
    assert_eq!(with, parameters(other.path(), 2, true));
    assert_eq!(parameters(one.path(), 2, false), parameters_on(2), "only where asked to");
    assert_ne!(with, parameters_on(2));
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

#[test]
fn without_a_single_ruling_there_is_nothing_to_take_as_known() {
    let folder = town::unpack("dirty");
    let words = ["train", "project.toml", "--with-decisions", "--quiet", "--out", "m.toml"];
    let refused = || {
        let outcome = bidui(folder.path(), &words);
        assert_eq!((outcome.status, outcome.out.as_str()), (2, ""));
        assert!(outcome.err.contains("没有一条可用的人工认定"), "{}", outcome.err);
        assert!(!folder.path().join("m.toml").exists());
    };
    refused();
    assert!(!folder.path().join("bidui.db").exists(), "no ledger is made");
    story::rule(folder.path(), false, |_, place| (place == 0).then_some(Answer::Unsure));
    refused();
    story::rule(folder.path(), false, |_, place| (place == 0).then_some(Answer::Different));
    let outcome = bidui(folder.path(), &words);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    assert!(outcome.out.contains("人工认定 1 条：0 行已知是谁，另有 1 对已知不是同一人"));
}

#[test]
fn an_estimate_from_a_model_of_the_projects_own_names_it_from_where_it_stands() {
    let folder = town::unpack("dirty");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().expect("inside")).expect("made");
        fs_err::write(path, text).expect("written");
    };
    let read = |path: &str| fs_err::read_to_string(folder.path().join(path)).expect("readable");
    let own = Model { name: "own".to_owned(), ..Model::shipped() };
    write("models/own.toml", &own.to_toml());
    let project = read("project.toml");
    write("project.toml", &format!("model = \"models/own.toml\"\n{project}"));
    write("named.toml", &format!("model = \"deep/out/模型参数.toml\"\n{project}"));
    let run = |words: &[&str]| {
        let outcome = bidui(folder.path(), &[&["run", "--quiet"], words].concat());
        assert!(outcome.status < 2, "{}", outcome.err);
    };
    fs_err::create_dir_all(folder.path().join("deep")).expect("made");
    run(&["project.toml", "--estimate", "--out", "deep/out"]);
    let parameters = Parameters::parse("p.toml", &read("deep/out/模型参数.toml"));
    let base = parameters.expect("a parameter file").base;
    let found = fs_err::canonicalize(folder.path().join("deep/out").join(&base));
    let own = fs_err::canonicalize(folder.path().join("models/own.toml"));
    assert_eq!(found.expect("it resolves"), own.expect("there"), "{base}");
    run(&["named.toml", "--out", "named"]);
    assert_eq!(read("deep/out/links.csv"), read("named/links.csv"));
}

#[test]
fn threads_change_no_digit_of_an_estimate() {
    let one = parameters_on(1);
    assert_eq!(one, parameters_on(3));
    let parameters = Parameters::parse("p.toml", &one).expect("a parameter file");
    assert!(parameters.data.matches > 200.0, "{:?}", parameters.data);
    assert!(parameters.data.iterations < 200, "it converged: {:?}", parameters.data);
}

#[test]
fn a_run_that_estimates_links_as_a_run_with_the_file_it_wrote() {
    let folder = town::unpack("dirty");
    let run = |project: &str, more: &[&str]| {
        let outcome = bidui(folder.path(), &[&["run", project, "--quiet"], more].concat());
        assert!(outcome.status < 2, "{}", outcome.err);
    };
    run("project.toml", &["--estimate", "--out", "estimated"]);
    let project = fs_err::read_to_string(folder.path().join("project.toml")).expect("readable");
    let named = format!("model = \"estimated/模型参数.toml\"\n{project}");
    fs_err::write(folder.path().join("named.toml"), named).expect("written");
    run("named.toml", &["--out", "named"]);
    run("project.toml", &["--out", "shipped"]);
    let read = |path: &str| fs_err::read_to_string(folder.path().join(path)).expect("readable");
    assert_eq!(read("estimated/links.csv"), read("named/links.csv"));
    assert_ne!(read("estimated/links.csv"), read("shipped/links.csv"));
    let model = |out: &str| -> Value {
        let manifest: Value =
            serde_json::from_str(&read(&format!("{out}/run.json"))).expect("JSON");
        manifest["model_version"].clone()
    };
    assert_eq!(model("estimated"), model("named"));
    assert_ne!(model("estimated"), model("shipped"));
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
