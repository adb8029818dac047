//! The page of `bidui evaluate`: how good links are, and where they went wrong.

mod pictures;
mod rulings;

use crate::linkage::evaluation::{Bin, Evaluation, Group, Quality, Share, WrongRow};
use crate::web::html::{Align, HtmlTable, cards, contents, figure, heading, note, page, paragraph};

pub use crate::web::evaluation::rulings::rulings;

/// Rows a list of single cases shows; the JSON file has them all.
const CASES: usize = 200;

/// What was evaluated, by the names the user gave.
#[derive(Clone, Copy, Debug)]
pub struct EvaluatedFiles<'words> {
    /// The links file.
    pub links: &'words str,
    /// The truth file.
    pub truth: &'words str,
}

const SECTIONS: [(&str, &str); 7] = [
    ("overall", "总体"),
    ("calibration", "概率是否属实"),
    ("threshold", "换一个阈值会怎样"),
    ("distribution", "对错的分布"),
    ("groups", "按决定、类别、差错种类"),
    ("schools", "按学校（机构）"),
    ("cases", "错在哪里"),
];

/// The whole page.
pub fn evaluation(result: &Evaluation, subject: EvaluatedFiles) -> String {
    let sections = [overall, calibration, threshold, distribution, groups, schools, cases]
        .map(|section| section(result));
    let mut body = introduction(result, subject);
    for ((anchor, words), section) in SECTIONS.iter().zip(sections) {
        body.push_str(&heading(anchor, words));
        body.push_str(&section);
    }
    page("比对质量评估", &body)
}

fn introduction(result: &Evaluation, subject: EvaluatedFiles) -> String {
    let mut text = paragraph(&format!(
        "把 {} 与真值 {} 逐行对照：共 {} 行，其中 {} 行的人确实登记在册（“应比中”）。",
        subject.links, subject.truth, result.rows, result.matched
    ));
    result.basis.sentences().iter().for_each(|sentence| text.push_str(&paragraph(sentence)));
    text.push_str(&note(
        "准确率：程序认定的里面有多少是对的。召回率：应比中的里面有多少被认定。F1：两者的调和平均。\
         方括号里是 95% 区间（Wilson）：数据只是一次抽样，真实水平大致在这个范围。证件号和人编号已遮盖。",
    ));
    text.push_str(&contents(&SECTIONS));
    text
}

fn overall(result: &Evaluation) -> String {
    let found = &result.link_and_review.recall;
    let link = &result.link;
    let mut text = cards(&[
        ("link 准确率", percent(&link.precision), basis(&link.precision)),
        ("link 召回率", percent(&link.recall), basis(&link.recall)),
        ("正确候选人在 link 或待核中", percent(found), basis(found)),
        ("待核占全部行", percent(&result.review), basis(&result.review)),
    ]);
    let columns = [
        ("口径", Align::Text),
        ("准确率", Align::Number),
        ("召回率", Align::Number),
        ("F1", Align::Number),
    ];
    let mut table = HtmlTable::new(&columns);
    for (name, quality) in [
        ("link（比对一致）", link),
        ("待核全部核对后", &result.settled),
        ("概率 ≥ 0.5 的最佳候选人", &result.half),
        ("link 和待核的最佳候选人全部当作一致", &result.link_and_review),
    ] {
        let cells = [whole(&quality.precision), whole(&quality.recall), f1(quality)];
        table.row(&[&[name.to_owned()][..], &cells].concat(), false);
    }
    text.push_str(&table.finish("总体"));
    text.push_str(&note(
        "“待核全部核对后”假定核对的人把每一行待核都判断正确，因此是这批结果能达到的最好水平。",
    ));
    text
}

fn calibration(result: &Evaluation) -> String {
    let mut text = paragraph(
        "程序给每个候选人一个概率。如果概率属实，说 0.9 的里面就有九成是对的，点应落在斜线上：\
         点在斜线下方是过于自信，在上方是过于保守。圆点越大，人数越多。",
    );
    for doubt in &result.doubts {
        let words = format!(
            "概率 ≥ {} 的候选人共 {} 个，错误的 {} 个：{}",
            doubt.from,
            doubt.wrong.whole,
            doubt.wrong.part,
            whole(&doubt.wrong)
        );
        text.push_str(&paragraph(&words));
    }
    let loss = format!("平均对数损失 {:.5}（全部行，自然对数；越小越好）", result.log_loss);
    text.push_str(&paragraph(&loss));
    text.push_str(&figure(&pictures::reliability(&result.calibration)));
    text.push_str(&figure(&pictures::reliability_top(&result.calibration)));
    text.push_str(&calibration_table("概率校准", &result.calibration));
    text
}

