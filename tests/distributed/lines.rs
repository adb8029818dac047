//! Tables as lines of named values: enough to join, sort and count.

use std::collections::BTreeMap;

use bidui::cluster::{Batch, BatchColumn, BatchKind, BatchLayout};

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Long(Option<i64>),
    Real(f64),
    Text(Option<String>),
    Bytes(Vec<u8>),
    Longs(Vec<i64>),
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line(pub BTreeMap<String, Value>);

impl Line {
    pub fn maybe(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Value::Long(value)) => *value,
            None => None,
            other => panic!("{name}: {other:?}"),
        }
    }

    pub fn long(&self, name: &str) -> i64 {
        self.maybe(name).unwrap_or_else(|| panic!("{name} is missing"))
    }

    pub fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name) {
            Some(Value::Text(value)) => value.clone(),
            other => panic!("{name}: {other:?}"),
        }
    }

    pub fn longs(&self, name: &str) -> Vec<i64> {
        match self.0.get(name) {
            Some(Value::Longs(value)) => value.clone(),
            other => panic!("{name}: {other:?}"),
        }
    }

    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    pub fn with_long(self, name: &str, value: i64) -> Self {
        self.with(name, Value::Long(Some(value)))
    }

    /// With the values of another line it has not itself.
    pub fn and(mut self, other: &Self) -> Self {
        for (name, value) in &other.0 {
            self.0.entry(name.clone()).or_insert_with(|| value.clone());
        }
        self
    }
}

/// The lines of a batch.
pub fn lines(batch: &Batch, layout: &BatchLayout) -> Vec<Line> {
    (0..batch.rows()).map(|row| line(batch, row, layout)).collect()
}

fn line(batch: &Batch, row: usize, layout: &BatchLayout) -> Line {
    let mut line = Line::default();
    for (name, kind) in layout {
        let value = match kind {
            BatchKind::Long => Value::Long(batch.longs(name).expect("a column")[row]),
            BatchKind::Real => Value::Real(batch.reals(name).expect("a column")[row]),
            BatchKind::Text => Value::Text(batch.texts(name).expect("a column")[row].clone()),
            BatchKind::Bytes => Value::Bytes(batch.bytes(name).expect("a column")[row].clone()),
            BatchKind::Longs => Value::Longs(batch.lists(name).expect("a column")[row].clone()),
        };
        line.0.insert((*name).to_owned(), value);
    }
    line
}

/// Lines as the columns of a layout; what a line has not is missing, empty or 0.
pub fn columns(lines: &[Line], layout: &BatchLayout) -> Vec<BatchColumn> {
    layout.iter().map(|(name, kind)| column(lines, name, *kind)).collect()
}

fn column(lines: &[Line], name: &str, kind: BatchKind) -> BatchColumn {
    let of = |line: &Line| line.0.get(name).cloned();
    match kind {
        BatchKind::Long => BatchColumn::Long(lines.iter().map(|line| line.maybe(name)).collect()),
        BatchKind::Real => {
            let real = |line: &Line| if let Some(Value::Real(v)) = of(line) { v } else { 0.0 };
            BatchColumn::Real(lines.iter().map(real).collect())
        }
        BatchKind::Text => {
            let text = |line: &Line| if let Some(Value::Text(v)) = of(line) { v } else { None };
            BatchColumn::Text(lines.iter().map(text).collect())
        }
        BatchKind::Bytes => {
            let bytes =
                |line: &Line| if let Some(Value::Bytes(v)) = of(line) { v } else { Vec::new() };
            BatchColumn::Bytes(lines.iter().map(bytes).collect())
        }
        BatchKind::Longs => {
            let longs =
                |line: &Line| if let Some(Value::Longs(v)) = of(line) { v } else { Vec::new() };
            BatchColumn::Longs(lines.iter().map(longs).collect())
        }
    }
}
