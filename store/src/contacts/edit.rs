//! Creating and updating a contact, with its tags.

use super::{
    derived_columns::{DerivedColumns, DerivedInput},
    primary,
    rows::{self, name_order},
};
use crate::{
    Store, StoreError,
    archive::require_not_archived,
    audit::{
        chain::Change,
        differences::{diff_of_edit, without_nulls},
    },
    bin::keep_deleted_reference,
    custom_fields::{self, keys_json, to_json},
    database::{
        records::{RecordTable, load_for_update},
        sql::sql,
        write::WorkspaceTx,
    },
    deals,
    entity::{company_counter::Column as OfCompany, contact, workspace_counter::Column as OfWorkspace},
    last_contact::{CompanySet, recompute_contact_counters},
    lists::counters::{add_to_company, add_to_workspace},
    members::{owner_of_draft, with_other_owner, with_owner},
    tags::{Tag, Tagged, replace_tags, resolve, tags_of},
};
use domain::{
    access::{Actor, Entity, Verb},
    collation::NameOrder,
    contacts::{AuthorityLevel, ContactDraft},
    forms::FormErrors,
    ids::{CompanyId, ContactId, TagId, UserId},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait, FromQueryResult,
};
use serde_json::{Value, json};
use uuid::Uuid;

impl Store {
    /// Creates a contact, owned by the actor.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `company_id` or `reports_to_id` if there is no such record or it is in the bin, at `company_id` if that
    /// company is archived, at `tag_id` for a tag of another workspace. [`StoreError::Question`] at `primary_choice` if the draft leaves open who is primary at its company.
    pub async fn create_contact(&self, actor: &Actor, mut draft: ContactDraft) -> Result<ContactId, StoreError> {
        self.create_idempotent(actor, Entity::Contact, |tx| {
            Box::pin(async move {
                primary::settle(tx, None, &mut draft).await?;
                create(tx, draft).await
            })
        })
        .await
    }

    /// Updates a contact. `version`: the version that was shown.
    ///
    /// # Errors
    /// Those of [`Store::create_contact`], except that a contact may stay at an archived company, and
    /// - [`StoreError::Invalid`] at `reports_to_id` for a contact that reports to this one, directly or through others;
    /// - [`StoreError::NotFound`] if there is no such contact, or it is in the bin;
    /// - [`StoreError::Denied`] if the actor may not change it;
    /// - [`StoreError::Conflict`] if it was changed since `version`.
    pub async fn update_contact(&self, actor: &Actor, id: ContactId, version: i64, draft: ContactDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Contact, move |tx| Box::pin(update(tx, id, version, draft))).await
    }
}