fn calibration_table(caption: &str, bins: &[Bin]) -> String {
    let columns = [
        ("概率", Align::Text),
        ("候选人数", Align::Number),
        ("平均概率", Align::Number),
        ("实际正确率", Align::Number),
    ];
    let mut table = HtmlTable::new(&columns);
    let ends = bins.iter().skip(1).map(|bin| Some(bin.from)).chain([None]);
    for (bin, end) in bins.iter().zip(ends).filter(|(bin, _)| bin.right.whole > 0) {
        let range = match end {
            Some(end) => format!("{} 至 {end}（不含）", bin.from),
            None => format!("{} 及以上", bin.from),
        };
        let mean = format!("{:.4}", bin.mean);
        table.row(&[range, bin.right.whole.to_string(), mean, whole(&bin.right)], false);
    }
    table.finish(caption)
}

fn threshold(result: &Evaluation) -> String {
    let mut text = paragraph(
        "如果概率不低于某个阈值的最佳候选人全部当作一致，准确率、召回率和 F1 会是多少。色带是 95% 区间。",
    );
    text.push_str(&note(
        "这里只看概率；实际运行还有确定性规则和“一人只对一行”的检查，所以与“总体”里的数字不完全相同。\
         未比中的行没有写出候选人，因此曲线从写出的最低概率开始。",
    ));
    if result.thresholds.is_none() {
        text.push_str(&note(
            "没有找到这次运行的阈值（比对结果旁边的 run.json 里没有，也没有用 --model 给出），图上未标出。",
        ));
    }
    text.push_str(&figure(&pictures::curve(result)));
    let columns = [
        ("阈值", Align::Number),
        ("", Align::Text),
        ("准确率", Align::Number),
        ("召回率", Align::Number),
        ("F1", Align::Number),
    ];
    let mut table = HtmlTable::new(&columns);
    for point in result.curve_table() {
        let name = result.threshold_name(point.threshold);
        let quality = &point.quality;
        let cells = [
            point.threshold.to_string(),
            name.unwrap_or("").to_owned(),
            whole(&quality.precision),
            whole(&quality.recall),
            f1(quality),
        ];
        table.row(&cells, name.is_some());
    }
    text.push_str(&table.finish("阈值与质量"));
    text
}

fn distribution(result: &Evaluation) -> String {
    let mut text = paragraph(
        "每个最佳候选人按概率排开，向上是对的，向下是错的。两堆分得越开，需要人核对的越少；\
         右边向下的是最要紧的错误。",
    );
    text.push_str(&figure(&pictures::distribution(result)));
    text
}

fn groups(result: &Evaluation) -> String {
    let columns = [("决定", Align::Text), ("类别", Align::Text), ("正确率", Align::Number)];
    let mut table = HtmlTable::new(&columns);
    let answers = result.answers.iter().filter(|answer| !answer.class.is_empty());
    for answer in result.decisions.iter().chain(answers) {
        let class = if answer.class.is_empty() { "全部" } else { &answer.class };
        let cells = [decision(answer.decision).to_owned(), class.to_owned(), whole(&answer.right)];
        table.row(&cells, answer.class.is_empty());
    }
    let mut text = table.finish("按决定：写出的人是对的（未比中：确实没有登记）");
    if !result.classes.is_empty() {
        text.push_str(&group_table("类别", &result.classes));
    }
    if !result.errors.is_empty() {
        text.push_str(&group_table("差错种类", &result.errors));
        text.push_str(&note(
            "差错种类照真值文件的写法；一行有几种差错时每种都算一次。只有登记在册的人才有召回率。",
        ));
    }
    text
}

fn schools(result: &Evaluation) -> String {
    if result.schools.is_empty() {
        return paragraph("真值文件没有学校（机构）列，比对结果也没有来源文件，无法分学校。");
    }
    let label = result.basis.schools.label();
    let mut text =
        note(&format!("按{label}，link 的 F1 低的在前。行数少的区间宽，先看区间再下结论。"));
    text.push_str(&group_table(label, &result.schools));
    text
}

