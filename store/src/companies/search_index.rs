//! The search column of companies, updated when a tag of theirs is renamed, merged or deleted, and when they are restored, archived or
//! brought back.

use super::edit::{SearchFields, search_text};
use crate::{
    StoreError, custom_fields,
    database::{sql::Sql, write::WorkspaceTx},
    entity::company,
    lists::search::{REINDEX_BATCH, archived_search_column, update_search_columns},
    tags::Tag,
};
use domain::ids::TagId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A company and one of its tags.
#[derive(FromQueryResult)]
pub(super) struct TaggedCompany {
    #[sea_orm(nested)]
    pub company: company::Model,
    tag_id: Option<Uuid>,
    tag_name: Option<String>,
}

/// Updates the search columns of these companies, none of which is in the bin.
pub(crate) async fn reindex(tx: &WorkspaceTx, companies: &[Uuid]) -> Result<(), StoreError> {
    for chunk in companies.chunks(REINDEX_BATCH) {
        let mut statement = Sql::with([tx.workspace_id().into()]);
        let ids = statement.bind_all(chunk.iter().copied());
        statement.push(&format!(
            "SELECT c.*, t.id AS tag_id, t.name AS tag_name
             FROM companies c
             LEFT JOIN company_tags ct ON ct.workspace_id = $1 AND ct.company_id = c.id
             LEFT JOIN tags t ON t.workspace_id = $1 AND t.id = ct.tag_id
             WHERE c.workspace_id = $1 AND c.id IN ({ids}) ORDER BY c.id, t.sort_key"
        ));
        let rows: Vec<TaggedCompany> = statement.all(&tx.db).await?;
        let by_company = rows.chunk_by(|left, right| left.company.id == right.company.id);
        update_search_columns(tx, "companies", by_company.map(|rows| (rows[0].company.id, search_text_of(rows))).collect()).await?;
    }
    Ok(())
}

/// Value of the `search` column of one company that is not in the bin, but may be archived. `rows`: one row per tag in the order of their names, at least one.
pub(super) fn search_text_of(rows: &[TaggedCompany]) -> String {
    let tags: Vec<Tag> =
        rows.iter().filter_map(|row| Some(Tag { id: TagId(row.tag_id?), name: row.tag_name.clone()?, color: String::new() })).collect();
    let company = &rows[0].company;
    let fields = custom_fields::from_json(company.metadata.clone());
    let fields = SearchFields {
        name: &company.name,
        industry: company.industry.as_deref(),
        phone: company.phone.as_deref(),
        email: company.email.as_deref(),
        website: company.website.as_deref(),
        tax_code: company.tax_code.as_deref(),
        address: company.address.as_deref(),
        notes: company.notes.as_deref(),
        custom_fields: &fields,
    };
    let search = search_text(fields, &tags);
    if company.archived_at.is_some() { archived_search_column(&search) } else { search }
}
