//! Creating and updating a deal.

use super::{
    column::free_position,
    counters::{CountedDeal, apply_counter_delta},
    search_index::{RelatedNames, search_text},
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
    entity::deal,
    members::owner_of_draft,
    stages::{self, Stage},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    collation::sort_key,
    deals::{DealDraft, Placement, lost_reason_key},
    fold::fold,
    forms::FormErrors,
    ids::{DealId, UserId},
    money::Money,
    stages::StageKind,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};
use serde_json::{Value, json};
use uuid::Uuid;

impl Store {
    /// Creates a deal, owned by the actor, at the top of its column.
    ///
    /// # Errors
    /// [`StoreError::Invalid`]
    /// - at `company_id`, `contact_id` or `stage` if there is no such company, contact or stage, or it is in the bin;
    /// - at `company_id` if the company is archived;
    /// - at `lost_reason` for a lost stage without a reason.
    pub async fn create_deal(&self, actor: &Actor, draft: DealDraft) -> Result<DealId, StoreError> {
        self.create_idempotent(actor, Entity::Deal, |tx| Box::pin(create(tx, draft))).await
    }

    /// Updates a deal. `version`: the version that was shown. A deal that changes its stage goes to the top of the column.
    ///
    /// # Errors
    /// Those of [`Store::create_deal`], except that a deal may stay with an archived company, and
    /// - [`StoreError::NotFound`] if there is no such deal, or it is in the bin;
    /// - [`StoreError::Denied`] if the actor may not change it;
    /// - [`StoreError::Conflict`] if it was changed since `version`.
    pub async fn update_deal(&self, actor: &Actor, id: DealId, version: i64, draft: DealDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Deal, move |tx| Box::pin(update(tx, id, version, draft))).await
    }
}

/// Creates a deal, with counters and audit row.
pub(crate) async fn create(tx: &mut WorkspaceTx, mut draft: DealDraft) -> Result<DealId, StoreError> {
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let names = check(tx, &stages, &draft).await?;
    require_not_archived(tx, Some(draft.company_id), None, "deals").await?;
    draft.owner_id = Some(UserId(owner_of_draft(tx, draft.owner_id, None).await?));
    let stage = stages::by_slug(&stages, &draft.stage)?;
    let id = DealId(tx.new_id());
    let position = free_position(tx, stage.id.0, Placement::Top, id).await?;
    let row = NewDeal { id, stage, position, draft: &draft, names: &names }.row(tx);
    deal::Entity::insert(deal::ActiveModel::from(row.clone())).exec_without_returning(&tx.db).await?;
    apply_counter_delta(tx, None, Some(CountedDeal::from_row(&row, stage.kind))).await?;
    let after = without_nulls(audit_json(&row, stage));
    tx.audit(Change { action: "create", entity: Entity::Deal.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(id)
}

/// A deal to be inserted.
pub(crate) struct NewDeal<'a> {
    pub id: DealId,
    pub stage: &'a Stage,
    pub position: i64,
    pub draft: &'a DealDraft,
    /// The names of the draft's company and contact.
    pub names: &'a RelatedNames,
}

impl NewDeal<'_> {
    /// The row to insert, owned by the actor unless the draft says otherwise. Columns that depend on the stage are set.
    pub fn row(&self, tx: &WorkspaceTx) -> deal::Model {
        let blank = deal::Model {
            workspace_id: tx.workspace_id(),
            id: self.id.0,
            owner_id: self.draft.owner_id.unwrap_or(tx.actor.user_id).0,
            version: 1,
            created_at: tx.now,
            updated_at: tx.now,
            position: self.position,
            stage_id: self.stage.id.0,
            stage_since: None,
            closed_at: None,
            metadata: json!({}),
            metadata_keys: "{}".to_owned(),
            deleted_at: None,
            name: String::new(),
            name_key: String::new(),
            sort_key: String::new(),
            value: None,
            probability: 0,
            expected_close_date: None,
            source: None,
            source_key: String::new(),
            lost_reason: None,
            lost_reason_key: String::new(),
            company_id: self.draft.company_id.0,
            contact_id: None,
            notes: None,
            search: String::new(),
        };
        apply_draft(blank, self.draft, self.names, self.stage, StageKind::Open, tx.now)
    }
}

