//! How pages look: fonts, fills and borders, made once per workbook.
//!
//! Fonts are only named (GB/T 9704-2012 and what offices have); a machine without one shows its
//! own substitute.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::vocabulary::states;

/// Font of tables.
const BODY_FONT: &str = "宋体";
/// Font of headings of tables.
const HEADING_FONT: &str = "黑体";
/// Font of remarks.
const NOTE_FONT: &str = "楷体";
/// Font of the official forms' body (小四).
const FORM_FONT: &str = "仿宋_GB2312";
/// Font of the official forms' titles.
const FORM_TITLE_FONT: &str = "方正小标宋简体";

/// Points of 二号, 三号 and 小四.
const SIZE_2: f64 = 22.0;
const SIZE_3: f64 = 16.0;
const SIZE_SMALL_4: f64 = 12.0;

const HEADING_FILL: Color = Color::RGB(0x001F_4E79);
const INPUT_FILL: Color = Color::RGB(0x00FF_F8DC);
const TOTAL_FILL: Color = Color::RGB(0x00E7_EEF7);
const LINE: Color = Color::RGB(0x00A6_B4C4);
const GREY: Color = Color::RGB(0x0059_5959);
const RED: Color = Color::RGB(0x00C0_0000);
const LINK: Color = Color::RGB(0x0005_63C1);

/// Words that colour their cell: word, fill, ink.
pub(super) const COLOURS: [(&str, u32, u32); 17] = [
    ("更正", 0x00F8_CBAD, 0x0084_3C0C),
    ("核实", 0x00FF_F2CC, 0x007F_6000),
    ("告知", 0x00E7_E6E6, 0x0040_4040),
    (states::COUNTED, 0x00E2_F0D9, 0x0037_5623),
    (states::NOT_COUNTED, 0x00FF_F2CC, 0x007F_6000),
    ("比对一致", 0x00E2_F0D9, 0x0037_5623),
    (states::REVIEW, 0x00FF_F2CC, 0x007F_6000),
    (states::UNMATCHED, 0x00F8_CBAD, 0x0084_3C0C),
    ("学校", 0x00DD_EBF7, 0x001F_4E79),
    ("培训机构", 0x00E4_DFEC, 0x0040_3151),
    ("扶贫", 0x00FC_E4D6, 0x0083_3C0B),
    ("人社", 0x00DD_EFEC, 0x001D_5A52),
    ("错误", 0x00F8_CBAD, 0x0084_3C0C),
    ("警告", 0x00FF_F2CC, 0x007F_6000),
    ("提示", 0x00E7_E6E6, 0x0040_4040),
    ("通过", 0x00E2_F0D9, 0x0037_5623),
    ("不符", 0x00F8_CBAD, 0x0084_3C0C),
];

/// All formats of a workbook.
#[derive(Clone, Debug)]
pub(super) struct Styles {
    /// Title of a table.
    pub(super) title: Format,
    /// Line under the title, remarks.
    pub(super) note: Format,
    /// Heading cells.
    pub(super) heading: Format,
    /// Running text, wrapped.
    pub(super) text: Format,
    /// Running text on one line.
    pub(super) line: Format,
    /// Short words, centred.
    pub(super) centred: Format,
    /// IDs and codes: text format, so that editing the cell never makes it a number.
    pub(super) code: Format,
    /// Counts.
    pub(super) count: Format,
    /// Probabilities and rates.
    pub(super) rate: Format,
    /// Yuan.
    pub(super) money: Format,
    /// Cells the reader fills in.
    pub(super) input: Format,
    /// Words of a total row.
    pub(super) total_text: Format,
    /// Figures of a total row.
    pub(super) total_count: Format,
    /// Rates of a total row.
    pub(super) total_rate: Format,
    /// Yuan of a total row.
    pub(super) total_money: Format,
    /// A link to another sheet.
    pub(super) link: Format,
    /// A link outside tables.
    pub(super) back: Format,
    /// Part of a rich text that is equal on both sides.
    pub(super) same_part: Format,
    /// Part of a rich text that differs.
    pub(super) differing_part: Format,
    /// The official forms.
    pub(super) form: FormStyles,
}

