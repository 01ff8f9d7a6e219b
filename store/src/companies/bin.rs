//! Moving a company to the bin with its contacts, deals and activities, and restoring it within thirty days.

use super::{edit::new_counters, search_index::reindex};
use crate::{
    Store, StoreError, activities,
    audit::chain::Change,
    bin::{Restored, add_entry, load_for_restore, remove_entries},
    contacts,
    database::{
        records::load_for_update,
        rows::{decode_enum, to_u64},
        sql::sql,
        write::WorkspaceTx,
    },
    deals::{self, CountedDeal, CounterDeltas},
    entity::{
        company,
        company_counter::{self, Column as OfCompany},
        workspace_counter::Column as OfWorkspace,
    },
    error::authorize,
    last_contact::{CompanySet, recompute_contact_counters},
    lists::counters::{add_to_company, add_to_workspace},
    tags::{Tagged, count_carriers},
    tasks,
};
use domain::{
    access::{Actor, Entity, Verb},
    bin::GoesAlong,
    ids::{CompanyId, UserId},
    stages::StageKind,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

/// SQL of the ids of the records that are deleted and restored with a company. `$1` is the workspace, `$2` the company.
struct DependentsSql {
    contacts: String,
    deals: String,
    activities: String,
    tasks: String,
}

impl DependentsSql {
    /// The records that would be deleted with the company.
    fn live() -> Self {
        Self::with("deleted_at IS NULL")
    }

    /// The records that were deleted with the company, not by themselves before.
    fn deleted_with_company() -> Self {
        Self::with("deleted_at = (SELECT deleted_at FROM companies WHERE workspace_id = $1 AND id = $2)")
    }

    /// An activity or a task depends on the company if it is linked to it, or if it is linked to no company and to one of these contacts or
    /// deals. `deleted`: the condition on `deleted_at`.
    ///
    /// `company_id` and `deleted_at` are compared in a CASE, because SQLite takes them for as selective as the contact's id: for each
    /// contact it would read every activity without a company, or all that were deleted at that time.
    fn with(deleted: &str) -> Self {
        let of_company = |table: &str| format!("SELECT id FROM {table} WHERE workspace_id = $1 AND company_id = $2 AND {deleted}");
        let of_its = |dependents: &str, table: &str, key: &str| {
            format!(
                "SELECT a.id FROM {table} x CROSS JOIN {dependents} a
                 WHERE x.workspace_id = $1 AND x.company_id = $2 AND x.{deleted}
                 AND a.workspace_id = $1 AND a.{key} = x.id AND CASE WHEN a.company_id IS NULL AND a.{deleted} THEN 1 ELSE 0 END = 1"
            )
        };
        let all_of =
            |table: &str| [of_company(table), of_its(table, "contacts", "contact_id"), of_its(table, "deals", "deal_id")].join(" UNION ");
        Self { contacts: of_company("contacts"), deals: of_company("deals"), activities: all_of("activities"), tasks: all_of("tasks") }
    }
}

/// The records that are deleted with a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyDeletion {
    /// Id of the company.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// Its version, for the deletion.
    pub version: i64,
    /// Numbers of contacts, deals, activities and tasks that are deleted with it.
    pub goes_along: GoesAlong,
}

#[derive(FromQueryResult)]
struct DeletionRow {
    name: String,
    owner_id: Uuid,
    version: i64,
    contacts: i64,
    deals: i64,
    activities: i64,
    tasks: i64,
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct DealRow {
    stage_id: Uuid,
    kind: String,
    value: Option<i64>,
    probability: i16,
}

impl Store {
    /// The records that would be deleted with this company, for the question before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such company or it is in the bin, [`StoreError::Denied`] if the actor may not delete it.
    pub async fn company_deletion(&self, actor: &Actor, id: CompanyId) -> Result<CompanyDeletion, StoreError> {
        authorize(actor, Verb::Delete, Entity::Company)?;
        let DependentsSql { contacts, deals, activities, tasks } = DependentsSql::live();
        let text = format!(
            "SELECT c.name, c.owner_id, c.version, (SELECT count(*) FROM ({contacts}) AS x) AS contacts,
               (SELECT count(*) FROM ({deals}) AS x) AS deals, (SELECT count(*) FROM ({activities}) AS x) AS activities,
               (SELECT count(*) FROM ({tasks}) AS x) AS tasks
             FROM companies c WHERE c.workspace_id = $1 AND c.id = $2 AND c.deleted_at IS NULL"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.0.into()]);
        let row: DeletionRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        if !actor.may_with(Verb::Delete, Entity::Company, UserId(row.owner_id)) {
            return Err(StoreError::Denied);
        }
        let goes_along = GoesAlong {
            contacts: to_u64(row.contacts),
            deals: to_u64(row.deals),
            activities: to_u64(row.activities),
            tasks: to_u64(row.tasks),
        };
        Ok(CompanyDeletion { id, name: row.name, version: row.version, goes_along })
    }

    /// Moves a company to the bin, with its contacts, deals, activities and tasks, and returns its name.
    ///
    /// - `version`: the company's version that was shown.
    /// - `shown`: the numbers that were shown as deleted with it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the company has another version now, or if more would be deleted with it than was shown.
    pub async fn delete_company(&self, actor: &Actor, id: CompanyId, version: i64, shown: GoesAlong) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Company, move |tx| Box::pin(delete(tx, id, version, shown))).await
    }

