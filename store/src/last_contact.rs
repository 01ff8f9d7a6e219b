//! Last contact with a company: the newest activity with somebody that has happened.
//!
//! A planned activity becomes the last contact when its time comes, without a write. So the counters hold the last contacts as of their
//! latest refresh and the time at which these change, `next_contact_ms`. Past that time readers take the last contact from the rows,
//! until [`Store::refresh_due_contacts`] has brought the counters, by which the list sorts, up to date.

use crate::{
    JobHandler, Store, StoreError,
    audit::chain::lock_workspace,
    database::{
        cache::Cached,
        sql::{Sql, sql},
        transaction::Transaction,
        write::WorkspaceTx,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Actor;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

/// SQL condition of an activity `a` that is with somebody and not in the bin: [`ActivityType::is_contact`].
///
/// [`ActivityType::is_contact`]: domain::activities::ActivityType::is_contact
pub(crate) const IS_CONTACT: &str = "a.deleted_at IS NULL AND a.type IN ('call', 'email', 'meeting', 'sms')";

/// A time until which the same people count as not contacted in the last so many days, by that number of days.
#[derive(Debug, Clone, Copy)]
struct NextContactChange(DateTime<Utc>);

impl Cached for NextContactChange {
    type Key = i64;

    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        now < self.0
    }
}

impl Store {
    /// Time until which the same people count as not contacted in the last `days`, as long as nothing is written: then a planned contact
    /// has come, or one is longer ago than that. At most a year ahead. Cached.
    pub(crate) async fn next_contact_change(&self, actor: &Actor, days: i64) -> Result<DateTime<Utc>, StoreError> {
        self.get_or_load(actor, days, self.read_next_contact_change(actor, days)).await.map(|NextContactChange(at)| at)
    }

    async fn read_next_contact_change(&self, actor: &Actor, days: i64) -> Result<NextContactChange, StoreError> {
        #[derive(FromQueryResult)]
        struct Next {
            planned: Option<DateTime<Utc>>,
            passing: Option<DateTime<Utc>>,
        }
        let now = self.now();
        let window = TimeDelta::days(days);
        let first = |compared| {
            format!(
                "(SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND a.date {compared} AND {IS_CONTACT} ORDER BY a.date LIMIT 1)"
            )
        };
        let text = format!("SELECT {} AS planned, {} AS passing", first("> $2"), first(">= $3"));
        let values = [actor.workspace_id.0.into(), now.into(), (now - window).into()];
        let next: Option<Next> = sql(&text, values).one(self.read()).await?;
        let next = next.ok_or(StoreError::Internal)?;
        let times = [next.planned, next.passing.map(|date| date + window)];
        Ok(NextContactChange(times.into_iter().flatten().fold(now + TimeDelta::days(365), DateTime::min)))
    }
}

/// Ids bound in one statement.
const CHUNK: usize = 1_000;

/// The companies whose counters are recomputed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CompanySet<'a> {
    /// The companies with these ids.
    Ids(&'a [Uuid]),
    /// The companies of these contacts.
    OfContacts(&'a [Uuid]),
}

/// Recomputes a company's number of primary contacts, its last contacts and its next one from the present rows. To be called after a
/// contact, or an activity with the company or a contact of it, was written, deleted or restored. Reads one row per primary contact.
pub(crate) async fn recompute_contact_counters(tx: &WorkspaceTx, companies: CompanySet<'_>) -> Result<(), StoreError> {
    let (condition, ids) = match companies {
        CompanySet::Ids(ids) => ("company_id IN ({ids})", ids),
        CompanySet::OfContacts(ids) => ("company_id IN (SELECT company_id FROM contacts WHERE workspace_id = $1 AND id IN ({ids}))", ids),
    };
    let text = recompute_sql(tx.db.get_database_backend());
    for chunk in ids.chunks(CHUNK) {
        let mut statement = Sql::with([tx.workspace_id().into(), tx.now.into()]);
        let bound = statement.bind_all(chunk.iter().copied());
        statement.push(&text).push(&condition.replace("{ids}", &bound));
        statement.execute(&tx.db).await?;
    }
    Ok(())
}

impl Store {
    /// Recomputes the last contacts of companies for which the time of a planned contact has come, in every workspace, and returns their
    /// number. For the server itself: it changes nothing that a reader sees but the order by last contact.
    pub async fn refresh_due_contacts(&self) -> Result<u64, StoreError> {
        #[derive(FromQueryResult)]
        struct Due {
            workspace_id: Uuid,
        }
        let now = self.now();
        let text = format!("SELECT DISTINCT workspace_id FROM company_counters WHERE {DUE}");
        let due: Vec<Due> = sql(&text, [now.timestamp_millis().into()]).all(self.read()).await?;
        let mut refreshed = 0;
        for Due { workspace_id } in due {
            refreshed += self.transaction(move |tx| Box::pin(refresh_due_of(tx, workspace_id, now))).await?;
        }
        Ok(refreshed)
    }
}

/// Refreshes the counters of due contacts every minute.
pub(crate) fn due_contacts() -> JobHandler {
    JobHandler::recurring("refresh-due-contacts", TimeDelta::minutes(1), |store| async move {
        store.refresh_due_contacts().await?;
        Ok(())
    })
}

/// SQL condition of counters whose planned contact has come; `$1` is now in milliseconds. In two parts, by which SQLite takes the partial index.
const DUE: &str = "next_contact_ms > 0 AND next_contact_ms <= $1";

async fn refresh_due_of(tx: &Transaction, workspace_id: Uuid, now: DateTime<Utc>) -> Result<u64, StoreError> {
    lock_workspace(tx, workspace_id).await?;
    let mut statement = Sql::with([workspace_id.into(), now.into(), now.timestamp_millis().into()]);
    statement.push(&recompute_sql(tx.get_database_backend())).push(&DUE.replace("$1", "$3"));
    Ok(statement.execute(tx).await?)
}

/// SQL up to a condition on `company_counters`: `$1` is the workspace, `$2` now.
fn recompute_sql(backend: DbBackend) -> String {
    let counters = "company_counters";
    let primaries = primaries_sql(counters);
    let (of_company, of_primary) = (format!("a.company_id = {counters}.company_id"), "a.contact_id = p.id");
    let next_of = |of: &str| {
        format!(
            "SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND {of} AND {IS_CONTACT} AND a.date > $2 ORDER BY a.date LIMIT 1"
        )
    };
    format!(
        "UPDATE company_counters SET primary_contacts = (SELECT count(*) {primaries}),
           last_contact_ms = {}, last_primary_contact_ms = {},
           next_contact_ms = COALESCE((SELECT {} FROM
             (SELECT ({}) AS date UNION ALL SELECT ({}) AS date {primaries}) AS ahead), 0)
         WHERE workspace_id = $1 AND ",
        last_sql(backend, counters, "$2"),
        last_primary_sql(backend, counters, "$2"),
        unix_ms_sql(backend, "min(ahead.date)"),
        next_of(&of_company),
        next_of(of_primary),
    )
}

/// Now, bound in a statement: as a time and in milliseconds since 1970.
pub(crate) struct BoundNow {
    pub time: String,
    pub ms: String,
}

impl BoundNow {
    /// The time stands in a subquery, as PostgreSQL would else expect a plan for this very time to be cheaper than one for any time, and plan
    /// the statement anew at every run, which took twice as long as running it.
    pub fn bind(sql: &mut Sql, now: DateTime<Utc>) -> Self {
        Self { time: format!("(SELECT {})", sql.bind(now)), ms: sql.bind(now.timestamp_millis()) }
    }

    /// SQL condition: the time of a planned contact has come since the counters `counters` were refreshed.
    fn is_due(&self, counters: &str) -> String {
        format!("{counters}.next_contact_ms BETWEEN 1 AND {}", self.ms)
    }
}

/// SQL of the time of the last contact with the company of the counters `counters`, in milliseconds since 1970, 0 for never. `$1` is the
/// workspace.
pub(crate) fn last_contact_sql(backend: DbBackend, counters: &str, now: &BoundNow) -> String {
    let last = last_sql(backend, counters, &now.time);
    format!("CASE WHEN {} THEN {last} ELSE {counters}.last_contact_ms END", now.is_due(counters))
}

/// As [`last_contact_sql`], with a primary contact.
pub(crate) fn last_primary_contact_sql(backend: DbBackend, counters: &str, now: &BoundNow) -> String {
    let last = last_primary_sql(backend, counters, &now.time);
    format!("CASE WHEN {} THEN {last} ELSE {counters}.last_primary_contact_ms END", now.is_due(counters))
}

/// SQL condition on counters: no primary contact was contacted since `before`, a placeholder in milliseconds since 1970. The column stands by
/// itself, so that the index of gaps is used.
pub(crate) fn no_primary_contact_since_sql(backend: DbBackend, counters: &str, before: &str, now: &BoundNow) -> String {
    let last = last_primary_sql(backend, counters, &now.time);
    format!("{counters}.last_primary_contact_ms < {before} AND NOT ({} AND {last} >= {before})", now.is_due(counters))
}

fn last_sql(backend: DbBackend, counters: &str, now: &str) -> String {
    let latest = latest_sql(backend, &format!("a.company_id = {counters}.company_id"), now);
    format!("COALESCE(({latest}), 0)")
}

/// The latest activity of each contact by an index, instead of reading all activities.
fn last_primary_sql(backend: DbBackend, counters: &str, now: &str) -> String {
    let latest = latest_sql(backend, "a.contact_id = p.id", now);
    format!("COALESCE((SELECT max(({latest})) {}), 0)", primaries_sql(counters))
}

fn latest_sql(backend: DbBackend, of: &str, now: &str) -> String {
    format!(
        "SELECT {} FROM activities a WHERE a.workspace_id = $1 AND {of} AND {IS_CONTACT} AND a.date <= {now} ORDER BY a.date DESC LIMIT 1",
        unix_ms_sql(backend, "a.date")
    )
}

/// SQL, from FROM, of the primary contacts `p` of the company of the counters `counters`.
fn primaries_sql(counters: &str) -> String {
    format!(
        "FROM contacts p WHERE p.workspace_id = $1 AND p.company_id = {counters}.company_id
         AND p.authority_level = 'primary' AND p.deleted_at IS NULL"
    )
}

/// SQL of a time in milliseconds since 1970.
pub(crate) fn unix_ms_sql(backend: DbBackend, time: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("CAST(round(extract(epoch FROM {time}) * 1000) AS bigint)"),
        _ => format!("CAST(round((julianday({time}) - 2440587.5) * 86400000) AS bigint)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::activities::ActivityType;

    #[test]
    fn activities_with_somebody_are_those_of_the_domain() {
        let named: Vec<_> = ActivityType::ALL.into_iter().filter(|kind| IS_CONTACT.contains(&format!("'{}'", kind.slug()))).collect();
        let with_somebody: Vec<_> = ActivityType::ALL.into_iter().filter(|kind| kind.is_contact()).collect();
        assert_eq!(named, with_somebody);
    }
}
