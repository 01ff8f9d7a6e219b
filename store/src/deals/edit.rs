//! Making and changing a deal.

use super::{
    column::room,
    figures::{Counted, recount},
};
use crate::{
    Store, StoreError,
    audit::{
        chain::Change,
        differences::{diff, without_nulls},
    },
    bin::kept,
    custom_fields::{noted, to_json},
    database::{sql::sql, write::WorkspaceTx},
    entity::deal,
    lists::search::search_column,
    stages::{self, Stage},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    custom_fields::CustomFields,
    deals::{DealDraft, Placement},
    fold::fold,
    forms::FormErrors,
    ids::{DealId, UserId},
    stages::StageKind,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter,
};
use serde_json::{Value, json};
use uuid::Uuid;

impl Store {
    /// Makes a deal, owned by the actor, on top of its column.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `company_id`, `contact_id` or `stage` for one that isn't there, at `lost_reason` for a
    /// lost stage without a reason.
    pub async fn create_deal(&self, actor: &Actor, draft: DealDraft) -> Result<DealId, StoreError> {
        self.create_idempotent(actor, Entity::Deal, |tx| Box::pin(create(tx, draft))).await
    }

    /// Changes a deal that was shown at `version`; one changed since is [`StoreError::Conflict`]. In another stage it goes
    /// to the top of the column. The errors of [`Store::create_deal`] otherwise.
    pub async fn update_deal(&self, actor: &Actor, id: DealId, version: i64, draft: DealDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Deal, move |tx| Box::pin(update(tx, id, version, draft))).await
    }
}

/// Makes a deal, with its counters and audit row.
pub(crate) async fn create(tx: &mut WorkspaceTx, draft: DealDraft) -> Result<DealId, StoreError> {
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    check(tx, &stages, &draft).await?;
    let stage = stages::by_slug(&stages, &draft.stage)?;
    let id = DealId(tx.new_id());
    let position = room(tx, stage.id.0, Placement::Top, id).await?;
    let row = NewDeal { id, stage, position, draft: &draft }.row(tx);
    deal::Entity::insert(deal::ActiveModel::from(row.clone())).exec_without_returning(&tx.db).await?;
    recount(tx, None, Some(counted(&row, stage.kind))).await?;
    let after = without_nulls(record(&row, stage));
    tx.audit(Change { action: "create", entity: Entity::Deal.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(id)
}

/// A deal to be inserted.
pub(crate) struct NewDeal<'a> {
    pub id: DealId,
    pub stage: &'a Stage,
    pub position: i64,
    pub draft: &'a DealDraft,
}

impl NewDeal<'_> {
    /// Its row, owned by the actor, with what follows from its stage.
    pub fn row(&self, tx: &WorkspaceTx) -> deal::Model {
        let blank = deal::Model {
            workspace_id: tx.workspace_id(),
            id: self.id.0,
            owner_id: tx.actor.user_id.0,
            version: 1,
            created_at: tx.now,
            updated_at: tx.now,
            position: self.position,
            stage_id: self.stage.id.0,
            stage_since: None,
            closed_at: None,
            metadata: json!({}),
            deleted_at: None,
            name: String::new(),
            name_key: String::new(),
            value: 0,
            probability: 0,
            expected_close_date: None,
            source: None,
            lost_reason: None,
            company_id: self.draft.company_id.0,
            contact_id: None,
            notes: None,
            search: String::new(),
        };
        filled(blank, self.draft, self.stage, StageKind::Open, tx.now)
    }
}

async fn update(tx: &mut WorkspaceTx, id: DealId, version: i64, draft: DealDraft) -> Result<(), StoreError> {
    let row = load_for_update(tx, Verb::Update, id, version).await?;
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    check(tx, &stages, &draft).await?;
    let (old, new) = (of_id(&stages, row.stage_id)?, stages::by_slug(&stages, &draft.stage)?);
    let mut next = filled(row.clone(), &draft, new, old.kind, tx.now);
    next.version = version + 1;
    next.updated_at = tx.now;
    if new.id != old.id {
        next.stage_id = new.id.0;
        next.stage_since = Some(tx.now);
        next.position = room(tx, new.id.0, Placement::Top, id).await?;
    }
    if next.company_id == row.company_id {
        next.contact_id = kept(tx, "contacts", row.contact_id, next.contact_id).await?;
    }
    save(tx, &row, &next).await?;
    recount(tx, Some(counted(&row, old.kind)), Some(counted(&next, new.kind))).await?;
    let (before, after) = diff(record(&row, old), record(&next, new));
    tx.audit(Change { action: "update", entity: Entity::Deal.noun(), id: id.0, before: Some(before), after: Some(after) }).await
}

/// The row of a deal that the actor is about to change: there, theirs to change, and still at `version`.
pub(super) async fn load_for_update(tx: &WorkspaceTx, verb: Verb, id: DealId, version: i64) -> Result<deal::Model, StoreError> {
    let row = deal::Entity::find_by_id((tx.workspace_id(), id.0))
        .filter(deal::Column::DeletedAt.is_null())
        .one(&tx.db)
        .await?
        .ok_or(StoreError::NotFound)?;
    if !tx.actor.may_with(verb, Entity::Deal, UserId(row.owner_id)) {
        return Err(StoreError::Denied);
    }
    if row.version != version { Err(StoreError::Conflict) } else { Ok(row) }
}

