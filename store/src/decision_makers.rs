//! Who decides at a company: the figures kept of them.

use crate::{
    StoreError,
    database::{sql::Sql, write::WorkspaceTx},
};
use sea_orm::{ConnectionTrait, DbBackend};
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
pub(crate) async fn recount(tx: &WorkspaceTx, whose: Recounted<'_>) -> Result<(), StoreError> {
    let (condition, ids) = match whose {
        Recounted::Companies(ids) => ("company_id IN ({ids})", ids),
        Recounted::AroundContacts(ids) => {
            ("company_id IN (SELECT company_id FROM contacts WHERE workspace_id = $1 AND id IN ({ids}))", ids)
        }
    };
    let milliseconds = match tx.db.get_database_backend() {
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
        let mut statement = Sql::with([tx.workspace_id().into()]);
        let bound = statement.bind_all(some.iter().copied());
        statement.push(&text).push(" AND ").push(&condition.replace("{ids}", &bound));
        statement.execute(&tx.db).await?;
    }
    Ok(())
}
