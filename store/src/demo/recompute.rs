//! Recomputes every counter of a workspace, after a load that inserted rows without updating counters.

use crate::{
    StoreError,
    database::{sql::sql, write::WorkspaceTx},
    last_contact::{IS_CONTACT, unix_ms_sql},
    tags,
};
use sea_orm::DbBackend;

/// `workspace_counters` column by column: `$1` is the workspace.
const OF_WORKSPACE: &str = "UPDATE workspace_counters SET
    companies = (SELECT count(*) FROM companies WHERE workspace_id = $1 AND deleted_at IS NULL AND archived_at IS NULL),
    contacts = (SELECT count(*) FROM contacts WHERE workspace_id = $1 AND deleted_at IS NULL),
    activities = (SELECT count(*) FROM activities WHERE workspace_id = $1 AND deleted_at IS NULL),
    tasks = (SELECT count(*) FROM tasks WHERE workspace_id = $1 AND deleted_at IS NULL),
    open_tasks = (SELECT count(*) FROM tasks WHERE workspace_id = $1 AND status = 'open' AND deleted_at IS NULL),
    deals = counted.deals, open_deals = counted.open, open_deals_value = counted.open_value, won_deals = counted.won,
    won_deals_value = counted.won_value, lost_deals = counted.deals - counted.open - counted.won, lost_deals_value = counted.lost_value
  FROM (SELECT {DEALS} WHERE d.workspace_id = $1 AND d.deleted_at IS NULL) AS counted
  WHERE workspace_id = $1";

const OF_STAGES: &str = "UPDATE stage_counters SET (deals, deals_value, weighted_value) =
    (SELECT count(*), CAST(COALESCE(SUM(d.value), 0) AS bigint), CAST(COALESCE(SUM((d.value * d.probability + 50) / 100), 0) AS bigint)
     FROM deals d WHERE d.workspace_id = $1 AND d.stage_id = stage_counters.stage_id AND d.deleted_at IS NULL)
  WHERE workspace_id = $1";

const NO_COMPANY: &str = "UPDATE company_counters SET contacts = 0, deals = 0, open_deals = 0, open_deals_value = 0, won_deals = 0,
    won_deals_value = 0, activities = 0, last_contact_ms = 0, primary_contacts = 0, last_primary_contact_ms = 0,
    next_contact_ms = 0
  WHERE workspace_id = $1";

const CONTACTS_OF_COMPANIES: &str = "UPDATE company_counters SET contacts = counted.contacts
  FROM (SELECT company_id, count(*) AS contacts FROM contacts WHERE workspace_id = $1 AND deleted_at IS NULL GROUP BY company_id) AS counted
  WHERE workspace_id = $1 AND company_counters.company_id = counted.company_id";

const DEALS_OF_COMPANIES: &str = "UPDATE company_counters SET deals = counted.deals, open_deals = counted.open,
    open_deals_value = counted.open_value, won_deals = counted.won, won_deals_value = counted.won_value
  FROM (SELECT d.company_id, {DEALS} WHERE d.workspace_id = $1 AND d.deleted_at IS NULL GROUP BY d.company_id) AS counted
  WHERE workspace_id = $1 AND company_counters.company_id = counted.company_id";

const ACTIVITIES_OF_COMPANIES: &str = "UPDATE company_counters SET activities = counted.activities, last_contact_ms = counted.last_ms,
    next_contact_ms = counted.next_ms
  FROM (SELECT a.company_id, count(*) AS activities, {LAST_AND_NEXT} FROM activities a
        WHERE a.workspace_id = $1 AND a.deleted_at IS NULL GROUP BY a.company_id) AS counted
  WHERE workspace_id = $1 AND company_counters.company_id = counted.company_id";

const PRIMARIES_OF_COMPANIES: &str = "UPDATE company_counters SET primary_contacts = counted.primaries,
    last_primary_contact_ms = counted.last_ms,
    next_contact_ms = CASE WHEN counted.next_ms > 0 AND (next_contact_ms = 0 OR next_contact_ms > counted.next_ms)
      THEN counted.next_ms ELSE next_contact_ms END
  FROM (SELECT p.company_id, count(DISTINCT p.id) AS primaries, {LAST_AND_NEXT} FROM contacts p
        LEFT JOIN activities a ON a.workspace_id = $1 AND a.contact_id = p.id
        WHERE p.workspace_id = $1 AND p.authority_level = 'primary' AND p.deleted_at IS NULL GROUP BY p.company_id) AS counted
  WHERE workspace_id = $1 AND company_counters.company_id = counted.company_id";

/// Numbers and values of deals by kind of stage.
const DEALS: &str = "count(*) AS deals,
    COALESCE(SUM(CASE WHEN s.kind = 'open' THEN 1 ELSE 0 END), 0) AS open,
    CAST(COALESCE(SUM(CASE WHEN s.kind = 'open' THEN d.value ELSE 0 END), 0) AS bigint) AS open_value,
    COALESCE(SUM(CASE WHEN s.kind = 'won' THEN 1 ELSE 0 END), 0) AS won,
    CAST(COALESCE(SUM(CASE WHEN s.kind = 'won' THEN d.value ELSE 0 END), 0) AS bigint) AS won_value,
    CAST(COALESCE(SUM(CASE WHEN s.kind = 'lost' THEN d.value ELSE 0 END), 0) AS bigint) AS lost_value
  FROM deals d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id";

/// Recomputes the counters of the workspace, its companies, stages and tags from the rows. The statements read each table once even
/// without statistics, as after a load there are none.
pub(super) async fn recompute_all_counters(tx: &WorkspaceTx, backend: DbBackend) -> Result<(), StoreError> {
    for statement in [OF_WORKSPACE, OF_STAGES, NO_COMPANY, CONTACTS_OF_COMPANIES, DEALS_OF_COMPANIES] {
        sql(&statement.replace("{DEALS}", DEALS), [tx.workspace_id().into()]).execute(&tx.db).await?;
    }
    for statement in [ACTIVITIES_OF_COMPANIES, PRIMARIES_OF_COMPANIES] {
        let text = statement.replace("{LAST_AND_NEXT}", &last_and_next_sql(backend));
        sql(&text, [tx.workspace_id().into(), tx.now.into()]).execute(&tx.db).await?;
    }
    tags::recompute_tag_counts(tx, None).await
}

/// SQL of the last contact of a group of activities `a` and of the next one, in milliseconds since 1970, 0 for none. `$2` is now.
fn last_and_next_sql(backend: DbBackend) -> String {
    let last = unix_ms_sql(backend, &format!("max(CASE WHEN {IS_CONTACT} AND a.date <= $2 THEN a.date END)"));
    let next = unix_ms_sql(backend, &format!("min(CASE WHEN {IS_CONTACT} AND a.date > $2 THEN a.date END)"));
    format!("COALESCE({last}, 0) AS last_ms, COALESCE({next}, 0) AS next_ms")
}
