//! Putting a company in the bin, with its contacts, deals and activities.

use super::edit::for_change;
use crate::{
    Store, StoreError,
    audit::Change,
    counters::add_to_workspace,
    deals::{Counted, Figures},
    decision_makers::{Recounted, recount},
    entity::{company, company_counter, workspace_counter::Column as OfWorkspace},
    error::authorize,
    rows::{known, uint},
    sql::sql,
    tags::{Tagged, count_carriers},
    write::Write,
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{CompanyId, UserId},
    stages::StageKind,
};
use sea_orm::{ActiveValue::Set, EntityTrait, FromQueryResult, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

/// The ids of what goes into the bin with a company; `$1` is the workspace, `$2` the company.
const CONTACTS: &str = "SELECT id FROM contacts WHERE workspace_id = $1 AND company_id = $2 AND deleted_at IS NULL";
const DEALS: &str = "SELECT id FROM deals WHERE workspace_id = $1 AND company_id = $2 AND deleted_at IS NULL";
/// An activity goes with it when it is the company's, or no company's but one of these contacts' or deals'. `company_id` is
/// compared in a CASE because SQLite takes `IS NULL` for a key and would read every activity of no company.
const ACTIVITIES: &str = "SELECT id FROM activities WHERE workspace_id = $1 AND company_id = $2 AND deleted_at IS NULL
    UNION SELECT a.id FROM contacts x CROSS JOIN activities a
      WHERE x.workspace_id = $1 AND x.company_id = $2 AND x.deleted_at IS NULL
      AND a.workspace_id = $1 AND a.contact_id = x.id AND a.deleted_at IS NULL AND CASE WHEN a.company_id IS NULL THEN 1 ELSE 0 END = 1
    UNION SELECT a.id FROM deals x CROSS JOIN activities a
      WHERE x.workspace_id = $1 AND x.company_id = $2 AND x.deleted_at IS NULL
      AND a.workspace_id = $1 AND a.deal_id = x.id AND a.deleted_at IS NULL AND CASE WHEN a.company_id IS NULL THEN 1 ELSE 0 END = 1";

/// What deleting a company takes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyDeletion {
    /// Which company.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// Its version, for the deletion.
    pub version: i64,
    /// How many contacts go with it.
    pub contacts: u64,
    /// How many deals.
    pub deals: u64,
    /// How many activities.
    pub activities: u64,
}

#[derive(FromQueryResult)]
struct DeletionRow {
    name: String,
    owner_id: Uuid,
    version: i64,
    contacts: i64,
    deals: i64,
    activities: i64,
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct DealRow {
    stage_id: Uuid,
    kind: String,
    value: i64,
    probability: i16,
}

impl Store {
    /// What deleting this company would take with it, for the question before.
    pub async fn company_deletion(&self, actor: &Actor, id: CompanyId) -> Result<CompanyDeletion, StoreError> {
        authorize(actor, Verb::Delete, Entity::Company)?;
        let text = format!(
            "SELECT c.name, c.owner_id, c.version, (SELECT count(*) FROM ({CONTACTS}) AS x) AS contacts,
               (SELECT count(*) FROM ({DEALS}) AS x) AS deals, (SELECT count(*) FROM ({ACTIVITIES}) AS x) AS activities
             FROM companies c WHERE c.workspace_id = $1 AND c.id = $2 AND c.deleted_at IS NULL"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.0.into()]);
        let row: DeletionRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        if !actor.may_with(Verb::Delete, Entity::Company, UserId(row.owner_id)) {
            return Err(StoreError::Denied);
        }
        let (contacts, deals, activities) = (uint(row.contacts), uint(row.deals), uint(row.activities));
        Ok(CompanyDeletion { id, name: row.name, version: row.version, contacts, deals, activities })
    }

    /// Puts a company that was shown at `version` in the bin, with its contacts, deals and activities.
    pub async fn delete_company(&self, actor: &Actor, id: CompanyId, version: i64) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Company, move |write| Box::pin(delete(write, id, version))).await
    }
}

