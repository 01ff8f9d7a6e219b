//! The first records of the dashboard's lists: one statement.

use super::figures;
use crate::{
    StoreError, activities,
    activities::Linked,
    contacts,
    database::{
        rows::decode_enum,
        sql::{Sql, indexed_by},
    },
    deals::{Matching, filter_sql},
    lists::{search::SearchTerms, time_range::TimeRange},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::Actor,
    activities::{ActivityQuery, ActivityType},
    columns::Layout,
    dashboard::DashboardLists,
    deals::DealQuery,
    ids::{ActivityId, CompanyId, ContactId, DealId},
    money::Money,
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

/// Newest activities.
const RECENT: u64 = 20;
/// First records of each other list.
const FIRST: u64 = 5;

/// The first records of the lists, in the lists' order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DashboardRecords {
    /// The newest activities that have happened, at most 20.
    pub recent: Vec<DashboardActivity>,
    /// The next planned activities, at most 5, as many as of each further list.
    pub coming: Vec<DashboardActivity>,
    /// The latest planned activities that are past.
    pub missed: Vec<DashboardActivity>,
    /// The newest activities that promise the next step of an open deal.
    pub promised: Vec<DashboardActivity>,
    /// The open deals that close soon, the next first.
    pub closing: Vec<DashboardDeal>,
    /// The open deals past their day, the oldest first.
    pub overdue: Vec<DashboardDeal>,
    /// Companies with open deals and no primary decision-maker, by the value of those deals.
    pub undecided: Vec<DashboardCompany>,
    /// Decision-makers whom nobody was in contact with, by name.
    pub not_contacted: Vec<DashboardContact>,
}

/// An activity. A link to a record in the bin is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardActivity {
    /// Id of the activity.
    pub id: ActivityId,
    /// Its type.
    pub kind: ActivityType,
    /// Subject.
    pub subject: String,
    /// The promised next step.
    pub next_steps: Option<String>,
    /// Its time.
    pub date: DateTime<Utc>,
    /// Its company.
    pub company: Option<Linked<CompanyId>>,
    /// Its contact.
    pub contact: Option<Linked<ContactId>>,
    /// Its deal.
    pub deal: Option<Linked<DealId>>,
    /// The owner's name.
    pub owner_name: String,
}

/// A deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardDeal {
    /// Id of the deal.
    pub id: DealId,
    /// Its name.
    pub name: String,
    /// The company's name.
    pub company_name: String,
    /// Its value; `None` if it is not known.
    pub value: Option<Money>,
    /// Expected closing day.
    pub expected_close_date: NaiveDate,
}

/// A company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardCompany {
    /// Id of the company.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// The value of its open deals.
    pub open_deals_value: Money,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardContact {
    /// Id of the contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// Their job title.
    pub job_title: Option<String>,
    /// The name of their company, unless it is in the bin.
    pub company_name: Option<String>,
}

/// The list that a row is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Recent,
    Coming,
    Missed,
    Promised,
    Closing,
    Overdue,
    Undecided,
    NotContacted,
}

#[derive(FromQueryResult)]
struct Row {
    section: i32,
    activity_id: Option<Uuid>,
    #[sea_orm(from_alias = "type")]
    kind: Option<String>,
    subject: Option<String>,
    next_steps: Option<String>,
    date: Option<DateTime<Utc>>,
    owner_name: Option<String>,
    deal_id: Option<Uuid>,
    deal_name: Option<String>,
    value: Option<i64>,
    expected_close_date: Option<NaiveDate>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    open_deals_value: Option<i64>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    job_title: Option<String>,
}

/// Reads the records.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    actor: &Actor,
    lists: &DashboardLists,
    now: DateTime<Utc>,
) -> Result<DashboardRecords, StoreError> {
    let mut records = DashboardRecords::default();
    for row in records_sql(db.get_database_backend(), actor, lists, now).all::<Row>(db).await? {
        records.add(row)?;
    }
    Ok(records)
}

