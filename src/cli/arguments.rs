//! The command line as clap reads it, with every word a bureau's user sees in Chinese. Attributes say what
//! is a command's or an argument's own; what all have alike is said in `command_line`, once.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand};
use jiff::civil::Date;

use super::table_arguments::{EvaluateArguments, KernelArguments, LINK, LinkArguments};
use crate::config::parse_date;
use crate::pipeline::{ReturnedNumber, RunOptions};

const AFTER: &str = "\
退出状态: 0 完成；1 完成，但输入或核对有需要人处理的地方；2 失败，没有写出任何结果。
每个命令的详细用法: bidui help <命令>";

/// All of the command line.
#[derive(Debug, Parser)]
#[command(
    name = "bidui",
    version,
    about = "比对：把技工院校学籍、职业培训实名制与建档立卡信息逐人比对，列出差异，填好附件2、附件3",
    override_usage = "bidui <命令> [选项]",
    after_help = AFTER,
    disable_help_flag = true,
    disable_version_flag = true,
    arg_required_else_help = true
)]
pub(super) struct Arguments {
    #[arg(
        short = 'h',
        long,
        global = true,
        action = ArgAction::Help,
        display_order = 100,
        help = "显示帮助"
    )]
    help: Option<bool>,
    #[arg(
        short = 'V',
        long,
        action = ArgAction::Version,
        display_order = 101,
        help = "显示版本"
    )]
    version: Option<bool>,
    #[command(subcommand)]
    pub(super) command: Command,
}

impl Command {
    /// Whether what the command makes is kept in files, so that the text on the screen is only an
    /// account of it.
    pub(super) fn keeps_results(&self) -> bool {
        !matches!(
            self,
            Self::Check(_)
                | Self::Evaluate(_)
                | Self::Explain(_)
                | Self::Calendar(_)
                | Self::Help(_)
        )
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(
        about = "比对：读入数据，写出比对结果、差异报告、反馈表和附件2、附件3",
        override_usage = "bidui run <项目文件> [选项]"
    )]
    Run(RunArguments),
    #[command(
        about = "新建：按内容辨认文件夹里的各种导出文件，写出项目文件；原来的文件不动",
        override_usage = "bidui init <文件夹> [选项]"
    )]
    Init(InitArguments),
    #[command(
        about = "打开：在浏览器里新建、检查、比对、取结果；只在本机，不连外网",
        override_usage = "bidui open [文件夹或项目] [选项]"
    )]
    Open(OpenArguments),
    #[command(
        about = "检查：读入并核对数据和设置，一次列出全部问题，不写任何文件",
        override_usage = "bidui check <项目文件> [选项]"
    )]
    Check(ProjectArguments),
    #[command(
        about = "关联：用给定的模型把任意两张表逐行关联",
        override_usage = "bidui link --left <CSV> --right <CSV> --model <TOML> --out <CSV> [OPTIONS]",
        help_template = LINK
    )]
    Link(LinkArguments),
    #[command(
        about = "评估：对照真值计算准确率、召回率和 F1，或用人工认定检验模型",
        override_usage = "bidui evaluate --links <比对结果> --truth <真值文件> [选项]\n      bidui evaluate --decisions <项目文件> [选项]"
    )]
    Evaluate(EvaluateArguments),
    #[command(
        about = "估计：由数据估计模型的 m、u 和先验，写成新的模型文件；不用标注，也可用上人工认定",
        override_usage = "bidui train <项目文件> --out <模型文件> [选项]"
    )]
    Train(TrainArguments),
    #[command(
        about = "解释：某一行为什么这样决定，候选人和各项权重",
        override_usage = "bidui explain <项目文件> <文件:工作表:行号>"
    )]
    Explain(ExplainArguments),
    #[command(
        subcommand,
        about = "认定：收回填好的待核清单和反馈表，列出或撤回人工认定、更正",
        override_usage = "bidui decide import <项目文件> <文件>…\n      bidui decide list <项目文件>\n      bidui decide undo <项目文件> <编号> --by <姓名>"
    )]
    Decide(Decide),
    #[command(
        subcommand,
        about = "派发：发出每月监测、就业服务等登记表，收回后记入台账",
        override_usage = "bidui cards issue <项目文件> [--month 2019-11]\n      bidui cards import <项目文件> <文件>…"
    )]
    Cards(Cards),
    #[command(
        about = "档案：一个人在各份名单、学籍、培训、补贴里的记录",
        override_usage = "bidui file <项目文件> <姓名、人编号或证件号码>… [--out 文件夹]"
    )]
    File(PersonFileArguments),
    #[command(
        about = "待核：在浏览器里逐人认定、查人、看总览；只在本机，不连外网",
        override_usage = "bidui review <项目文件> [选项]"
    )]
    Review(ReviewArguments),
    #[command(
        about = "汇总：读入各市(地)报来的附件2、附件3，核对后写出全省的表和退回修改清单",
        override_usage = "bidui rollup <项目文件> [选项]"
    )]
    Rollup(RollupArguments),
    #[command(
        about = "日程：本期各项工作的日期、已生成和还缺的，可写成日历文件",
        override_usage = "bidui calendar <项目文件> [选项]"
    )]
    Calendar(CalendarArguments),
    #[command(
        about = "导出：把整理好的记录写成文件，交给分布式比对",
        override_usage = "bidui records <项目文件> --out <文件夹>"
    )]
    Records(RecordsArguments),
    /// For programs alone.
    #[command(
        about = "one step of a distributed run, from standard input to standard output",
        hide = true
    )]
    Kernel(KernelArguments),
    /// How this program reads foreign files in processes of their own; for itself alone.
    #[command(name = crate::quarantine::COMMAND, hide = true)]
    ReadFiles,
    #[command(about = "显示帮助", override_usage = "bidui help [命令]")]
    Help(HelpArguments),
}

