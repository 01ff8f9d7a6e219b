//! Creating and updating a company, with its tags.

use crate::{
    Store, StoreError,
    archive::load_unarchived,
    audit::{
        chain::Change,
        differences::{diff_of_edit, without_nulls},
    },
    contacts::propagate_company_name,
    custom_fields::{self, keys_json, to_json},
    database::{records::RecordTable, rows::decode_enum, write::WorkspaceTx},
    deals,
    entity::{company, company_counter, workspace_counter},
    lists::{counters::add_to_workspace, search::search_column},
    members::{owner_of_draft, with_other_owner, with_owner},
    tags::{Tag, Tagged, replace_tags, resolve, tags_of},
};
use domain::{
    access::{Actor, Entity, Verb},
    collation::sort_key,
    companies::{CompanyDraft, CompanySize, CompanyStatus},
    custom_fields::CustomFields,
    fold::fold,
    ids::{CompanyId, TagId, UserId},
    phones,
};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, QueryFilter,
};
use serde_json::{Value, json};

/// Value of the column `size` for an unknown size.
const NO_SIZE: i16 = -1;

impl Store {
    /// Creates a company, owned by the actor.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `tag_id` for a tag of another workspace.
    pub async fn create_company(&self, actor: &Actor, draft: CompanyDraft) -> Result<CompanyId, StoreError> {
        self.create_idempotent(actor, Entity::Company, |tx| Box::pin(create(tx, draft))).await
    }

    /// Updates a company. `version`: the version that was shown.
    ///
    /// # Errors
    /// Those of [`Store::create_company`], and
    /// - [`StoreError::NotFound`] if there is no such company, or it is in the bin;
    /// - [`StoreError::Denied`] if the actor may not change it;
    /// - [`StoreError::Invalid`] at no field if it is archived;
    /// - [`StoreError::Conflict`] if it was changed since `version`.
    pub async fn update_company(&self, actor: &Actor, id: CompanyId, version: i64, draft: CompanyDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Company, move |tx| Box::pin(update(tx, id, version, draft))).await
    }
}