/// Writes the one row, only the columns that differ, and only if it still has the version it was read at.
pub(super) async fn save(tx: &WorkspaceTx, was: &deal::Model, is: &deal::Model) -> Result<(), StoreError> {
    use deal::Column as C;
    macro_rules! differing {
        ($($field:ident),+ $(,)?) => {
            deal::ActiveModel {
                $($field: if was.$field == is.$field { NotSet } else { Set(is.$field.clone()) },)+
                ..Default::default()
            }
        };
    }
    let changes = differing! {
        version, updated_at, owner_id, name, name_key, value, stage_id, stage_since, position, probability, expected_close_date, source,
        lost_reason, closed_at, company_id, contact_id, notes, metadata, search, deleted_at,
    };
    let done = deal::Entity::update_many()
        .set(changes)
        .filter(C::WorkspaceId.eq(was.workspace_id))
        .filter(C::Id.eq(was.id))
        .filter(C::Version.eq(was.version))
        .exec(&tx.db)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

#[derive(FromQueryResult)]
struct There {
    company: i64,
    contact: i64,
}

/// What only the database knows to be wrong with a draft, every field of it.
async fn check(tx: &WorkspaceTx, stages: &[Stage], draft: &DealDraft) -> Result<(), StoreError> {
    let statement = sql(
        "SELECT (SELECT count(*) FROM companies WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL) AS company,
                (SELECT count(*) FROM contacts WHERE workspace_id = $1 AND id = $3 AND deleted_at IS NULL) AS contact",
        [tx.workspace_id().into(), draft.company_id.0.into(), draft.contact_id.map(|id| id.0).into()],
    );
    let there: There = statement.one(&tx.db).await?.ok_or(StoreError::Internal)?;
    let mut errors = FormErrors::default();
    match stages.iter().find(|stage| stage.slug == draft.stage) {
        None => errors.add("stage", "Choose a stage"),
        Some(stage) if stage.kind == StageKind::Lost && draft.lost_reason.is_none() => errors.add("lost_reason", WHY_LOST),
        Some(_) => {}
    }
    if there.company == 0 {
        errors.add("company_id", "Choose a company from the list");
    }
    if draft.contact_id.is_some() && there.contact == 0 {
        errors.add("contact_id", "Choose a contact from the list");
    }
    if errors.is_empty() { Ok(()) } else { Err(StoreError::Invalid(errors)) }
}

/// What a lost stage without a reason is refused with.
pub(super) const WHY_LOST: &str = "Say why it was lost";

/// The row with a draft's fields in it, and with what follows from its stage. `was` is the kind of stage it comes from.
fn filled(row: deal::Model, draft: &DealDraft, stage: &Stage, was: StageKind, now: DateTime<Utc>) -> deal::Model {
    deal::Model {
        name: draft.name.clone(),
        name_key: fold(&draft.name),
        value: draft.value.hundredths(),
        probability: draft.probability.unwrap_or(stage.probability),
        expected_close_date: draft.expected_close_date,
        source: draft.source.clone(),
        lost_reason: draft.lost_reason.clone().filter(|_| stage.kind == StageKind::Lost),
        closed_at: closed_at(row.closed_at, was, stage.kind, now),
        company_id: draft.company_id.0,
        contact_id: draft.contact_id.map(|id| id.0),
        notes: draft.notes.clone(),
        metadata: to_json(&draft.custom_fields),
        search: search_text(&draft.name, &draft.custom_fields),
        ..row
    }
}

/// What a deal is found by: its name and its custom fields.
pub(super) fn search_text(name: &str, custom_fields: &CustomFields) -> String {
    search_column([name].into_iter().chain(custom_fields.words()))
}

/// When a deal that goes from one kind of stage to another was closed: now, unless it was already, in the same way.
pub(super) fn closed_at(before: Option<DateTime<Utc>>, was: StageKind, is: StageKind, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match is {
        StageKind::Open => None,
        _ if was == is && before.is_some() => before,
        _ => Some(now),
    }
}

/// The stage of a row; its key says that it is there.
pub(super) fn of_id(stages: &[Stage], id: Uuid) -> Result<&Stage, StoreError> {
    stages.iter().find(|stage| stage.id.0 == id).ok_or(StoreError::Internal)
}

/// A row as the counters see it.
pub(super) fn counted(row: &deal::Model, kind: StageKind) -> Counted {
    Counted { company_id: row.company_id, stage_id: row.stage_id, kind, value: row.value, probability: row.probability }
}

/// A row as the audit log keeps it, but for its position. The stage by the name it has now: the history shows it so even
/// after the stage is renamed.
pub(super) fn record(row: &deal::Model, stage: &Stage) -> Value {
    json!({
        "name": row.name, "owner_id": row.owner_id.to_string(), "value": row.value, "stage": stage.name, "stage_id": row.stage_id.to_string(), "probability": row.probability,
        "expected_close_date": row.expected_close_date, "source": row.source, "lost_reason": row.lost_reason,
        "closed_at": row.closed_at, "company_id": row.company_id.to_string(),
        "contact_id": row.contact_id.map(|id| id.to_string()), "notes": row.notes,
        "custom_fields": noted(&row.metadata),
    })
}