/// Arguments of `help`.
#[derive(Debug, Args)]
pub(super) struct HelpArguments {
    #[arg(value_name = "命令", help = "要了解的命令；写“列名”则列出各种名单认得的列标题")]
    pub(super) command: Option<String>,
}

/// What `cards` does.
#[derive(Debug, Subcommand)]
pub(super) enum Cards {
    #[command(
        about = "派发：按学校写每月监测表，按县写高校毕业生就业服务表",
        override_usage = "bidui cards issue <项目文件> [--month 2019-11]"
    )]
    Issue(IssueArguments),
    #[command(
        about = "收回填好的表，记入台账；改动过的行不采用",
        override_usage = "bidui cards import <项目文件> <文件>…"
    )]
    Import(ReturnedFiles),
}

/// Arguments of `cards issue`.
#[derive(Debug, Args)]
pub(super) struct IssueArguments {
    #[command(flatten)]
    pub(super) project: ProjectFile,
    #[arg(
        long,
        value_name = "年月",
        value_parser = month,
        help = "哪个月，如 2019-11；不写则为报告日期所在的月"
    )]
    pub(super) month: Option<String>,
}

/// A project, and files that were filled in and sent back.
#[derive(Debug, Args)]
pub(super) struct ReturnedFiles {
    #[command(flatten)]
    pub(super) project: ProjectFile,
    #[arg(
        value_name = "文件",
        required = true,
        help = "交回的表，可以几个，可以用 * 代表任意文件名"
    )]
    pub(super) files: Vec<String>,
}

/// Arguments of `file`.
#[derive(Debug, Args)]
pub(super) struct PersonFileArguments {
    #[command(flatten)]
    pub(super) project: ProjectFile,
    #[arg(
        value_name = "姓名、人编号或证件号码",
        required = true,
        help = "全名、人编号或完整的证件号码；写几个的，都要符合"
    )]
    pub(super) words: Vec<String>,
    #[arg(long, value_name = "文件夹", help = "写成工作簿，放进这个文件夹")]
    pub(super) out: Option<PathBuf>,
}

/// A month as `2019-11`.
fn month(text: &str) -> Result<String, String> {
    let parts = text
        .split_once('-')
        .and_then(|(year, month)| Some((year.parse::<i16>().ok()?, month.parse::<i8>().ok()?)));
    match parts {
        Some((year, month)) if Date::new(year, month, 1).is_ok() => {
            Ok(format!("{year:04}-{month:02}"))
        }
        _ => Err("请写成 2019-11 的样子".to_owned()),
    }
}

/// What `decide` does.
#[derive(Debug, Subcommand)]
pub(super) enum Decide {
    #[command(
        about = "收回填好的待核清单、反馈表；同一文件收两次不会重复",
        override_usage = "bidui decide import <项目文件> <文件>…"
    )]
    Import(ReturnedFiles),
    #[command(
        about = "列出现有的人工认定和反馈表填报",
        override_usage = "bidui decide list <项目文件>"
    )]
    List(ProjectFile),
    #[command(
        about = "撤回一条人工认定或填报；原来的记录保留",
        override_usage = "bidui decide undo <项目文件> <编号> --by <姓名> [--note <原因>]"
    )]
    Undo(UndoArguments),
}

