//! Every folder of `fixtures/broken-config` is a mistake a project file can have, with the exact
//! message the user reads. `BIDUI_ACCEPT=1` writes the messages anew; read the difference then.

use crate::support::program::{bidui, fixture, names};

#[test]
fn each_mistake_has_its_message() {
    let folder = fixture("broken-config");
    let mut wrong = Vec::new();
    for name in names(&folder) {
        let case = folder.join(&name);
        let outcome = bidui(&case, &["check", "project.toml"]);
        let expected = case.join("expected.txt");
        if std::env::var_os("BIDUI_ACCEPT").is_some() {
            fs_err::write(&expected, &outcome.err).expect("written");
        }
        let expected = fs_err::read_to_string(&expected).expect("expected.txt");
        if (outcome.status, outcome.out.as_str()) != (2, "") || outcome.err != expected {
            wrong.push(format!("{name}: status {}\n{}", outcome.status, outcome.err));
        }
        // A refused project leaves nothing behind.
        assert_eq!(names(&case), ["expected.txt", "project.toml"], "{name}");
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_project_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let outcome = bidui(folder.path(), &["run", "没有.toml"]);
    assert_eq!((outcome.status, outcome.out.as_str()), (2, ""));
    assert_eq!(outcome.err, "项目文件 没有.toml 有 1 处错误：\n  找不到这个文件；请检查路径\n");
}
