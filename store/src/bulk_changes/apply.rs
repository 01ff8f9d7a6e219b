//! One record of a bulk change or of its undo.

use super::running::RunningChange;
use crate::{
    StoreError, activities,
    archive::load_unarchived,
    audit::chain::Change,
    companies::{self, ArchivedState},
    contacts,
    database::{records::load_for_update, sql::sql, write::WorkspaceTx},
    deals::{self, StageBefore},
    entity::{activity, contact, deal, tag, task},
    members::owner_of_draft,
    stages::{self, Stage},
    tags::{Tag, Tagged, replace_tags, tags_of},
    tasks::{self, StatusBefore},
};
use domain::{
    access::Verb,
    bin::GoesAlong,
    bulk_changes::{BulkChange, RecordOutcome, SelectedRecord, SkipReason},
    companies::CompanyStatus,
    ids::{ActivityId, CompanyId, ContactId, DealId, TagId, TaskId, UserId},
    record_kinds::RecordKind,
};
use sea_orm::{EntityTrait, FromQueryResult, prelude::Uuid};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

/// A bulk change with what it refers to, read once for a batch.
pub(super) struct Applying {
    kind: RecordKind,
    change: BulkChange,
    is_undo: bool,
    stages: Vec<Stage>,
    /// The tag of the change; `None` if it is gone.
    tag: Option<Tag>,
}

/// What became of a record.
pub(super) struct Applied {
    pub outcome: RecordOutcome,
    /// The values before as JSON, if an undo needs them.
    pub before: Option<String>,
}

/// Outcome of a record that may be changed: the values that it had before as JSON, empty if an undo needs none.
enum Step {
    Changed(Option<String>),
    Unchanged,
    Skipped(SkipReason),
}

impl Step {
    /// Of a change that returns the value before, or `None` if it changed nothing.
    fn of<T: Serialize>(before: Option<T>) -> Result<Self, StoreError> {
        match before {
            Some(before) => Ok(Self::Changed(Some(serde_json::to_string(&before).map_err(|_| StoreError::Internal)?))),
            None => Ok(Self::Unchanged),
        }
    }

    /// Of a change whose opposite is known. `is_changed`: whether it changed anything.
    fn of_change(is_changed: bool) -> Self {
        if is_changed { Self::Changed(None) } else { Self::Unchanged }
    }

    /// Of an undo. `is_put_back`: whether what it puts back is still there.
    fn of_undo(is_put_back: bool) -> Self {
        if is_put_back { Self::Changed(None) } else { Self::Skipped(SkipReason::ValueGone) }
    }
}

impl Applying {
    /// Checks what a new change refers to.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `stage`, `owner_id` or `tag` if there is no such stage, member or tag, at `lost_reason` for a lost stage
    /// without a reason.
    pub async fn check(tx: &WorkspaceTx, change: &BulkChange) -> Result<(), StoreError> {
        match change {
            BulkChange::Stage { stage, lost_reason } => {
                deals::check_stage(&stages::of_workspace(&tx.db, tx.workspace_id()).await?, stage, lost_reason.as_deref())
            }
            BulkChange::Owner(user) => owner_of_draft(tx, Some(*user), None).await.map(drop),
            BulkChange::AddTag(id) | BulkChange::RemoveTag(id) => match find_tag(tx, *id).await? {
                Some(_) => Ok(()),
                None => Err(StoreError::field("tag", "Choose a tag from the list")),
            },
            BulkChange::Status(_) | BulkChange::TaskStatus(_) | BulkChange::Archive { .. } | BulkChange::BringBack | BulkChange::Delete => {
                Ok(())
            }
        }
    }

    /// Reads what a change refers to.
    pub async fn load(tx: &WorkspaceTx, running: &RunningChange) -> Result<Self, StoreError> {
        let change = running.change.clone();
        let stages = match change {
            BulkChange::Stage { .. } => stages::of_workspace(&tx.db, tx.workspace_id()).await?,
            _ => vec![],
        };
        let tag = match change {
            BulkChange::AddTag(id) | BulkChange::RemoveTag(id) => find_tag(tx, id).await?,
            _ => None,
        };
        Ok(Self { kind: running.kind, change, is_undo: running.is_undo, stages, tag })
    }

