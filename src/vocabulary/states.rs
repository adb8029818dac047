//! The words of state that people read, each for one state: in workbooks, on pages, in messages and in CSV
//! files. Nothing shown may call a state by another word; `tests/states.rs` looks through the source and
//! through what a run writes and the pages show.

/// A row that nobody has decided yet.
pub const REVIEW: &str = "待核";
/// A row that is nobody's.
pub const UNMATCHED: &str = "未比中";

/// A question nobody has answered.
pub const UNRULED: &str = "未认定";
/// A question somebody has answered.
pub const RULED: &str = "已认定";

/// Counted in a figure.
pub const COUNTED: &str = "计入";
/// Not counted in a figure.
pub const NOT_COUNTED: &str = "未计入";
/// Counted, but somebody has to look.
pub const DOUBTFUL: &str = "计入，待核实";
/// A figure somebody has to look at.
pub const TO_CHECK: &str = "待核实";
/// A form that did not come.
pub const NOT_SENT: &str = "未报送";

/// A verdict that is open.
pub const UNDECIDED: &str = "待定";

/// A result or form that is there.
pub const MADE: &str = "已生成";

/// What a unit says of its line: its own data are mended.
pub const MENDED: &str = "已更正";
/// The line is right as it is.
pub const RIGHT: &str = "无误";
/// The unit knows nobody like that.
pub const NOBODY: &str = "查无此人";
/// The unit is still looking.
pub const UNDER_WAY: &str = "正在核实";
/// A visit that met nobody.
pub const NOT_MET: &str = "未联系上";

/// A line that whoever was asked has answered, so that it is no open work.
pub const ANSWERED: &str = "已答复";
/// A ruling, or what a unit filled in, that the next run applies.
pub const TAKEN: &str = "已采用";
/// The same taken back.
pub const TAKEN_BACK: &str = "已撤回";
/// A line whose cells to be filled in are filled.
pub const FILLED: &str = "已填";

/// Every word, what it is said of and what it means; the manual prints them.
pub const STATES: [(&str, &str, &str); 19] = [
    (REVIEW, "名单里的一行", "有相近的登记人员，要由人认定是不是同一人；不计入"),
    (UNMATCHED, "名单里的一行", "没有找到登记人员"),
    (UNRULED, "待核的一条", "还没有人作结论"),
    (RULED, "待核的一条", "有人作了结论，记入台账"),
    (COUNTED, "报表里的数、人", "算进了这个数"),
    (NOT_COUNTED, "报表里的数、人", "没有算进这个数"),
    (DOUBTFUL, "各市报来的数", "算进了汇总数，但要请该市核对"),
    (TO_CHECK, "各市报来的数", "要请该市核对"),
    (NOT_SENT, "各市的表", "没有收到"),
    (UNDECIDED, "项目的结论", "缺材料，现在判断不了；不算钱，也不算不符合"),
    (MADE, "日程里的一项", "结果文件已经有了；是否已经报出，程序不知道"),
    (MENDED, "各单位填的核实结果", "本单位的数据已改"),
    (RIGHT, "各单位填的核实结果", "核对过，数据没有错"),
    (NOBODY, "各单位填的核实结果", "本单位没有这个人"),
    (UNDER_WAY, "各单位填的核实结果", "还没有核完，仍算没有办"),
    (NOT_MET, "走访结果", "还没有找到人，仍算没有办"),
    (ANSWERED, "差异报告、反馈表的一行", "责任方已经交回结果，不再算没有办"),
    (TAKEN, "收回的结论、填报", "下次比对按它办"),
    (TAKEN_BACK, "收回的结论、填报", "不再采用"),
];

/// Words that would say the same as one of [`STATES`], and which.
pub const OTHER_WORDS: [(&str, &str); 17] = [
    ("已完成", MADE),
    ("已经完成", MADE),
    ("未完成", MADE),
    ("已处理完", ANSWERED),
    ("已办结", ANSWERED),
    ("已回复", ANSWERED),
    ("已反馈", ANSWERED),
    ("未处理", REVIEW),
    ("待处理", REVIEW),
    ("待审核", REVIEW),
    ("待确认", REVIEW),
    ("待认定", UNRULED),
    ("未判定", UNRULED),
    ("已判定", RULED),
    ("未上报", NOT_SENT),
    ("已作废", TAKEN_BACK),
    ("已取消", TAKEN_BACK),
];
