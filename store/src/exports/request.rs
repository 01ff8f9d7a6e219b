//! Asking for an export, and what became of it.

use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{
        rows::{decode_enum, to_u64},
        sql::sql,
    },
    error::authorize,
    jobs::NewJob,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    exports::{DIRECT_MINUTES, DIRECT_ROWS_MAX, ExportColumns, ExportFormat, FILE_HOURS, UNFINISHED_MAX},
    ids::ExportId,
    record_kinds::RecordKind,
};
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

/// The kind of the job that writes the file of an export.
pub const WRITE_EXPORT: &str = "write-export";

/// Columns of [`ExportRecord`].
pub(super) const COLUMNS: &str =
    "e.id, e.list, e.query, e.format, e.column_choice, e.row_count, e.rows_written, e.created_at, e.finished_at, e.failure, e.expires_at";

/// Most exports of a user that are listed.
const LISTED_MAX: u32 = 20;

/// How far an export is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportState {
    /// The file is written when it is downloaded.
    Direct,
    /// A job writes the file.
    Writing {
        /// Rows that are written.
        rows: u64,
    },
    /// The file can be downloaded.
    Ready,
    /// The file can't be written, and why.
    Failed(String),
    /// The time is over in which it could be downloaded.
    Gone,
}

/// An export that a user asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// The list.
    pub list: RecordKind,
    /// The query of the list's URL, encoded.
    pub query: String,
    /// The format.
    pub format: ExportFormat,
    /// The columns.
    pub columns: ExportColumns,
    /// Number of rows when it was asked for.
    pub row_count: u64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Until when its file can be downloaded.
    pub expires_at: DateTime<Utc>,
    /// How far it is.
    pub state: ExportState,
}

#[derive(FromQueryResult)]
pub(super) struct ExportRecord {
    id: Uuid,
    list: String,
    query: String,
    format: String,
    column_choice: String,
    row_count: i64,
    rows_written: i64,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    failure: Option<String>,
    expires_at: DateTime<Utc>,
}

impl ExportRecord {
    pub(super) fn into_export(self, now: DateTime<Utc>) -> Result<Export, StoreError> {
        let row_count = to_u64(self.row_count);
        let state = match (self.failure, self.finished_at) {
            _ if self.expires_at <= now => ExportState::Gone,
            (Some(why), _) => ExportState::Failed(why),
            _ if row_count <= DIRECT_ROWS_MAX => ExportState::Direct,
            (None, Some(_)) => ExportState::Ready,
            (None, None) => ExportState::Writing { rows: to_u64(self.rows_written) },
        };
        Ok(Export {
            id: ExportId(self.id),
            list: decode_enum(RecordKind::from_slug(&self.list), "exports.list")?,
            query: self.query,
            format: decode_enum(ExportFormat::from_slug(&self.format), "exports.format")?,
            columns: decode_enum(ExportColumns::from_slug(&self.column_choice), "exports.column_choice")?,
            row_count,
            created_at: self.created_at,
            expires_at: self.expires_at,
            state,
        })
    }
}

impl Store {
    /// Notes an export in the log, and has a job write its file if it has more than [`DIRECT_ROWS_MAX`] rows. `query`: that of the list's
    /// URL, encoded. `row_count`: number of matching rows.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `format` if it doesn't hold so many rows, and without a field if [`UNFINISHED_MAX`] exports of the user
    /// are not finished yet.
    pub async fn request_export(
        &self,
        actor: &Actor,
        list: RecordKind,
        query: String,
        (format, columns): (ExportFormat, ExportColumns),
        row_count: u64,
    ) -> Result<ExportId, StoreError> {
        authorize(actor, Verb::Read, list.entity())?;
        if format.rows_max().is_some_and(|most| row_count > most) {
            return Err(StoreError::field("format", "An Excel worksheet holds 1.048.575 rows. Choose another format, or narrow the list"));
        }
        let by_job = row_count > DIRECT_ROWS_MAX;
        self.write(actor, Verb::Create, Entity::Export, move |tx| {
            Box::pin(async move {
                let (id, user_id) = (tx.new_id(), tx.actor.user_id.0);
                if by_job {
                    let unfinished = "SELECT count(*) AS count FROM exports WHERE workspace_id = $1 AND user_id = $2 AND row_count > $3
                       AND finished_at IS NULL AND failure IS NULL AND expires_at > $4";
                    let values = [tx.workspace_id().into(), user_id.into(), (DIRECT_ROWS_MAX as i64).into(), tx.now.into()];
                    if sql(unfinished, values).count(&tx.db).await? >= UNFINISHED_MAX {
                        return Err(StoreError::field("", "Three of your exports are still being written. Wait until one is ready"));
                    }
                }
                let lifetime = if by_job { TimeDelta::hours(FILE_HOURS) } else { TimeDelta::minutes(DIRECT_MINUTES) };
                let values = [
                    tx.workspace_id().into(),
                    id.into(),
                    user_id.into(),
                    list.slug().into(),
                    query.as_str().into(),
                    format.slug().into(),
                    columns.slug().into(),
                    (row_count as i64).into(),
                    tx.now.into(),
                    (tx.now + lifetime).into(),
                ];
                let insert =
                    "INSERT INTO exports (workspace_id, id, user_id, list, query, format, column_choice, row_count, created_at, expires_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
                sql(insert, values).execute(&tx.db).await?;
                let after =
                    json!({ "list": list.slug(), "filter": query, "format": format.slug(), "columns": columns.slug(), "rows": row_count });
                tx.audit(Change { action: "export", entity: Entity::Export.noun(), id, before: None, after: Some(after) }).await?;
                if by_job {
                    let job = NewJob::new(WRITE_EXPORT, json!({ "export": id })).in_workspace(tx.actor.workspace_id);
                    tx.store().enqueue(&tx.db, job).await?;
                }
                Ok(ExportId(id))
            })
        })
        .await
    }

    /// An export that the actor asked for.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for another user's, and one of which nothing is kept any more.
    pub async fn export(&self, actor: &Actor, id: ExportId) -> Result<Export, StoreError> {
        authorize(actor, Verb::Read, Entity::Export)?;
        let find = format!("SELECT {COLUMNS} FROM exports e WHERE e.workspace_id = $1 AND e.user_id = $2 AND e.id = $3");
        let values = [actor.workspace_id.0.into(), actor.user_id.0.into(), id.0.into()];
        let row: ExportRecord = sql(&find, values).one(self.read()).await?.ok_or(StoreError::NotFound)?;
        authorize(actor, Verb::Read, decode_enum(RecordKind::from_slug(&row.list), "exports.list")?.entity())?;
        row.into_export(self.now())
    }

    /// The exports of a list that the actor asked for, that a job writes or wrote, and whose files are not gone: the newest first, at most 20.
    pub async fn own_exports(&self, actor: &Actor, list: RecordKind) -> Result<Vec<Export>, StoreError> {
        authorize(actor, Verb::Read, Entity::Export)?;
        let now = self.now();
        let find = format!(
            "SELECT {COLUMNS} FROM exports e WHERE e.workspace_id = $1 AND e.user_id = $2 AND e.list = $3 AND e.row_count > $4
               AND e.expires_at > $5 ORDER BY e.created_at DESC, e.id DESC LIMIT {LISTED_MAX}"
        );
        let values = [actor.workspace_id.0.into(), actor.user_id.0.into(), list.slug().into(), (DIRECT_ROWS_MAX as i64).into(), now.into()];
        let rows: Vec<ExportRecord> = sql(&find, values).all(self.read()).await?;
        rows.into_iter().map(|row| row.into_export(now)).collect()
    }
}