    /// Changes a record that has this version, or says why not. `before`: the values that an undo puts back.
    pub async fn apply(&self, tx: &mut WorkspaceTx, record: SelectedRecord, before: Option<&str>) -> Result<Applied, StoreError> {
        let is_restored = self.is_undo && self.change == BulkChange::Delete;
        let step = if self.kind == RecordKind::Activities && tx.lock_activities && !is_restored {
            Ok(Step::Skipped(SkipReason::Locked))
        } else if self.is_undo {
            self.undo(tx, record, before).await
        } else {
            self.change(tx, record).await
        };
        let skipped = |reason| Applied { outcome: RecordOutcome::Skipped(reason), before: None };
        Ok(match step {
            Ok(Step::Changed(before)) => Applied { outcome: RecordOutcome::Changed, before },
            Ok(Step::Unchanged) => Applied { outcome: RecordOutcome::Unchanged, before: None },
            Ok(Step::Skipped(reason)) => skipped(reason),
            // Each of these is returned before anything of the record is written.
            Err(StoreError::NotFound) => skipped(SkipReason::Gone),
            Err(StoreError::Denied) => skipped(SkipReason::NotTheirs),
            Err(StoreError::Conflict) => skipped(SkipReason::Changed),
            Err(StoreError::Invalid(_)) if self.kind == RecordKind::Companies => skipped(SkipReason::Archived),
            Err(error) => return Err(error),
        })
    }

    async fn change(&self, tx: &mut WorkspaceTx, record: SelectedRecord) -> Result<Step, StoreError> {
        let SelectedRecord { id, version } = record;
        match &self.change {
            BulkChange::Stage { stage, lost_reason } => {
                // The stage may have been removed, or made a lost one, since the change began.
                if deals::check_stage(&self.stages, stage, lost_reason.as_deref()).is_err() {
                    return Ok(Step::Skipped(SkipReason::ValueGone));
                }
                Step::of(deals::set_stage(tx, &self.stages, (DealId(id), version), stage, lost_reason.clone()).await?)
            }
            BulkChange::Status(status) => Step::of(companies::set_status(tx, CompanyId(id), version, *status).await?),
            BulkChange::TaskStatus(status) => Step::of(tasks::set_status(tx, TaskId(id), version, *status).await?),
            BulkChange::Archive { reason } => {
                let archived = ArchivedState { at: tx.now, reason: Some(reason.clone()) };
                Ok(Step::of_change(companies::set_archived(tx, CompanyId(id), version, archived).await?))
            }
            BulkChange::BringBack => Step::of(companies::clear_archived(tx, CompanyId(id), version).await?),
            BulkChange::Owner(user) => self.set_owner(tx, record, *user).await,
            BulkChange::AddTag(_) => self.set_tag(tx, record, true).await,
            BulkChange::RemoveTag(_) => self.set_tag(tx, record, false).await,
            BulkChange::Delete => {
                match self.kind {
                    RecordKind::Companies => companies::delete(tx, CompanyId(id), version, GoesAlong::ANY).await.map(drop),
                    RecordKind::Contacts => contacts::delete(tx, ContactId(id), version, GoesAlong::ANY).await.map(drop),
                    RecordKind::Deals => deals::delete(tx, DealId(id), version).await.map(drop),
                    RecordKind::Activities => activities::delete(tx, ActivityId(id), version).await,
                    RecordKind::Tasks => tasks::delete(tx, TaskId(id), version).await.map(drop),
                }?;
                Ok(Step::of_change(true))
            }
        }
    }