async fn update(tx: &mut WorkspaceTx, id: DealId, version: i64, draft: DealDraft) -> Result<(), StoreError> {
    let row = load_for_update::<deal::Entity>(tx, Verb::Update, id.0, version).await?;
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let names = check(tx, &stages, &draft).await?;
    require_not_archived(tx, Some(draft.company_id), Some(row.company_id), "deals").await?;
    let (old, new) = (stage_by_id(&stages, row.stage_id)?, stages::by_slug(&stages, &draft.stage)?);
    let mut next = apply_draft(row.clone(), &draft, &names, new, old.kind, tx.now);
    next.owner_id = owner_of_draft(tx, draft.owner_id, Some(row.owner_id)).await?;
    next.version = version + 1;
    next.updated_at = tx.now;
    if new.id != old.id {
        next.stage_id = new.id.0;
        next.stage_since = Some(tx.now);
        next.position = free_position(tx, new.id.0, Placement::Top, id).await?;
    }
    if next.company_id == row.company_id {
        next.contact_id = keep_deleted_reference(tx, "contacts", row.contact_id, next.contact_id).await?;
    }
    let Some((before, after)) = diff_of_edit(audit_json(&row, old), audit_json(&next, new)) else { return Ok(()) };
    save(tx, &row, &next).await?;
    apply_counter_delta(tx, Some(CountedDeal::from_row(&row, old.kind)), Some(CountedDeal::from_row(&next, new.kind))).await?;
    tx.audit(Change { action: "update", entity: Entity::Deal.noun(), id: id.0, before: Some(before), after: Some(after) }).await
}

impl RecordTable for deal::Entity {
    const ENTITY: Entity = Entity::Deal;
    const DELETED_AT: Self::Column = deal::Column::DeletedAt;

    fn owner_and_version(row: &Self::Model) -> (UserId, i64) {
        (UserId(row.owner_id), row.version)
    }
}

