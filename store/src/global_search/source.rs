//! The tables that global search reads: their columns, and what a hit shows of them.

use domain::search::SearchKind;
use sea_orm::DbBackend;

/// A table with a search column.
pub(super) struct Source {
    pub kind: SearchKind,
    pub table: &'static str,
    /// The column of the name.
    pub name: &'static str,
    /// The column whose latest value comes first, with `id`: the order of `index`.
    pub touched: &'static str,
    /// The index of live rows in that order.
    pub index: &'static str,
    /// SQL condition of the rows that are found, of the alias `x`.
    pub live: &'static str,
    /// Whether the table has the column `name_key`, with an index.
    pub has_name_key: bool,
    /// SQL of the columns of a hit, of the alias `x`: see [`HitColumns`].
    pub columns: HitColumns,
}

/// SQL of the columns of a hit besides its name; `None` for a column that the kind doesn't have.
#[derive(Default)]
pub(super) struct HitColumns {
    /// Text that tells namesakes apart.
    pub facts: [Option<&'static str>; 3],
    /// Further text that is searched, by its label.
    pub texts: &'static [(&'static str, &'static str)],
    pub metadata: Option<&'static str>,
    pub amount: Option<&'static str>,
    pub at: Option<&'static str>,
}

/// Most columns of [`HitColumns::texts`].
pub(super) const TEXTS: usize = 6;

const COMPANY: &str = "(SELECT c.name FROM companies c WHERE c.workspace_id = $1 AND c.id = x.company_id AND c.deleted_at IS NULL)";
const CONTACT: &str = "(SELECT p.name FROM contacts p WHERE p.workspace_id = $1 AND p.id = x.contact_id AND p.deleted_at IS NULL)";
const STAGE: &str = "(SELECT s.name FROM stages s WHERE s.workspace_id = $1 AND s.id = x.stage_id)";

/// The tables, in the order of [`SearchKind::ALL`]. Tags are few and have none.
pub(super) const SOURCES: [Source; 5] = [
    Source {
        kind: SearchKind::Companies,
        table: "companies",
        name: "name",
        touched: "updated_at",
        index: "companies_by_updated_at_id_archived_at",
        live: "x.deleted_at IS NULL AND x.archived_at IS NULL",
        has_name_key: true,
        columns: HitColumns {
            facts: [Some("x.industry"), None, None],
            texts: &[
                ("Email", "x.email"),
                ("Phone", "x.phone"),
                ("Website", "x.website"),
                ("Tax code", "x.tax_code"),
                ("Address", "x.address"),
                ("Notes", "x.notes"),
            ],
            metadata: Some("x.metadata"),
            amount: None,
            at: None,
        },
    },
    Source {
        kind: SearchKind::Contacts,
        table: "contacts",
        name: "name",
        touched: "updated_at",
        index: "contacts_by_updated_at_id",
        live: "x.deleted_at IS NULL",
        has_name_key: true,
        columns: HitColumns {
            facts: [Some("x.job_title"), Some(COMPANY), None],
            texts: &[("Email", "x.email"), ("Phone", "x.phone"), ("Notes", "x.notes")],
            metadata: Some("x.metadata"),
            amount: None,
            at: None,
        },
    },
    Source {
        kind: SearchKind::Deals,
        table: "deals",
        name: "name",
        touched: "updated_at",
        index: "deals_by_updated_at_id",
        live: "x.deleted_at IS NULL",
        has_name_key: true,
        columns: HitColumns {
            facts: [Some(COMPANY), Some(CONTACT), Some(STAGE)],
            texts: &[("Notes", "x.notes")],
            metadata: Some("x.metadata"),
            amount: Some("x.value"),
            at: None,
        },
    },
    Source {
        kind: SearchKind::Activities,
        table: "activities",
        name: "subject",
        touched: "date",
        index: "activities_by_date_id",
        live: "x.deleted_at IS NULL",
        has_name_key: false,
        columns: HitColumns {
            facts: [Some(COMPANY), Some(CONTACT), Some("x.type")],
            texts: &[("Notes", "x.description"), ("Outcome", "x.outcome"), ("Next steps", "x.next_steps")],
            metadata: None,
            amount: None,
            at: Some("x.date"),
        },
    },
    Source {
        kind: SearchKind::Tasks,
        table: "tasks",
        name: "title",
        touched: "updated_at",
        index: "tasks_by_updated_at_id",
        live: "x.deleted_at IS NULL",
        has_name_key: false,
        columns: HitColumns {
            facts: [Some(COMPANY), Some(CONTACT), Some("x.status")],
            texts: &[("Notes", "x.notes")],
            metadata: None,
            amount: None,
            at: Some("CASE WHEN x.due_on IS NULL AND x.due_at IS NULL THEN NULL ELSE x.due_by END"),
        },
    },
];

impl Source {
    /// The number of the kind in a statement.
    pub fn kind_number(&self) -> i32 {
        kind_number(self.kind)
    }

    /// The name of what a statement found of the table.
    pub fn found(&self) -> String {
        format!("found_{}", self.table)
    }

    /// SQL of the folded name, of the alias `x`: the column, or the first line of the search column.
    pub fn name_key(&self, backend: DbBackend) -> &'static str {
        match backend {
            _ if self.has_name_key => "x.name_key",
            DbBackend::Sqlite => "substr(x.search, 2, instr(substr(x.search, 2) || char(10), char(10)) - 1)",
            _ => "split_part(x.search, chr(10), 2)",
        }
    }

    /// The column list of a hit, after the name.
    pub fn hit_columns(&self) -> String {
        let HitColumns { facts, texts, metadata, amount, at } = &self.columns;
        let text = |column: Option<&str>| column.map_or_else(|| "CAST(NULL AS text)".to_owned(), str::to_owned);
        let texts = (0..TEXTS).map(|place| text(texts.get(place).map(|(_, column)| *column)));
        let columns: Vec<String> = facts.iter().map(|fact| text(*fact)).chain(texts).collect();
        let metadata = metadata.map_or_else(|| text(None), |column| format!("CAST({column} AS text)"));
        let amount = amount.unwrap_or("CAST(NULL AS bigint)");
        let at = at.unwrap_or("CAST(NULL AS timestamptz)");
        format!("{}, {metadata}, {amount}, {at}", columns.join(", "))
    }
}

/// The number of a kind in a statement, and its order among kinds.
pub(super) fn kind_number(kind: SearchKind) -> i32 {
    i32::try_from(kind.index()).unwrap_or_default()
}
