//! Contacts: the names a select offers, and the rows that loading data writes.

use crate::{Store, StoreError, entity::contact, error::authorize, search::searchable, sql::Sql, write::Write};
use domain::{
    access::{Actor, Entity, Verb},
    contacts::AuthorityLevel,
    fold::fold,
    ids::{CompanyId, ContactId},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    FromQueryResult,
};
use uuid::Uuid;

/// Contacts in a select at most.
const OPTIONS_MAX: u64 = 200;

/// A contact in a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactOption {
    /// Which contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// What they do.
    pub job_title: Option<String>,
    /// The company they are at.
    pub company_id: Option<CompanyId>,
}

#[derive(FromQueryResult)]
struct OptionRow {
    id: Uuid,
    name: String,
    job_title: Option<String>,
    company_id: Option<Uuid>,
}

impl Store {
    /// Contacts for a select: those of one company, or all, by name, at most 200.
    pub async fn contact_options(&self, actor: &Actor, company_id: Option<CompanyId>) -> Result<Vec<ContactOption>, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        let mut statement = Sql::with([actor.workspace_id.0.into()]);
        let of_company = company_id.map_or_else(String::new, |id| format!(" AND company_id = {}", statement.bind(id.0)));
        statement.push(&format!(
            "SELECT id, name, job_title, company_id FROM contacts WHERE workspace_id = $1 AND deleted_at IS NULL{of_company}
             ORDER BY name_key, id LIMIT {OPTIONS_MAX}"
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
}

/// A contact to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewContact {
    pub id: ContactId,
    pub name: String,
    pub job_title: String,
    pub email: String,
    pub phone: String,
    pub authority_level: Option<AuthorityLevel>,
    pub company_id: CompanyId,
    pub reports_to: Option<ContactId>,
}

impl NewContact {
    /// Its row, owned by the actor. Who signs or decides with the one who signs is a decision-maker.
    pub fn row(self, write: &Write) -> contact::ActiveModel {
        contact::ActiveModel {
            workspace_id: Set(write.workspace_id()),
            id: Set(self.id.0),
            owner_id: Set(write.actor.user_id.0),
            version: Set(1),
            created_at: Set(write.now),
            updated_at: Set(write.now),
            name_key: Set(fold(&self.name)),
            job_title_key: Set(fold(&self.job_title)),
            search: Set(searchable([self.name.as_str(), self.job_title.as_str()])),
            name: Set(self.name),
            email: Set(Some(self.email)),
            phone: Set(Some(self.phone)),
            job_title: Set(Some(self.job_title)),
            is_decision_maker: Set(matches!(self.authority_level, Some(AuthorityLevel::Primary | AuthorityLevel::Secondary))),
            authority_level: Set(self.authority_level.map(|level| level.slug().to_owned())),
            company_id: Set(Some(self.company_id.0)),
            reports_to_id: Set(self.reports_to.map(|id| id.0)),
            notes: NotSet,
            metadata: NotSet,
            deleted_at: NotSet,
        }
    }
}