    async fn undo(&self, tx: &mut WorkspaceTx, record: SelectedRecord, before: Option<&str>) -> Result<Step, StoreError> {
        let SelectedRecord { id, version } = record;
        match &self.change {
            BulkChange::Stage { .. } => {
                let before: StageBefore = read(before)?;
                Ok(Step::of_undo(deals::put_back_stage(tx, &self.stages, (DealId(id), version), before).await?))
            }
            BulkChange::Status(_) => {
                let before: CompanyStatus = read(before)?;
                Ok(Step::of_change(companies::set_status(tx, CompanyId(id), version, before).await?.is_some()))
            }
            BulkChange::TaskStatus(_) => {
                let before: StatusBefore = read(before)?;
                tasks::put_back_status(tx, TaskId(id), version, before).await?;
                Ok(Step::of_change(true))
            }
            BulkChange::Archive { .. } => Ok(Step::of_change(companies::clear_archived(tx, CompanyId(id), version).await?.is_some())),
            BulkChange::BringBack => {
                let before: ArchivedState = read(before)?;
                Ok(Step::of_change(companies::set_archived(tx, CompanyId(id), version, before).await?))
            }
            BulkChange::Owner(_) => {
                let before: UserId = read(before)?;
                match owner_of_draft(tx, Some(before), None).await {
                    Ok(_) => self.set_owner(tx, record, before).await,
                    Err(StoreError::Invalid(_)) => Ok(Step::Skipped(SkipReason::ValueGone)),
                    Err(error) => Err(error),
                }
            }
            BulkChange::AddTag(_) => self.set_tag(tx, record, false).await,
            BulkChange::RemoveTag(_) => self.set_tag(tx, record, true).await,
            BulkChange::Delete => self.restore(tx, record).await,
        }
    }

    /// Assigns an owner. An activity keeps its author. In an UPDATE, columns have their values from before it.
    async fn set_owner(&self, tx: &mut WorkspaceTx, record: SelectedRecord, owner: UserId) -> Result<Step, StoreError> {
        let before = self.load_owner(tx, record).await?;
        if before == owner {
            return Ok(Step::Unchanged);
        }
        let author = match self.kind {
            RecordKind::Activities => "author_id = NULLIF(COALESCE(author_id, owner_id), $3), ",
            _ => "",
        };
        let text = format!(
            "UPDATE {} SET {author}owner_id = $3, version = version + 1, updated_at = $4 WHERE workspace_id = $1 AND id = $2",
            self.kind.slug()
        );
        sql(&text, [tx.workspace_id().into(), record.id.into(), owner.0.into(), tx.now.into()]).execute(&tx.db).await?;
        let fields = |owner: UserId| Some(json!({ "owner_id": owner }));
        tx.audit(self.update(record, fields(before), fields(owner))).await?;
        Step::of(Some(before))
    }

    /// Adds the tag of the change to a record (`on`) or removes it.
    async fn set_tag(&self, tx: &mut WorkspaceTx, record: SelectedRecord, on: bool) -> Result<Step, StoreError> {
        self.load_owner(tx, record).await?;
        // Nothing carries a tag that is gone.
        let Some(tag) = &self.tag else { return Ok(if on { Step::Skipped(SkipReason::ValueGone) } else { Step::Unchanged }) };
        let tagged = match self.kind {
            RecordKind::Companies => Tagged::Company,
            RecordKind::Contacts => Tagged::Contact,
            RecordKind::Deals => Tagged::Deal,
            RecordKind::Activities | RecordKind::Tasks => return Err(StoreError::Internal),
        };
        let before = tags_of(&tx.db, tx.workspace_id(), tagged, record.id).await?;
        if before.iter().any(|other| other.id == tag.id) == on {
            return Ok(Step::Unchanged);
        }
        let mut after: Vec<Tag> = before.iter().filter(|other| other.id != tag.id).cloned().collect();
        if on {
            after.push(tag.clone());
        }
        let ids: Vec<TagId> = before.iter().map(|tag| tag.id).collect();
        replace_tags(tx, tagged, record.id, &ids, &after).await?;
        let text = format!("UPDATE {} SET version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2", self.kind.slug());
        sql(&text, [tx.workspace_id().into(), record.id.into(), tx.now.into()]).execute(&tx.db).await?;
        if self.kind == RecordKind::Companies {
            companies::reindex(tx, &[record.id]).await?;
        }
        let fields = |is_carried: bool| Some(json!({ "tag": is_carried.then_some(&tag.name) }));
        tx.audit(self.update(record, fields(!on), fields(on))).await?;
        Ok(Step::of_change(true))
    }