/// Updates the columns of one row that differ between `before` and `after`.
///
/// # Errors
/// [`StoreError::Conflict`] if the row no longer has the version of `before`.
pub(super) async fn save(tx: &WorkspaceTx, before: &deal::Model, after: &deal::Model) -> Result<(), StoreError> {
    use deal::Column as C;
    macro_rules! differing {
        ($($field:ident),+ $(,)?) => {
            deal::ActiveModel {
                $($field: if before.$field == after.$field { NotSet } else { Set(after.$field.clone()) },)+
                ..Default::default()
            }
        };
    }
    let changes = differing! {
        version, updated_at, owner_id, name, name_key, sort_key, value, stage_id, stage_since, position, probability, expected_close_date, source,
        source_key, lost_reason, lost_reason_key, closed_at, company_id, contact_id, notes, metadata, metadata_keys, search, deleted_at,
    };
    let result = deal::Entity::update_many()
        .set(changes)
        .filter(C::WorkspaceId.eq(before.workspace_id))
        .filter(C::Id.eq(before.id))
        .filter(C::Version.eq(before.version))
        .exec(&tx.db)
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Validates a draft against the database: its company, contact and stage. Reports every field. Returns the names of company and contact.
async fn check(tx: &WorkspaceTx, stages: &[Stage], draft: &DealDraft) -> Result<RelatedNames, StoreError> {
    let statement = sql(
        "SELECT (SELECT name FROM companies WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL) AS company,
                (SELECT name FROM contacts WHERE workspace_id = $1 AND id = $3 AND deleted_at IS NULL) AS contact",
        [tx.workspace_id().into(), draft.company_id.0.into(), draft.contact_id.map(|id| id.0).into()],
    );
    let names: RelatedNames = statement.one(&tx.db).await?.ok_or(StoreError::Internal)?;
    let mut errors = FormErrors::default();
    match stages.iter().find(|stage| stage.slug == draft.stage) {
        None => errors.add("stage", "Choose a stage"),
        Some(stage) if stage.kind == StageKind::Lost && draft.lost_reason.is_none() => errors.add("lost_reason", LOST_REASON_REQUIRED),
        Some(_) => {}
    }
    if names.company.is_none() {
        errors.add("company_id", "Choose a company from the list");
    }
    if draft.contact_id.is_some() && names.contact.is_none() {
        errors.add("contact_id", "Choose a contact from the list");
    }
    if errors.is_empty() { Ok(names) } else { Err(StoreError::Invalid(errors)) }
}

/// Message for a lost stage without a reason.
pub(crate) const LOST_REASON_REQUIRED: &str = "Say why it was lost";

/// The row with the columns of a draft.
///
/// - `names`: the names of the draft's company and contact.
/// - `stage`: the stage that the draft names.
/// - `kind_before`: the kind of the stage that the deal comes from.
fn apply_draft(
    row: deal::Model,
    draft: &DealDraft,
    names: &RelatedNames,
    stage: &Stage,
    kind_before: StageKind,
    now: DateTime<Utc>,
) -> deal::Model {
    let lost_reason = draft.lost_reason.clone().filter(|_| stage.kind == StageKind::Lost);
    deal::Model {
        name: draft.name.clone(),
        name_key: fold(&draft.name),
        sort_key: sort_key(&draft.name),
        value: draft.value.map(Money::hundredths),
        probability: draft.probability.unwrap_or(stage.probability),
        expected_close_date: draft.expected_close_date,
        source: draft.source.clone(),
        source_key: fold(draft.source.as_deref().unwrap_or_default()),
        lost_reason_key: lost_reason_key(lost_reason.as_deref().unwrap_or_default()),
        lost_reason,
        closed_at: closed_at(row.closed_at, kind_before, stage.kind, now),
        company_id: draft.company_id.0,
        contact_id: draft.contact_id.map(|id| id.0),
        notes: draft.notes.clone(),
        metadata: to_json(&draft.custom_fields),
        metadata_keys: keys_json(&draft.custom_fields),
        search: search_text(&draft.name, draft.notes.as_deref(), &draft.custom_fields, names),
        ..row
    }
}

/// Value of `closed_at` after a change of stage: `None` if open, now if the kind changed, else as before.
///
/// - `closed_before`: the value before the change.
/// - `before`, `after`: the kinds of the two stages.
pub(super) fn closed_at(
    closed_before: Option<DateTime<Utc>>,
    before: StageKind,
    after: StageKind,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match after {
        StageKind::Open => None,
        _ if before == after && closed_before.is_some() => closed_before,
        _ => Some(now),
    }
}

/// The stage with the id that a row references; a foreign key guarantees it.
pub(super) fn stage_by_id(stages: &[Stage], id: Uuid) -> Result<&Stage, StoreError> {
    stages.iter().find(|stage| stage.id.0 == id).ok_or(StoreError::Internal)
}

/// A row as the audit log stores it, except its position. The stage is stored by its present name, so that the history keeps
/// that name after a rename.
pub(super) fn audit_json(row: &deal::Model, stage: &Stage) -> Value {
    json!({
        "name": row.name, "owner_id": row.owner_id.to_string(), "value": row.value, "stage": stage.name, "stage_id": row.stage_id.to_string(), "probability": row.probability,
        "expected_close_date": row.expected_close_date, "source": row.source, "lost_reason": row.lost_reason,
        "closed_at": row.closed_at, "company_id": row.company_id.to_string(),
        "contact_id": row.contact_id.map(|id| id.to_string()), "notes": row.notes,
        "custom_fields": custom_fields::audit_json(&row.metadata),
    })
}
