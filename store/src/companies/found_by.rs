//! What companies are found by, written anew where a tag they carry has another name, or as they come out of the bin.

use super::edit::{Searched, search_text};
use crate::{
    StoreError, custom_fields,
    database::{sql::Sql, write::WorkspaceTx},
    lists::search::{REINDEX_BATCH, update_search_columns},
    tags::Tag,
};
use domain::ids::TagId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    industry: Option<String>,
    phone: Option<String>,
    metadata: serde_json::Value,
    tag_id: Option<Uuid>,
    tag_name: Option<String>,
}

/// Writes the search text of these companies anew, none of them in the bin. Their versions stay: nobody edited them.
pub(crate) async fn search_again(tx: &WorkspaceTx, companies: &[Uuid]) -> Result<(), StoreError> {
    for some in companies.chunks(REINDEX_BATCH) {
        let mut statement = Sql::with([tx.workspace_id().into()]);
        let some = statement.bind_all(some.iter().copied());
        statement.push(&format!(
            "SELECT c.id, c.name, c.industry, c.phone, c.metadata, t.id AS tag_id, t.name AS tag_name
             FROM companies c
             LEFT JOIN company_tags ct ON ct.workspace_id = $1 AND ct.company_id = c.id
             LEFT JOIN tags t ON t.workspace_id = $1 AND t.id = ct.tag_id
             WHERE c.workspace_id = $1 AND c.id IN ({some}) ORDER BY c.id, t.name_key"
        ));
        let rows: Vec<Row> = statement.all(&tx.db).await?;
        let of_companies = rows.chunk_by(|one, other| one.id == other.id);
        update_search_columns(tx, "companies", of_companies.map(|of_company| (of_company[0].id, text_of(of_company))).collect()).await?;
    }
    Ok(())
}

/// Of one company, from one row a tag.
fn text_of(rows: &[Row]) -> String {
    let tags: Vec<Tag> =
        rows.iter().filter_map(|row| Some(Tag { id: TagId(row.tag_id?), name: row.tag_name.clone()?, color: String::new() })).collect();
    let company = &rows[0];
    let fields = custom_fields::from_json(company.metadata.clone());
    let (industry, phone) = (company.industry.as_deref(), company.phone.as_deref());
    search_text(Searched { name: &company.name, industry, phone, custom_fields: &fields }, &tags)
}
