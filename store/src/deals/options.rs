//! Options of a select of deals.

use crate::{Store, StoreError, database::sql::Sql, error::authorize};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{CompanyId, ContactId, DealId},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Most deals in a select.
const OPTIONS_MAX: i64 = 200;

/// A deal in a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealOption {
    /// Id of the deal.
    pub id: DealId,
    /// Its name.
    pub name: String,
    /// The company it is with.
    pub company_id: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// The contact it is with, unless that one is in the bin.
    pub contact_id: Option<ContactId>,
}

#[derive(FromQueryResult)]
struct OptionRow {
    id: Uuid,
    name: String,
    company_id: Uuid,
    company_name: String,
    contact_id: Option<Uuid>,
}

impl Store {
    /// Deals for a select, by name: at most 200 of one company (`of`), or of all that are not archived, and `chosen` in any case, unless it
    /// is in the bin.
    pub async fn deal_options(&self, actor: &Actor, of: Option<CompanyId>, chosen: Option<DealId>) -> Result<Vec<DealOption>, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let mut statement = Sql::with([actor.workspace_id.0.into(), chosen.map(|id| id.0).into()]);
        let of_company = of.map_or_else(String::new, |id| format!(" AND company_id = {}", statement.bind(id.0)));
        let archived = "SELECT id FROM companies WHERE workspace_id = $1 AND deleted_at IS NULL AND archived_at IS NOT NULL";
        // The joins are LEFT to fix SQLite's join order.
        statement.push(&format!(
            "SELECT d.id, d.name, d.company_id, c.name AS company_name, p.id AS contact_id
             FROM (SELECT * FROM (SELECT id FROM deals WHERE workspace_id = $1 AND deleted_at IS NULL{of_company}
                                  AND company_id NOT IN ({archived})
                                  ORDER BY sort_key, id LIMIT {OPTIONS_MAX}) AS first
                   UNION SELECT id FROM deals WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL) AS offered
             LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = offered.id
             LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = d.company_id
             LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = d.contact_id AND p.deleted_at IS NULL
             ORDER BY d.sort_key, d.id"
        ));
        let rows: Vec<OptionRow> = statement.all(self.read()).await?;
        let option = |row: OptionRow| DealOption {
            id: DealId(row.id),
            name: row.name,
            company_id: CompanyId(row.company_id),
            company_name: row.company_name,
            contact_id: row.contact_id.map(ContactId),
        };
        Ok(rows.into_iter().map(option).collect())
    }
}
