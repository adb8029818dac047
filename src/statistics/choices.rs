//! The settings behind the figures: what each is called, its value in force, what it says, and the
//! other value a reader may have expected.

use crate::config::{FigureSettings, LiangHouSheng, ReportWindow, TrainingDate};

use super::Basis;
use super::window::Window;

/// One setting of the project file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// 当(半)年.
    ReportWindow,
    /// What ① counts.
    LiangHouSheng,
    /// Ages of 两后生.
    LiangHouShengAges,
    /// 保留学籍.
    CountSuspended,
    /// 全日制.
    FullTimeOnly,
    /// The date that places a class.
    TrainingDate,
    /// Work without a date.
    CountUndatedEmployment,
    /// Ages of workers.
    WorkerAges,
}

/// A setting with the value that is not in force.
pub struct Other {
    /// The setting.
    pub choice: Choice,
    /// Its other value, as the project file would have it.
    pub value: String,
    /// The basis with that value.
    pub basis: Basis,
}

impl Choice {
    /// All settings, in the order of 口径说明.
    pub const ALL: [Self; 8] = [
        Self::ReportWindow,
        Self::LiangHouSheng,
        Self::LiangHouShengAges,
        Self::CountSuspended,
        Self::FullTimeOnly,
        Self::TrainingDate,
        Self::CountUndatedEmployment,
        Self::WorkerAges,
    ];

