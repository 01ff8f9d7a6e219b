//! The condition of the entries that a filter matches.

use crate::{
    database::sql::{Sql, indexed_by},
    lists::time_range::TimeRange,
};
use domain::audit_log::{AuditFilter, AuditPerson};
use sea_orm::DbBackend;

/// Conditions on the rows `a` of the log, joined by AND. `$1` is the workspace.
pub(super) fn conditions(statement: &mut Sql, filter: &AuditFilter, days_utc: TimeRange) -> String {
    let mut all = vec!["a.workspace_id = $1".to_owned()];
    match filter.person {
        Some(AuditPerson::User(id)) => all.push(format!("a.actor_id = {}", statement.bind(id.0))),
        Some(AuditPerson::Nobody) => all.push("a.actor_id IS NULL".to_owned()),
        None => {}
    }
    if let Some(kind) = filter.kind {
        all.push(format!("a.entity = {}", statement.bind(kind.noun())));
    }
    if let Some(record) = filter.record {
        all.push(format!("a.entity_id = {}", statement.bind(record)));
        if filter.kind.is_none() {
            // Of every kind, as the index of records starts with it.
            let nouns = statement.bind_all(domain::access::Entity::ALL.map(domain::access::Entity::noun));
            all.push(format!("a.entity IN ({nouns})"));
        }
    }
    if let Some(action) = filter.action {
        all.push(format!("a.action = {}", statement.bind(action.slug())));
    }
    if let Some(from) = days_utc.from {
        all.push(format!("a.at >= {}", statement.bind(from)));
    }
    if let Some(until) = days_utc.until {
        all.push(format!("a.at < {}", statement.bind(until)));
    }
    all.join(" AND ")
}

/// Has SQLite read the log along the index of the one filter that is set, or in the order of the page without one. Before it knows the
/// data, it would read all and sort. Of several filters its statistics tell the narrowest.
pub(super) fn index_hint(backend: DbBackend, filter: &AuditFilter) -> String {
    let index = match (filter.person, filter.kind, filter.action, filter.record) {
        (None, None, None, None) => "audit_log_by_at_seq",
        (Some(_), None, None, None) => "audit_log_by_actor_id_at_seq_entity_action",
        (None, Some(_), None, None) => "audit_log_by_entity_at_seq_action_actor_id",
        (None, None, Some(_), None) => "audit_log_by_action_at_seq_entity_actor_id",
        _ => return String::new(),
    };
    indexed_by(backend, index)
}
