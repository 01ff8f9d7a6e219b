//! Options of a select of contacts, and of the search that runs while typing.

use crate::{
    Store, StoreError,
    database::sql::Sql,
    error::authorize,
    lists::{
        ranking::ranked_rows_sql,
        search::{self, SearchTerms},
    },
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{CompanyId, ContactId},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Most contacts in a select.
const OPTIONS_MAX: u64 = 200;

/// A contact in a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactOption {
    /// Id of the contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// Job title.
    pub job_title: Option<String>,
    /// The company they are at.
    pub company_id: Option<CompanyId>,
}

/// A contact that a search found, with job title and company to tell namesakes apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundContact {
    /// Id of the contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// Job title.
    pub job_title: Option<String>,
    /// The name of the company they are at.
    pub company_name: Option<String>,
}

#[derive(FromQueryResult)]
struct OptionRow {
    id: Uuid,
    name: String,
    job_title: Option<String>,
    company_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct FoundRow {
    id: Uuid,
    name: String,
    job_title: Option<String>,
    company_name: Option<String>,
}

impl Store {
    /// Contacts for a select: those of one company, or all, by name, at most 200.
    pub async fn contact_options(&self, actor: &Actor, company_id: Option<CompanyId>) -> Result<Vec<ContactOption>, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        let mut statement = Sql::with([actor.workspace_id.0.into()]);
        let of_company = company_id.map_or_else(String::new, |id| format!(" AND company_id = {}", statement.bind(id.0)));
        statement.push(&format!(
            "SELECT id, name, job_title, company_id FROM contacts WHERE workspace_id = $1 AND deleted_at IS NULL{of_company}
             ORDER BY sort_key, id LIMIT {OPTIONS_MAX}"
        ));
        let rows: Vec<OptionRow> = statement.all(self.read()).await?;
        let option = |row: OptionRow| ContactOption {
            id: ContactId(row.id),
            name: row.name,
            job_title: row.job_title,
            company_id: row.company_id.map(CompanyId),
        };
        Ok(rows.into_iter().map(option).collect())
    }

    /// The contacts that a search for `q` finds, the best first, or all, by name; at most `limit` and never more than 200.
    pub async fn found_contacts(&self, actor: &Actor, q: &str, limit: u64) -> Result<Vec<FoundContact>, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        let db = self.read();
        let limit = limit.min(OPTIONS_MAX);
        let terms = SearchTerms::parse(q);
        let few = search::few_hits(db, actor.workspace_id.0, "contacts", &terms).await?;
        let mut statement = Sql::with([actor.workspace_id.0.into()]);
        let ranked = ranked_rows_sql(&mut statement, "contacts", "p", q, &terms, few.as_deref());
        statement.push(&format!(
            "SELECT p.id, p.name, p.job_title,
               (SELECT c.name FROM companies c WHERE c.workspace_id = $1 AND c.id = p.company_id) AS company_name
             {ranked} LIMIT {limit}"
        ));
        let rows: Vec<FoundRow> = statement.all(db).await?;
        let found = |row: FoundRow| FoundContact {
            id: ContactId(row.id),
            name: row.name,
            job_title: row.job_title,
            company_name: row.company_name,
        };
        Ok(rows.into_iter().map(found).collect())
    }
}