/// Arguments of `decide undo`.
#[derive(Debug, Args)]
pub(super) struct UndoArguments {
    #[command(flatten)]
    pub(super) project: ProjectFile,
    #[arg(
        value_name = "编号",
        value_parser = undo_number,
        help = "bidui decide list 列出的编号；反馈表填报的编号前有 G，如 G12；整份表的编号前有 F"
    )]
    pub(super) number: UndoNumber,
    #[arg(long, value_name = "姓名", value_parser = name, help = "撤回的人")]
    pub(super) by: String,
    #[arg(long, value_name = "原因", default_value = "", help = "为什么撤回")]
    pub(super) note: String,
}

/// The file every command on a project begins with.
#[derive(Debug, Args)]
pub(super) struct ProjectFile {
    #[arg(id = "project", value_name = "项目文件", help = "项目文件，如 project.toml")]
    pub(super) path: PathBuf,
}

/// What the commands that read a project's data share.
#[derive(Debug, Args)]
pub(super) struct ProjectArguments {
    #[command(flatten)]
    pub(super) project: ProjectFile,
    #[arg(
        long,
        value_name = "日期",
        value_parser = date,
        help = "报告日期，如 2019-06-10；代替项目文件里的 as_of"
    )]
    pub(super) as_of: Option<Date>,
    #[arg(
        long,
        value_name = "个数",
        value_parser = threads,
        help = "同时使用的处理器个数；不写则全部使用"
    )]
    pub(super) threads: Option<usize>,
    #[arg(long, help = "不显示进度")]
    pub(super) quiet: bool,
}

/// Where results go, and how long to wait for another run in the same folder.
#[derive(Debug, Args)]
pub(super) struct ResultArguments {
    #[arg(
        long,
        value_name = "文件夹",
        help = "结果写到这个文件夹；不写则为项目文件旁的 runs/<运行编号>"
    )]
    pub(super) out: Option<PathBuf>,
    #[arg(
        long,
        value_name = "秒",
        value_parser = seconds,
        help = "另一次运行还没有结束时最多等候的秒数；不写则不等"
    )]
    pub(super) wait: Option<u64>,
}

impl ResultArguments {
    pub(super) fn options(&self) -> RunOptions {
        let wait = Duration::from_secs(self.wait.unwrap_or(0));
        RunOptions { out: self.out.clone(), wait, ..RunOptions::default() }
    }
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pub(super) common: ProjectArguments,
    #[command(flatten)]
    pub(super) results: ResultArguments,
    #[arg(
        long,
        help = "先由本次数据估计模型参数（m、u 和先验）再比对，参数写在结果中的 模型参数.toml"
    )]
    pub(super) estimate: bool,
    #[arg(
        long,
        value_name = "文件夹",
        conflicts_with = "estimate",
        help = "不在本机逐行比对，采用分布式比对写在这个文件夹里的结果"
    )]
    pub(super) links: Option<PathBuf>,
    #[arg(long, help = "数据、设置和程序与上次比对相同时什么也不做")]
    pub(super) if_new: bool,
    #[arg(
        long,
        value_name = "日志文件",
        help = "把屏幕上的话连同时间写到这个文件的末尾，供无人值守时查看"
    )]
    pub(super) log: Option<PathBuf>,
}

/// Arguments of `records`.
#[derive(Debug, Args)]
pub(super) struct RecordsArguments {
    #[command(flatten)]
    pub(super) common: ProjectArguments,
    #[arg(long, value_name = "文件夹", help = "记录写到这个文件夹；须是空的，或还没有")]
    pub(super) out: PathBuf,
}

/// Arguments of `calendar`.
#[derive(Debug, Args)]
pub(super) struct CalendarArguments {
    #[command(flatten)]
    pub(super) project: ProjectFile,
    #[arg(
        long,
        value_name = "日历文件",
        help = "把各日期写成日历文件（.ics），可导入手机、Outlook 等"
    )]
    pub(super) ics: Option<PathBuf>,
    #[arg(
        long,
        value_name = "日期",
        value_parser = date,
        help = "按这一天计算还剩几天；不写则为今天"
    )]
    pub(super) today: Option<Date>,
}

