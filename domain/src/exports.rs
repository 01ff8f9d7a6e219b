//! Exports: a list's matching rows as a file.

mod address;
mod cell;

pub use address::ListAddress;
pub use cell::{Cell, ExportRow};

use crate::{forms::FormErrors, page::BadQuery, record_kinds::RecordKind};
use serde::{Deserialize, Serialize};

/// Most rows of a file that is written while the browser waits for it. A job writes larger ones.
pub const DIRECT_ROWS_MAX: u64 = 20_000;
/// Minutes for which a file that is written while the browser waits can be downloaded.
pub const DIRECT_MINUTES: i64 = 60;
/// Hours for which a file that a job wrote can be downloaded.
pub const FILE_HOURS: i64 = 24;
/// Days for which the page of an export says that its file is gone. After them there is no such page.
pub const KEPT_DAYS: i64 = 30;
/// Most exports of a user that wait for their job or are being written.
pub const UNFINISHED_MAX: u64 = 3;

/// The format of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// Comma-separated values (RFC 4180).
    #[default]
    Csv,
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// An array of objects.
    Json,
}

impl ExportFormat {
    /// Every format, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Json];

    /// The value in the database and of the form, which is the extension of the file.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    /// The format of a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Csv => "CSV, for any spreadsheet or program",
            Self::Xlsx => "Excel workbook (XLSX)",
            Self::Json => "JSON, for programs",
        }
    }

    /// Most rows that a file holds below its head; `None` without a limit. Excel's specification: 1,048,576 rows by 16,384 columns.
    pub const fn rows_max(self) -> Option<u64> {
        match self {
            Self::Xlsx => Some(1_048_575),
            Self::Csv | Self::Json => None,
        }
    }
}

/// Which columns a file has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ExportColumns {
    /// Those that the list shows.
    #[default]
    Shown,
    /// All fields of the record, custom fields included.
    All,
}

impl ExportColumns {
    /// Both, in the order of the menu.
    pub const ALL: [Self; 2] = [Self::Shown, Self::All];

    /// The value in the database and of the form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::All => "all",
        }
    }

    /// The choice of a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|columns| columns.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Shown => "Those that the list shows",
            Self::All => "All, with notes and custom fields",
        }
    }
}

/// What is to be exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportDraft {
    /// The list with its filters and its order.
    pub address: ListAddress,
    /// The format.
    pub format: ExportFormat,
    /// The columns.
    pub columns: ExportColumns,
}

/// The submitted form of `/companies/export` and the other lists' pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportForm {
    /// An [`RecordKind`]'s slug.
    pub list: String,
    /// The query of the list's URL, encoded as in it; empty for the whole list.
    pub query: String,
    /// An [`ExportFormat`]'s slug.
    pub format: String,
    /// An [`ExportColumns`]' slug.
    pub columns: String,
}

/// The error of an export's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportFormError {
    /// There is no such list, or its filters can't be read. No page writes that.
    BadQuery,
    /// A choice that the form doesn't offer.
    Invalid(FormErrors),
}

impl From<BadQuery> for ExportFormError {
    fn from(BadQuery: BadQuery) -> Self {
        Self::BadQuery
    }
}

impl ExportForm {
    /// Parses the form. `decoded`: the pairs of [`ExportForm::query`].
    ///
    /// # Errors
    /// [`ExportFormError::BadQuery`] as for [`ListAddress::parse`], else the choices that are wrong.
    pub fn parse(&self, decoded: &[(String, String)]) -> Result<ExportDraft, ExportFormError> {
        let list = RecordKind::from_slug(&self.list).ok_or(BadQuery)?;
        let address = ListAddress::parse(list, decoded)?;
        let mut errors = FormErrors::default();
        let format = errors.collect("format", ExportFormat::from_slug(&self.format).ok_or("Choose a format"));
        let columns = errors.collect("columns", ExportColumns::from_slug(&self.columns).ok_or("Choose the columns"));
        errors.finish(|| Some(ExportDraft { address, format: format?, columns: columns? })).map_err(ExportFormError::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_read_back() {
        assert!(RecordKind::ALL.into_iter().all(|list| RecordKind::from_slug(list.slug()) == Some(list)));
        assert!(ExportFormat::ALL.into_iter().all(|format| ExportFormat::from_slug(format.slug()) == Some(format)));
        assert!(ExportColumns::ALL.into_iter().all(|columns| ExportColumns::from_slug(columns.slug()) == Some(columns)));
    }

    #[test]
    fn a_form_takes_what_it_offers_and_nothing_else() {
        let form = |list: &str, format: &str, columns: &str| ExportForm {
            list: list.to_owned(),
            format: format.to_owned(),
            columns: columns.to_owned(),
            query: String::new(),
        };
        let whole = form("contacts", "xlsx", "all").parse(&[]).expect("a form of ours");
        assert_eq!((whole.address.list(), whole.format, whole.columns), (RecordKind::Contacts, ExportFormat::Xlsx, ExportColumns::All));
        for list in ["", "users", "Companies"] {
            assert_eq!(form(list, "csv", "all").parse(&[]), Err(ExportFormError::BadQuery), "{list}");
        }
        for (wrong, field) in [(form("deals", "pdf", "all"), "format"), (form("deals", "csv", ""), "columns")] {
            let Err(ExportFormError::Invalid(errors)) = wrong.parse(&[]) else { panic!("{field}") };
            assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [field]);
        }
    }
}
