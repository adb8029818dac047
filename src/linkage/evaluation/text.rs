//! The evaluation as text for a terminal, and the sentences the page shares with it.

use super::{
    Bin, CurvePoint, DecisionAccuracy, Evaluation, EvaluationBasis, Group, Quality, ROUND,
    SchoolSource, Share, TruthKind,
};

/// Schools the terminal lists; the page and the JSON file have them all.
const SCHOOLS: usize = 10;

impl Evaluation {
    /// The evaluation as text for a terminal.
    pub fn text(&self) -> String {
        let mut lines = self.headline();
        lines.push("\n按决定（正确率；none 是确实没有登记的比例）：".to_owned());
        lines.extend(self.decisions.iter().map(answer_line));
        if !self.classes.is_empty() {
            lines.push("\n按决定与类别（正确率）：".to_owned());
            lines.extend(self.answers.iter().map(answer_line));
            lines.push("\n按类别（该类全部行中，正确 link 的比例；准确率；F1）：".to_owned());
            lines.extend(self.classes.iter().map(group_line));
        }
        if !self.errors.is_empty() {
            lines.push("\n按差错种类（被正确 link 的比例；准确率；F1）：".to_owned());
            lines.extend(self.errors.iter().map(group_line));
        }
        lines.extend(self.school_lines());
        lines.push("\n换一个阈值（只按概率，不计确定性规则）：".to_owned());
        lines.extend(self.curve_table().into_iter().map(|point| self.curve_line(point)));
        lines.push("\n概率校准（概率下限 → 平均概率，实际正确率）：".to_owned());
        lines.extend(bin_lines(&self.calibration));
        lines.push(format!("平均对数损失 {:.5}（全部行，自然对数）", self.log_loss));
        lines.join("\n") + "\n"
    }

    fn headline(&self) -> Vec<String> {
        let mut lines = vec![format!("行数 {}，其中应比中 {}", self.rows, self.matched)];
        lines.extend(self.basis.sentences());
        let named = [
            ("link（比对一致）", &self.link),
            ("link+review（取最佳候选人）", &self.link_and_review),
            ("概率 ≥ 0.5", &self.half),
            ("待核全部核对后", &self.settled),
        ];
        lines.extend(named.map(|(name, quality)| quality_line(name, quality)));
        lines.push(format!("待核占比 {}", share_line(&self.review)));
        let found = &self.link_and_review.recall;
        lines.push(format!("应比中的人，正确候选人在 link 或 review 中 {}", share_line(found)));
        for doubt in &self.doubts {
            let share = share_line(&doubt.wrong);
            lines.push(format!("概率 ≥ {} 的候选人中，错误的 {share}", doubt.from));
        }
        lines.push(format!(
            "错误的 link {} 行，漏掉的人 {} 行（逐行清单见 --html 或 --json）",
            self.wrong_links.len(),
            self.missed.len()
        ));
        lines
    }

    fn school_lines(&self) -> Vec<String> {
        if self.schools.is_empty() {
            return Vec::new();
        }
        let shown: Vec<&Group> =
            self.schools.iter().filter(|group| group.says_something()).take(SCHOOLS).collect();
        let more = match self.schools.len() - shown.len() {
            0 => String::new(),
            rest => format!("，另有 {rest} 个未列出"),
        };
        let by = self.basis.schools.label();
        let mut lines =
            vec![format!("\n按{by}，F1 低的在前（被正确 link 的比例；准确率；F1{more}）：")];
        lines.extend(shown.into_iter().map(group_line));
        lines
    }

    /// Points at round thresholds and at those of the run.
    pub fn curve_table(&self) -> Vec<&CurvePoint> {
        let shown = |point: &&CurvePoint| {
            ROUND.contains(&point.threshold) || self.threshold_name(point.threshold).is_some()
        };
        self.curve.iter().filter(shown).collect()
    }

    /// What a threshold is in the run, if it is one of its own.
    pub fn threshold_name(&self, threshold: f64) -> Option<&'static str> {
        let own = self.thresholds?;
        let is = |known: f64| known.total_cmp(&threshold).is_eq();
        if is(own.link) {
            return Some("link 阈值");
        }
        is(own.review).then_some("review 阈值")
    }

    fn curve_line(&self, point: &CurvePoint) -> String {
        let name = self.threshold_name(point.threshold).map(|name| format!("  ← {name}"));
        let quality = &point.quality;
        format!(
            "  ≥ {:<6} 准确率 {}，召回率 {}，F1 {:.5}{}",
            point.threshold,
            plain(&quality.precision),
            plain(&quality.recall),
            quality.f1,
            name.unwrap_or_default()
        )
    }
}

impl SchoolSource {
    /// The word of headings.
    pub fn label(self) -> &'static str {
        match self {
            Self::SourceFile => "来源文件",
            Self::Institution | Self::Unknown => "学校（机构）",
        }
    }
}

impl EvaluationBasis {
    /// What the figures stand on, where that is less than every row of both files.
    pub fn sentences(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let unknown = self.links_without_truth;
        match self.truth_kind {
            TruthKind::Sample => lines.push(format!(
                "真值是抽查：只评估真值中的 {} 行，比对结果中另外 {unknown} 行不计",
                self.truth
            )),
            TruthKind::MatchesOnly if unknown == 0 => {
                lines.push("真值只列出应比中的行，比对结果中的行都在真值里".to_owned());
            }
            TruthKind::MatchesOnly => lines.push(format!(
                "真值只列出应比中的行；比对结果中有 {unknown} 行不在真值里，按本来就比不中计算"
            )),
            TruthKind::EveryRow => {}
        }
        if self.truth_without_links > 0 {
            let silent = self.truth_without_links;
            lines.push(format!("真值中有 {silent} 行在比对结果里没有出现，按没有比中计算"));
        }
        lines
    }
}

fn quality_line(name: &str, quality: &Quality) -> String {
    let (precision, recall) = (share_line(&quality.precision), share_line(&quality.recall));
    format!("{name}：准确率 {precision}，召回率 {recall}，{}", f1_line(quality))
}

fn f1_line(quality: &Quality) -> String {
    format!("F1 {:.5}（95% 区间 {:.5}–{:.5}）", quality.f1, quality.f1_low, quality.f1_high)
}

/// The bins anybody is in.
pub(super) fn bin_lines(bins: &[Bin]) -> impl Iterator<Item = String> {
    let filled = bins.iter().filter(|bin| bin.right.whole > 0);
    filled.map(|bin| format!("  ≥ {:<5} {:.4}  {}", bin.from, bin.mean, share_line(&bin.right)))
}

pub(super) fn answer_line(answer: &DecisionAccuracy) -> String {
    let name = format!("{} {}", answer.decision, answer.class);
    format!("  {}：{}", name.trim(), share_line(&answer.right))
}

fn group_line(group: &Group) -> String {
    if !group.says_something() {
        return format!("  {}：{} 行，没有应比中的，也没有 link", group.name, group.rows);
    }
    let link = &group.link;
    let (recall, precision) = (share_line(&link.recall), share_line(&link.precision));
    format!("  {}：{recall}；准确率 {precision}；{}", group.name, f1_line(link))
}

pub(super) fn share_line(share: &Share) -> String {
    if share.whole == 0 {
        return "—（0/0）".to_owned();
    }
    format!(
        "{:.5}（{}/{}，95% 区间 {:.5}–{:.5}）",
        share.value, share.part, share.whole, share.low, share.high
    )
}

fn plain(share: &Share) -> String {
    if share.whole == 0 { "—".to_owned() } else { format!("{:.5}", share.value) }
}
