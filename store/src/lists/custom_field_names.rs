//! Names of the custom fields in use, for the filter of a list.

use crate::{Store, StoreError, custom_fields::from_json, database::cache::Cached, database::sql::sql, error::authorize};
use domain::{
    access::{Actor, Entity, Verb},
    collation::sort_key,
    fold::fold,
};
use sea_orm::{FromQueryResult, prelude::Json};
use std::sync::Arc;

/// Most names in the filter's menu.
const NAMES_MAX: i64 = 100;

/// Names of the custom fields that records of a kind have, in Vietnamese order, at most 100.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomFieldNames(
    /// Each as one of its records has it: they are compared without case and accents.
    pub Vec<String>,
);

impl Cached for Arc<CustomFieldNames> {
    type Key = Entity;
}

#[derive(FromQueryResult)]
struct Named {
    name_key: Option<String>,
    metadata: Option<Json>,
}

impl Store {
    /// Names of the custom fields of companies, contacts or deals that are not in the bin, cached; else read in one round trip.
    pub async fn custom_field_names(&self, actor: &Actor, records: Entity) -> Result<Arc<CustomFieldNames>, StoreError> {
        authorize(actor, Verb::Read, records)?;
        self.get_or_load(actor, records, self.read_custom_field_names(actor, records)).await
    }

    /// Each step of the recursion seeks the next name in the index, so that the cost is one seek per name.
    async fn read_custom_field_names(&self, actor: &Actor, records: Entity) -> Result<Arc<CustomFieldNames>, StoreError> {
        let (noun, table) = match records {
            Entity::Company => ("company", "companies"),
            Entity::Contact => ("contact", "contacts"),
            Entity::Deal => ("deal", "deals"),
            _ => return Ok(Arc::new(CustomFieldNames(vec![]))),
        };
        let of_kind = format!("FROM custom_field_values f WHERE f.workspace_id = $1 AND f.entity = '{noun}'");
        let text = format!(
            "WITH RECURSIVE names (name_key, place) AS (
               SELECT (SELECT f.name_key {of_kind} ORDER BY f.name_key LIMIT 1), 1
               UNION ALL
               SELECT (SELECT f.name_key {of_kind} AND f.name_key > n.name_key ORDER BY f.name_key LIMIT 1), n.place + 1
               FROM names n WHERE n.name_key IS NOT NULL AND n.place < $2
             )
             SELECT n.name_key,
               (SELECT r.metadata FROM custom_field_values f JOIN {table} r ON r.workspace_id = $1 AND r.id = f.record_id
                WHERE f.workspace_id = $1 AND f.entity = '{noun}' AND f.name_key = n.name_key AND r.deleted_at IS NULL
                ORDER BY f.value_key LIMIT 1) AS metadata
             FROM names n WHERE n.name_key IS NOT NULL"
        );
        let rows: Vec<Named> = sql(&text, [actor.workspace_id.0.into(), NAMES_MAX.into()]).all(self.read()).await?;
        let mut names: Vec<String> = rows.into_iter().filter_map(name_as_written).collect();
        names.sort_by_cached_key(|name| sort_key(name));
        Ok(Arc::new(CustomFieldNames(names)))
    }
}

fn name_as_written(Named { name_key, metadata }: Named) -> Option<String> {
    let (key, fields) = (name_key?, from_json(metadata?));
    fields.iter().find(|field| fold(&field.name) == key).map(|field| field.name.clone())
}
