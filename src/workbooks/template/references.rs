//! Cell addresses inside formulas and ranges, moved down when rows are put in above them.

/// So many rows put in above a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shift {
    /// The first row that moves, from 1.
    pub(super) from: u32,
    /// By how much.
    pub(super) by: u32,
}

impl Shift {
    /// Where a row stands afterwards.
    pub(super) fn row(self, row: u32) -> u32 {
        if row >= self.from { row + self.by } else { row }
    }

    /// Every address of a text moved: `SUM(C8:C$10)`, `A1:I12`. Words and numbers that only look
    /// like addresses (`LOG10(`, `A1b`, texts in quotes) stay.
    pub(super) fn text(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut before = ' ';
        while let Some(letter) = rest.chars().next() {
            let quoted = (letter == '"').then(|| rest.get(1..)?.find('"').map(|end| end + 2));
            let (taken, moved) = if let Some(end) = quoted.flatten() {
                (end, None)
            } else if joins(before) || before == '$' {
                (letter.len_utf8(), None)
            } else {
                match address(rest) {
                    Some((digits, end)) => (end, Some(self.moved(rest, digits, end))),
                    None => (letter.len_utf8(), None),
                }
            };
            let (piece, tail) = rest.split_at(taken);
            out.push_str(moved.as_deref().unwrap_or(piece));
            before = piece.chars().next_back().unwrap_or(' ');
            rest = tail;
        }
        out
    }

    /// The addresses that stand behind one of a sheet's names, moved: `='附件2'!E12` from elsewhere.
    pub(super) fn behind(self, text: &str, names: &[String]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let next = |rest: &str| {
            let found = names.iter().filter_map(|name| Some((rest.find(name.as_str())?, name)));
            found.min_by_key(|(at, _)| *at).map(|(at, name)| at + name.len())
        };
        while let Some(end) = next(rest) {
            let (name, tail) = rest.split_at(end);
            let reach = |letter: char| !(letter.is_ascii_alphanumeric() || "$:".contains(letter));
            let (area, tail) = tail.split_at(tail.find(reach).unwrap_or(tail.len()));
            let head = names.iter().find_map(|own| name.strip_suffix(own.as_str()));
            let longer = |head: &str| head.chars().next_back().is_some_and(joins);
            out.push_str(name);
            if head.is_none_or(longer) {
                out.push_str(area);
            } else {
                out.push_str(&self.text(area));
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn moved(self, text: &str, digits: usize, end: usize) -> String {
        let (head, number) = text.split_at(end).0.split_at(digits);
        let row = number.parse().map_or(0, |row| self.row(row));
        format!("{head}{row}")
    }
}

/// Whether a letter belongs to a word an address cannot stand in.
fn joins(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.')
}

/// Where the row number of an address at the beginning of a text starts and ends.
fn address(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let run = |from: usize, fits: fn(&u8) -> bool| {
        bytes.iter().skip(from).take_while(|byte| fits(byte)).count()
    };
    let dollar = |at: usize| usize::from(bytes.get(at) == Some(&b'$'));
    let letters = dollar(0);
    let after = letters + run(letters, u8::is_ascii_uppercase);
    let digits = after + dollar(after);
    let end = digits + run(digits, u8::is_ascii_digit);
    let sound = (1..=3).contains(&(after - letters)) && (1..=7).contains(&(end - digits));
    let next = text.get(end..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
    (sound && !joins(next) && next != '(' && next != '!').then_some((digits, end))
}

#[cfg(test)]
mod tests {
    use super::Shift;

    #[test]
    fn only_addresses_behind_the_sheets_name_move() {
        let shift = Shift { from: 10, by: 5 };
        let names = ["附件2!", "'附件2'!"].map(str::to_owned);
        let cases = [
            ("'附件2'!E12+E12", "'附件2'!E17+E12"),
            ("SUM(附件2!$E$8:$E$11)*附件3!E12", "SUM(附件2!$E$8:$E$16)*附件3!E12"),
            ("旧附件2!E12&\"附件2\"", "旧附件2!E12&\"附件2\""),
        ];
        for (before, after) in cases {
            assert_eq!(shift.behind(before, &names), after);
        }
    }

    #[test]
    fn addresses_move_and_nothing_else_does() {
        let shift = Shift { from: 10, by: 5 };
        let cases = [
            ("SUM(C8:C10)", "SUM(C8:C15)"),
            ("SUM($C$8:$C$12)/A9", "SUM($C$8:$C$17)/A9"),
            ("LOG10(A10)&\"见A10\"", "LOG10(A15)&\"见A10\""),
            ("附件2!$A$1:$I$12", "附件2!$A$1:$I$17"),
            ("A1:I12 K10", "A1:I17 K15"),
            ("总计A10", "总计A10"),
            ("ABCD10+2019", "ABCD10+2019"),
        ];
        for (before, after) in cases {
            assert_eq!(shift.text(before), after);
        }
    }
}