/// Where a command that shows pages listens.
#[derive(Debug, Args)]
pub(super) struct ServerArguments {
    #[arg(
        long,
        value_name = "端口",
        default_value_t = 0,
        value_parser = port,
        help = "网页用的端口；不写则由系统选一个空闲的"
    )]
    pub(super) port: u16,
}

/// Arguments of `review`.
#[derive(Debug, Args)]
pub(super) struct ReviewArguments {
    #[command(flatten)]
    pub(super) common: ProjectArguments,
    #[command(flatten)]
    pub(super) server: ServerArguments,
    #[arg(
        long,
        value_name = "分钟",
        default_value_t = 60,
        value_parser = minutes,
        help = "这么久没有人使用就退出；不写则为 60 分钟"
    )]
    pub(super) idle: u64,
}

/// Arguments of `rollup`.
#[derive(Debug, Args)]
pub(super) struct RollupArguments {
    #[command(flatten)]
    pub(super) common: ProjectArguments,
    #[command(flatten)]
    pub(super) results: ResultArguments,
}

/// Minutes the page that `open` shows waits for somebody.
pub(super) const OPEN_IDLE: u64 = 120;

/// Arguments of `open`.
#[derive(Debug, Args)]
pub(super) struct OpenArguments {
    #[arg(value_name = "文件夹或项目", help = "要打开的项目，或选择文件夹时从哪里开始")]
    pub(super) place: Option<PathBuf>,
    #[command(flatten)]
    pub(super) server: ServerArguments,
    #[arg(
        long,
        value_name = "分钟",
        default_value_t = OPEN_IDLE,
        value_parser = minutes,
        help = "这么久没有人使用就退出；不写则为 120 分钟"
    )]
    pub(super) idle: u64,
    #[arg(long, help = "只给出网址，不打开浏览器")]
    pub(super) no_browser: bool,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(super) struct InitArguments {
    #[arg(value_name = "文件夹", help = "放着各种导出文件的文件夹")]
    pub(super) folder: PathBuf,
    #[arg(
        long,
        value_name = "单位",
        value_parser = name,
        help = "填报单位，如 佳木斯市；不写则由建档立卡信息的地名推断"
    )]
    pub(super) unit: Option<String>,
    #[arg(
        long,
        value_name = "日期",
        value_parser = date,
        help = "报告日期，如 2019-06-10；不写则由名单里的日期推断"
    )]
    pub(super) as_of: Option<Date>,
    #[arg(long, help = "不显示进度")]
    pub(super) quiet: bool,
}

/// Arguments of `train`.
#[derive(Debug, Args)]
pub(super) struct TrainArguments {
    #[command(flatten)]
    pub(super) common: ProjectArguments,
    #[arg(long, value_name = "模型文件", help = "新模型写到这个文件")]
    pub(super) out: PathBuf,
    #[arg(long, help = "把现有的人工认定（同一人、不是同一人）当作已知，其余仍由数据估计")]
    pub(super) with_decisions: bool,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    #[command(flatten)]
    pub(super) common: ProjectArguments,
    #[arg(
        value_name = "文件:工作表:行号",
        help = "要解释的行，如 佳木斯技师学院.xls:Sheet1:17；文本文件写 花名册.csv::17"
    )]
    pub(super) row: String,
}

fn date(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "不是有效日期；请写成 2019-06-10 的样子".to_owned())
}

fn threads(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=1024).contains(number));
    number.ok_or_else(|| "应为 1 到 1024 的整数".to_owned())
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "应为 0 到 65535 的整数".to_owned())
}

fn minutes(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| (1..=1440).contains(number));
    number.ok_or_else(|| "应为 1 到 1440 的整数".to_owned())
}

/// What `bidui decide undo` takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum UndoNumber {
    /// A ruling, or a line filled in on a returned list: `12`, `G12`.
    Entry(ReturnedNumber),
    /// A whole returned workbook: `F3a9c2b10`.
    File(String),
}

fn undo_number(text: &str) -> Result<UndoNumber, String> {
    if text.starts_with(['F', 'f']) {
        return Ok(UndoNumber::File(text.to_owned()));
    }
    let number = ReturnedNumber::parse(text).map(UndoNumber::Entry);
    number.ok_or_else(|| "应为正整数、G 加正整数，或 F 开头的编号".to_owned())
}

fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() { Err("应为姓名".to_owned()) } else { Ok(name.to_owned()) }
}

fn seconds(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| *number <= 86_400);
    number.ok_or_else(|| "应为 0 到 86400 的整数".to_owned())
}
