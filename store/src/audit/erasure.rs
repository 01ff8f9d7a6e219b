//! Entries whose values were erased, and what vouches for them (ADR 10).
//!
//! An erasure is an entry itself. It names the entries that it emptied, each with a digest of what is left of it, so that nobody hides a
//! change by emptying an entry. An entry that was not intact before is emptied like the others but not named: the verification finds it
//! as it would have found it before.

use super::chain::{Change, FieldDigest, hash, hex, is_intact};
use crate::{
    StoreError,
    database::{sql::Sql, write::WorkspaceTx},
    entity::audit_log,
};
use domain::access::Entity;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::ExprTrait};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{HashMap, hash_map::Entry};
use uuid::Uuid;

/// The action of an erasure's own entry.
pub(crate) const ERASE: &str = "erase";
/// The field of an erasure's entry that only the verification reads.
pub(crate) const DIGESTS: &str = "digests";
/// Entries that one statement empties.
const BATCH: usize = 500;

/// The values of an erasure's own entry.
#[derive(Serialize, Deserialize)]
struct Erasure {
    /// Numbers of the emptied entries.
    emptied: Vec<i64>,
    /// In the same order, the digests of what is left of them.
    digests: Vec<String>,
}

/// Empties the entries of a record, and in entries of other records the names of this one. Appends the erasure.
pub(crate) async fn erase_record(tx: &mut WorkspaceTx, entity: Entity, id: Uuid) -> Result<(), StoreError> {
    let mut rows = entries_of(tx, entity, id).await?;
    for row in &mut rows {
        (row.1.before, row.1.after) = (None, None);
    }
    rows.extend(entries_naming(tx, entity, id).await?);
    rows.sort_by_key(|(row, _)| row.seq);

    let (mut erasures, mut erasure) = (Erasures::default(), Erasure { emptied: vec![], digests: vec![] });
    for (row, left) in &rows {
        if is_intact(row) || erasures.vouch_for(&tx.db, row).await? {
            erasure.emptied.push(row.seq);
            erasure.digests.push(digest_of_rest(left));
        }
    }
    let after = serde_json::to_value(erasure).map_err(|_| StoreError::Internal)?;
    tx.audit(Change { action: ERASE, entity: entity.noun(), id, before: None, after: Some(after) }).await?;
    let (whole, parts): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, left)| left.before.is_none() && left.after.is_none());
    for chunk in whole.chunks(BATCH) {
        empty(tx, None, None, chunk.iter().map(|(row, _)| row.seq)).await?;
    }
    for (row, left) in parts {
        empty(tx, left.before, left.after, [row.seq]).await?;
    }
    Ok(())
}

/// An entry as it is, and as it is to be left.
type Emptied = (audit_log::Model, audit_log::Model);

fn to_be_left(row: audit_log::Model) -> Emptied {
    let left = audit_log::Model { salt: None, ..row.clone() };
    (row, left)
}

/// The entries of a record that have values, except for erasures.
async fn entries_of(tx: &WorkspaceTx, entity: Entity, id: Uuid) -> Result<Vec<Emptied>, StoreError> {
    use audit_log::Column as C;
    let rows = audit_log::Entity::find()
        .filter(C::WorkspaceId.eq(tx.workspace_id()))
        .filter(C::Entity.eq(entity.noun()))
        .filter(C::EntityId.eq(id))
        .filter(C::Action.ne(ERASE))
        .filter(C::Before.is_not_null().or(C::After.is_not_null()))
        .order_by_asc(C::Seq)
        .all(&tx.db)
        .await?;
    Ok(rows.into_iter().map(to_be_left).collect())
}

/// The entries of other records that have a name of this one beside its id, as a contact's entries have that of who the contact reports to.
/// Reads every entry of the workspace that has the id in it: there is no index, and an erasure is rare.
async fn entries_naming(tx: &WorkspaceTx, entity: Entity, id: Uuid) -> Result<Vec<Emptied>, StoreError> {
    use audit_log::Column as C;
    let (pattern, noun) = (format!("%\"{id}\"%"), entity.noun());
    let rows = audit_log::Entity::find()
        .filter(C::WorkspaceId.eq(tx.workspace_id()))
        .filter(C::Entity.ne(noun).or(C::EntityId.ne(id)))
        .filter(C::Before.like(&pattern).or(C::After.like(&pattern)))
        .order_by_asc(C::Seq)
        .all(&tx.db)
        .await?;
    let id = id.to_string();
    let without_names = |(row, mut left): Emptied| {
        left.before = without_name(left.before.as_deref(), &id);
        left.after = without_name(left.after.as_deref(), &id);
        ((&row.before, &row.after) != (&left.before, &left.after)).then_some((row, left))
    };
    Ok(rows.into_iter().map(to_be_left).filter_map(without_names).collect())
}

