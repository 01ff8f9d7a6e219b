//! Contacts: the names a select offers, and the rows that loading data writes.

use crate::{Store, StoreError, entity::contact, error::authorize, sql::Sql, write::Write};
use domain::{
    access::{Actor, Entity, Verb},
    contacts::AuthorityLevel,
    fold::{fold, search_key},
    ids::{CompanyId, ContactId},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait, FromQueryResult,
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

/// A contact to be inserted.
#[derive(Debug, Clone)]
pub(crate) struct NewContact<'a> {
    pub id: ContactId,
    pub name: &'a str,
    pub job_title: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub authority_level: Option<AuthorityLevel>,
    pub company_id: CompanyId,
    pub reports_to: Option<ContactId>,
}

/// Writes a row of a contact; neither counters nor the audit log.
pub(crate) async fn insert(write: &Write, new: &NewContact<'_>) -> Result<(), StoreError> {
    let row = contact::ActiveModel {
        workspace_id: Set(write.workspace_id()),
        id: Set(new.id.0),
        owner_id: Set(write.actor.user_id.0),
        version: Set(1),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        name: Set(new.name.to_owned()),
        name_key: Set(fold(new.name)),
        email: Set(Some(new.email.to_owned())),
        phone: Set(Some(new.phone.to_owned())),
        job_title: Set(Some(new.job_title.to_owned())),
        job_title_key: Set(fold(new.job_title)),
        is_decision_maker: Set(new.authority_level.is_some_and(|level| level != AuthorityLevel::Influencer)),
        authority_level: Set(new.authority_level.map(|level| level.slug().to_owned())),
        company_id: Set(Some(new.company_id.0)),
        reports_to_id: Set(new.reports_to.map(|id| id.0)),
        notes: NotSet,
        metadata: NotSet,
        search: Set(search_key([new.name, new.job_title])),
        deleted_at: NotSet,
    };
    contact::Entity::insert(row).exec_without_returning(&write.db).await?;
    Ok(())
}