/// Creates a company, with counters, tags and audit row.
pub(crate) async fn create(tx: &mut WorkspaceTx, mut draft: CompanyDraft) -> Result<CompanyId, StoreError> {
    let tags = resolve(tx, &draft.tags, draft.new_tag.take()).await?;
    let owner = owner_of_draft(tx, draft.owner_id, None).await?;
    draft.owner_id = Some(UserId(owner));
    let id = CompanyId(tx.new_id());
    company::Entity::insert(new_row(tx, id, &draft, &tags)).exec_without_returning(&tx.db).await?;
    company_counter::Entity::insert(new_counters(tx, id)).exec_without_returning(&tx.db).await?;
    replace_tags(tx, Tagged::Company, id.0, &[], &tags).await?;
    add_to_workspace(&tx.db, tx.workspace_id(), &[(workspace_counter::Column::Companies, 1)]).await?;
    let after = with_other_owner(tx, without_nulls(draft_audit_json(&draft, &tags)), owner);
    tx.audit(Change { action: "create", entity: Entity::Company.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(id)
}

/// The row of a new company, owned by the actor unless the draft says otherwise.
pub(crate) fn new_row(tx: &WorkspaceTx, id: CompanyId, draft: &CompanyDraft, tags: &[Tag]) -> company::ActiveModel {
    company::ActiveModel {
        workspace_id: Set(tx.workspace_id()),
        id: Set(id.0),
        owner_id: Set(draft.owner_id.unwrap_or(tx.actor.user_id).0),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        ..draft_columns(draft, tags)
    }
}

/// The counters of a new company: all 0.
pub(crate) fn new_counters(tx: &WorkspaceTx, id: CompanyId) -> company_counter::ActiveModel {
    company_counter::ActiveModel { workspace_id: Set(tx.workspace_id()), company_id: Set(id.0), ..Default::default() }
}

async fn update(tx: &mut WorkspaceTx, id: CompanyId, version: i64, mut draft: CompanyDraft) -> Result<(), StoreError> {
    let row = load_unarchived(tx, id, version).await?;
    let carried = tags_of(&tx.db, tx.workspace_id(), Tagged::Company, id.0).await?;
    let tags = resolve(tx, &draft.tags, draft.new_tag.take()).await?;
    let owner = owner_of_draft(tx, draft.owner_id, Some(row.owner_id)).await?;
    let before = with_owner(row_audit_json(&row, &carried), row.owner_id);
    let Some((before, after)) = diff_of_edit(before, with_owner(draft_audit_json(&draft, &tags), owner)) else { return Ok(()) };

    let mut changes = company::ActiveModel { workspace_id: Set(row.workspace_id), id: Set(row.id), ..draft_columns(&draft, &tags) };
    changes.owner_id = Set(owner);
    changes.version = Set(version + 1);
    changes.updated_at = Set(tx.now);
    company::Entity::update_many()
        .set(changes)
        .filter(company::Column::WorkspaceId.eq(row.workspace_id))
        .filter(company::Column::Id.eq(row.id))
        .exec(&tx.db)
        .await?;
    let carried: Vec<TagId> = carried.iter().map(|tag| tag.id).collect();
    replace_tags(tx, Tagged::Company, id.0, &carried, &tags).await?;
    if row.name != draft.name {
        propagate_company_name(tx, id, &row.name, &draft.name).await?;
        deals::reindex_of_company(tx, id).await?;
    }
    tx.audit(Change { action: "update", entity: Entity::Company.noun(), id: id.0, before: Some(before), after: Some(after) }).await
}

/// Sets the status of a company and returns the one before, or `None` if it has it already.
///
/// # Errors
/// Those of [`load_unarchived`].
pub(crate) async fn set_status(
    tx: &mut WorkspaceTx,
    id: CompanyId,
    version: i64,
    status: CompanyStatus,
) -> Result<Option<CompanyStatus>, StoreError> {
    let row = load_unarchived(tx, id, version).await?;
    if row.status == status.slug() {
        return Ok(None);
    }
    let changes = company::ActiveModel {
        workspace_id: Unchanged(row.workspace_id),
        id: Unchanged(row.id),
        status: Set(status.slug().to_owned()),
        version: Set(version + 1),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    company::Entity::update(changes).exec(&tx.db).await?;
    let (before, after) = (json!({ "status": row.status }), json!({ "status": status.slug() }));
    tx.audit(Change { action: "update", entity: Entity::Company.noun(), id: id.0, before: Some(before), after: Some(after) }).await?;
    decode_enum(CompanyStatus::from_slug(&row.status), "companies.status").map(Some)
}

impl RecordTable for company::Entity {
    const ENTITY: Entity = Entity::Company;
    const DELETED_AT: Self::Column = company::Column::DeletedAt;

    fn owner_and_version(row: &Self::Model) -> (UserId, i64) {
        (UserId(row.owner_id), row.version)
    }
}

/// The columns of a draft, including those derived from it for search and sorting.
fn draft_columns(draft: &CompanyDraft, tags: &[Tag]) -> company::ActiveModel {
    company::ActiveModel {
        name: Set(draft.name.clone()),
        name_key: Set(fold(&draft.name)),
        sort_key: Set(sort_key(&draft.name)),
        industry: Set(draft.industry.clone()),
        industry_key: Set(fold(draft.industry.as_deref().unwrap_or_default())),
        industry_sort_key: Set(sort_key(draft.industry.as_deref().unwrap_or_default())),
        size: Set(draft.size.map_or(NO_SIZE, CompanySize::rank)),
        status: Set(draft.status.slug().to_owned()),
        website: Set(draft.website.clone()),
        phone: Set(draft.phone.clone()),
        email: Set(draft.email.clone()),
        tax_code: Set(draft.tax_code.clone()),
        address: Set(draft.address.clone()),
        notes: Set(draft.notes.clone()),
        metadata: Set(to_json(&draft.custom_fields)),
        metadata_keys: Set(keys_json(&draft.custom_fields)),
        search: Set(search_text(SearchFields::of(draft), tags)),
        ..Default::default()
    }
}

/// The fields of a company that its search column contains, except its tags.
pub(super) struct SearchFields<'a> {
    pub name: &'a str,
    pub industry: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub email: Option<&'a str>,
    pub website: Option<&'a str>,
    pub tax_code: Option<&'a str>,
    pub address: Option<&'a str>,
    pub notes: Option<&'a str>,
    pub custom_fields: &'a CustomFields,
}

impl<'a> SearchFields<'a> {
    fn of(draft: &'a CompanyDraft) -> Self {
        Self {
            name: &draft.name,
            industry: draft.industry.as_deref(),
            phone: draft.phone.as_deref(),
            email: draft.email.as_deref(),
            website: draft.website.as_deref(),
            tax_code: draft.tax_code.as_deref(),
            address: draft.address.as_deref(),
            notes: draft.notes.as_deref(),
            custom_fields: &draft.custom_fields,
        }
    }
}

/// Value of the `search` column: the fields, of the phone number its key, of the website the part that is not alike for all.
pub(super) fn search_text(company: SearchFields<'_>, tags: &[Tag]) -> String {
    let phone_key = phones::search_key(company.phone.unwrap_or_default());
    let tags = tags.iter().map(|tag| tag.name.as_str());
    let website = company.website.map(|address| address.trim_start_matches("https://").trim_start_matches("http://"));
    let fields = [company.name].into_iter().chain(company.industry).chain(tags).chain(company.custom_fields.words());
    let addresses = [company.email, website, company.tax_code, company.address, company.notes].into_iter().flatten();
    search_column(fields.chain([phone_key.as_str()]).chain(addresses))
}

fn names(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(|tag| tag.name.as_str()).collect()
}

fn draft_audit_json(draft: &CompanyDraft, tags: &[Tag]) -> Value {
    json!({
        "name": draft.name, "industry": draft.industry, "size": draft.size.map(CompanySize::slug), "status": draft.status.slug(),
        "website": draft.website, "phone": draft.phone, "email": draft.email, "tax_code": draft.tax_code,
        "address": draft.address, "notes": draft.notes, "tags": names(tags), "custom_fields": custom_fields::audit_json(&to_json(&draft.custom_fields)),
    })
}

fn row_audit_json(row: &company::Model, tags: &[Tag]) -> Value {
    json!({
        "name": row.name, "industry": row.industry, "size": CompanySize::from_rank(row.size).map(CompanySize::slug), "status": row.status,
        "website": row.website, "phone": row.phone, "email": row.email, "tax_code": row.tax_code,
        "address": row.address, "notes": row.notes, "tags": names(tags), "custom_fields": custom_fields::audit_json(&row.metadata),
    })
}
