//! What is in force: settings, counting rules, model, inputs.

use maud::{Markup, html};

use super::{PageView, frame, headings};

/// The page.
pub(in crate::desk) fn settings(view: PageView) -> Markup {
    let survey = view.material.survey();
    let results = view.material.results();
    let (name, version, thresholds) = survey.model();
    let in_force = serde_json::to_string_pretty(&results.project.settings()).unwrap_or_default();
    let facts = [
        ("项目文件", results.project.path.display().to_string()),
        ("填报单位", results.project.bureau()),
        ("统计时点", results.project.as_of.to_string()),
        ("运行编号", survey.run_id().to_owned()),
        ("程序版本", crate::pipeline::VERSION.to_owned()),
        ("比对模型", format!("{name} {version}")),
        ("阈值", format!("概率 {} 以上一致，{} 以上待核", thresholds.link, thresholds.review)),
    ];
    let body = html! {
        h1 { "设置" small { "在项目文件里改，改后重新打开本页面" } }
        table { tbody {
            @for (name, value) in facts { tr { th scope="row" { (name) } td { (value) } } }
        } }
        h2 { "按键" }
        p.screen { label { input #keys type="checkbox" checked disabled; " 用单个字母、数字键操作（1 2 3 作认定，J K 上下，等）。语音输入、读屏软件会误触的，请去掉；只对本机这个浏览器有效，去掉后照样可以用鼠标和 Tab 键。" } }
        h2 { "口径说明" }
        table {
            (headings(&["项目", "口径", "设置"]))
            tbody {
                @for note in &results.statistics.basis {
                    tr { td { (note.subject) } td.wrap { (note.rule) } td { (note.setting) } }
                }
            }
        }
        h2 { "读入的文件" }
        table {
            (headings(&["来源", "文件", "#行数", "SHA-256"]))
            tbody {
                @for input in survey.inputs() {
                    tr {
                        td { (input.kind.label()) } td.path { (input.path) } td.n { (input.rows) }
                        td.faint { (input.sha256.chars().take(16).collect::<String>()) "…" }
                    }
                }
            }
        }
        h2 { "全部设置" }
        pre { (in_force) }
    };
    frame(view, "/settings", "设置", &body)
}