/// One side of an entry without the names that stand beside the id, as `reports_to` beside `reports_to_id`.
fn without_name(side: Option<&str>, id: &str) -> Option<String> {
    let Some(Value::Object(mut fields)) = side.and_then(|json| serde_json::from_str(json).ok()) else { return side.map(str::to_owned) };
    let named = |(field, value): (&String, &Value)| (value.as_str() == Some(id)).then(|| field.strip_suffix("_id").map(str::to_owned))?;
    let names: Vec<String> = fields.iter().filter_map(named).filter(|name| fields.contains_key(name)).collect();
    if names.is_empty() {
        return side.map(str::to_owned);
    }
    for name in names {
        fields.remove(&name);
    }
    Some(Value::Object(fields).to_string())
}

/// Leaves these values in entries, by the erasure that was appended last.
async fn empty(
    tx: &WorkspaceTx,
    before: Option<String>,
    after: Option<String>,
    entries: impl IntoIterator<Item = i64>,
) -> Result<(), StoreError> {
    let mut statement = Sql::with([tx.workspace_id().into(), before.into(), after.into(), tx.seq().into()]);
    let entries = statement.bind_all(entries);
    statement.push(&format!(
        "UPDATE audit_log SET before = $2, after = $3, salt = NULL, erased_by = $4 WHERE workspace_id = $1 AND seq IN ({entries})"
    ));
    statement.execute(&tx.db).await?;
    Ok(())
}

/// SHA-256 of an entry as it is left. It covers every column: an entry from before commitments can't be compared with its hash any more.
fn digest_of_rest(left: &audit_log::Model) -> String {
    let mut digest = FieldDigest::new();
    digest.field(Some(&hash(&audit_log::Model { commitment: None, ..left.clone() })));
    digest.field(Some(&left.hash));
    digest.field(left.commitment.as_deref());
    hex(&digest.finish())
}

/// Erasures, read as emptied entries name them.
#[derive(Default)]
pub(super) struct Erasures {
    /// By number: the digests of what they left of each entry. Empty for an entry that is no erasure or is not as it was written.
    digests: HashMap<i64, HashMap<i64, String>>,
}

impl Erasures {
    /// Whether an emptied entry is as its erasure left it. `row` is read first and the erasure after it, so that an erasure that is made
    /// meanwhile is met whole.
    pub async fn vouch_for(&mut self, db: &impl ConnectionTrait, row: &audit_log::Model) -> Result<bool, StoreError> {
        let Some(number) = row.erased_by.filter(|number| *number > row.seq) else { return Ok(false) };
        let digests = match self.digests.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let entry = audit_log::Entity::find_by_id((row.workspace_id, number)).one(db).await?;
                unknown.insert(entry.map(|entry| digests_in(&entry)).unwrap_or_default())
            }
        };
        let fits_its_hash = row.commitment.is_none() || row.hash == hash(row);
        Ok(fits_its_hash && row.salt.is_none() && digests.get(&row.seq) == Some(&digest_of_rest(row)))
    }
}

fn digests_in(entry: &audit_log::Model) -> HashMap<i64, String> {
    if entry.action != ERASE || !is_intact(entry) {
        return HashMap::new();
    }
    let erasure: Option<Erasure> = entry.after.as_deref().and_then(|json| serde_json::from_str(json).ok());
    erasure.map(|erasure| erasure.emptied.into_iter().zip(erasure.digests).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_where_their_id_stands_beside_them() {
        let id = "0190c7a0-0000-7000-8000-000000000001";
        let side =
            format!(r#"{{"boss":"A","name":"A","reports_to":"A","reports_to_id":"{id}","contact_id":"{id}","other":"B","other_id":"x"}}"#);
        let left: Value = serde_json::from_str(&without_name(Some(&side), id).unwrap_or_default()).unwrap_or_default();
        let expected =
            serde_json::json!({ "boss": "A", "name": "A", "reports_to_id": id, "contact_id": id, "other": "B", "other_id": "x" });
        assert_eq!(left, expected);
        for unchanged in [None, Some("{}"), Some("no json"), Some(r#"{"reports_to":"A","reports_to_id":"x"}"#)] {
            assert_eq!(without_name(unchanged, id).as_deref(), unchanged);
        }
    }
}
