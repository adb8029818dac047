//! The settings in force as JSON, in a fixed order.

use serde_json::{Value, json};

use super::{Programme, Project, Source};

/// Everything the results depend on besides the inputs. Passwords are left out: they must not
/// reach a file that is handed on.
pub(super) fn in_force(project: &Project) -> Value {
    let mut settings = json!({
        "title": project.title,
        "unit": project.unit,
        "as_of": project.as_of.to_string(),
        "report_window": project.report_window,
        "figures": project.figures,
        "sources": project.sources.iter().map(source).collect::<Vec<_>>(),
        "places": project.places,
        "model": project.model.as_ref().map(|path| relative(project, path)),
        "filled_by": project.filled_by,
        "filled_on": project.filled_on.map(|date| date.to_string()),
        "institution_order": project.institution_order,
        "templates": project.templates,
    });
    // A project that says nothing of them keeps the run ids it had before there were any.
    if !project.institutions.is_empty() {
        settings["institutions"] = json!(project.institutions);
    }
    // A project that asks for no check keeps the run ids it had before there was one.
    if project.audit > 0 {
        settings["review"] = json!({ "audit": project.audit });
    }
    // Nor does a project without programmes.
    if !project.programmes.is_empty() {
        settings["programmes"] = project.programmes.iter().map(programme).collect();
        settings["catalogues"] = json!(project.catalogues);
        settings["targets"] = json!(project.targets);
    }
    settings
}

fn programme(programme: &Programme) -> Value {
    let shown = programme.settings.iter().map(|(key, value)| (key.clone(), json!(value.shown())));
    let settings: serde_json::Map<String, Value> = shown.collect();
    json!({ "id": programme.id, "sha256": programme.sum, "settings": settings })
}

fn source(source: &Source) -> Value {
    let mut settings = json!({
        "kind": source.kind,
        "files": source.files,
        "region": source.region,
        "institution": source.institution,
        "columns": source.columns,
        "labels": source.labels,
        "passwords_given": source.passwords.len(),
    });
    if let Some(list) = &source.list {
        settings["list"] = json!(list);
        // A list of the project's own may change under its name.
        settings["definition"] = json!(source.definition.as_ref().map(|one| format!("{one:?}")));
    }
    if !source.unused.is_empty() {
        settings["unused"] = json!(source.unused);
    }
    // As above: whoever does not use it keeps the run ids there were before.
    if source.allow_missing {
        settings["allow_missing"] = json!(true);
    }
    settings
}

/// The path as the user wrote it: the same project in another folder has the same settings.
fn relative(project: &Project, path: &std::path::Path) -> String {
    path.strip_prefix(&project.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
