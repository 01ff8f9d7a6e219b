//! One activity with its follow-up notes and edits.

use super::Linked;
use crate::{
    Store, StoreError,
    database::{rows::decode_enum, sql::sql},
    error::authorize,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    activities::ActivityType,
    ids::{ActivityId, CompanyId, ContactId, DealId, NoteId, UserId},
};
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

/// Most notes, and most edits, that are read: the latest.
const SHOWN_MAX: i64 = 500;

/// All fields of one activity. A link to a record in the bin is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityDetail {
    /// Id of the activity.
    pub id: ActivityId,
    /// Id of its owner.
    pub owner_id: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// Name of the user who logged it.
    pub author_name: String,
    /// Its version, for the next edit.
    pub version: i64,
    /// Time of its creation.
    pub created_at: DateTime<Utc>,
    /// Time of its latest change.
    pub updated_at: DateTime<Utc>,
    /// Its type.
    pub kind: ActivityType,
    /// Subject.
    pub subject: String,
    /// Description.
    pub description: Option<String>,
    /// Its time.
    pub date: DateTime<Utc>,
    /// Duration in minutes.
    pub duration_minutes: Option<i32>,
    /// Outcome.
    pub outcome: Option<String>,
    /// Next steps.
    pub next_steps: Option<String>,
    /// Its company.
    pub company: Option<Linked<CompanyId>>,
    /// Its contact.
    pub contact: Option<Linked<ContactId>>,
    /// Its deal.
    pub deal: Option<Linked<DealId>>,
    /// Its follow-up notes, oldest first.
    pub notes: Vec<ActivityNote>,
    /// Its edits, newest first.
    pub edits: Vec<ActivityEdit>,
}

/// A follow-up note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityNote {
    /// Id of the note.
    pub id: NoteId,
    /// Time of its creation.
    pub at: DateTime<Utc>,
    /// Name of the user who added it.
    pub author_name: String,
    /// Its text.
    pub body: String,
}

/// One edit of an activity, from the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityEdit {
    /// Time of the edit.
    pub at: DateTime<Utc>,
    /// Name of the user; `None` if a program made the edit.
    pub actor_name: Option<String>,
    /// The changed fields: name, value before, value after. An empty value is an empty text.
    pub fields: Vec<(String, String, String)>,
}

impl Store {
    /// One activity, in two round trips.
    pub async fn activity(&self, actor: &Actor, id: ActivityId) -> Result<ActivityDetail, StoreError> {
        authorize(actor, Verb::Read, Entity::Activity)?;
        let statement = sql(
            "SELECT a.id, a.owner_id, u.name AS owner_name, au.name AS author_name, a.version, a.created_at, a.updated_at, a.type AS kind, a.subject,
               a.description, a.date, a.duration_minutes, a.outcome, a.next_steps, c.id AS company_id, c.name AS company_name,
               p.id AS contact_id, p.name AS contact_name, d.id AS deal_id, d.name AS deal_name
             FROM activities a
             JOIN users u ON u.id = a.owner_id
             JOIN users au ON au.id = COALESCE(a.author_id, a.owner_id)
             LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = a.company_id AND c.deleted_at IS NULL
             LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = a.contact_id AND p.deleted_at IS NULL
             LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = a.deal_id AND d.deleted_at IS NULL
             WHERE a.workspace_id = $1 AND a.id = $2 AND a.deleted_at IS NULL",
            [actor.workspace_id.0.into(), id.0.into()],
        );
        let row: DetailRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        row.with(self.notes_and_edits(actor, id).await?)
    }

    /// The notes and edits of an activity. A note has an id, and its text in `was`; an edit has the audit JSON before and after.
    async fn notes_and_edits(&self, actor: &Actor, id: ActivityId) -> Result<Vec<NoteOrEditRow>, StoreError> {
        let text = format!(
            "SELECT * FROM (
               SELECT n.id AS note_id, n.created_at AS at, u.name AS who, n.body AS was, CAST(NULL AS text) AS has_become
               FROM activity_notes n JOIN users u ON u.id = n.owner_id
               WHERE n.workspace_id = $1 AND n.activity_id = $2 ORDER BY n.id DESC LIMIT {SHOWN_MAX}
             ) AS notes
             UNION ALL
             SELECT * FROM (
               SELECT CAST(NULL AS uuid) AS note_id, l.at, u.name AS who, l.before AS was, l.after AS has_become
               FROM audit_log l LEFT JOIN users u ON u.id = l.actor_id
               WHERE l.workspace_id = $1 AND l.entity = $3 AND l.entity_id = $2 AND l.action = 'update' ORDER BY l.seq DESC LIMIT {SHOWN_MAX}
             ) AS edits"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.0.into(), Entity::Activity.noun().into()]);
        Ok(statement.all(self.read()).await?)
    }
}

#[derive(FromQueryResult)]
struct NoteOrEditRow {
    note_id: Option<Uuid>,
    at: DateTime<Utc>,
    who: Option<String>,
    was: Option<String>,
    has_become: Option<String>,
}

#[derive(FromQueryResult)]
struct DetailRow {
    id: Uuid,
    owner_id: Uuid,
    owner_name: String,
    author_name: String,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    kind: String,
    subject: String,
    description: Option<String>,
    date: DateTime<Utc>,
    duration_minutes: Option<i32>,
    outcome: Option<String>,
    next_steps: Option<String>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    deal_id: Option<Uuid>,
    deal_name: Option<String>,
}

impl DetailRow {
    fn with(self, rows: Vec<NoteOrEditRow>) -> Result<ActivityDetail, StoreError> {
        let (mut notes, mut edits) = (Vec::new(), Vec::new());
        for row in rows {
            match row.note_id {
                Some(id) => notes.push(ActivityNote {
                    id: NoteId(id),
                    at: row.at,
                    author_name: row.who.unwrap_or_default(),
                    body: row.was.unwrap_or_default(),
                }),
                None => edits.push(ActivityEdit { at: row.at, actor_name: row.who, fields: fields(row.was, row.has_become) }),
            }
        }
        notes.reverse();
        edits.retain(|edit: &ActivityEdit| !edit.fields.is_empty());
        Ok(ActivityDetail {
            id: ActivityId(self.id),
            owner_id: UserId(self.owner_id),
            owner_name: self.owner_name,
            author_name: self.author_name,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            kind: decode_enum(ActivityType::from_slug(&self.kind), "activities.type")?,
            subject: self.subject,
            description: self.description,
            date: self.date,
            duration_minutes: self.duration_minutes,
            outcome: self.outcome,
            next_steps: self.next_steps,
            company: Linked::of(self.company_id, self.company_name, CompanyId),
            contact: Linked::of(self.contact_id, self.contact_name, ContactId),
            deal: Linked::of(self.deal_id, self.deal_name, DealId),
            notes,
            edits,
        })
    }
}

/// The fields of an audit row of an edit, as text.
fn fields(before: Option<String>, after: Option<String>) -> Vec<(String, String, String)> {
    let read = |json: Option<String>| json.and_then(|json| serde_json::from_str::<Value>(&json).ok()).unwrap_or_default();
    let words = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (before, after) = (read(before), read(after));
    let Value::Object(after) = after else { return vec![] };
    after.iter().map(|(field, value)| (field.clone(), words(&before[field]), words(value))).collect()
}
