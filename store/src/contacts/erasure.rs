//! Erasing the personal data of a contact for good (ADR 10).
//!
//! The row stays, under another name and without values, as do its links to a company, deals and activities. Its values go from every
//! place where the program put them: the row and its copies, the audit log, refused forms and notices in sessions. What people wrote about
//! the contact in texts of their own, as in an activity, stays. Of a contact that was deleted for ever only the log has values.

use super::{
    edit::RelatedNames,
    rows::{derived_columns_of, name_order, save},
};
use crate::{
    Store, StoreError,
    audit::{erasure::erase_record, purges::purged_record},
    database::{erased_content::scrubbing_job, rows::to_u64, sql::sql, write::WorkspaceTx},
    deals,
    entity::{audit_log, contact},
    error::authorize,
    last_contact::{CompanySet, recompute_contact_counters},
    users::session_text::remove_session_text,
};
use domain::{
    access::{Actor, Entity, Verb},
    contacts::{ERASED_NAME, EraseForm, PersonalValues},
    ids::ContactId,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

/// Most records of a kind that are listed.
const LISTED_MAX: u64 = 50;

/// What an erasure concerns, for the question before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactErasure {
    /// Id of the contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// Whether the contact is in the bin, or was deleted for ever.
    pub is_deleted: bool,
    /// Whether it was deleted for ever.
    pub is_purged: bool,
    /// Whether bytes of deleted content are in a file of SQLite, not of PostgreSQL.
    pub is_sqlite: bool,
    /// Number of entries of the audit log that have values of the contact.
    pub entries: u64,
    /// The activities with the contact.
    pub activities: LinkedRecords,
    /// The deals with the contact.
    pub deals: LinkedRecords,
    /// The tasks with the contact.
    pub tasks: LinkedRecords,
}

/// Records of a kind that are linked to a contact and not in the bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedRecords {
    /// Ids and names, the newest first, at most 50.
    pub records: Vec<(Uuid, String)>,
    /// Number of all.
    pub count: u64,
    /// Number of further ones, in the bin.
    pub in_bin: u64,
}

/// A contact whose personal data has been erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedContact {
    /// Whether the contact is in the bin, or was deleted for ever.
    pub is_deleted: bool,
    /// The erased values, by which text that is still in memory is recognised.
    pub values: PersonalValues,
}

#[derive(FromQueryResult)]
struct QuestionRow {
    name: String,
    is_deleted: bool,
    activities: i64,
    binned_activities: i64,
    deals: i64,
    binned_deals: i64,
    tasks: i64,
    binned_tasks: i64,
}

impl QuestionRow {
    /// Of a contact that was deleted for ever: nothing is linked to it any more.
    fn of_purged(name: String) -> Self {
        Self { name, is_deleted: true, activities: 0, binned_activities: 0, deals: 0, binned_deals: 0, tasks: 0, binned_tasks: 0 }
    }
}

/// The name of a contact that was deleted for ever.
///
/// # Errors
/// [`StoreError::NotFound`] for any other id, and if its personal data is erased already.
async fn purged_name(db: &impl ConnectionTrait, workspace_id: Uuid, id: ContactId) -> Result<String, StoreError> {
    let purged = purged_record(db, workspace_id, id.0).await?.filter(|purged| purged.entity == Entity::Contact.noun());
    purged.and_then(|purged| purged.name).ok_or(StoreError::NotFound)
}

impl Store {
    /// What erasing the personal data of a contact would concern. The contact may be in the bin, or deleted for ever.
    pub async fn contact_erasure(&self, actor: &Actor, id: ContactId) -> Result<ContactErasure, StoreError> {
        authorize(actor, Verb::Delete, Entity::PersonalData)?;
        let linked = |table: &str, condition: &str| {
            format!("(SELECT count(*) FROM {table} x WHERE x.workspace_id = $1 AND x.contact_id = $2 AND x.deleted_at {condition})")
        };
        let text = format!(
            "SELECT p.name, p.deleted_at IS NOT NULL AS is_deleted, {} AS activities, {} AS binned_activities, {} AS deals, {} AS binned_deals,
               {} AS tasks, {} AS binned_tasks
             FROM contacts p WHERE p.workspace_id = $1 AND p.id = $2",
            linked("activities", "IS NULL"),
            linked("activities", "IS NOT NULL"),
            linked("deals", "IS NULL"),
            linked("deals", "IS NOT NULL"),
            linked("tasks", "IS NULL"),
            linked("tasks", "IS NOT NULL"),
        );
        let entries = "SELECT count(*) AS count FROM audit_log a WHERE a.workspace_id = $1 AND a.entity = 'contact' AND a.entity_id = $2
               AND (a.before IS NOT NULL OR a.after IS NOT NULL) AND a.action <> 'erase'";
        let values = || [actor.workspace_id.0.into(), id.0.into()];
        let entries = sql(entries, values()).count(self.read()).await?;
        let found: Option<QuestionRow> = sql(&text, values()).one(self.read()).await?;
        let is_purged = found.is_none();
        let row = match found {
            Some(row) => row,
            None => QuestionRow::of_purged(purged_name(self.read(), actor.workspace_id.0, id).await?),
        };
        let (activities, deals, tasks) = tokio::try_join!(
            self.linked_to_contact(actor, id, "activities", "subject", "date"),
            self.linked_to_contact(actor, id, "deals", "name", "updated_at"),
            self.linked_to_contact(actor, id, "tasks", "title", "updated_at")
        )?;
        let of = |records, count, in_bin| LinkedRecords { records, count: to_u64(count), in_bin: to_u64(in_bin) };
        Ok(ContactErasure {
            id,
            name: row.name,
            is_deleted: row.is_deleted,
            is_purged,
            is_sqlite: self.backend() == DbBackend::Sqlite,
            entries,
            activities: of(activities, row.activities, row.binned_activities),
            deals: of(deals, row.deals, row.binned_deals),
            tasks: of(tasks, row.tasks, row.binned_tasks),
        })
    }