impl DashboardRecords {
    fn add(&mut self, row: Row) -> Result<(), StoreError> {
        let is = |section: Section| row.section == section as i32;
        let activities = [
            (Section::Recent, &mut self.recent),
            (Section::Coming, &mut self.coming),
            (Section::Missed, &mut self.missed),
            (Section::Promised, &mut self.promised),
        ];
        if let Some((_, list)) = activities.into_iter().find(|(section, _)| is(*section)) {
            list.push(row.activity()?);
        } else if is(Section::Closing) {
            self.closing.push(row.deal()?);
        } else if is(Section::Overdue) {
            self.overdue.push(row.deal()?);
        } else if is(Section::Undecided) {
            self.undecided.push(row.company()?);
        } else {
            self.not_contacted.push(row.contact()?);
        }
        Ok(())
    }
}

impl Row {
    fn activity(self) -> Result<DashboardActivity, StoreError> {
        let (Some(id), Some(kind), Some(subject), Some(date)) = (self.activity_id, self.kind, self.subject, self.date) else {
            return Err(StoreError::Internal);
        };
        Ok(DashboardActivity {
            id: ActivityId(id),
            kind: decode_enum(ActivityType::from_slug(&kind), "activities.type")?,
            subject,
            next_steps: self.next_steps,
            date,
            company: Linked::of(self.company_id, self.company_name, CompanyId),
            contact: Linked::of(self.contact_id, self.contact_name, ContactId),
            deal: Linked::of(self.deal_id, self.deal_name, DealId),
            owner_name: self.owner_name.unwrap_or_default(),
        })
    }

    fn deal(self) -> Result<DashboardDeal, StoreError> {
        Ok(DashboardDeal {
            id: DealId(self.deal_id.ok_or(StoreError::Internal)?),
            name: self.deal_name.ok_or(StoreError::Internal)?,
            company_name: self.company_name.unwrap_or_default(),
            value: self.value.map(Money::from_hundredths),
            expected_close_date: self.expected_close_date.ok_or(StoreError::Internal)?,
        })
    }

    fn company(self) -> Result<DashboardCompany, StoreError> {
        Ok(DashboardCompany {
            id: CompanyId(self.company_id.ok_or(StoreError::Internal)?),
            name: self.company_name.ok_or(StoreError::Internal)?,
            open_deals_value: Money::from_hundredths(self.open_deals_value.unwrap_or_default()),
        })
    }

    fn contact(self) -> Result<DashboardContact, StoreError> {
        Ok(DashboardContact {
            id: ContactId(self.contact_id.ok_or(StoreError::Internal)?),
            name: self.contact_name.ok_or(StoreError::Internal)?,
            job_title: self.job_title,
            company_name: self.company_name,
        })
    }
}

/// The statement: the ids of each section, then the columns of the records that these name. A record in the bin has no name.
fn records_sql(backend: DbBackend, actor: &Actor, lists: &DashboardLists, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let recent = ActivityQuery { planned: None, layout: Layout::default(), ..lists.coming.clone() };
    let until_now = TimeRange { from: None, until: Some(now + chrono::TimeDelta::milliseconds(1)) };
    let any_day = activities::Times { range_utc: TimeRange::default(), now, backend };
    let sections = [
        activities_sql(&mut sql, Section::Recent, &recent, activities::Times { range_utc: until_now, ..any_day }, RECENT),
        activities_sql(&mut sql, Section::Coming, &lists.coming, any_day, FIRST),
        activities_sql(&mut sql, Section::Missed, &lists.missed, any_day, FIRST),
        promised_sql(&mut sql, backend, &lists.promised),
        deals_sql(&mut sql, backend, Section::Closing, &lists.closing),
        deals_sql(&mut sql, backend, Section::Overdue, &lists.overdue),
        undecided_sql(&mut sql, backend, lists, now),
        format!(
            "SELECT {} AS section, {NO_ID} AS activity_id, {NO_ID} AS deal_id, p.company_id, p.id AS contact_id
             FROM ({}) AS found JOIN contacts p ON p.workspace_id = $1 AND p.id = found.id",
            Section::NotContacted as i32,
            contacts::first_ids_sql(&mut sql, backend, &lists.not_contacted, now, FIRST)
        ),
    ];
    let sections: Vec<String> = sections.into_iter().map(|section| format!("SELECT * FROM ({section}) AS of_section")).collect();
    sql.push(&format!(
        "SELECT page.section, a.id AS activity_id, a.type, a.subject, a.next_steps, a.date, u.name AS owner_name,
           d.id AS deal_id, d.name AS deal_name, d.value, d.expected_close_date,
           c.id AS company_id, c.name AS company_name, k.open_deals_value, p.id AS contact_id, p.name AS contact_name, p.job_title
         FROM ({}) AS page
         LEFT JOIN activities a ON a.workspace_id = $1 AND a.id = page.activity_id
         LEFT JOIN users u ON u.id = a.owner_id
         LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = page.deal_id AND d.deleted_at IS NULL
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = page.company_id AND c.deleted_at IS NULL
         LEFT JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = c.id
         LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = page.contact_id AND p.deleted_at IS NULL
         ORDER BY page.section, CASE WHEN page.section = {} THEN a.date END, CASE WHEN page.section <> {} THEN a.date END DESC,
           CASE WHEN page.section = {} THEN a.id END, CASE WHEN page.section <> {} THEN a.id END DESC,
           d.expected_close_date, d.id, CASE WHEN page.section = {} THEN k.open_deals_value END DESC,
           CASE WHEN page.section = {} THEN c.id END DESC, p.sort_key, p.id",
        sections.join(" UNION ALL "),
        Section::Coming as i32,
        Section::Coming as i32,
        Section::Coming as i32,
        Section::Coming as i32,
        Section::Undecided as i32,
        Section::Undecided as i32,
    ));
    sql
}

