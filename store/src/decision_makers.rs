//! Counters of primary contacts per company: their number, and the time of the latest activity with one.

use crate::{
    StoreError,
    database::{sql::Sql, write::WorkspaceTx},
};
use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

/// SQL of the primary contacts of a row of `company_counters`; `$1` is the workspace.
const PRIMARIES: &str = "FROM contacts p WHERE p.workspace_id = $1 AND p.company_id = company_counters.company_id
    AND p.authority_level = 'primary' AND p.deleted_at IS NULL";

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

/// Recomputes the counters of primary contacts from the present rows. To be called after a contact, or an activity with one, was
/// written, deleted or restored. Reads one row per primary contact.
pub(crate) async fn recompute_primary_counts(tx: &WorkspaceTx, companies: CompanySet<'_>) -> Result<(), StoreError> {
    let (condition, ids) = match companies {
        CompanySet::Ids(ids) => ("company_id IN ({ids})", ids),
        CompanySet::OfContacts(ids) => ("company_id IN (SELECT company_id FROM contacts WHERE workspace_id = $1 AND id IN ({ids}))", ids),
    };
    let milliseconds = match tx.db.get_database_backend() {
        DbBackend::Postgres => "CAST(round(extract(epoch FROM a.date) * 1000) AS bigint)",
        _ => "CAST(round((julianday(a.date) - 2440587.5) * 86400000) AS bigint)",
    };
    // The latest activity of each contact by an index, instead of reading all activities.
    let text = format!(
        "UPDATE company_counters SET primary_contacts = (SELECT count(*) {PRIMARIES}),
           last_primary_contact_ms = COALESCE((SELECT max((SELECT {milliseconds} FROM activities a
             WHERE a.workspace_id = $1 AND a.contact_id = p.id AND a.deleted_at IS NULL AND a.type IN ('call', 'email', 'meeting', 'sms')
             ORDER BY a.date DESC LIMIT 1)) {PRIMARIES}), 0)
         WHERE workspace_id = $1"
    );
    for chunk in ids.chunks(CHUNK) {
        let mut statement = Sql::with([tx.workspace_id().into()]);
        let bound = statement.bind_all(chunk.iter().copied());
        statement.push(&text).push(" AND ").push(&condition.replace("{ids}", &bound));
        statement.execute(&tx.db).await?;
    }
    Ok(())
}
