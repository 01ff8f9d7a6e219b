//! The rows of an export: the ids of those that match, in the list's order, and then the rows by their ids.
//!
//! The ids are read by one statement, so the rows are those that matched at one time, each once. Each row is as it is when it is read. A
//! record that is deleted or erased meanwhile is left out.

use super::parts::{ids_in_order, tag_names};
use crate::{
    Store, StoreError, TimeRange, activities, companies, contacts, custom_fields,
    database::sql::Sql,
    deals,
    error::authorize,
    lists::{export_field::Field, ordered_ids::read_ids},
    tags::Tagged,
    tasks,
};
use domain::{
    access::{Actor, Entity, Verb},
    custom_fields::CustomFields,
    exports::{Cell, ExportColumns, ExportRow, ListAddress},
    fold::fold,
    record_kinds::RecordKind,
};
use sea_orm::{FromQueryResult, prelude::Json};
use std::{collections::BTreeSet, sync::Arc};
use uuid::Uuid;

/// The name of the tags' field, which is read by a query of its own.
const TAGS: &str = "tags";

/// Which rows are exported, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFilter {
    /// The list with its filters and its order, its days in the workspace's time zone.
    pub address: ListAddress,
    /// The days of activities.
    pub days_utc: TimeRange,
}

/// A column of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportColumn {
    /// The field's name: as in the database.
    pub name: &'static str,
    /// The head.
    pub label: &'static str,
}

/// The columns of an export. `shown`: names of the fields that the list shows, for [`ExportColumns::Shown`].
pub fn export_columns(list: RecordKind, columns: ExportColumns, shown: &[&str]) -> Vec<ExportColumn> {
    let all = match list {
        RecordKind::Companies => columns_of(companies::EXPORT_FIELDS),
        RecordKind::Contacts => columns_of(contacts::EXPORT_FIELDS),
        RecordKind::Deals => columns_of(deals::EXPORT_FIELDS),
        RecordKind::Activities => columns_of(activities::EXPORT_FIELDS),
        RecordKind::Tasks => columns_of(tasks::EXPORT_FIELDS),
    };
    match columns {
        ExportColumns::All => all,
        ExportColumns::Shown => shown.iter().filter_map(|name| all.iter().find(|column| column.name == *name).copied()).collect(),
    }
}

fn columns_of<R>(fields: &[Field<R>]) -> Vec<ExportColumn> {
    fields.iter().map(|field| ExportColumn { name: field.name, label: field.label }).collect()
}

impl Store {
    /// The ids of all rows that match, in the list's order: one statement, after those that plan it.
    pub async fn exported_ids(&self, actor: &Actor, filter: &ExportFilter) -> Result<Arc<[Uuid]>, StoreError> {
        authorize_export(actor, filter.address.list())?;
        let statement = match &filter.address {
            ListAddress::Companies(query) => companies::export_ids_sql(self, actor, query).await?,
            ListAddress::Contacts(query) => contacts::export_ids_sql(self, actor, query).await?,
            ListAddress::Deals(query) => deals::export_ids_sql(self, actor, query).await?,
            ListAddress::Activities(query) => activities::export_ids_sql(self, actor, query, filter.days_utc).await?,
            ListAddress::Tasks(query) => tasks::export_ids_sql(self, actor, query).await?,
        };
        read_ids(self.read(), statement).await
    }

