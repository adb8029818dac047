//! The evaluation by rulings in words, for a terminal and for the page.

use super::rulings::{Audit, RulingEvaluation, Stated};
use super::text::{answer_line, bin_lines, share_line};

/// Wrong links the terminal lists; the page and the JSON file have more.
const LISTED: usize = 20;

impl RulingEvaluation {
    /// The evaluation as text for a terminal.
    pub fn text(&self) -> String {
        let mut lines = self.basis();
        lines.push("\n比对一致（link）的准确率：".to_owned());
        lines.extend(self.of_links().into_iter().map(|line| format!("  {line}")));
        lines.push(
            "\n认定过的最佳候选人，按现在的模型所作的决定（正确率；none 是确实不是这个人的比例）："
                .to_owned(),
        );
        lines.extend(self.decisions.iter().chain(&self.classes).map(answer_line));
        lines.extend(stated("认定时的概率", &self.then));
        lines.extend(stated("现在的模型的概率", &self.now));
        if !self.wrong_links.is_empty() {
            lines.push(format!("\n与认定相反的 link {} 行：", self.wrong_links.len()));
        }
        for case in self.wrong_links.iter().take(LISTED) {
            lines.push(format!("  {} 概率 {:.4} {}", case.place, case.probability, case.class));
        }
        lines.join("\n") + "\n"
    }

    /// What the figures stand on, and what they do not say.
    pub fn basis(&self) -> Vec<String> {
        let answers = &self.answers;
        let asked = self.models.iter();
        let asked: Vec<String> =
            asked.map(|(model, count)| format!("{model} 版（{count} 条）")).collect();
        vec![
            format!(
                "现行人工认定：同一人 {} 条，不是同一人 {} 条；另有无法判断 {} 条、已撤回 {} 条，不参加评估",
                answers.same, answers.different, answers.unsure, answers.undone
            ),
            format!(
                "其中 {} 条的人员不在本次数据中，或与新数据不符，只计认定时的概率；{} 条所认定的人，现在的模型不再列为候选人",
                answers.absent, answers.unnamed
            ),
            format!("认定时所用的模型：{}；现在的模型：{} 版", asked.join("，"), self.model),
            "除抽查外，认定来自待核清单，不是随机抽样：能说明待核有多准，不能说明比对一致有多准；\
             只答了一部分时，也只说明答过的部分"
                .to_owned(),
        ]
    }

    /// What can be said of the links.
    pub fn of_links(&self) -> Vec<String> {
        let wrong = self.wrong_links.len();
        let mut lines = match &self.audit {
            None => vec![
                "项目没有要求抽查，比对一致的准确率无从估计；请在项目文件里加 [review] 一段，\
                 写 audit = 200 之类的个数，重新运行后核对标“抽查”的人员"
                    .to_owned(),
            ],
            Some(audit) if audit.right.whole == 0 => {
                vec![format!("抽查 {} 人，还没有一人认定过", audit.drawn)]
            }
            Some(audit) => audit.sentences(),
        };
        lines.push(format!("已知与认定相反的 link {wrong} 行（含不是抽查得知的，不能据此算比例）"));
        lines
    }
}

impl Audit {
    fn sentences(&self) -> Vec<String> {
        let (likely, least, most) = self.wrong_links();
        let looked_at = self.right.whole + self.unsure;
        let mut lines = vec![
            format!(
                "比对一致 {} 人，随机抽查 {} 人，已看 {looked_at} 人，其中无法判断 {} 人；准确率 {}",
                self.links,
                self.drawn,
                self.unsure,
                share_line(&self.right)
            ),
            format!("推算全部比对一致中错误的约 {likely:.0} 人（95% 区间 {least:.0}–{most:.0}）"),
        ];
        if looked_at < self.drawn {
            lines.push(format!(
                "还有 {} 人没有看；若没有看的与看过的不同，上面的数字会有偏差",
                self.drawn - looked_at
            ));
        }
        lines
    }
}

fn stated(what: &str, stated: &Stated) -> Vec<String> {
    let mut lines = vec![
        format!("\n{what}（概率下限 → 平均概率，实际为同一人的比例）："),
        format!(
            "  按概率应有 {:.1} 对是同一人，实际 {}",
            stated.expected,
            share_line(&stated.same)
        ),
    ];
    lines.extend(bin_lines(&stated.calibration));
    lines
}