    async fn linked_to_contact(
        &self,
        actor: &Actor,
        id: ContactId,
        table: &str,
        name: &str,
        order: &str,
    ) -> Result<Vec<(Uuid, String)>, StoreError> {
        let text = format!(
            "SELECT x.id, x.{name} AS name FROM {table} x WHERE x.workspace_id = $1 AND x.contact_id = $2 AND x.deleted_at IS NULL
             ORDER BY x.{order} DESC, x.id DESC LIMIT {LISTED_MAX}"
        );
        let rows: Vec<crate::lists::names::IdName> = sql(&text, [actor.workspace_id.0.into(), id.0.into()]).all(self.read()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }

    /// Erases the personal data of a contact, which may be in the bin, or deleted for ever. It can't be undone.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `name` if the form doesn't have the contact's name.
    pub async fn erase_contact(&self, actor: &Actor, id: ContactId, form: EraseForm) -> Result<ErasedContact, StoreError> {
        self.write(actor, Verb::Delete, Entity::PersonalData, move |tx| Box::pin(erase(tx, id, form))).await
    }
}

async fn erase(tx: &mut WorkspaceTx, id: ContactId, form: EraseForm) -> Result<ErasedContact, StoreError> {
    let row = contact::Entity::find_by_id((tx.workspace_id(), id.0)).one(&tx.db).await?;
    let name = match &row {
        Some(row) => row.name.clone(),
        None => purged_name(&tx.db, tx.workspace_id(), id).await?,
    };
    if !form.confirms(&name) {
        return Err(StoreError::field("name", "Type the name of the contact exactly as it is"));
    }
    let mut values = values_of(tx, id, row.as_ref()).await?;
    // The pages of its forms.
    values.add(&format!("/contacts/{id}/"));
    if let Some(row) = &row {
        empty_row(tx, row).await?;
    }
    erase_record(tx, Entity::Contact, id.0).await?;
    remove_session_text(tx, |text| values.occur_in(text), |notice| values.occur_in(notice) || values.begin(notice)).await?;
    end_exports(tx).await?;
    tx.store().enqueue(&tx.db, scrubbing_job()).await?;
    Ok(ErasedContact { is_deleted: row.is_none_or(|row| row.deleted_at.is_some()), values })
}

/// Ends the workspace's exports, any of whose files may have the contact, and empties their filters, which may search for it.
async fn end_exports(tx: &WorkspaceTx) -> Result<(), StoreError> {
    let end = "UPDATE exports SET query = '', expires_at = CASE WHEN expires_at < $2 THEN expires_at ELSE $2 END WHERE workspace_id = $1";
    sql(end, [tx.workspace_id().into(), tx.now.into()]).execute(&tx.db).await?;
    Ok(())
}

/// Names, addresses and numbers of a contact, present and former. `row`: its row, unless it was deleted for ever.
async fn values_of(tx: &WorkspaceTx, id: ContactId, row: Option<&contact::Model>) -> Result<PersonalValues, StoreError> {
    use audit_log::Column as C;
    let mut values = PersonalValues::default();
    let mut add = |name: Option<&str>, email: Option<&str>, phone: Option<&str>| {
        name.into_iter().chain(email).for_each(|value| values.add(value));
        phone.into_iter().for_each(|phone| values.add_phone(phone));
    };
    if let Some(row) = row {
        add(Some(&row.name), row.email.as_deref(), row.phone.as_deref());
    }
    let entries = audit_log::Entity::find()
        .filter(C::WorkspaceId.eq(tx.workspace_id()))
        .filter(C::Entity.eq(Entity::Contact.noun()))
        .filter(C::EntityId.eq(id.0))
        .all(&tx.db)
        .await?;
    for side in entries.iter().flat_map(|entry| [&entry.before, &entry.after]).flatten() {
        let side: Value = serde_json::from_str(side).unwrap_or_default();
        add(side["name"].as_str(), side["email"].as_str(), side["phone"].as_str());
    }
    Ok(values)
}

/// Replaces the values of the row, and those that are derived from them.
async fn empty_row(tx: &WorkspaceTx, row: &contact::Model) -> Result<(), StoreError> {
    let emptied = contact::Model {
        name: ERASED_NAME.to_owned(),
        email: None,
        phone: None,
        job_title: None,
        is_decision_maker: false,
        authority_level: None,
        notes: None,
        metadata: json!({}),
        ..row.clone()
    };
    let company = RelatedNames::of_row(tx, row).await?.company_name;
    let derived = derived_columns_of(&emptied, company.as_deref(), name_order(tx).await?)?;
    let mut changes = contact::ActiveModel {
        name: Set(emptied.name),
        email: Set(None),
        phone: Set(None),
        job_title: Set(None),
        is_decision_maker: Set(false),
        authority_level: Set(None),
        notes: Set(None),
        metadata: Set(emptied.metadata),
        metadata_keys: Set("{}".to_owned()),
        version: Set(row.version + 1),
        updated_at: Set(tx.now),
        ..derived.into()
    };
    if row.deleted_at.is_some() {
        // No search finds what is in the bin.
        changes.search = Set(String::new());
    }
    save(tx, row, changes).await?;
    deals::reindex_of_contacts(tx, &[row.id]).await?;
    recompute_contact_counters(tx, CompanySet::OfContacts(&[row.id])).await
}
