//! The companies that a select offers.

use crate::{
    Store, StoreError,
    database::sql::Sql,
    error::authorize,
    lists::{
        names::{Named, named},
        search::{self, SearchTerms},
    },
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::CompanyId,
};

/// Companies in a select at most.
const OPTIONS_MAX: u64 = 200;

/// A company in a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyOption {
    /// Which company.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
}

impl From<Named> for CompanyOption {
    fn from(row: Named) -> Self {
        Self { id: CompanyId(row.id), name: row.name }
    }
}

impl Store {
    /// Companies for a select: those that a search for `q` finds, or all, by name, at most `limit` and never more than 200.
    pub async fn company_options(&self, actor: &Actor, q: Option<&str>, limit: u64) -> Result<Vec<CompanyOption>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let db = self.read();
        let limit = limit.min(OPTIONS_MAX);
        let terms = SearchTerms::parse(q.unwrap_or_default());
        let few = search::few_hits(db, actor.workspace_id.0, "companies", &terms).await?;
        let mut statement = Sql::with([actor.workspace_id.0.into()]);
        let (from, all) = search::matching_rows_sql(&mut statement, "companies", "c", &terms, few.as_deref());
        statement.push(&format!("SELECT c.id, c.name FROM {from} WHERE {} ORDER BY c.name_key, c.id LIMIT {limit}", all.join(" AND ")));
        let rows: Vec<Named> = statement.all(db).await?;
        Ok(rows.into_iter().map(CompanyOption::from).collect())
    }

    /// How these companies are called; those that aren't there are left out.
    pub async fn company_names(&self, actor: &Actor, ids: &[CompanyId]) -> Result<Vec<CompanyOption>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let rows = named(self.read(), actor, "companies", ids.iter().map(|id| id.0).collect()).await?;
        Ok(rows.into_iter().map(CompanyOption::from).collect())
    }
}