    /// Restores a company with the records that were deleted with it and not restored by themselves, and returns its name. A company
    /// that is not in the bin is not changed. One that was archived before is archived again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it has been in the bin for more than 30 days, [`StoreError::Denied`] if the actor may not delete it.
    pub async fn restore_company(&self, actor: &Actor, id: CompanyId) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Company, move |tx| Box::pin(async move { Ok(restore(tx, id).await?.name) })).await
    }
}

/// As [`Store::delete_company`].
pub(crate) async fn delete(tx: &mut WorkspaceTx, id: CompanyId, version: i64, shown: GoesAlong) -> Result<String, StoreError> {
    let company = load_for_update::<company::Entity>(tx, Verb::Delete, id.0, version).await?;
    let dependents = DependentsSql::live();
    let (deals, elsewhere) = (counted_deals(tx, id, &dependents).await?, companies_of_contacts(tx, id, &dependents).await?);
    // Activities and tasks first: which ones are deleted depends on the contacts and deals that are not in the bin yet.
    let cascaded = CascadedRecords {
        company: id,
        is_archived: company.archived_at.is_some(),
        activities: update_dependents(tx, id, "UPDATE activities SET deleted_at = $3, search = ''", &dependents.activities).await?,
        tasks: update_dependents(tx, id, "UPDATE tasks SET deleted_at = $3, search = ''", &dependents.tasks).await?,
        contacts: update_dependents(tx, id, "UPDATE contacts SET deleted_at = $3, search = ''", &dependents.contacts).await?,
        deals: update_dependents(tx, id, "UPDATE deals SET deleted_at = $3, search = ''", &dependents.deals).await?,
    };
    // The error rolls these updates back.
    if cascaded.goes_along().exceeds(&shown) {
        return Err(StoreError::Conflict);
    }
    let mut row = company.clone().into_active_model();
    row.search = Set(String::new());
    row.deleted_at = Set(Some(tx.now));
    row.updated_at = Set(tx.now);
    row.version = Set(version + 1);
    company::Entity::update(row).exec(&tx.db).await?;

    cascaded.count(tx, &deals, -1).await?;
    // Only a company that is not in the bin has counters.
    company_counter::Entity::delete_by_id((tx.workspace_id(), id.0)).exec(&tx.db).await?;
    recompute_contact_counters(tx, CompanySet::Ids(&elsewhere)).await?;
    // Deals of other companies with these contacts.
    deals::reindex_of_contacts(tx, &ids(&cascaded.contacts)).await?;
    add_entry(tx, Entity::Company, id.0, cascaded.goes_along()).await?;
    cascaded.audit(tx, "delete", &company.name).await?;
    Ok(company.name)
}