    /// Name in the project file.
    pub fn key(self) -> &'static str {
        match self {
            Self::ReportWindow => "report_window",
            Self::LiangHouSheng => "liang_hou_sheng",
            Self::LiangHouShengAges => "liang_hou_sheng_ages",
            Self::CountSuspended => "count_suspended",
            Self::FullTimeOnly => "full_time_only",
            Self::TrainingDate => "training_date",
            Self::CountUndatedEmployment => "count_undated_employment",
            Self::WorkerAges => "worker_ages",
        }
    }

    /// What it is called on 口径说明.
    pub fn subject(self) -> &'static str {
        match self {
            Self::ReportWindow => "统计期（当(半)年）",
            Self::LiangHouSheng => "两后生的取数",
            Self::LiangHouShengAges => "两后生年龄",
            Self::CountSuspended => "保留学籍",
            Self::FullTimeOnly => "学习形式",
            Self::TrainingDate => "培训所属时间",
            Self::CountUndatedEmployment => "无日期的就业创业",
            Self::WorkerAges => "劳动力年龄",
        }
    }

    /// What it is for, as the docs say it.
    fn purpose(self) -> &'static str {
        match self {
            Self::ReportWindow => {
                "统计期从统计日期所在半年（`half-year`）或所在年（`year-to-date`）的第一天起"
            }
            Self::LiangHouSheng => {
                "①按学校当期招收的初中、高中毕业生计；`paired-counties` 按附件1对接县的建档立卡人员计"
            }
            Self::LiangHouShengAges => {
                "两后生年龄（周岁，含两端），用于两后生名单、结对帮扶覆盖情况和 `paired-counties`"
            }
            Self::CountSuspended => "保留学籍是否计入③",
            Self::FullTimeOnly => "①至⑤是否只计全日制",
            Self::TrainingDate => "培训按开班日期还是结业日期（`end`）判断是否在统计期内",
            Self::CountUndatedEmployment => "只有就业状态、没有日期的是否计入⑦",
            Self::WorkerAges => "劳动力年龄（周岁，含两端）",
        }
    }

    /// The value in force, as the project file would have it.
    pub fn value(self, basis: &Basis) -> String {
        let settings = &basis.settings;
        match self {
            Self::ReportWindow => window_word(basis.window).to_owned(),
            Self::LiangHouSheng => match settings.liang_hou_sheng {
                LiangHouSheng::Intake => "intake".to_owned(),
                LiangHouSheng::PairedCounties => "paired-counties".to_owned(),
            },
            Self::LiangHouShengAges => listed(settings.liang_hou_sheng_ages),
            Self::CountSuspended => settings.count_suspended.to_string(),
            Self::FullTimeOnly => settings.full_time_only.to_string(),
            Self::TrainingDate => match settings.training_date {
                TrainingDate::Start => "start".to_owned(),
                TrainingDate::End => "end".to_owned(),
            },
            Self::CountUndatedEmployment => settings.count_undated_employment.to_string(),
            Self::WorkerAges => listed(settings.worker_ages),
        }
    }

    /// What the value in force does.
    pub fn says(self, basis: &Basis) -> String {
        let settings = &basis.settings;
        let either = |yes: bool, on: &str, off: &str| if yes { on } else { off }.to_owned();
        match self {
            Self::ReportWindow => {
                let window = Window::of(basis);
                let start = match basis.window {
                    ReportWindow::HalfYear => "统计日期所在半年的第一天",
                    ReportWindow::YearToDate => "统计日期所在年的1月1日",
                };
                format!("{}至{}，从{start}起。", window.start, window.end)
            }
            Self::LiangHouSheng => match settings.liang_hou_sheng {
                LiangHouSheng::Intake => "按学校当期招收的初中、高中毕业生计。".to_owned(),
                LiangHouSheng::PairedCounties => {
                    "按附件1与学校对接的县的建档立卡人员计。".to_owned()
                }
            },
            Self::LiangHouShengAges => format!(
                "{}（统计日期，含两端）；用于两后生名单、结对情况和 paired-counties。",
                ages(settings.liang_hou_sheng_ages)
            ),
            Self::CountSuspended => {
                either(settings.count_suspended, "计入在校生。", "不计入在校生。")
            }
            Self::FullTimeOnly => {
                either(settings.full_time_only, "①至⑤只计全日制。", "全日制与非全日制都计。")
            }
            Self::TrainingDate => {
                format!("按{}判断是否在统计期内。", placing(settings.training_date))
            }
            Self::CountUndatedEmployment => either(
                settings.count_undated_employment,
                "只有就业状态、没有日期的也计入⑦。",
                "只有就业状态、没有日期的不计入⑦，另列问题。",
            ),
            Self::WorkerAges => format!("{}（统计日期，含两端）。", ages(settings.worker_ages)),
        }
    }

    /// The value a reader may have expected instead. Ages are widened by a year at each end; the
    /// two windows of the first half of a year are the same.
    pub fn other(self, basis: &Basis) -> Option<Other> {
        let mut other = basis.clone();
        let settings = &mut other.settings;
        match self {
            Self::ReportWindow => {
                other.window = match basis.window {
                    ReportWindow::HalfYear => ReportWindow::YearToDate,
                    ReportWindow::YearToDate => ReportWindow::HalfYear,
                };
                if Window::of(&other) == Window::of(basis) {
                    return None;
                }
            }
            Self::LiangHouSheng => {
                settings.liang_hou_sheng = match settings.liang_hou_sheng {
                    LiangHouSheng::Intake => LiangHouSheng::PairedCounties,
                    LiangHouSheng::PairedCounties => LiangHouSheng::Intake,
                }
            }
            Self::LiangHouShengAges => widen(&mut settings.liang_hou_sheng_ages),
            Self::CountSuspended => settings.count_suspended = !settings.count_suspended,
            Self::FullTimeOnly => settings.full_time_only = !settings.full_time_only,
            Self::TrainingDate => {
                settings.training_date = match settings.training_date {
                    TrainingDate::Start => TrainingDate::End,
                    TrainingDate::End => TrainingDate::Start,
                }
            }
            Self::CountUndatedEmployment => {
                settings.count_undated_employment = !settings.count_undated_employment;
            }
            Self::WorkerAges => widen(&mut settings.worker_ages),
        }
        Some(Other { choice: self, value: self.value(&other), basis: other })
    }
}

fn widen([youngest, oldest]: &mut [u8; 2]) {
    *youngest = youngest.saturating_sub(1);
    *oldest = oldest.saturating_add(1);
}

fn window_word(window: ReportWindow) -> &'static str {
    match window {
        ReportWindow::HalfYear => "half-year",
        ReportWindow::YearToDate => "year-to-date",
    }
}

fn placing(date: TrainingDate) -> &'static str {
    match date {
        TrainingDate::Start => "开班日期",
        TrainingDate::End => "结业日期",
    }
}

/// As the project file writes them.
fn listed([youngest, oldest]: [u8; 2]) -> String {
    format!("[{youngest}, {oldest}]")
}

fn ages([youngest, oldest]: [u8; 2]) -> String {
    format!("{youngest}至{oldest}周岁")
}

