//! The run id: equal inputs and settings give an equal id.

use jiff::civil::Date;

use crate::digest::TextDigest;
use crate::ledger::InputKind;

/// An input as far as the id depends on it: kind, path and sum.
pub(super) type Identified<'a> = (InputKind, &'a str, &'a str);

/// `<report date>-<first ten hexadecimal digits>` of SHA-256 over the versions of program and model,
/// settings in force, and path and sum of every input.
pub(super) fn run_id<'a>(
    as_of: Date,
    settings: &serde_json::Value,
    versions: &[&str],
    inputs: impl IntoIterator<Item = Identified<'a>>,
) -> String {
    let mut digest = TextDigest::of(versions);
    digest.extend([settings.to_string()]);
    for (kind, path, sha256) in inputs {
        digest.extend([kind.key(), path, sha256]);
    }
    format!("{as_of}-{}", digest.hex(5))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Identified;
    use crate::config::Project;
    use crate::ledger::InputKind;
    use crate::vocabulary::SourceKind;

    fn run_id(project: &Project, versions: &[&str], inputs: &[Identified<'_>]) -> String {
        super::run_id(project.as_of, &project.settings(), versions, inputs.iter().copied())
    }

    fn project(head: &str) -> Project {
        let text = format!(
            "unit = \"佳木斯市\"\n{head}\n[[source]]\nkind = \"registry\"\nfiles = [\"r\"]\n\
             [[source]]\nkind = \"training\"\nfiles = [\"t\"]\n"
        );
        Project::parse(&text, Path::new("p.toml"), None).expect("a project")
    }

    fn input(path: &'static str, sha256: &'static str) -> Identified<'static> {
        (InputKind::Source(SourceKind::Registry), path, sha256)
    }

    #[test]
    fn the_id_follows_inputs_settings_and_versions() {
        let plain = project("as_of = 2019-06-10");
        let inputs = [input("a", "00")];
        let id = run_id(&plain, &["0.1.0", "1"], &inputs);
        assert!(id.starts_with("2019-06-10-") && id.len() == 21, "{id}");
        assert_eq!(id, run_id(&plain, &["0.1.0", "1"], &inputs));
        let others = [
            run_id(&project("as_of = 2019-06-11"), &["0.1.0", "1"], &inputs),
            run_id(
                &project("as_of = 2019-06-10\ncount_suspended = true"),
                &["0.1.0", "1"],
                &inputs,
            ),
            run_id(&plain, &["0.1.1", "1"], &inputs),
            run_id(&plain, &["0.1.0", "2"], &inputs),
            run_id(&plain, &["0.1.0", "1"], &[input("a", "01")]),
            run_id(&plain, &["0.1.0", "1"], &[input("b", "00")]),
            run_id(&plain, &["0.1.0", "1"], &[input("a", "00"), input("b", "00")]),
        ];
        for other in &others {
            assert_ne!(&id, other);
        }
    }
}