/// Creates a contact, with counters, tags and audit row. Asks nothing.
pub(crate) async fn create(tx: &mut WorkspaceTx, mut draft: ContactDraft) -> Result<ContactId, StoreError> {
    let id = ContactId(tx.new_id());
    let related = RelatedNames::check(tx, id, &draft).await?;
    require_not_archived(tx, draft.company_id, None, "contacts").await?;
    let tags = resolve(tx, &draft.tags, draft.new_tag.take()).await?;
    let owner = owner_of_draft(tx, draft.owner_id, None).await?;
    draft.owner_id = Some(UserId(owner));
    contact::Entity::insert(new_row(tx, id, &draft, related.company_name.as_deref(), name_order(tx).await?))
        .exec_without_returning(&tx.db)
        .await?;
    replace_tags(tx, Tagged::Contact, id.0, &[], &tags).await?;
    count(tx, 1, draft.company_id.map(|id| id.0)).await?;
    recompute_contact_counters(tx, CompanySet::OfContacts(&[id.0])).await?;
    let after = with_other_owner(tx, without_nulls(draft_audit_json(&draft, &related, &tags)), owner);
    tx.audit(Change { action: "create", entity: Entity::Contact.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(id)
}

/// The row of a new contact, owned by the actor unless the draft says otherwise. `company_name`: the name of the draft's company.
pub(crate) fn new_row(
    tx: &WorkspaceTx,
    id: ContactId,
    draft: &ContactDraft,
    company_name: Option<&str>,
    name_order: NameOrder,
) -> contact::ActiveModel {
    contact::ActiveModel {
        workspace_id: Set(tx.workspace_id()),
        id: Set(id.0),
        owner_id: Set(draft.owner_id.unwrap_or(tx.actor.user_id).0),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        deleted_at: NotSet,
        ..draft_columns(draft, company_name, name_order)
    }
}

async fn update(tx: &mut WorkspaceTx, id: ContactId, version: i64, mut draft: ContactDraft) -> Result<(), StoreError> {
    let row = load_for_update::<contact::Entity>(tx, Verb::Update, id.0, version).await?;
    let related = RelatedNames::check(tx, id, &draft).await?;
    require_not_archived(tx, draft.company_id, row.company_id, "contacts").await?;
    primary::settle(tx, Some(&row), &mut draft).await?;
    draft.reports_to_id =
        keep_deleted_reference(tx, "contacts", row.reports_to_id, draft.reports_to_id.map(|id| id.0)).await?.map(ContactId);
    let names_before = RelatedNames::of_row(tx, &row).await?;
    let carried = tags_of(&tx.db, tx.workspace_id(), Tagged::Contact, id.0).await?;
    let tags = resolve(tx, &draft.tags, draft.new_tag.take()).await?;
    let owner = owner_of_draft(tx, draft.owner_id, Some(row.owner_id)).await?;
    let before = with_owner(row_audit_json(&row, &names_before, &carried), row.owner_id);
    let Some((before, after)) = diff_of_edit(before, with_owner(draft_audit_json(&draft, &related, &tags), owner)) else {
        return Ok(());
    };

    let mut changes = draft_columns(&draft, related.company_name.as_deref(), name_order(tx).await?);
    changes.owner_id = Set(owner);
    changes.version = Set(version + 1);
    changes.updated_at = Set(tx.now);
    rows::save(tx, &row, changes).await?;
    if row.name != draft.name {
        deals::reindex_of_contacts(tx, &[id.0]).await?;
    }
    let carried: Vec<TagId> = carried.iter().map(|tag| tag.id).collect();
    replace_tags(tx, Tagged::Contact, id.0, &carried, &tags).await?;
    let company_id = draft.company_id.map(|id| id.0);
    if company_id != row.company_id {
        count_at(tx, -1, row.company_id).await?;
        count_at(tx, 1, company_id).await?;
    }
    let companies: Vec<Uuid> = [row.company_id, company_id].into_iter().flatten().collect();
    recompute_contact_counters(tx, CompanySet::Ids(&companies)).await?;
    tx.audit(Change { action: "update", entity: Entity::Contact.noun(), id: id.0, before: Some(before), after: Some(after) }).await
}

impl RecordTable for contact::Entity {
    const ENTITY: Entity = Entity::Contact;
    const DELETED_AT: Self::Column = contact::Column::DeletedAt;

    fn owner_and_version(row: &Self::Model) -> (UserId, i64) {
        (UserId(row.owner_id), row.version)
    }
}

/// Adds `by` to the contact counters of the workspace and, if there is one, of the company.
pub(super) async fn count(tx: &WorkspaceTx, by: i64, company_id: Option<Uuid>) -> Result<(), StoreError> {
    add_to_workspace(&tx.db, tx.workspace_id(), &[(OfWorkspace::Contacts, by)]).await?;
    count_at(tx, by, company_id).await
}

async fn count_at(tx: &WorkspaceTx, by: i64, company_id: Option<Uuid>) -> Result<(), StoreError> {
    match company_id {
        Some(id) => add_to_company(&tx.db, tx.workspace_id(), id, &[(OfCompany::Contacts, by)]).await,
        None => Ok(()),
    }
}

/// Names of the records that a contact references; `None` if there is no reference, or the record is in the bin.
#[derive(Debug, FromQueryResult)]
pub(super) struct RelatedNames {
    pub company_name: Option<String>,
    pub boss_name: Option<String>,
}

impl RelatedNames {
    /// The names for a draft.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at each field whose reference is not allowed.
    async fn check(tx: &WorkspaceTx, id: ContactId, draft: &ContactDraft) -> Result<Self, StoreError> {
        let related = Self::read(tx, draft.company_id, draft.reports_to_id).await?;
        let mut errors = FormErrors::default();
        if draft.company_id.is_some() && related.company_name.is_none() {
            errors.add("company_id", "Choose a company from the list");
        }
        match (draft.reports_to_id, &related.boss_name) {
            (Some(boss), _) if boss == id => errors.add("reports_to_id", "Nobody reports to themselves"),
            (Some(_), None) => errors.add("reports_to_id", "Choose a contact from the list"),
            (Some(boss), Some(name)) if reports_to(tx, boss, id).await? => {
                errors.add("reports_to_id", format!("{name} reports to this contact already, directly or through others"));
            }
            _ => {}
        }
        if errors.is_empty() { Ok(related) } else { Err(StoreError::Invalid(errors)) }
    }

    /// The names for a row.
    pub(super) async fn of_row(tx: &WorkspaceTx, row: &contact::Model) -> Result<Self, StoreError> {
        Self::read(tx, row.company_id.map(CompanyId), row.reports_to_id.map(ContactId)).await
    }

    async fn read(tx: &WorkspaceTx, company_id: Option<CompanyId>, boss: Option<ContactId>) -> Result<Self, StoreError> {
        let statement = sql(
            "SELECT (SELECT name FROM companies WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL) AS company_name,
                    (SELECT name FROM contacts WHERE workspace_id = $1 AND id = $3 AND deleted_at IS NULL) AS boss_name",
            [tx.workspace_id().into(), company_id.map(|id| id.0).into(), boss.map(|id| id.0).into()],
        );
        statement.one(&tx.db).await?.ok_or(StoreError::Internal)
    }
}

/// Whether a contact reports to `superior`, directly or through others. Contacts in the bin count, as they may be restored. UNION
/// ends the recursion at a contact that was visited.
async fn reports_to(tx: &WorkspaceTx, contact: ContactId, superior: ContactId) -> Result<bool, StoreError> {
    #[derive(FromQueryResult)]
    struct Found {
        found: i64,
    }
    let statement = sql(
        "WITH RECURSIVE above (id) AS (
           SELECT reports_to_id FROM contacts WHERE workspace_id = $1 AND id = $2
           UNION
           SELECT p.reports_to_id FROM above a JOIN contacts p ON p.workspace_id = $1 AND p.id = a.id WHERE p.reports_to_id IS NOT NULL
         )
         SELECT count(*) AS found FROM above WHERE id = $3",
        [tx.workspace_id().into(), contact.0.into(), superior.0.into()],
    );
    Ok(statement.one::<Found>(&tx.db).await?.is_some_and(|row| row.found > 0))
}

/// The columns of a draft, including those derived from it. `company_name`: the name of the draft's company.
fn draft_columns(draft: &ContactDraft, company_name: Option<&str>, name_order: NameOrder) -> contact::ActiveModel {
    let words: Vec<&str> = draft.custom_fields.words().collect();
    let derived = DerivedColumns::of(DerivedInput {
        custom_fields: &words,
        name: &draft.name,
        email: draft.email.as_deref(),
        phone: draft.phone.as_deref(),
        job_title: draft.job_title.as_deref(),
        company: company_name,
        notes: draft.notes.as_deref(),
        decides: draft.is_decision_maker,
        authority_level: draft.authority_level,
        name_order,
    });
    contact::ActiveModel {
        name: Set(draft.name.clone()),
        email: Set(draft.email.clone()),
        phone: Set(draft.phone.clone()),
        job_title: Set(draft.job_title.clone()),
        is_decision_maker: Set(draft.is_decision_maker),
        authority_level: Set(draft.authority_level.map(|level| level.slug().to_owned())),
        company_id: Set(draft.company_id.map(|id| id.0)),
        reports_to_id: Set(draft.reports_to_id.map(|id| id.0)),
        notes: Set(draft.notes.clone()),
        metadata: Set(to_json(&draft.custom_fields)),
        metadata_keys: Set(keys_json(&draft.custom_fields)),
        ..derived.into()
    }
}

fn names(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(|tag| tag.name.as_str()).collect()
}

fn draft_audit_json(draft: &ContactDraft, related: &RelatedNames, tags: &[Tag]) -> Value {
    json!({
        "name": draft.name, "job_title": draft.job_title, "email": draft.email, "phone": draft.phone,
        "is_decision_maker": draft.is_decision_maker, "authority_level": draft.authority_level.map(AuthorityLevel::slug),
        "company": related.company_name, "company_id": draft.company_id.map(|id| id.to_string()),
        "reports_to": related.boss_name, "reports_to_id": draft.reports_to_id.map(|id| id.to_string()),
        "notes": draft.notes, "tags": names(tags), "custom_fields": custom_fields::audit_json(&to_json(&draft.custom_fields)),
    })
}

fn row_audit_json(row: &contact::Model, related: &RelatedNames, tags: &[Tag]) -> Value {
    json!({
        "name": row.name, "job_title": row.job_title, "email": row.email, "phone": row.phone,
        "is_decision_maker": row.is_decision_maker, "authority_level": row.authority_level,
        "company": related.company_name, "company_id": row.company_id.map(|id| id.to_string()),
        "reports_to": related.boss_name, "reports_to_id": row.reports_to_id.map(|id| id.to_string()),
        "notes": row.notes, "tags": names(tags), "custom_fields": custom_fields::audit_json(&row.metadata),
    })
}
