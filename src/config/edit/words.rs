//! The settings of a project file in the words of a form.

use super::SettingShape;

/// A setting as a form asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownSetting {
    /// Its key.
    pub(super) key: &'static str,
    /// What people call it.
    pub(super) label: &'static str,
    /// What it does, and what holds where nothing is said.
    pub(super) told: &'static str,
    /// What it holds.
    pub(super) shape: SettingShape,
}

const fn one(
    key: &'static str,
    label: &'static str,
    shape: SettingShape,
    told: &'static str,
) -> KnownSetting {
    KnownSetting { key, label, told, shape }
}

use SettingShape::{Ages, Choice, Count, Date, Flag, Lists, Meanings, Text, Texts};

pub(super) const TOP: [KnownSetting; 5] = [
    one("title", "标题", Text, "各种报告的标题；不填用单位名"),
    one("unit", "填报单位", Text, "如 佳木斯市；表上印作某某市人力资源社会保障局"),
    one("as_of", "报告日期", Date, "统计到这一天"),
    one(
        "report_window",
        "统计时段",
        Choice(&[("half-year", "本半年"), ("year-to-date", "本年初至报告日期")]),
        "不填为本半年",
    ),
    one("model", "比对模型文件", Text, "不填用程序自带的；由 bidui train 写出"),
];

pub(super) const FIGURES: [KnownSetting; 7] = [
    one(
        "liang_hou_sheng",
        "附件2①“两后生”",
        Choice(&[
            ("intake", "本校新招的初、高中毕业生"),
            ("paired-counties", "对接县（市）的两后生"),
        ]),
        "不填为本校新招的",
    ),
    one("liang_hou_sheng_ages", "两后生年龄", Ages, "含两头；不填为 15-22"),
    one("count_suspended", "保留学籍算在校", Flag, "不填为否"),
    one("full_time_only", "只统计全日制", Flag, "不填为否"),
    one(
        "training_date",
        "培训按哪天归期",
        Choice(&[("start", "开班日期"), ("end", "结业日期")]),
        "不填为开班日期",
    ),
    one("count_undated_employment", "没有日期的就业也算", Flag, "不填为否"),
    one("worker_ages", "贫困劳动力年龄", Ages, "含两头；不填为 16-60"),
];

pub(super) const FORM: [KnownSetting; 4] = [
    one("filled_by", "填表人", Text, "印在附件2、附件3上；不填留空"),
    one("filled_on", "填表时间", Date, "不填为报告日期"),
    one("institution_order", "表上学校、机构的次序", Texts, "一行一个；没有写的排在后面"),
    one("templates", "本单位的空表", Texts, "写明怎样填本单位空表的文件，一行一个"),
];

pub(super) const REVIEW: [KnownSetting; 1] =
    [one("audit", "抽查的比对一致", Count, "随机抽多少条请人复核，用来估计准确率；不填不抽")];

pub(super) const PROGRAMMES: [KnownSetting; 4] = [
    one("use", "启用的项目（政策）", Texts, "一行一个编号；不填不用"),
    one("files", "本地的政策文件", Texts, "一行一个"),
    one("lists", "本地的名单定义", Texts, "一行一个"),
    one("catalogues", "目录", Lists, "一行一个：名称 = 文件"),
];

pub(super) const SOURCE: [KnownSetting; 10] = [
    one(
        "kind",
        "是什么",
        Choice(&[
            ("registry", "建档立卡信息"),
            ("enrollment", "技工院校学籍"),
            ("training", "职业培训实名制"),
            ("intention", "培训意愿名单"),
            ("list", "其他名单"),
        ]),
        "",
    ),
    one("list", "哪种名单", Text, "只用于其他名单"),
    one("files", "文件", Texts, "一行一个，从项目文件夹算起；* 代表任意文字"),
    one("region", "外市登记", Text, "只用于建档立卡信息：市名；本市不填"),
    one("institution", "学校或机构", Text, "文件里没有写是谁的时填"),
    one("columns", "列标题", Lists, "一行一个：字段 = 实际标题；也可在“各列”页上选"),
    one("unused", "不用的列", Texts, "标题一行一个"),
    one("labels", "代码和写法", Meanings, "一行一个：字段 : 写法 = 意思"),
    one("passwords", "打开密码", Texts, "一行一个，逐个试"),
    one("allow_missing", "缺文件也比对", Flag, "只用于建档立卡信息；不填为否"),
];

pub(super) const PLACE: [KnownSetting; 2] =
    [one("from", "文件里的写法", Text, ""), one("to", "现在的全名", Text, "如 桦南县桦南镇红光村")];

pub(super) const INSTITUTION: [KnownSetting; 5] = [
    one("name", "表上的名称", Text, ""),
    one("also", "其他写法", Texts, "一行一个"),
    one("area", "所在市县", Text, ""),
    one(
        "kind",
        "类别",
        Choice(&[
            ("普通技工学校", "普通技工学校"),
            ("高级技工学校", "高级技工学校"),
            ("技师学院", "技师学院"),
            ("职业培训机构", "职业培训机构"),
            ("企业", "企业"),
        ]),
        "",
    ),
    one(
        "ownership",
        "举办者",
        Choice(&[("公办", "公办"), ("民办", "民办"), ("企业办", "企业办")]),
        "",
    ),
];

pub(super) const TARGET: [KnownSetting; 2] =
    [one("programme", "项目编号", Text, ""), one("files", "目标数文件", Texts, "一行一个")];
