//! Estimating a model from a project's own data: the same bytes on any number of threads, a file
//! that stands in for the model, and a plain refusal where the data are too few.

use bidui::config::Project;
use bidui::linkage::parameters::{Parameters, SHIPPED};
use bidui::pipeline;
use bidui::sources::Silent;
use serde_json::Value;

use crate::support::program::{bidui, small_project};
use crate::support::town;

fn parameters_on(threads: usize) -> String {
    let file = town::dirty().join("project.toml");
    let project = Project::load(&file, None).expect("a project");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let trained = pool.install(|| pipeline::train(&project, false, &Silent)).expect("an estimate");
    Parameters::of(&trained.model, SHIPPED.to_owned(), trained.data).to_toml()
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