/// An id that a section has none of.
const NO_ID: &str = "CAST(NULL AS uuid)";

fn activities_sql(sql: &mut Sql, section: Section, query: &ActivityQuery, times: activities::Times, most: u64) -> String {
    let (from, conditions) = activities::filter_sql(sql, query, &SearchTerms::parse(""), None, times);
    let direction = if query.layout.sort.descending { "DESC" } else { "ASC" };
    format!(
        "SELECT {} AS section, a.id AS activity_id, a.deal_id, a.company_id, a.contact_id
         FROM {from} WHERE {conditions} ORDER BY a.date {direction}, a.id {direction} LIMIT {most}",
        section as i32
    )
}

/// The newest activities that promise the next step of a deal of this list.
fn promised_sql(sql: &mut Sql, backend: DbBackend, query: &DealQuery) -> String {
    let conditions = filter_sql(sql, &query.filter, backend, "d", Matching::EachRow);
    let index = indexed_by(backend, "deals_with_next_step");
    format!(
        "SELECT {} AS section, a.id AS activity_id, a.deal_id, a.company_id, a.contact_id
         FROM (SELECT d.next_step_activity_id FROM deals d {index} WHERE d.workspace_id = $1{conditions}
               ORDER BY d.next_step_date DESC, d.next_step_activity_id DESC LIMIT {FIRST}) AS promised
         CROSS JOIN activities a WHERE a.workspace_id = $1 AND a.id = promised.next_step_activity_id",
        Section::Promised as i32
    )
}

fn deals_sql(sql: &mut Sql, backend: DbBackend, section: Section, query: &DealQuery) -> String {
    let conditions = filter_sql(sql, &query.filter, backend, "d", Matching::Set);
    let index = indexed_by(backend, "deals_by_expected_close");
    format!(
        "SELECT {} AS section, {NO_ID} AS activity_id, d.id AS deal_id, d.company_id, {NO_ID} AS contact_id
         FROM deals d {index} WHERE d.workspace_id = $1{conditions} ORDER BY d.expected_close_date, d.id LIMIT {FIRST}",
        section as i32
    )
}

fn undecided_sql(sql: &mut Sql, backend: DbBackend, lists: &DashboardLists, now: DateTime<Utc>) -> String {
    let (from, conditions) = figures::undecided_sql(sql, backend, lists, now);
    format!(
        "SELECT {} AS section, {NO_ID} AS activity_id, {NO_ID} AS deal_id, g.company_id, {NO_ID} AS contact_id
         FROM {from} WHERE {conditions} ORDER BY g.open_deals_value DESC, g.company_id DESC LIMIT {FIRST}",
        Section::Undecided as i32
    )
}
