//! Putting a company in the bin, with its contacts, deals and activities, and taking it out again for thirty days.

use super::{
    edit::{load_for_update, new_counters},
    found_by::search_again,
};
use crate::{
    Store, StoreError, activities,
    audit::chain::Change,
    bin::{Restored, to_restore},
    contacts,
    database::{
        rows::{decode_enum, to_u64},
        sql::sql,
        write::WorkspaceTx,
    },
    deals::{self, Counted, Figures},
    decision_makers::{Recounted, recount},
    entity::{
        company,
        company_counter::{self, Column as OfCompany},
        workspace_counter::Column as OfWorkspace,
    },
    error::authorize,
    lists::counters::{add_to_company, add_to_workspace},
    tags::{Tagged, count_carriers},
};
use domain::{
    access::{Actor, Entity, Verb},
    bin::GoesAlong,
    ids::{CompanyId, UserId},
    stages::StageKind,
};
use sea_orm::{ActiveValue::Set, EntityTrait, FromQueryResult, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

/// The statements that find the ids of what hangs on a company; `$1` is the workspace, `$2` the company.
struct Hanging {
    contacts: String,
    deals: String,
    activities: String,
}

impl Hanging {
    /// What would go into the bin with the company.
    fn there() -> Self {
        Self::with("deleted_at IS NULL")
    }

    /// What went into the bin with the company, and not by itself before.
    fn gone_with_it() -> Self {
        Self::with("deleted_at = (SELECT deleted_at FROM companies WHERE workspace_id = $1 AND id = $2)")
    }

    /// An activity hangs on the company when it is the company's, or no company's but one of these contacts' or deals'.
    /// `company_id` and `deleted_at` are compared in a CASE because SQLite takes them for a key as good as the contact's: it
    /// would read every activity of no company, or all that went at that time, for each contact anew.
    fn with(deleted: &str) -> Self {
        let of_company = |table: &str| format!("SELECT id FROM {table} WHERE workspace_id = $1 AND company_id = $2 AND {deleted}");
        let of_its = |table: &str, key: &str| {
            format!(
                "SELECT a.id FROM {table} x CROSS JOIN activities a
                 WHERE x.workspace_id = $1 AND x.company_id = $2 AND x.{deleted}
                 AND a.workspace_id = $1 AND a.{key} = x.id AND CASE WHEN a.company_id IS NULL AND a.{deleted} THEN 1 ELSE 0 END = 1"
            )
        };
        Self {
            contacts: of_company("contacts"),
            deals: of_company("deals"),
            activities: [of_company("activities"), of_its("contacts", "contact_id"), of_its("deals", "deal_id")].join(" UNION "),
        }
    }
}

/// What deleting a company takes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyDeletion {
    /// Which company.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// Its version, for the deletion.
    pub version: i64,
    /// The contacts, deals and activities that go with it.
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
        let Hanging { contacts, deals, activities } = Hanging::there();
        let text = format!(
            "SELECT c.name, c.owner_id, c.version, (SELECT count(*) FROM ({contacts}) AS x) AS contacts,
               (SELECT count(*) FROM ({deals}) AS x) AS deals, (SELECT count(*) FROM ({activities}) AS x) AS activities
             FROM companies c WHERE c.workspace_id = $1 AND c.id = $2 AND c.deleted_at IS NULL"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.0.into()]);
        let row: DeletionRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        if !actor.may_with(Verb::Delete, Entity::Company, UserId(row.owner_id)) {
            return Err(StoreError::Denied);
        }
        let goes_along = GoesAlong { contacts: to_u64(row.contacts), deals: to_u64(row.deals), activities: to_u64(row.activities) };
        Ok(CompanyDeletion { id, name: row.name, version: row.version, goes_along })
    }

    /// Puts a company in the bin, with its contacts, deals and activities. Gives its name.
    ///
    /// - `version`: the company's version that was shown.
    /// - `shown`: what was shown as going with it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the company has another version now, or if more goes with it than was shown.
    pub async fn delete_company(&self, actor: &Actor, id: CompanyId, version: i64, shown: GoesAlong) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Company, move |tx| Box::pin(delete(tx, id, version, shown))).await
    }

    /// Takes a company out of the bin, with what went there with it and was not taken out by itself. Gives its name. One
    /// that is not in the bin stays as it is; one that has been there for more than 30 days is gone.
    pub async fn restore_company(&self, actor: &Actor, id: CompanyId) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Company, move |tx| Box::pin(async move { Ok(restore(tx, id).await?.name) })).await
    }
}