    /// The rows with these ids, in their order: at most some hundred at a time. Cells are in the order of `columns`.
    pub async fn exported_rows(
        &self,
        actor: &Actor,
        list: RecordKind,
        columns: &[ExportColumn],
        ids: &[Uuid],
    ) -> Result<Vec<ExportRow>, StoreError> {
        authorize_export(actor, list)?;
        match list {
            RecordKind::Companies => {
                let rows = companies::export_rows(self, actor, ids).await?;
                let rows = ids_in_order(ids, rows, |row| row.id);
                self.cells(actor, Some(Tagged::Company), companies::EXPORT_FIELDS, columns, rows, |row| (row.id, Some(&row.metadata))).await
            }
            RecordKind::Contacts => {
                let rows = contacts::export_rows(self, actor, ids).await?;
                let rows = ids_in_order(ids, rows, |row| row.id);
                self.cells(actor, Some(Tagged::Contact), contacts::EXPORT_FIELDS, columns, rows, |row| (row.id, Some(&row.metadata))).await
            }
            RecordKind::Deals => {
                let rows = deals::export_rows(self, actor, ids).await?;
                let rows = ids_in_order(ids, rows, |row| row.id);
                self.cells(actor, Some(Tagged::Deal), deals::EXPORT_FIELDS, columns, rows, |row| (row.id, Some(&row.metadata))).await
            }
            RecordKind::Activities => {
                let rows = activities::export_rows(self, actor, ids).await?;
                let rows = ids_in_order(ids, rows, |row| row.id);
                self.cells(actor, None, activities::EXPORT_FIELDS, columns, rows, |row| (row.id, None)).await
            }
            RecordKind::Tasks => {
                let rows = tasks::export_rows(self, actor, ids).await?;
                let rows = ids_in_order(ids, rows, |row| row.id);
                self.cells(actor, None, tasks::EXPORT_FIELDS, columns, rows, |row| (row.id, None)).await
            }
        }
    }

    /// The names of the custom fields that these records have, sorted as on a record's page. None of activities and tasks.
    pub async fn exported_custom_fields(&self, actor: &Actor, list: RecordKind, ids: &[Uuid]) -> Result<Vec<String>, StoreError> {
        #[derive(FromQueryResult)]
        struct Row {
            metadata: Json,
        }
        /// Ids bound in one statement.
        const CHUNK: usize = 1_000;
        authorize_export(actor, list)?;
        if matches!(list, RecordKind::Activities | RecordKind::Tasks) {
            return Ok(vec![]);
        }
        let mut names = BTreeSet::new();
        for ids in ids.chunks(CHUNK) {
            let mut sql = Sql::with([actor.workspace_id.0.into()]);
            let ids = sql.bind_all(ids.iter().copied());
            sql.push(&format!("SELECT metadata FROM {} WHERE workspace_id = $1 AND id IN ({ids}) AND deleted_at IS NULL", list.slug()));
            for row in sql.all::<Row>(self.read()).await? {
                names.extend(custom_fields::from_json(row.metadata).iter().map(|field| (fold(&field.name), field.name.clone())));
            }
        }
        Ok(names.into_iter().map(|(_, name)| name).collect())
    }

    /// Rows as cells. `of`: a row's id, and its custom fields as they are stored.
    async fn cells<R: 'static>(
        &self,
        actor: &Actor,
        tagged: Option<Tagged>,
        fields: &[Field<R>],
        columns: &[ExportColumn],
        rows: Vec<R>,
        of: impl Fn(&R) -> (Uuid, Option<&Json>),
    ) -> Result<Vec<ExportRow>, StoreError> {
        let fields: Vec<&Field<R>> = columns.iter().filter_map(|column| fields.iter().find(|field| field.name == column.name)).collect();
        let ids: Vec<Uuid> = rows.iter().map(|row| of(row).0).collect();
        let mut tags = match tagged.filter(|_| columns.iter().any(|column| column.name == TAGS)) {
            Some(tagged) => tag_names(self.read(), actor.workspace_id.0, tagged, &ids).await?,
            None => Default::default(),
        };
        let rows = rows.into_iter().map(|row| {
            let (id, metadata) = of(&row);
            let cells = fields.iter().map(|field| match field.name {
                TAGS => Cell::Names(tags.remove(&id).unwrap_or_default()),
                _ => (field.cell)(&row),
            });
            let custom_fields = metadata.map_or_else(CustomFields::default, |metadata| custom_fields::from_json(metadata.clone()));
            ExportRow { cells: cells.collect(), custom_fields }
        });
        Ok(rows.collect())
    }
}

/// Who reads the rows of an export reads exports, and the records of its list.
fn authorize_export(actor: &Actor, list: RecordKind) -> Result<(), StoreError> {
    authorize(actor, Verb::Read, Entity::Export)?;
    authorize(actor, Verb::Read, list.entity())
}