/// As [`Store::restore_company`].
pub(crate) async fn restore(tx: &mut WorkspaceTx, id: CompanyId) -> Result<Restored, StoreError> {
    let deleted_at = company::Column::DeletedAt;
    let company = load_for_restore::<company::Entity>(tx, Entity::Company, id.0, deleted_at, |row| row.owner_id).await?;
    if company.deleted_at.is_none() {
        return Ok(Restored { name: company.name, version: company.version });
    }
    let dependents = DependentsSql::deleted_with_company();
    let (deals, mut companies) = (counted_deals(tx, id, &dependents).await?, companies_of_contacts(tx, id, &dependents).await?);
    companies.push(id.0);
    // Activities and tasks first, and the company last: the records to restore are found by the company's `deleted_at`.
    let cascaded = CascadedRecords {
        company: id,
        is_archived: company.archived_at.is_some(),
        activities: update_dependents(tx, id, "UPDATE activities SET deleted_at = NULL", &dependents.activities).await?,
        tasks: update_dependents(tx, id, "UPDATE tasks SET deleted_at = NULL", &dependents.tasks).await?,
        contacts: update_dependents(tx, id, "UPDATE contacts SET deleted_at = NULL", &dependents.contacts).await?,
        deals: update_dependents(tx, id, "UPDATE deals SET deleted_at = NULL", &dependents.deals).await?,
    };
    let version = company.version + 1;
    let mut row = company.clone().into_active_model();
    row.deleted_at = Set(None);
    row.updated_at = Set(tx.now);
    row.version = Set(version);
    company::Entity::update(row).exec(&tx.db).await?;
    reindex(tx, &[id.0]).await?;
    contacts::reindex(tx, &ids(&cascaded.contacts), &company.name).await?;
    deals::reindex(tx, &ids(&cascaded.deals)).await?;
    deals::reindex_of_contacts_elsewhere(tx, &ids(&cascaded.contacts), id).await?;
    activities::reindex(tx, &ids(&cascaded.activities)).await?;
    tasks::reindex(tx, &ids(&cascaded.tasks)).await?;

    let mut counters = new_counters(tx, id);
    counters.is_archived = Set(cascaded.is_archived);
    company_counter::Entity::insert(counters).exec_without_returning(&tx.db).await?;
    cascaded.count(tx, &deals, 1).await?;
    recompute_contact_counters(tx, CompanySet::Ids(&companies)).await?;
    remove_entries(tx, &cascaded.ids()).await?;
    cascaded.audit(tx, "restore", &company.name).await?;
    Ok(Restored { name: company.name, version })
}

/// Ids of the records that can't stay in the bin without their company.
pub(crate) struct BinnedDependents {
    /// Contacts that were deleted with it.
    pub contacts: Vec<Uuid>,
    /// All its deals, also those that were deleted by themselves before: a deal has a company.
    pub deals: Vec<Uuid>,
    /// Activities that were deleted with it.
    pub activities: Vec<Uuid>,
    /// Tasks that were deleted with it.
    pub tasks: Vec<Uuid>,
}

/// The records that can't stay in the bin without this company, which is in the bin.
pub(crate) async fn binned_dependents(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    company_id: Uuid,
) -> Result<BinnedDependents, StoreError> {
    let DependentsSql { contacts, activities, tasks, .. } = DependentsSql::deleted_with_company();
    let deals = "SELECT id FROM deals WHERE workspace_id = $1 AND company_id = $2";
    let ids = async |text: &str| -> Result<Vec<Uuid>, StoreError> {
        let rows: Vec<IdRow> = sql(text, [workspace_id.into(), company_id.into()]).all(db).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    };
    Ok(BinnedDependents {
        contacts: ids(&contacts).await?,
        deals: ids(deals).await?,
        activities: ids(&activities).await?,
        tasks: ids(&tasks).await?,
    })
}

/// A record that was deleted or restored with the company.
#[derive(FromQueryResult)]
struct Dependent {
    id: Uuid,
    company_id: Option<Uuid>,
}

fn ids(records: &[Dependent]) -> Vec<Uuid> {
    records.iter().map(|record| record.id).collect()
}

/// Updates the rows that a statement of [`DependentsSql`] finds, and returns them by id.
///
/// - `update`: SQL from UPDATE to the assignments; `$3` is the time.
/// - `ids`: SQL of the ids.
async fn update_dependents(tx: &WorkspaceTx, id: CompanyId, update: &str, ids: &str) -> Result<Vec<Dependent>, StoreError> {
    let text =
        format!("{update}, updated_at = $3, version = version + 1 WHERE workspace_id = $1 AND id IN ({ids}) RETURNING id, company_id");
    let mut rows: Vec<Dependent> = sql(&text, [tx.workspace_id().into(), id.0.into(), tx.now.into()]).all(&tx.db).await?;
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows)
}

