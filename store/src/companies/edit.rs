//! Making and changing a company, its tags with it.

use crate::{
    Store, StoreError,
    audit::{
        chain::Change,
        differences::{diff, without_nulls},
    },
    contacts::renamed_company,
    custom_fields::{noted, to_json},
    database::write::WorkspaceTx,
    entity::{company, company_counter, workspace_counter},
    lists::{counters::add_to_workspace, search::search_column},
    tags::{Tag, Tagged, put_on, resolve, tags_of},
};
use domain::{
    access::{Actor, Entity, Verb},
    companies::{CompanyDraft, CompanySize},
    custom_fields::CustomFields,
    fold::fold,
    ids::{CompanyId, TagId, UserId},
    phones,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

/// What the database keeps where a size isn't known.
const NO_SIZE: i16 = -1;

impl Store {
    /// Makes a company, owned by the actor. A tag that isn't the workspace's is [`StoreError::Invalid`] at `tag_id`.
    pub async fn create_company(&self, actor: &Actor, draft: CompanyDraft) -> Result<CompanyId, StoreError> {
        self.create_idempotent(actor, Entity::Company, |tx| Box::pin(create(tx, draft))).await
    }

    /// Changes a company that was shown at `version`; one changed since is [`StoreError::Conflict`].
    pub async fn update_company(&self, actor: &Actor, id: CompanyId, version: i64, draft: CompanyDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Company, move |tx| Box::pin(update(tx, id, version, draft))).await
    }
}

