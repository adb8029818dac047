//! Model files, parameter files and blocking files on disk: the latter two stand wherever a model file may
//! stand, and name the model they belong to.

use std::io;
use std::path::{Path, PathBuf};

use super::blocking_file::BlockingFile;
use super::mistake::ModelError;
use super::model::Model;
use super::parameters::{Parameters, SHIPPED};
use crate::private_files;

/// Reads and checks a model file, or a parameter file together with the model it names.
pub fn load(path: &Path) -> Result<Model, ModelError> {
    let (shown, text) = (path.display().to_string(), fs_err::read_to_string(path)?);
    if BlockingFile::is_meant_by(&text) || !Parameters::is_meant_by(&text) {
        return load_base(path);
    }
    let parameters = Parameters::parse(&shown, &text)?;
    let mut model = match parameters.base_file(path) {
        None => Model::shipped(),
        Some(base) => load_base(&base)?,
    };
    let mut mistakes = parameters.apply(&mut model);
    mistakes.extend(model.mistakes());
    if mistakes.is_empty() {
        Ok(model)
    } else {
        Err(ModelError::Mistakes { path: shown, mistakes })
    }
}

/// Reads and checks a model file, or a blocking file together with the model it names.
fn load_base(path: &Path) -> Result<Model, ModelError> {
    let (shown, text) = (path.display().to_string(), fs_err::read_to_string(path)?);
    if !BlockingFile::is_meant_by(&text) {
        return Model::parse(&shown, &text);
    }
    let file = BlockingFile::parse(&shown, &text)?;
    let base = match file.base_file(path) {
        None => Model::shipped(),
        Some(base) => Model::parse(&base.display().to_string(), &fs_err::read_to_string(&base)?)?,
    };
    let model = file.apply(base);
    let mistakes = model.mistakes();
    if mistakes.is_empty() {
        Ok(model)
    } else {
        Err(ModelError::Mistakes { path: shown, mistakes })
    }
}

/// The base a parameter file at `beside` has to name for the model of `path`, which may itself be
/// a parameter file; `None` is the shipped model. The path is relative where the model stands
/// below the parameter file's folder, or both stand below `root`, so that the whole can be moved;
/// absolute elsewhere.
pub fn base(path: Option<&Path>, beside: &Path, root: Option<&Path>) -> Result<String, ModelError> {
    let Some(path) = path else { return Ok(SHIPPED.to_owned()) };
    let text = fs_err::read_to_string(path)?;
    let is_parameters = Parameters::is_meant_by(&text) && !BlockingFile::is_meant_by(&text);
    let file = if is_parameters {
        Parameters::parse(&path.display().to_string(), &text)?.base_file(path)
    } else {
        Some(path.to_owned())
    };
    match file {
        None => Ok(SHIPPED.to_owned()),
        Some(file) => Ok(base_name(&file, beside.parent().unwrap_or(beside), root)?),
    }
}

/// How a parameter file in `folder` names its base model: [`Parameters::base_file`] turned round. See
/// [`self::base`] for when the name is relative.
fn base_name(file: &Path, folder: &Path, root: Option<&Path>) -> io::Result<String> {
    let (file, folder) = (place_of(file)?, real(folder)?);
    let root = root.map(private_files::real).transpose()?;
    let together = root.is_some_and(|root| file.starts_with(&root) && folder.starts_with(&root));
    if !together && !file.starts_with(&folder) {
        return Ok(file.display().to_string());
    }
    let shared = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| "..".to_owned());
    let down = file.components().skip(shared);
    let down = down.map(|part| part.as_os_str().to_string_lossy().into_owned());
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// A folder without links and `..`, which need not be there yet.
fn real(folder: &Path) -> io::Result<PathBuf> {
    // The folder of a bare file name is the one we are in.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if folder.exists() { private_files::real(folder) } else { place_of(folder) }
}

/// Where an entry stands, in a folder without links and `..`; it may itself be a link, or not be there.
fn place_of(entry: &Path) -> io::Result<PathBuf> {
    let entry = std::path::absolute(entry)?;
    match (entry.parent(), entry.file_name()) {
        (Some(folder), Some(name)) => Ok(private_files::real(folder)?.join(name)),
        _ => private_files::real(&entry),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocking_file_replaces_the_rules_of_its_base_and_nothing_else() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../schemas/linkage/nation.toml");
        let (nation, people) = (load(&path).unwrap(), Model::shipped());
        assert_eq!(nation.version, format!("{} nation 2", people.version));
        let (keep, blocking) = (people.blocking.clone(), nation.blocking.clone());
        assert!(blocking.iter().all(|rule| rule.pairs.is_some()));
        assert_eq!(blocking.len(), keep.len());
        let same = Model { version: people.version.clone(), blocking: keep, ..nation };
        assert_eq!(same.to_toml(), people.to_toml());
        let folder = tempfile::tempdir().unwrap();
        let wrong = folder.path().join("wrong.toml");
        let text = "base = \"people\"\nversion = \"1\"\n[[blocking]]\non = [\"idd\"]\n";
        fs_err::write(&wrong, text).unwrap();
        assert!(load(&wrong).unwrap_err().to_string().contains("idd"));
    }

    #[test]
    fn a_base_is_named_from_the_parameter_file_where_both_can_be_moved_together() {
        let top = tempfile::tempdir().unwrap();
        let root = fs_err::canonicalize(top.path()).unwrap().join("project");
        for folder in ["models", "runs"] {
            fs_err::create_dir_all(root.join(folder)).unwrap();
        }
        let model = root.join("models/own.toml");
        let name = |folder: &Path, root| base_name(&model, folder, root).unwrap();
        let outside = root.with_file_name("elsewhere");
        let absolute = model.display().to_string();
        assert_eq!(name(&root.join("runs/new"), Some(&root)), "../../models/own.toml");
        assert_eq!(name(&root.join("models/../runs"), Some(&root)), "../models/own.toml");
        assert_eq!(name(&root, None), "models/own.toml");
        assert_eq!(name(&root.join("runs"), None), absolute);
        assert_eq!(name(&outside, Some(&root)), absolute);
        assert!(base_name(&model, &outside.join("not/there"), None).is_err());
    }
}