/// The other companies whose contacts are linked to these activities.
async fn companies_of_contacts(tx: &WorkspaceTx, id: CompanyId, dependents: &DependentsSql) -> Result<Vec<Uuid>, StoreError> {
    let text = format!(
        "SELECT DISTINCT p.company_id AS id FROM ({}) AS x
         JOIN activities a ON a.workspace_id = $1 AND a.id = x.id
         JOIN contacts p ON p.workspace_id = $1 AND p.id = a.contact_id WHERE p.company_id <> $2",
        dependents.activities
    );
    let rows: Vec<IdRow> = sql(&text, [tx.workspace_id().into(), id.0.into()]).all(&tx.db).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The deals that depend on the company, as counters see them.
async fn counted_deals(tx: &WorkspaceTx, id: CompanyId, dependents: &DependentsSql) -> Result<Vec<CountedDeal>, StoreError> {
    let text = format!(
        "SELECT d.stage_id, s.kind, d.value, d.probability FROM ({}) AS x JOIN deals d ON d.workspace_id = $1 AND d.id = x.id
         JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id",
        dependents.deals
    );
    let rows: Vec<DealRow> = sql(&text, [tx.workspace_id().into(), id.0.into()]).all(&tx.db).await?;
    let deal = |row: DealRow| {
        let kind = decode_enum(StageKind::from_slug(&row.kind), "stages.kind")?;
        Ok(CountedDeal {
            company_id: id.0,
            stage_id: row.stage_id,
            kind,
            value: row.value.unwrap_or_default(),
            probability: row.probability,
        })
    };
    rows.into_iter().map(deal).collect()
}

/// A company and the records that were deleted or restored with it.
struct CascadedRecords {
    company: CompanyId,
    /// An archived company is in no counter of the workspace and its tags.
    is_archived: bool,
    contacts: Vec<Dependent>,
    deals: Vec<Dependent>,
    activities: Vec<Dependent>,
    tasks: Vec<Dependent>,
}

impl CascadedRecords {
    fn goes_along(&self) -> GoesAlong {
        let count = |records: &[Dependent]| records.len() as u64;
        GoesAlong {
            contacts: count(&self.contacts),
            deals: count(&self.deals),
            activities: count(&self.activities),
            tasks: count(&self.tasks),
        }
    }

    /// The ids of all.
    fn ids(&self) -> Vec<Uuid> {
        let Self { contacts, deals, activities, tasks, .. } = self;
        [contacts, deals, activities, tasks].into_iter().flatten().map(|record| record.id).chain([self.company.0]).collect()
    }

    /// Removes them from (`sign` is -1) or adds them to (1) all counters, except those of primary contacts. `deals`: the same deals as
    /// counters see them.
    async fn count(&self, tx: &WorkspaceTx, deals: &[CountedDeal], sign: i64) -> Result<(), StoreError> {
        let contacts = sign * i64::try_from(self.contacts.len()).unwrap_or(i64::MAX);
        let companies = if self.is_archived { 0 } else { sign };
        let of_workspace = [(OfWorkspace::Companies, companies), (OfWorkspace::Contacts, contacts)];
        add_to_workspace(&tx.db, tx.workspace_id(), &of_workspace).await?;
        add_to_company(&tx.db, tx.workspace_id(), self.company.0, &[(OfCompany::Contacts, contacts)]).await?;
        CounterDeltas::of(deals.iter().map(|deal| (*deal, sign))).apply(tx).await?;
        activities::add_activity_counts(tx, self.activities.iter().map(|activity| (activity.company_id, sign))).await?;
        tasks::count_tasks(tx, &ids(&self.tasks), sign).await?;
        count_carriers(tx, Tagged::Company, &[self.company.0], companies).await?;
        count_carriers(tx, Tagged::Contact, &ids(&self.contacts), sign).await?;
        count_carriers(tx, Tagged::Deal, &ids(&self.deals), sign).await
    }

    /// Writes an audit row for the company and for each record.
    async fn audit(&self, tx: &mut WorkspaceTx, action: &'static str, name: &str) -> Result<(), StoreError> {
        let Self { contacts, deals, activities, tasks, .. } = self;
        let of_company = json!({
            "name": name, "contacts": contacts.len(), "deals": deals.len(), "activities": activities.len(), "tasks": tasks.len(),
        });
        tx.audit(audit_change(action, Entity::Company, self.company.0, of_company)).await?;
        for (entity, with_it) in [(Entity::Contact, contacts), (Entity::Deal, deals), (Entity::Activity, activities), (Entity::Task, tasks)]
        {
            for record in with_it {
                tx.audit(audit_change(action, entity, record.id, json!({ "company_id": self.company.to_string() }))).await?;
            }
        }
        Ok(())
    }
}

/// The audit row of a deletion, which holds `fields` before, or of a restoration, which holds them after.
fn audit_change(action: &'static str, entity: Entity, id: Uuid, fields: Value) -> Change<'static> {
    let (before, after) = if action == "delete" { (Some(fields), None) } else { (None, Some(fields)) };
    Change { action, entity: entity.noun(), id, before, after }
}
