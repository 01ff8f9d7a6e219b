//! Who decides at a company: the figures kept of them, and the map of who reports to whom.

use crate::{
    Store, StoreError,
    error::authorize,
    rows::known,
    sql::{Sql, sql},
    write::Write,
};
use domain::{
    access::{Actor, Entity, Verb},
    contacts::AuthorityLevel,
    decision_makers::MAP_MAX,
    ids::{CompanyId, ContactId},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

/// What a statement calls a contact who signs and is not in the bin; `$1` is the workspace.
const PRIMARIES: &str = "FROM contacts p WHERE p.workspace_id = $1 AND p.company_id = company_counters.company_id
    AND p.authority_level = 'primary' AND p.deleted_at IS NULL";

/// Ids bound in one statement.
const CHUNK: usize = 1_000;

/// Whose figures are found anew.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Recounted<'a> {
    /// These companies'.
    Companies(&'a [Uuid]),
    /// Those of the companies that these contacts are at.
    AroundContacts(&'a [Uuid]),
}

/// Finds the figures of decision-makers anew, from the rows as they are now: call it after a contact, or an activity with
/// one, was written, moved, put in the bin or taken out. It reads as many rows as there are contacts who sign.
pub(crate) async fn recount(write: &Write, whose: Recounted<'_>) -> Result<(), StoreError> {
    let (condition, ids) = match whose {
        Recounted::Companies(ids) => ("company_id IN ({ids})", ids),
        Recounted::AroundContacts(ids) => {
            ("company_id IN (SELECT company_id FROM contacts WHERE workspace_id = $1 AND id IN ({ids}))", ids)
        }
    };
    let milliseconds = match write.db.get_database_backend() {
        DbBackend::Postgres => "CAST(round(extract(epoch FROM a.date) * 1000) AS bigint)",
        _ => "CAST(round((julianday(a.date) - 2440587.5) * 86400000) AS bigint)",
    };
    // The latest of each contact by the index of their activities, not all of them.
    let text = format!(
        "UPDATE company_counters SET primary_contacts = (SELECT count(*) {PRIMARIES}),
           last_primary_contact_ms = COALESCE((SELECT max((SELECT {milliseconds} FROM activities a
             WHERE a.workspace_id = $1 AND a.contact_id = p.id AND a.deleted_at IS NULL AND a.type IN ('call', 'email', 'meeting', 'sms')
             ORDER BY a.date DESC LIMIT 1)) {PRIMARIES}), 0)
         WHERE workspace_id = $1"
    );
    for some in ids.chunks(CHUNK) {
        let mut statement = Sql::with([write.workspace_id().into()]);
        let bound = statement.bind_all(some.iter().copied());
        statement.push(&text).push(" AND ").push(&condition.replace("{ids}", &bound));
        statement.execute(&write.db).await?;
    }
    Ok(())
}

/// Somebody on a company's map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapPerson {
    /// Which contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// What they do there.
    pub job_title: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Telephone number as typed.
    pub phone: Option<String>,
    /// Whether they decide.
    pub is_decision_maker: bool,
    /// How much they decide.
    pub authority_level: Option<AuthorityLevel>,
    /// Whom they report to, unless that person is in the bin.
    pub reports_to: Option<Superior>,
}

/// Whom somebody reports to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superior {
    /// Which contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// The company they are at, if it is another one.
    pub elsewhere: Option<String>,
}

impl Store {
    /// The people of a company's map: those who decide first, each kind by name, at most [`MAP_MAX`].
    pub async fn company_map(&self, actor: &Actor, id: CompanyId) -> Result<Vec<MapPerson>, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        let statement = sql(
            &format!(
                "SELECT p.id, p.name, p.job_title, p.email, p.phone, p.is_decision_maker, p.authority_level,
                   r.id AS boss_id, r.name AS boss_name, c.name AS boss_company
                 FROM contacts p
                 LEFT JOIN contacts r ON r.workspace_id = $1 AND r.id = p.reports_to_id AND r.deleted_at IS NULL
                 LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = r.company_id AND c.id <> $2
                 WHERE p.workspace_id = $1 AND p.company_id = $2 AND p.deleted_at IS NULL
                 ORDER BY p.standing, p.name_key, p.id LIMIT {MAP_MAX}"
            ),
            [actor.workspace_id.0.into(), id.0.into()],
        );
        let rows: Vec<PersonRow> = statement.all(self.read()).await?;
        rows.into_iter().map(MapPerson::try_from).collect()
    }
}

#[derive(FromQueryResult)]
struct PersonRow {
    id: Uuid,
    name: String,
    job_title: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    is_decision_maker: bool,
    authority_level: Option<String>,
    boss_id: Option<Uuid>,
    boss_name: Option<String>,
    boss_company: Option<String>,
}

impl TryFrom<PersonRow> for MapPerson {
    type Error = StoreError;

    fn try_from(row: PersonRow) -> Result<Self, StoreError> {
        let level = row.authority_level.map(|level| known(AuthorityLevel::from_slug(&level), "contacts.authority_level"));
        let superior = |(id, name)| Superior { id: ContactId(id), name, elsewhere: row.boss_company };
        Ok(Self {
            id: ContactId(row.id),
            name: row.name,
            job_title: row.job_title,
            email: row.email,
            phone: row.phone,
            is_decision_maker: row.is_decision_maker,
            authority_level: level.transpose()?,
            reports_to: row.boss_id.zip(row.boss_name).map(superior),
        })
    }
}