/// Formats of the official forms (`附件2`, `附件3`).
#[derive(Clone, Debug)]
pub(super) struct FormStyles {
    /// `附件2` at the top left: 三号黑体.
    pub(super) attachment: Format,
    /// Title: 二号方正小标宋简体, centred.
    pub(super) title: Format,
    /// 填表单位, 填表时间, 填表人.
    pub(super) line: Format,
    /// Heading cells.
    pub(super) heading: Format,
    /// Names.
    pub(super) name: Format,
    /// Counts, and “—” where there is no source.
    pub(super) count: Format,
    /// 万元 with two decimals.
    pub(super) money: Format,
    /// 备注.
    pub(super) remark: Format,
    /// Notes under the table.
    pub(super) note: Format,
}

impl Styles {
    /// Makes all formats.
    pub(super) fn new() -> Self {
        let cell = body().set_border(FormatBorder::Thin).set_border_color(LINE);
        let centred = cell.clone().set_align(FormatAlign::Center).set_text_wrap();
        let total = centred.clone().set_bold().set_background_color(TOTAL_FILL);
        let text = cell.clone().set_text_wrap();
        Self {
            title: font(HEADING_FONT, 14.0).set_align(FormatAlign::VerticalCenter),
            note: font(NOTE_FONT, 10.0).set_font_color(GREY).set_align(FormatAlign::VerticalCenter),
            heading: heading(),
            code: centred.clone().set_num_format("@"),
            count: cell.clone().set_num_format("#,##0").set_align(FormatAlign::Center),
            money: cell.clone().set_num_format("#,##0.00").set_align(FormatAlign::Center),
            line: cell.clone(),
            rate: cell.set_num_format("0.00%").set_align(FormatAlign::Center),
            input: text.clone().set_background_color(INPUT_FILL).set_num_format("@").set_unlocked(),
            total_text: total.clone(),
            total_count: total.clone().set_num_format("#,##0"),
            total_money: total.clone().set_num_format("#,##0.00"),
            total_rate: total.set_num_format("0.00%"),
            link: text.clone().set_font_color(LINK).set_underline(underline()),
            back: body().set_font_color(LINK).set_underline(underline()),
            same_part: font(BODY_FONT, 10.0),
            differing_part: font(BODY_FONT, 10.0).set_font_color(RED).set_bold(),
            form: FormStyles::new(),
            centred,
            text,
        }
    }

    /// The lines around the cells of a table.
    pub(super) fn ruled() -> Format {
        Format::new().set_border(FormatBorder::Thin).set_border_color(LINE)
    }

    /// The format of a word that colours its cell.
    pub(super) fn coloured(fill: u32, ink: u32) -> Format {
        Format::new().set_background_color(Color::RGB(fill)).set_font_color(Color::RGB(ink))
    }
}

impl FormStyles {
    fn new() -> Self {
        let plain = font(FORM_FONT, SIZE_SMALL_4).set_align(FormatAlign::VerticalCenter);
        let cell = plain
            .clone()
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::Center)
            .set_text_wrap();
        Self {
            attachment: font("黑体", SIZE_3).set_align(FormatAlign::VerticalCenter),
            title: font(FORM_TITLE_FONT, SIZE_2)
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            line: plain.clone(),
            heading: cell.clone(),
            name: cell.clone(),
            count: cell.clone().set_num_format("0"),
            money: cell.clone().set_num_format("0.00"),
            remark: cell.clone().set_align(FormatAlign::Left).set_font_size(10.5),
            note: plain
                .set_font_size(10.5)
                .set_text_wrap()
                .set_align(FormatAlign::Left)
                .set_align(FormatAlign::Top),
        }
    }
}

fn font(name: &str, size: f64) -> Format {
    Format::new().set_font_name(name).set_font_size(size)
}

fn body() -> Format {
    font(BODY_FONT, 10.0).set_align(FormatAlign::VerticalCenter)
}

fn heading() -> Format {
    font(HEADING_FONT, 10.0)
        .set_font_color(Color::White)
        .set_background_color(HEADING_FILL)
        .set_border(FormatBorder::Thin)
        .set_border_color(LINE)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
}

fn underline() -> rust_xlsxwriter::FormatUnderline {
    rust_xlsxwriter::FormatUnderline::Single
}