async fn delete(tx: &mut WorkspaceTx, id: CompanyId, version: i64, shown: GoesAlong) -> Result<String, StoreError> {
    let company = load_for_update(tx, Verb::Delete, id, version).await?;
    let hanging = Hanging::there();
    let (deals, elsewhere) = (deals_of(tx, id, &hanging).await?, companies_of_people(tx, id, &hanging).await?);
    // Activities first: which ones go depends on the contacts and deals that are not in the bin yet.
    let went = Went {
        company: id,
        activities: put(tx, id, "UPDATE activities SET deleted_at = $3", &hanging.activities).await?,
        contacts: put(tx, id, "UPDATE contacts SET deleted_at = $3, search = ''", &hanging.contacts).await?,
        deals: put(tx, id, "UPDATE deals SET deleted_at = $3, search = ''", &hanging.deals).await?,
    };
    // The error rolls these updates back.
    if went.goes_along().exceeds(&shown) {
        return Err(StoreError::Conflict);
    }
    let mut row = company.clone().into_active_model();
    row.search = Set(String::new());
    row.deleted_at = Set(Some(tx.now));
    row.updated_at = Set(tx.now);
    row.version = Set(version + 1);
    company::Entity::update(row).exec(&tx.db).await?;

    went.count(tx, &deals, -1).await?;
    // Only a company that lists show has counters of its own.
    company_counter::Entity::delete_by_id((tx.workspace_id(), id.0)).exec(&tx.db).await?;
    recount(tx, Recounted::Companies(&elsewhere)).await?;
    went.audit(tx, "delete", &company.name).await?;
    Ok(company.name)
}

/// Takes a company out of the bin, as [`Store::restore_company`] does.
pub(crate) async fn restore(tx: &mut WorkspaceTx, id: CompanyId) -> Result<Restored, StoreError> {
    let deleted_at = company::Column::DeletedAt;
    let company = to_restore::<company::Entity>(tx, Entity::Company, id.0, deleted_at, |row| row.owner_id).await?;
    if company.deleted_at.is_none() {
        return Ok(Restored { name: company.name, version: company.version });
    }
    let hanging = Hanging::gone_with_it();
    let (deals, mut recounted) = (deals_of(tx, id, &hanging).await?, companies_of_people(tx, id, &hanging).await?);
    recounted.push(id.0);
    // Activities first here too, and the company last: what comes back is known by when its company went.
    let went = Went {
        company: id,
        activities: put(tx, id, "UPDATE activities SET deleted_at = NULL", &hanging.activities).await?,
        contacts: put(tx, id, "UPDATE contacts SET deleted_at = NULL", &hanging.contacts).await?,
        deals: put(tx, id, "UPDATE deals SET deleted_at = NULL", &hanging.deals).await?,
    };
    let version = company.version + 1;
    let mut row = company.clone().into_active_model();
    row.deleted_at = Set(None);
    row.updated_at = Set(tx.now);
    row.version = Set(version);
    company::Entity::update(row).exec(&tx.db).await?;
    search_again(tx, &[id.0]).await?;
    contacts::found_again(tx, &ids(&went.contacts), &company.name).await?;
    deals::found_again(tx, &ids(&went.deals)).await?;

    company_counter::Entity::insert(new_counters(tx, id)).exec_without_returning(&tx.db).await?;
    went.count(tx, &deals, 1).await?;
    recount(tx, Recounted::Companies(&recounted)).await?;
    went.audit(tx, "restore", &company.name).await?;
    Ok(Restored { name: company.name, version })
}

/// A record that went or came with the company.
#[derive(FromQueryResult)]
struct Hung {
    id: Uuid,
    company_id: Option<Uuid>,
}

fn ids(of: &[Hung]) -> Vec<Uuid> {
    of.iter().map(|one| one.id).collect()
}

/// Changes the rows whose ids `which` finds, with the time as `$3`, and gives them by their ids.
async fn put(tx: &WorkspaceTx, id: CompanyId, change: &str, which: &str) -> Result<Vec<Hung>, StoreError> {
    let text =
        format!("{change}, updated_at = $3, version = version + 1 WHERE workspace_id = $1 AND id IN ({which}) RETURNING id, company_id");
    let mut rows: Vec<Hung> = sql(&text, [tx.workspace_id().into(), id.0.into(), tx.now.into()]).all(&tx.db).await?;
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows)
}