/// Makes a company, with its counters, tags and audit row.
pub(crate) async fn create(tx: &mut WorkspaceTx, mut draft: CompanyDraft) -> Result<CompanyId, StoreError> {
    let tags = resolve(tx, &draft.tags, draft.new_tag.take()).await?;
    let id = CompanyId(tx.new_id());
    company::Entity::insert(new_row(tx, id, &draft, &tags)).exec_without_returning(&tx.db).await?;
    company_counter::Entity::insert(new_counters(tx, id)).exec_without_returning(&tx.db).await?;
    put_on(tx, Tagged::Company, id.0, &[], &tags).await?;
    add_to_workspace(&tx.db, tx.workspace_id(), &[(workspace_counter::Column::Companies, 1)]).await?;
    let after = without_nulls(of_draft(&draft, &tags));
    tx.audit(Change { action: "create", entity: Entity::Company.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(id)
}

/// The row of a new company, owned by the actor.
pub(crate) fn new_row(tx: &WorkspaceTx, id: CompanyId, draft: &CompanyDraft, tags: &[Tag]) -> company::ActiveModel {
    company::ActiveModel {
        workspace_id: Set(tx.workspace_id()),
        id: Set(id.0),
        owner_id: Set(tx.actor.user_id.0),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        ..filled(draft, tags)
    }
}

/// The counters of a company that nothing hangs on yet.
pub(crate) fn new_counters(tx: &WorkspaceTx, id: CompanyId) -> company_counter::ActiveModel {
    company_counter::ActiveModel { workspace_id: Set(tx.workspace_id()), company_id: Set(id.0), ..Default::default() }
}

async fn update(tx: &mut WorkspaceTx, id: CompanyId, version: i64, mut draft: CompanyDraft) -> Result<(), StoreError> {
    let row = load_for_update(tx, Verb::Update, id, version).await?;
    let carried = tags_of(&tx.db, tx.workspace_id(), Tagged::Company, id.0).await?;
    let tags = resolve(tx, &draft.tags, draft.new_tag.take()).await?;
    let (before, after) = diff(of_row(&row, &carried), of_draft(&draft, &tags));

    let mut changes = company::ActiveModel { workspace_id: Set(row.workspace_id), id: Set(row.id), ..filled(&draft, &tags) };
    changes.version = Set(version + 1);
    changes.updated_at = Set(tx.now);
    company::Entity::update_many()
        .set(changes)
        .filter(company::Column::WorkspaceId.eq(row.workspace_id))
        .filter(company::Column::Id.eq(row.id))
        .exec(&tx.db)
        .await?;
    let carried: Vec<TagId> = carried.iter().map(|tag| tag.id).collect();
    put_on(tx, Tagged::Company, id.0, &carried, &tags).await?;
    if row.name != draft.name {
        renamed_company(tx, id, &draft.name).await?;
    }
    tx.audit(Change { action: "update", entity: Entity::Company.noun(), id: id.0, before: Some(before), after: Some(after) }).await
}

/// The row of a company that the actor is about to change: there, theirs to change, and still at `version`.
pub(super) async fn load_for_update(tx: &WorkspaceTx, verb: Verb, id: CompanyId, version: i64) -> Result<company::Model, StoreError> {
    let row = company::Entity::find_by_id((tx.workspace_id(), id.0))
        .filter(company::Column::DeletedAt.is_null())
        .one(&tx.db)
        .await?
        .ok_or(StoreError::NotFound)?;
    if !tx.actor.may_with(verb, Entity::Company, UserId(row.owner_id)) {
        return Err(StoreError::Denied);
    }
    if row.version != version { Err(StoreError::Conflict) } else { Ok(row) }
}

/// The columns that a draft fills, the folded ones with them.
fn filled(draft: &CompanyDraft, tags: &[Tag]) -> company::ActiveModel {
    company::ActiveModel {
        name: Set(draft.name.clone()),
        name_key: Set(fold(&draft.name)),
        industry: Set(draft.industry.clone()),
        industry_key: Set(fold(draft.industry.as_deref().unwrap_or_default())),
        size: Set(draft.size.map_or(NO_SIZE, CompanySize::rank)),
        status: Set(draft.status.slug().to_owned()),
        website: Set(draft.website.clone()),
        phone: Set(draft.phone.clone()),
        email: Set(draft.email.clone()),
        tax_code: Set(draft.tax_code.clone()),
        address: Set(draft.address.clone()),
        notes: Set(draft.notes.clone()),
        metadata: Set(to_json(&draft.custom_fields)),
        search: Set(search_text(Searched::of(draft), tags)),
        ..Default::default()
    }
}

/// What a company is found by, beside its tags.
pub(super) struct Searched<'a> {
    pub name: &'a str,
    pub industry: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub custom_fields: &'a CustomFields,
}

impl<'a> Searched<'a> {
    fn of(draft: &'a CompanyDraft) -> Self {
        Self { name: &draft.name, industry: draft.industry.as_deref(), phone: draft.phone.as_deref(), custom_fields: &draft.custom_fields }
    }
}

/// What a company is found by: its name, its line of business, its tags, its custom fields, its telephone number's key.
pub(super) fn search_text(company: Searched<'_>, tags: &[Tag]) -> String {
    let phone_key = phones::search_key(company.phone.unwrap_or_default());
    let tags = tags.iter().map(|tag| tag.name.as_str());
    let fields = [company.name].into_iter().chain(company.industry).chain(tags).chain(company.custom_fields.words());
    search_column(fields.chain([phone_key.as_str()]))
}

fn names(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(|tag| tag.name.as_str()).collect()
}

fn of_draft(draft: &CompanyDraft, tags: &[Tag]) -> Value {
    json!({
        "name": draft.name, "industry": draft.industry, "size": draft.size.map(CompanySize::slug), "status": draft.status.slug(),
        "website": draft.website, "phone": draft.phone, "email": draft.email, "tax_code": draft.tax_code,
        "address": draft.address, "notes": draft.notes, "tags": names(tags), "custom_fields": noted(&to_json(&draft.custom_fields)),
    })
}

fn of_row(row: &company::Model, tags: &[Tag]) -> Value {
    json!({
        "name": row.name, "industry": row.industry, "size": CompanySize::from_rank(row.size).map(CompanySize::slug), "status": row.status,
        "website": row.website, "phone": row.phone, "email": row.email, "tax_code": row.tax_code,
        "address": row.address, "notes": row.notes, "tags": names(tags), "custom_fields": noted(&row.metadata),
    })
}