async fn delete(write: &mut Write, id: CompanyId, version: i64) -> Result<(), StoreError> {
    let company = for_change(write, Verb::Delete, id, version).await?;
    let deals = deals_of(write, id).await?;
    let elsewhere = companies_of_people(write, id).await?;
    // Activities first: which ones go depends on the contacts and deals that are not in the bin yet.
    let activities = bin(write, id, "UPDATE activities SET", ACTIVITIES).await?;
    let contacts = bin(write, id, "UPDATE contacts SET search = '',", CONTACTS).await?;
    let binned = bin(write, id, "UPDATE deals SET search = '',", DEALS).await?;

    let mut row = company.clone().into_active_model();
    row.search = Set(String::new());
    row.deleted_at = Set(Some(write.now));
    row.updated_at = Set(write.now);
    row.version = Set(version + 1);
    company::Entity::update(row).exec(&write.db).await?;
    count_out(write, id, &deals, contacts.len(), activities.len()).await?;
    for (tagged, ids) in [(Tagged::Company, &vec![id.0]), (Tagged::Contact, &contacts), (Tagged::Deal, &binned)] {
        count_carriers(write, tagged, ids, -1).await?;
    }
    recount(write, Recounted::Companies(&elsewhere)).await?;

    let before = json!({ "name": company.name, "contacts": contacts.len(), "deals": deals.len(), "activities": activities.len() });
    write.audit(Change { action: "delete", entity: Entity::Company.noun(), id: id.0, before: Some(before), after: None }).await?;
    let with_it = [(Entity::Contact.noun(), contacts), (Entity::Deal.noun(), binned), ("activity", activities)];
    for (entity, ids) in with_it {
        for gone in ids {
            let before = json!({ "company_id": id.to_string() });
            write.audit(Change { action: "delete", entity, id: gone, before: Some(before), after: None }).await?;
        }
    }
    Ok(())
}

/// Puts the rows whose ids `which` finds in the bin, out of search's reach, and gives those ids.
async fn bin(write: &Write, id: CompanyId, update: &str, which: &str) -> Result<Vec<Uuid>, StoreError> {
    let key = [write.workspace_id().into(), id.0.into()];
    let rows: Vec<IdRow> = sql(&format!("SELECT id FROM ({which}) AS x ORDER BY id"), key.clone()).all(&write.db).await?;
    if !rows.is_empty() {
        let text = format!("{update} deleted_at = $3, updated_at = $3, version = version + 1 WHERE workspace_id = $1 AND id IN ({which})");
        sql(&text, key.into_iter().chain([write.now.into()])).execute(&write.db).await?;
    }
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The other companies whose people the activities that go with this one were with.
async fn companies_of_people(write: &Write, id: CompanyId) -> Result<Vec<Uuid>, StoreError> {
    let text = format!(
        "SELECT DISTINCT p.company_id AS id FROM ({ACTIVITIES}) AS x
         JOIN activities a ON a.workspace_id = $1 AND a.id = x.id
         JOIN contacts p ON p.workspace_id = $1 AND p.id = a.contact_id WHERE p.company_id <> $2"
    );
    let rows: Vec<IdRow> = sql(&text, [write.workspace_id().into(), id.0.into()]).all(&write.db).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn deals_of(write: &Write, id: CompanyId) -> Result<Vec<Counted>, StoreError> {
    let statement = sql(
        "SELECT d.stage_id, s.kind, d.value, d.probability FROM deals d JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id
         WHERE d.workspace_id = $1 AND d.company_id = $2 AND d.deleted_at IS NULL",
        [write.workspace_id().into(), id.0.into()],
    );
    let rows: Vec<DealRow> = statement.all(&write.db).await?;
    let counted = |row: DealRow| {
        let kind = known(StageKind::from_slug(&row.kind), "stages.kind")?;
        Ok(Counted { company_id: id.0, stage_id: row.stage_id, kind, value: row.value, probability: row.probability })
    };
    rows.into_iter().map(counted).collect()
}

/// Takes the company and what went with it out of every counter.
async fn count_out(write: &Write, id: CompanyId, deals: &[Counted], contacts: usize, activities: usize) -> Result<(), StoreError> {
    let workspace_id = write.workspace_id();
    let minus = |length: usize| -i64::try_from(length).unwrap_or(i64::MAX);
    Figures::of(deals.iter().map(|deal| (*deal, -1))).add(write).await?;
    let changes = [(OfWorkspace::Companies, -1), (OfWorkspace::Contacts, minus(contacts)), (OfWorkspace::Activities, minus(activities))];
    add_to_workspace(&write.db, workspace_id, &changes).await?;
    // Only a company that lists show has counters of its own.
    company_counter::Entity::delete_by_id((workspace_id, id.0)).exec(&write.db).await?;
    Ok(())
}
