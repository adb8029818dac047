//! Why a whole file cannot be used, in the words the user reads.

use std::borrow::Cow;

use crate::problems::{Problem, Severity};

/// A reason to leave a file out. Every variant has its own stable problem code.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum Refusal {
    /// The file could not be opened or read: the reason of the operating system.
    Unreadable(String),
    /// 0 bytes.
    Empty,
    /// Encrypted, and the project file gives no password (or the format cannot be decrypted).
    Encrypted,
    /// Encrypted, and none of the given passwords fits.
    WrongPassword,
    /// Wrapped by document-security software; the mark that gave it away.
    Wrapped(Cow<'static, str>),
    /// Bytes of no known format.
    Binary,
    /// Some other known format.
    OtherType(Cow<'static, str>),
    /// A table of a kind that Excel and WPS open and this program does not; its name.
    OldFormat(Cow<'static, str>),
    /// Hardly anything but zero bytes.
    Hollow,
    /// A workbook that unpacks to far too much: its unpacked size in MB.
    Bomb(u64),
    /// The archive ends too early.
    Truncated,
    /// The parser gave up: what is broken, in the user's words.
    Damaged(String),
    /// No sheet holds anything.
    EmptyWorkbook,
    /// HTML without a table.
    NoTable,
}

impl Refusal {
    /// A parser's English message in words of the user.
    pub(super) fn damaged(error: &str) -> Self {
        let error = error.to_lowercase();
        let causes = [
            ("checksum", "压缩数据校验不符"),
            ("declared uncompressed size", "解压后的大小与所标大小不符"),
            ("xml", "内部XML不完整"),
            ("zip", "压缩结构不完整"),
            ("cfb", "OLE结构不完整"),
            ("not found", "缺少必需的部分"),
        ];
        let cause = causes.iter().find(|(word, _)| error.contains(word));
        Self::Damaged(cause.map_or("内部结构不符合格式", |(_, words)| words).to_owned())
    }

    /// The problem of that file.
    pub fn problem(&self, file: &str) -> Problem {
        let (code, message, action) = self.words();
        Problem::file(file, code, Severity::Error)
            .saying(message, format!("此文件未读入，其他文件照常处理；{action}"))
    }

    fn words(&self) -> (&'static str, String, &'static str) {
        match self {
            Self::Unreadable(reason) => (
                "file-unreadable",
                format!("文件打不开（{reason}）"),
                "请检查文件权限、网络盘是否断开，或关闭正在占用它的程序后重试",
            ),
            Self::Empty => (
                "file-empty",
                "文件是空的（0字节）".to_owned(),
                "多为复制或下载中断，请向报送单位重新要一份",
            ),
            Self::Encrypted | Self::WrongPassword | Self::Wrapped(_) => self.locked_words(),
            Self::Binary => (
                "file-not-recognised",
                "文件内容不是任何已知的表格格式".to_owned(),
                "可能被文档安全（加密）软件处理过，请在装有该软件的电脑上解密，或另存为.xlsx后重新放入",
            ),
            Self::OtherType(kind) => (
                "file-wrong-type",
                format!("文件内容是{kind}，不是表格"),
                "压缩包请先解压，其他请向报送单位要Excel表格，或打开后另存为.xlsx",
            ),
            Self::OldFormat(kind) => (
                "file-old-format",
                format!("文件是{kind}，本程序不能直接读取"),
                "请用Excel或WPS打开，另存为.xlsx后重新放入；列标题若是拼音缩写，请改成中文",
            ),
            _ => self.broken_words(),
        }
    }

    fn locked_words(&self) -> (&'static str, String, &'static str) {
        match self {
            Self::Encrypted => (
                "file-encrypted",
                "文件已加密，请先在Excel/WPS中去除密码".to_owned(),
                "如是.xlsx或.xls，也可不去除，而在项目文件该 [[source]] 下写 passwords = [\"密码\"]",
            ),
            Self::WrongPassword => (
                "file-password-wrong",
                "文件已加密，项目文件中给的密码都不对".to_owned(),
                "请核对该 [[source]] 下的 passwords，或先在Excel/WPS中去除密码",
            ),
            Self::Wrapped(mark) => (
                "file-wrapped",
                format!("文件被文档安全（加密）软件封装（标记“{mark}”）"),
                "请在装有该软件的电脑上解密后另存，再重新放入",
            ),
            _ => ("file-encrypted", String::new(), ""),
        }
    }

    fn broken_words(&self) -> (&'static str, String, &'static str) {
        match self {
            Self::Bomb(megabytes) => (
                "file-unpacks-too-large",
                format!("文件解压后有{megabytes}MB，远超正常表格，疑为压缩炸弹"),
                "如确为真实数据，请在Excel/WPS中打开后另存为.xlsx，或拆成几个文件",
            ),
            Self::Truncated => (
                "file-truncated",
                "文件不完整（压缩包结尾缺失）".to_owned(),
                "多为复制或下载中断，请向报送单位重新要一份",
            ),
            Self::Damaged(reason) => (
                "file-damaged",
                format!("文件内容损坏，无法解析（{reason}）"),
                "请在Excel/WPS中打开并另存为.xlsx后重新放入",
            ),
            Self::Hollow => (
                "file-hollow",
                "文件内容几乎全是空字节，数据已丢失".to_owned(),
                "多为磁盘故障、断电或传输中断，请向报送单位重新要一份",
            ),
            Self::EmptyWorkbook => (
                "workbook-empty",
                "工作簿里没有任何数据".to_owned(),
                "请确认报送单位是否发错了文件",
            ),
            _ => (
                "html-no-table",
                "文件是网页格式（HTML），但其中没有表格".to_owned(),
                "请从业务系统重新导出，或在Excel/WPS中打开后另存为.xlsx",
            ),
        }
    }
}
