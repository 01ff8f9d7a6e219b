//! Options of a select of companies.

use crate::{
    Store, StoreError,
    database::sql::Sql,
    error::authorize,
    lists::{
        names::{IdName, names_by_id},
        ranking::ranked_rows_sql,
        search::{self, SearchTerms},
    },
};
use domain::{
    access::{Actor, Entity, Verb},
    companies::Archived,
    ids::CompanyId,
};

/// Most companies in a select.
const OPTIONS_MAX: u64 = 200;

/// A company in a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyOption {
    /// Id of the company.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
}

impl From<IdName> for CompanyOption {
    fn from(row: IdName) -> Self {
        Self { id: CompanyId(row.id), name: row.name }
    }
}

impl Store {
    /// Companies for a select, except archived ones: those that a search for `q` finds, the best first, or all, by name; at most `limit` and never more than 200.
    pub async fn company_options(&self, actor: &Actor, q: Option<&str>, limit: u64) -> Result<Vec<CompanyOption>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let db = self.read();
        let limit = limit.min(OPTIONS_MAX);
        let terms = SearchTerms::parse(q.unwrap_or_default()).archived(Archived::No);
        let few = search::few_hits(db, actor.workspace_id.0, "companies", &terms).await?;
        let mut statement = Sql::with([actor.workspace_id.0.into()]);
        let ranked = ranked_rows_sql(&mut statement, "companies", "c", q.unwrap_or_default(), &terms, few.as_deref());
        statement.push(&format!("SELECT c.id, c.name {ranked} LIMIT {limit}"));
        let rows: Vec<IdName> = statement.all(db).await?;
        Ok(rows.into_iter().map(CompanyOption::from).collect())
    }

    /// Ids and names of these companies, except those in the bin or of another workspace.
    pub async fn company_names(&self, actor: &Actor, ids: &[CompanyId]) -> Result<Vec<CompanyOption>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let rows = names_by_id(self.read(), actor, "companies", ids.iter().map(|id| id.0).collect()).await?;
        Ok(rows.into_iter().map(CompanyOption::from).collect())
    }
}
