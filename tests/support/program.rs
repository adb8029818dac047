//! Runs the program as a user does.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::desk::program;

/// What a call of the program did.
pub struct Outcome {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// Runs `bidui` in a folder.
pub fn bidui(folder: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new(program())
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program starts");
    Outcome {
        status: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A folder of the project's fixtures.
pub fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// Names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let items = fs_err::read_dir(folder).expect("readable");
    let mut names: Vec<String> = items
        .map(|item| item.expect("an item").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A project of three registered persons, two students and one trainee in a new folder. The ID
/// numbers carry an area code that was never given out, so that they are nobody's.
pub fn small_project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        ("project.toml", PROJECT),
        ("inputs/registry/佳木斯市.csv", REGISTRY),
        ("inputs/enrollment/佳木斯技师学院.csv", ENROLLMENT),
        ("inputs/training/惠民职业培训学校.csv", TRAINING),
    ];
    for (path, text) in files {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().expect("inside")).expect("made");
        fs_err::write(path, text).expect("written");
    }
    folder
}

const PROJECT: &str = r#"title = "佳木斯市技能脱贫数据比对"
unit = "佳木斯市"
as_of = 2019-06-10

[[source]]
kind = "registry"
files = ["inputs/registry/*"]

[[source]]
kind = "enrollment"
files = ["inputs/enrollment/*"]

[[source]]
kind = "training"
files = ["inputs/training/*"]
"#;

const REGISTRY: &str = "\
县(市、区、旗),乡(镇),行政村,户编号,人编号,姓名,证件号码,与户主关系,文化程度,在校生状况,劳动技能
桦南县,桦南镇,红光村,2300000001,230000000101,张伟,230899200103051818,户主,初中,,普通劳动力
桦南县,桦南镇,红光村,2300000001,230000000102,张丽,230899200207149262,之女,,中职一年级,普通劳动力
桦川县,横头山镇,东兴村,2300000002,230000000201,李国强,230899197905209176,户主,初中,,普通劳动力
";

const ENROLLMENT: &str = "\
院校名称,姓名,性别,身份证号,学籍状态,学习形式,入学时间,专业名称
佳木斯技师学院,张丽,女,230899200207149262,正式学籍,全日制,2019-03-01,焊接加工
佳木斯技师学院,赵敏,女,,正式学籍,全日制,2018-09-01,焊接加工
";

const TRAINING: &str = "\
培训机构名称,姓名,身份证号,培训工种,培训类型,开班日期,结业日期,就业状态
惠民职业培训学校,李国强,230899197905209176,中式烹调师,就业技能培训,2019-03-04,2019-03-29,未就业
";
