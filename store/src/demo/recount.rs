//! Every counter of a workspace counted anew, for loads that write rows without counting them one by one.

use crate::{StoreError, sql::sql, write::Write};
use sea_orm::DbBackend;

/// Rows of `table` that are not in the bin.
fn live(table: &str, of: &str) -> String {
    format!("(SELECT count(*) FROM {table} x WHERE x.workspace_id = $1 AND x.deleted_at IS NULL{of})")
}

/// Deals of one kind of stage that are not in the bin: `what` of them.
fn deals(what: &str, kind: &str, of: &str) -> String {
    format!(
        "(SELECT CAST(COALESCE({what}, 0) AS bigint) FROM deals x JOIN stages s ON s.workspace_id = $1 AND s.id = x.stage_id
          WHERE x.workspace_id = $1 AND x.deleted_at IS NULL AND s.kind = '{kind}'{of})"
    )
}

/// Sets the counters of the workspace, of its companies and of its stages to what there is.
pub(super) async fn recount(write: &Write, backend: DbBackend) -> Result<(), StoreError> {
    let of_company = " AND x.company_id = company_counters.company_id";
    let milliseconds = match backend {
        DbBackend::Postgres => "CAST(round(extract(epoch FROM max(x.date)) * 1000) AS bigint)",
        _ => "CAST(round((julianday(max(x.date)) - 2440587.5) * 86400000) AS bigint)",
    };
    let statements = [
        format!(
            "UPDATE workspace_counters SET companies = {}, contacts = {}, deals = {}, activities = {},
               open_deals = {}, open_deals_value = {}, won_deals = {}, won_deals_value = {}, lost_deals = {}, lost_deals_value = {}
             WHERE workspace_id = $1",
            live("companies", ""),
            live("contacts", ""),
            live("deals", ""),
            live("activities", ""),
            deals("count(*)", "open", ""),
            deals("SUM(x.value)", "open", ""),
            deals("count(*)", "won", ""),
            deals("SUM(x.value)", "won", ""),
            deals("count(*)", "lost", ""),
            deals("SUM(x.value)", "lost", ""),
        ),
        format!(
            "UPDATE company_counters SET contacts = {}, deals = {}, activities = {},
               open_deals = {}, open_deals_value = {}, won_deals = {}, won_deals_value = {},
               last_contact_ms = COALESCE((SELECT {milliseconds} FROM activities x
                 WHERE x.workspace_id = $1 AND x.deleted_at IS NULL{of_company}), 0)
             WHERE workspace_id = $1",
            live("contacts", of_company),
            live("deals", of_company),
            live("activities", of_company),
            deals("count(*)", "open", of_company),
            deals("SUM(x.value)", "open", of_company),
            deals("count(*)", "won", of_company),
            deals("SUM(x.value)", "won", of_company),
        ),
        "UPDATE stage_counters SET (deals, deals_value, weighted_value) =
           (SELECT count(*), CAST(COALESCE(SUM(x.value), 0) AS bigint), CAST(COALESCE(SUM((x.value * x.probability + 50) / 100), 0) AS bigint)
            FROM deals x WHERE x.workspace_id = $1 AND x.stage_id = stage_counters.stage_id AND x.deleted_at IS NULL)
         WHERE workspace_id = $1"
            .to_owned(),
    ];
    for statement in statements {
        sql(&statement, [write.workspace_id().into()]).execute(&write.db).await?;
    }
    Ok(())
}
