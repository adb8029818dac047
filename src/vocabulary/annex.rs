//! The two forms of 黑人社发〔2019〕10号.

/// One of the two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Annex {
    /// 附件2, by school and agency.
    #[serde(rename = "annex2")]
    Two,
    /// 附件3, by county.
    #[serde(rename = "annex3")]
    Three,
}

impl Annex {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Two, Self::Three];

    /// The name used in binding files, files of results and the ledger.
    pub fn key(self) -> &'static str {
        match self {
            Self::Two => "annex2",
            Self::Three => "annex3",
        }
    }

    /// The name users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Two => "附件2",
            Self::Three => "附件3",
        }
    }

    /// The form of a key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|annex| annex.key() == key)
    }
}