/// A definition as the settings in force make it.
pub fn in_force(definition: &str, basis: &Basis) -> String {
    let window = Window::of(basis);
    filled(definition, &basis.settings, &format!("统计期（{}至{}）", window.start, window.end))
}

/// A definition as the default settings make it, for no date in particular.
pub fn in_general(definition: &str) -> String {
    filled(definition, &FigureSettings::default(), "统计期")
}

fn filled(definition: &str, settings: &FigureSettings, window: &str) -> String {
    let either = |yes: bool, on: &'static str, off: &'static str| if yes { on } else { off };
    let words = [
        ("{统计期}", window.to_owned()),
        ("{学生}", either(settings.full_time_only, "比中的全日制学生", "比中的学生").to_owned()),
        (
            "{在校状态}",
            either(settings.count_suspended, "正式学籍或保留学籍", "正式学籍").to_owned(),
        ),
        ("{所属日期}", placing(settings.training_date).to_owned()),
        (
            "{无日期}",
            either(settings.count_undated_employment, "、或只有就业创业状态而没有日期", "")
                .to_owned(),
        ),
        ("{劳动年龄}", format!("年满{}", ages(settings.worker_ages))),
        ("{两后生年龄}", ages(settings.liang_hou_sheng_ages)),
    ];
    words.iter().fold(definition.to_owned(), |text, (mark, word)| text.replace(mark, word))
}

/// The settings as the docs print them, one Markdown line each.
pub fn markdown_table() -> String {
    let basis = Basis {
        as_of: jiff::civil::Date::constant(2019, 6, 10),
        window: ReportWindow::default(),
        settings: FigureSettings::default(),
        institution_order: Vec::new(),
        asked: Vec::new(),
    };
    let mut lines = vec!["| 设置 | 默认 | 作用 |".to_owned(), "|---|---|---|".to_owned()];
    lines.extend(Choice::ALL.map(|choice| {
        format!("| `{}` | `{}` | {} |", choice.key(), choice.value(&basis), choice.purpose())
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Choice, in_force, in_general};
    use crate::config::{FigureSettings, ReportWindow};
    use crate::statistics::Basis;
    use crate::statistics::indicators::{ANNEX2, ANNEX3, Indicator, PAIRED_LIANG_HOU_SHENG};
    use jiff::civil::{Date, date};

    fn basis(as_of: Date) -> Basis {
        Basis {
            as_of,
            window: ReportWindow::HalfYear,
            settings: FigureSettings::default(),
            institution_order: Vec::new(),
            asked: Vec::new(),
        }
    }

    #[test]
    fn every_other_value_says_something_else() {
        let december = basis(date(2019, 12, 10));
        for choice in Choice::ALL {
            let other = choice.other(&december).expect("another value");
            assert_ne!(choice.value(&december), other.value, "{choice:?}");
            assert_ne!(choice.says(&december), choice.says(&other.basis), "{choice:?}");
            // Only the setting itself differs.
            for same in Choice::ALL.into_iter().filter(|same| *same != choice) {
                assert_eq!(same.value(&december), same.value(&other.basis), "{choice:?} {same:?}");
            }
        }
        assert!(Choice::ReportWindow.other(&basis(date(2019, 6, 10))).is_none());
    }

    #[test]
    fn a_setting_changes_what_its_figures_say() {
        let december = basis(date(2019, 12, 10));
        let mut changed = 0;
        for choice in Choice::ALL {
            let other = choice.other(&december).expect("another value").basis;
            let says = |one: &Indicator| {
                in_force(one.definition, &december) != in_force(one.definition, &other)
            };
            for one in ANNEX2.iter().chain(ANNEX3).filter(|one| says(one)) {
                assert!(one.choices.contains(&choice), "{} does not obey {choice:?}", one.code);
                changed += 1;
            }
        }
        assert!(changed > 10, "{changed}");
    }

    #[test]
    fn no_mark_is_left_open() {
        let basis = basis(date(2019, 6, 10));
        let all = ANNEX2.iter().chain(ANNEX3).map(|one| one.definition);
        for definition in all.chain([PAIRED_LIANG_HOU_SHENG]) {
            assert!(!in_force(definition, &basis).contains('{'), "{definition}");
            assert!(!in_general(definition).contains('{'), "{definition}");
        }
    }
}