fn group_table(what: &str, groups: &[Group]) -> String {
    let columns = [
        (what, Align::Path),
        ("行数", Align::Number),
        ("应比中", Align::Number),
        ("link 准确率", Align::Number),
        ("link 召回率", Align::Number),
        ("F1", Align::Number),
        ("在 link 或待核中", Align::Number),
        ("待核", Align::Number),
        ("错连", Align::Number),
        ("漏掉", Align::Number),
    ];
    let mut table = HtmlTable::new(&columns);
    for group in groups {
        let link = &group.link;
        let cells = [
            group.name.clone(),
            group.rows.to_string(),
            group.matched.to_string(),
            short(&link.precision),
            short(&link.recall),
            short_f1(group),
            short(&group.found),
            group.review.to_string(),
            group.wrong_links.to_string(),
            group.missed.to_string(),
        ];
        table.row(&cells, false);
    }
    table.finish(&format!("按{what}"))
}

fn cases(result: &Evaluation) -> String {
    let mut text = String::new();
    let wrong = "错连：程序认定一致，但不是这个人";
    let missed = "漏掉：登记在册，但 link 和待核里都没有正确的人";
    for (caption, cases) in [(wrong, &result.wrong_links), (missed, &result.missed)] {
        if cases.is_empty() {
            text.push_str(&paragraph(&format!("{caption}：没有。")));
            continue;
        }
        let more = if cases.len() > CASES {
            format!("，列出前 {CASES} 行，其余见 JSON 文件")
        } else {
            String::new()
        };
        let caption = format!("{caption}（{} 行{more}）", cases.len());
        text.push_str(&case_table(&caption, cases));
    }
    text
}

fn case_table(caption: &str, cases: &[WrongRow]) -> String {
    let columns = [
        ("位置", Align::Path),
        ("决定", Align::Text),
        ("写出的人", Align::Text),
        ("正确的人", Align::Text),
        ("概率", Align::Number),
        ("类别", Align::Text),
        ("已知差错", Align::Path),
    ];
    let mut table = HtmlTable::new(&columns);
    let or_dash = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    for case in cases.iter().take(CASES) {
        let probability = if case.named.is_empty() {
            "—".to_owned()
        } else {
            format!("{:.4}", case.probability)
        };
        let right = if case.right.is_empty() { "没有登记" } else { &case.right };
        let cells = [
            case.place.clone(),
            decision(case.decision).to_owned(),
            or_dash(&case.named),
            right.to_owned(),
            probability,
            or_dash(&case.class),
            or_dash(&case.errors),
        ];
        table.row(&cells, false);
    }
    table.finish(caption)
}

fn decision(key: &str) -> &'static str {
    match key {
        "link" => "link 比对一致",
        "review" => "review 待核",
        _ => "none 未比中",
    }
}

/// `99.952%`; a dash where there is nothing to share.
fn percent(share: &Share) -> String {
    if share.whole == 0 { "—".to_owned() } else { format!("{:.3}%", share.value * 100.0) }
}

/// `10423/10428，[99.888%, 99.980%]`.
fn basis(share: &Share) -> String {
    format!("{}/{} {}", share.part, share.whole, range(share.low, share.high))
}

/// `[99.888%, 99.980%]`.
fn range(low: f64, high: f64) -> String {
    format!("[{:.3}%, {:.3}%]", low * 100.0, high * 100.0)
}

/// Share, counts and interval in one cell.
fn whole(share: &Share) -> String {
    if share.whole == 0 { "—".to_owned() } else { format!("{} {}", percent(share), basis(share)) }
}

/// Share and counts with the interval below: the narrow form for tables with many columns.
fn short(share: &Share) -> String {
    if share.whole == 0 {
        return "—".to_owned();
    }
    let percent = |value: f64| format!("{:.2}%", value * 100.0);
    let (value, low, high) = (percent(share.value), percent(share.low), percent(share.high));
    format!("{value} {}/{}\n[{low}, {high}]", share.part, share.whole)
}

fn short_f1(group: &Group) -> String {
    if !group.says_something() {
        return "—".to_owned();
    }
    let link = &group.link;
    format!("{:.4}\n[{:.4}, {:.4}]", link.f1, link.f1_low, link.f1_high)
}

fn f1(quality: &Quality) -> String {
    format!("{:.4} [{:.4}, {:.4}]", quality.f1, quality.f1_low, quality.f1_high)
}
