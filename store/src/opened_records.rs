//! Records by their ids, of several kinds in one statement: those that a browser remembers as opened, and the one whose page is open.

use crate::{
    Store, StoreError,
    database::{rows::decode_enum, sql::Sql},
    error::authorize,
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{CompanyId, UserId},
    search::{RecentRecord, SearchKind},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A record that is there: in no bin, of the actor's workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedRecord {
    /// Its kind.
    pub kind: SearchKind,
    /// Its id.
    pub id: Uuid,
    /// Its name, the subject of an activity, or the title of a task.
    pub name: String,
    /// The name of the company that it belongs to; of a company its industry.
    pub detail: Option<String>,
    /// Telephone number of a company or contact, as typed.
    pub phone: Option<String>,
    /// Email address of a company or contact.
    pub email: Option<String>,
    /// Its owner.
    pub owner_id: UserId,
    /// The company that it belongs to, unless that is in the bin; of a company its own id.
    pub company_id: Option<CompanyId>,
    /// Whether that company is archived.
    pub is_archived: bool,
}

impl OpenedRecord {
    /// The path of its page.
    pub fn path(&self) -> String {
        format!("/{}/{}", self.kind.slug(), self.id)
    }
}

#[derive(FromQueryResult)]
struct OpenedRow {
    kind: String,
    id: Uuid,
    name: String,
    detail: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    owner_id: Uuid,
    company_id: Option<Uuid>,
    is_archived: bool,
}

/// What the actor reads of a kind: its entity, and the columns of its query up to FROM's joins. `None`: tags have no page to open.
const fn source_of(kind: SearchKind) -> Option<(Entity, &'static str)> {
    match kind {
        SearchKind::Companies => Some((
            Entity::Company,
            "r.name, r.industry AS detail, r.phone, r.email, r.owner_id, r.id AS company_id, r.archived_at IS NOT NULL AS is_archived FROM companies r",
        )),
        SearchKind::Contacts => Some((
            Entity::Contact,
            "r.name, c.name AS detail, r.phone, r.email, r.owner_id, c.id AS company_id, c.archived_at IS NOT NULL AS is_archived FROM contacts r
             LEFT JOIN companies c ON c.workspace_id = r.workspace_id AND c.id = r.company_id AND c.deleted_at IS NULL",
        )),
        SearchKind::Deals => Some((
            Entity::Deal,
            "r.name, c.name AS detail, CAST(NULL AS text) AS phone, CAST(NULL AS text) AS email, r.owner_id, c.id AS company_id,
               c.archived_at IS NOT NULL AS is_archived FROM deals r
             LEFT JOIN companies c ON c.workspace_id = r.workspace_id AND c.id = r.company_id AND c.deleted_at IS NULL",
        )),
        SearchKind::Activities => Some((
            Entity::Activity,
            "r.subject AS name, c.name AS detail, CAST(NULL AS text) AS phone, CAST(NULL AS text) AS email, r.owner_id, c.id AS company_id,
               c.archived_at IS NOT NULL AS is_archived FROM activities r
             LEFT JOIN companies c ON c.workspace_id = r.workspace_id AND c.id = r.company_id AND c.deleted_at IS NULL",
        )),
        SearchKind::Tasks => Some((
            Entity::Task,
            "r.title AS name, c.name AS detail, CAST(NULL AS text) AS phone, CAST(NULL AS text) AS email, r.owner_id, c.id AS company_id,
               c.archived_at IS NOT NULL AS is_archived FROM tasks r
             LEFT JOIN companies c ON c.workspace_id = r.workspace_id AND c.id = r.company_id AND c.deleted_at IS NULL",
        )),
        SearchKind::Tags => None,
    }
}

impl Store {
    /// The records with these ids, in the given order, in one round trip. Left out are those of another workspace, those in the bin, and
    /// tags, which have no page.
    ///
    /// # Errors
    /// [`StoreError::Denied`] without [`Verb::Read`] on the kind of one of them.
    pub async fn opened_records(&self, actor: &Actor, records: &[RecentRecord]) -> Result<Vec<OpenedRecord>, StoreError> {
        let mut statement = Sql::with([actor.workspace_id.0.into()]);
        for kind in SearchKind::ALL {
            let ids: Vec<Uuid> = records.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id).collect();
            let Some((entity, source)) = source_of(kind).filter(|_| !ids.is_empty()) else { continue };
            authorize(actor, Verb::Read, entity)?;
            let ids = statement.bind_all(ids);
            let union = if statement.is_empty() { "" } else { " UNION ALL " };
            let slug = kind.slug();
            statement.push(&format!(
                "{union}SELECT '{slug}' AS kind, r.id, {source} WHERE r.workspace_id = $1 AND r.id IN ({ids}) AND r.deleted_at IS NULL"
            ));
        }
        if statement.is_empty() {
            return Ok(vec![]);
        }
        let rows: Vec<OpenedRow> = statement.all(self.read()).await?;
        let mut found = rows.into_iter().map(OpenedRow::decode).collect::<Result<Vec<_>, _>>()?;
        found.sort_by_key(|record| records.iter().position(|(kind, id)| (*kind, *id) == (record.kind, record.id)));
        Ok(found)
    }
}

impl OpenedRow {
    fn decode(self) -> Result<OpenedRecord, StoreError> {
        Ok(OpenedRecord {
            kind: decode_enum(SearchKind::from_slug(&self.kind), "kind")?,
            id: self.id,
            name: self.name,
            detail: self.detail,
            phone: self.phone,
            email: self.email,
            owner_id: UserId(self.owner_id),
            company_id: self.company_id.map(CompanyId),
            is_archived: self.is_archived,
        })
    }
}