    /// Restores a record that has this version in the bin.
    async fn restore(&self, tx: &mut WorkspaceTx, record: SelectedRecord) -> Result<Step, StoreError> {
        #[derive(FromQueryResult)]
        struct Binned {
            version: i64,
            is_deleted: bool,
            is_company_deleted: bool,
        }
        let (is_company_deleted, company) = match self.kind {
            // A contact comes back without its company.
            RecordKind::Companies | RecordKind::Contacts => ("FALSE", ""),
            RecordKind::Deals | RecordKind::Activities | RecordKind::Tasks => {
                ("c.deleted_at IS NOT NULL", "LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = x.company_id")
            }
        };
        let find = format!(
            "SELECT x.version, x.deleted_at IS NOT NULL AS is_deleted, {is_company_deleted} AS is_company_deleted FROM {} x {company}
             WHERE x.workspace_id = $1 AND x.id = $2",
            self.kind.slug()
        );
        let found: Option<Binned> = sql(&find, [tx.workspace_id().into(), record.id.into()]).one(&tx.db).await?;
        let found = found.ok_or(StoreError::NotFound)?;
        if !found.is_deleted || found.version != record.version {
            return Err(StoreError::Conflict);
        }
        if found.is_company_deleted {
            return Ok(Step::Skipped(SkipReason::CompanyDeleted));
        }
        match self.kind {
            RecordKind::Companies => companies::restore(tx, CompanyId(record.id)).await,
            RecordKind::Contacts => contacts::restore(tx, ContactId(record.id)).await,
            RecordKind::Deals => deals::restore(tx, DealId(record.id)).await,
            RecordKind::Activities => activities::restore(tx, ActivityId(record.id)).await,
            RecordKind::Tasks => tasks::restore(tx, TaskId(record.id)).await,
        }?;
        Ok(Step::of_change(true))
    }

    /// The owner of a record that the actor is about to change.
    ///
    /// # Errors
    /// Those of [`load_for_update`], and [`StoreError::Invalid`] for an archived company.
    async fn load_owner(&self, tx: &WorkspaceTx, SelectedRecord { id, version }: SelectedRecord) -> Result<UserId, StoreError> {
        let owner: Uuid = match self.kind {
            RecordKind::Companies => load_unarchived(tx, CompanyId(id), version).await?.owner_id,
            RecordKind::Contacts => load_for_update::<contact::Entity>(tx, Verb::Update, id, version).await?.owner_id,
            RecordKind::Deals => load_for_update::<deal::Entity>(tx, Verb::Update, id, version).await?.owner_id,
            RecordKind::Activities => load_for_update::<activity::Entity>(tx, Verb::Update, id, version).await?.owner_id,
            RecordKind::Tasks => load_for_update::<task::Entity>(tx, Verb::Update, id, version).await?.owner_id,
        };
        Ok(UserId(owner))
    }

    fn update(&self, record: SelectedRecord, before: Option<serde_json::Value>, after: Option<serde_json::Value>) -> Change<'static> {
        Change { action: "update", entity: self.kind.entity().noun(), id: record.id, before, after }
    }
}

/// Reads the values that an undo puts back.
fn read<T: DeserializeOwned>(before: Option<&str>) -> Result<T, StoreError> {
    before.and_then(|json| serde_json::from_str(json).ok()).ok_or(StoreError::Internal)
}

async fn find_tag(tx: &WorkspaceTx, id: TagId) -> Result<Option<Tag>, StoreError> {
    let row = tag::Entity::find_by_id((tx.workspace_id(), id.0)).one(&tx.db).await?;
    Ok(row.map(Tag::from))
}