/// The other companies whose people these activities were with.
async fn companies_of_people(tx: &WorkspaceTx, id: CompanyId, hanging: &Hanging) -> Result<Vec<Uuid>, StoreError> {
    #[derive(FromQueryResult)]
    struct IdRow {
        id: Uuid,
    }
    let text = format!(
        "SELECT DISTINCT p.company_id AS id FROM ({}) AS x
         JOIN activities a ON a.workspace_id = $1 AND a.id = x.id
         JOIN contacts p ON p.workspace_id = $1 AND p.id = a.contact_id WHERE p.company_id <> $2",
        hanging.activities
    );
    let rows: Vec<IdRow> = sql(&text, [tx.workspace_id().into(), id.0.into()]).all(&tx.db).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn deals_of(tx: &WorkspaceTx, id: CompanyId, hanging: &Hanging) -> Result<Vec<Counted>, StoreError> {
    let text = format!(
        "SELECT d.stage_id, s.kind, d.value, d.probability FROM ({}) AS x JOIN deals d ON d.workspace_id = $1 AND d.id = x.id
         JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id",
        hanging.deals
    );
    let rows: Vec<DealRow> = sql(&text, [tx.workspace_id().into(), id.0.into()]).all(&tx.db).await?;
    let counted = |row: DealRow| {
        let kind = decode_enum(StageKind::from_slug(&row.kind), "stages.kind")?;
        Ok(Counted { company_id: id.0, stage_id: row.stage_id, kind, value: row.value, probability: row.probability })
    };
    rows.into_iter().map(counted).collect()
}

/// A company with what went into the bin, or came back, with it.
struct Went {
    company: CompanyId,
    contacts: Vec<Hung>,
    deals: Vec<Hung>,
    activities: Vec<Hung>,
}

impl Went {
    fn goes_along(&self) -> GoesAlong {
        let count = |records: &[Hung]| records.len() as u64;
        GoesAlong { contacts: count(&self.contacts), deals: count(&self.deals), activities: count(&self.activities) }
    }

    /// Counts them out of (-1) or into (1) all figures but those of decision-makers. `deals` are the deals as they are counted.
    async fn count(&self, tx: &WorkspaceTx, deals: &[Counted], sign: i64) -> Result<(), StoreError> {
        let contacts = sign * i64::try_from(self.contacts.len()).unwrap_or(i64::MAX);
        let of_workspace = [(OfWorkspace::Companies, sign), (OfWorkspace::Contacts, contacts)];
        add_to_workspace(&tx.db, tx.workspace_id(), &of_workspace).await?;
        add_to_company(&tx.db, tx.workspace_id(), self.company.0, &[(OfCompany::Contacts, contacts)]).await?;
        Figures::of(deals.iter().map(|deal| (*deal, sign))).add(tx).await?;
        activities::counted(tx, self.activities.iter().map(|activity| (activity.company_id, sign))).await?;
        count_carriers(tx, Tagged::Company, &[self.company.0], sign).await?;
        count_carriers(tx, Tagged::Contact, &ids(&self.contacts), sign).await?;
        count_carriers(tx, Tagged::Deal, &ids(&self.deals), sign).await
    }

    /// Notes the company and each that went or came with it.
    async fn audit(&self, tx: &mut WorkspaceTx, action: &'static str, name: &str) -> Result<(), StoreError> {
        let Self { contacts, deals, activities, .. } = self;
        let of_company = json!({ "name": name, "contacts": contacts.len(), "deals": deals.len(), "activities": activities.len() });
        tx.audit(noted(action, Entity::Company, self.company.0, of_company)).await?;
        for (entity, with_it) in [(Entity::Contact, contacts), (Entity::Deal, deals), (Entity::Activity, activities)] {
            for one in with_it {
                tx.audit(noted(action, entity, one.id, json!({ "company_id": self.company.to_string() }))).await?;
            }
        }
        Ok(())
    }
}

/// What goes is noted as it was, what comes back as it is.
fn noted(action: &'static str, entity: Entity, id: Uuid, what: Value) -> Change<'static> {
    let (before, after) = if action == "delete" { (Some(what), None) } else { (None, Some(what)) };
    Change { action, entity: entity.noun(), id, before, after }
}
