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
    /// Larger than any list: its size and the largest that is read, in MB.
    TooLarge {
        /// Its size.
        megabytes: u64,
        /// The largest.
        most: u64,
    },
    /// Says more than so many cells or as much text, out of all proportion to its size.
    Sprawling {
        /// The most it may have.
        cells: u64,
    },
    /// Took its reader more than so many MB of memory.
    TooMuchMemory {
        /// What it was allowed.
        megabytes: u64,
    },
    /// Took its reader more than so many seconds.
    TooLong {
        /// What it was allowed.
        seconds: u64,
    },
    /// No reader could be started: the reason of the operating system.
    NoReader(String),
    /// No sheet holds anything.
    EmptyWorkbook,
    /// HTML without a table.
    NoTable,
}

impl Refusal {
    /// A file the operating system does not let us read.
    pub fn unreadable(error: &std::io::Error) -> Self {
        Self::Unreadable(match error.kind() {
            std::io::ErrorKind::NotFound => "文件不存在".to_owned(),
            std::io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
            kind => kind.to_string(),
        })
    }

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
            Self::TooLarge { .. }
            | Self::Sprawling { .. }
            | Self::TooMuchMemory { .. }
            | Self::TooLong { .. }
            | Self::NoReader(_) => self.beyond_words(),
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

    /// Files that ask for more than their size explains, and machines that have nothing to give.
    fn beyond_words(&self) -> (&'static str, String, &'static str) {
        const RIGHT_FILE: &str = "正常的名单不会这样：请向报送单位核实文件；如内容属实，请在Excel/WPS中只复制有数据的区域到新表，另存为.xlsx后重新放入";
        match self {
            Self::TooLarge { megabytes, most } => (
                "file-too-large",
                format!("文件有{megabytes}MB，超过一个文件最多{most}MB的限度"),
                "请核对是否放错了文件；如确是名单，请拆成几个文件",
            ),
            Self::Sprawling { cells } => (
                "file-sprawls",
                format!("文件不大，内容展开后却超过{cells}格或同样多的文字，与文件大小极不相称"),
                RIGHT_FILE,
            ),
            Self::TooMuchMemory { megabytes } => (
                "file-takes-too-much-memory",
                format!("读这个文件用的内存超过{megabytes}MB，与文件大小极不相称，已停止读取"),
                RIGHT_FILE,
            ),
            Self::TooLong { seconds } => (
                "file-takes-too-long",
                format!("读这个文件用了{seconds}秒还没有读完，与文件大小极不相称，已停止读取"),
                RIGHT_FILE,
            ),
            Self::NoReader(reason) => (
                "file-no-reader",
                format!("系统不让本程序再启动读取文件的进程（{reason}）"),
                "请关闭一些程序或请管理员放宽进程数限制，然后重新运行",
            ),
            _ => ("file-damaged", String::new(), ""),
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
