//! The search column of deals. It contains the names of the deal's company and contact, and is updated when one of those is renamed,
//! deleted, restored or erased, and when deals are restored.

use crate::{
    StoreError,
    custom_fields::from_json,
    database::{sql::Sql, write::WorkspaceTx},
    entity::deal,
    lists::search::{REINDEX_BATCH, search_column, update_search_columns},
};
use domain::{custom_fields::CustomFields, ids::CompanyId};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Names of the company and the contact of a deal; `None` for one in the bin.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct RelatedNames {
    pub company: Option<String>,
    pub contact: Option<String>,
}

/// A deal with those names.
#[derive(FromQueryResult)]
pub(super) struct NamedDeal {
    #[sea_orm(nested)]
    pub deal: deal::Model,
    #[sea_orm(nested)]
    pub names: RelatedNames,
}

impl NamedDeal {
    /// SQL of its columns and joins, after `deals` as `d`.
    pub const COLUMNS: &'static str = "d.*, c.name AS company, p.name AS contact";
    /// SQL of the joins of its names.
    pub const JOINS: &'static str =
        "LEFT JOIN companies c ON c.workspace_id = d.workspace_id AND c.id = d.company_id AND c.deleted_at IS NULL
         LEFT JOIN contacts p ON p.workspace_id = d.workspace_id AND p.id = d.contact_id AND p.deleted_at IS NULL";

    /// Value of the `search` column of a deal that is not in the bin.
    pub fn search_text(&self) -> String {
        search_text(&self.deal.name, self.deal.notes.as_deref(), &from_json(self.deal.metadata.clone()), &self.names)
    }
}

/// Value of the `search` column: name, company, contact, custom fields and notes.
pub(super) fn search_text(name: &str, notes: Option<&str>, custom_fields: &CustomFields, names: &RelatedNames) -> String {
    let related = [names.company.as_deref(), names.contact.as_deref()].into_iter().flatten();
    search_column([name].into_iter().chain(related).chain(custom_fields.words()).chain(notes))
}

/// Updates the search columns of these deals, except those in the bin.
pub(crate) async fn reindex(tx: &WorkspaceTx, ids: &[Uuid]) -> Result<(), StoreError> {
    for chunk in ids.chunks(REINDEX_BATCH) {
        let mut statement = Sql::with([tx.workspace_id().into()]);
        let ids = statement.bind_all(chunk.iter().copied());
        let (columns, joins) = (NamedDeal::COLUMNS, NamedDeal::JOINS);
        statement
            .push(&format!("SELECT {columns} FROM deals d {joins} WHERE d.workspace_id = $1 AND d.id IN ({ids}) AND d.deleted_at IS NULL"));
        let rows: Vec<NamedDeal> = statement.all(&tx.db).await?;
        update_search_columns(tx, "deals", rows.iter().map(|row| (row.deal.id, row.search_text())).collect()).await?;
    }
    Ok(())
}

/// Updates the search columns of a company's deals, after the company was renamed.
pub(crate) async fn reindex_of_company(tx: &WorkspaceTx, id: CompanyId) -> Result<(), StoreError> {
    reindex_related(tx, "company_id", &[id.0], None).await
}

/// Updates the search columns of the deals of these contacts, after they were renamed, deleted, restored or erased.
pub(crate) async fn reindex_of_contacts(tx: &WorkspaceTx, ids: &[Uuid]) -> Result<(), StoreError> {
    reindex_related(tx, "contact_id", ids, None).await
}

/// As [`reindex_of_contacts`], without the deals of a company, whose search columns are up to date.
pub(crate) async fn reindex_of_contacts_elsewhere(tx: &WorkspaceTx, ids: &[Uuid], company: CompanyId) -> Result<(), StoreError> {
    reindex_related(tx, "contact_id", ids, Some(company)).await
}

/// - `column`: the column of the deals that refers to one of `related`.
/// - `except`: the company whose deals are left out.
async fn reindex_related(tx: &WorkspaceTx, column: &'static str, related: &[Uuid], except: Option<CompanyId>) -> Result<(), StoreError> {
    #[derive(FromQueryResult)]
    struct IdRow {
        id: Uuid,
    }
    for chunk in related.chunks(REINDEX_BATCH) {
        let mut statement = Sql::with([tx.workspace_id().into()]);
        let related = statement.bind_all(chunk.iter().copied());
        let elsewhere = except.map(|company| format!(" AND company_id <> {}", statement.bind(company.0))).unwrap_or_default();
        statement.push(&format!(
            "SELECT id FROM deals WHERE workspace_id = $1 AND {column} IN ({related}) AND deleted_at IS NULL{elsewhere} ORDER BY id"
        ));
        let found: Vec<IdRow> = statement.all(&tx.db).await?;
        reindex(tx, &found.into_iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    }
    Ok(())
}
