//! The figures: one statement, of a row each. Each is counted by the conditions of its list.

use super::DashboardTimes;
use crate::{
    StoreError, TimeRange, activities, companies, contacts,
    database::{
        rows::{decode_enum, from_unix_ms, to_u64},
        sql::{Sql, indexed_by},
    },
    deals::{DealTotals, Matching, WEIGHTED, filter_sql},
    last_contact::{IS_CONTACT, unix_ms_sql},
    lists::page::{COUNT_CAP, Total},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Actor,
    activities::{ActivityQuery, ActivityType},
    dashboard::DashboardLists,
    deals::DealQuery,
    decision_makers::CONTACT_DAYS,
    money::Money,
    page::ListQuery,
    stages::StageColor,
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};

/// The figures, each by the name of its list in [`DashboardLists`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the list of the same name says what is counted")]
pub struct DashboardFigures {
    pub companies: Total,
    pub companies_lately: Total,
    pub companies_before: Total,
    pub contacts: Total,
    pub contacts_lately: Total,
    pub contacts_before: Total,
    /// The open deals by stage, in order of the stages.
    pub stages: Vec<StageFigures>,
    pub no_value: u64,
    pub opened: u64,
    pub closed: u64,
    pub closing: DealTotals,
    pub overdue: DealTotals,
    pub promised: DealTotals,
    pub coming: Total,
    pub missed: Total,
    pub undecided: Total,
    pub not_contacted: Total,
    /// The activities of each type.
    pub activities: Vec<ActivityTypeFigures>,
    /// The activities of all types.
    pub all_activities: PeriodTotals,
}

/// Open deals of one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageFigures {
    /// The stage's name.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// Its color.
    pub color: StageColor,
    /// Its deals.
    pub deals: DealTotals,
}

/// Numbers of activities of this week and of this month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeriodTotals {
    /// This week.
    pub week: Total,
    /// This month.
    pub month: Total,
}

/// Activities of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivityTypeFigures {
    /// The type.
    pub kind: ActivityType,
    /// Their numbers.
    pub totals: PeriodTotals,
}

impl DashboardFigures {
    /// All open deals: the pipeline.
    pub fn open(&self) -> DealTotals {
        let deals = || self.stages.iter().map(|stage| stage.deals);
        DealTotals {
            count: deals().map(|deals| deals.count).sum(),
            value: deals().map(|deals| deals.value).sum(),
            weighted: deals().map(|deals| deals.weighted).sum(),
        }
    }
}

/// What a row of the statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    Companies,
    CompaniesLately,
    CompaniesBefore,
    Contacts,
    ContactsLately,
    ContactsBefore,
    Stage,
    NoValue,
    Opened,
    Closed,
    Closing,
    Overdue,
    Promised,
    Coming,
    Missed,
    Undecided,
    NotContacted,
    Week,
    Month,
    /// The time of the next planned activity, in milliseconds since 1970, 0 for none.
    NextPlanned,
    /// The time of the first contact within the days after which one counts as not contacted.
    FirstContact,
}

impl Figure {
    const ALL: [Self; 21] = [
        Self::Companies,
        Self::CompaniesLately,
        Self::CompaniesBefore,
        Self::Contacts,
        Self::ContactsLately,
        Self::ContactsBefore,
        Self::Stage,
        Self::NoValue,
        Self::Opened,
        Self::Closed,
        Self::Closing,
        Self::Overdue,
        Self::Promised,
        Self::Coming,
        Self::Missed,
        Self::Undecided,
        Self::NotContacted,
        Self::Week,
        Self::Month,
        Self::NextPlanned,
        Self::FirstContact,
    ];
}

#[derive(FromQueryResult)]
struct FigureRow {
    figure: i32,
    position: i32,
    name: Option<String>,
    slug: Option<String>,
    color: Option<String>,
    number: i64,
    value: i64,
    weighted: i64,
}

impl FigureRow {
    fn deals(&self) -> DealTotals {
        DealTotals {
            count: to_u64(self.number),
            value: Money::from_hundredths(self.value),
            weighted: Money::from_hundredths(self.weighted),
        }
    }
}

/// The statement being written.
struct Figures<'a> {
    sql: Sql,
    rows: Vec<String>,
    backend: DbBackend,
    lists: &'a DashboardLists,
    now: DateTime<Utc>,
}

impl Figures<'_> {
    /// A row with one number. `number`: a scalar.
    fn number(&mut self, figure: Figure, number: &str) {
        self.rows.push(format!(
            "SELECT {} AS figure, 0 AS position, CAST(NULL AS text) AS name, CAST(NULL AS text) AS slug, CAST(NULL AS text) AS color,
               CAST({number} AS bigint) AS number,
               CAST(0 AS bigint) AS value, CAST(0 AS bigint) AS weighted",
            figure as i32
        ));
    }

    /// A row with the totals of the deals of a list. `index`: an index that holds all that is compared and summed.
    fn deals(&mut self, figure: Figure, query: &DealQuery, index: &str) {
        let index = indexed_by(self.backend, index);
        let conditions = filter_sql(&mut self.sql, &query.filter, self.backend, "d", Matching::Set);
        self.rows.push(format!(
            "SELECT {}, 0, NULL, NULL, NULL, count(*), CAST(COALESCE(SUM(d.value), 0) AS bigint), CAST(COALESCE(SUM({WEIGHTED}), 0) AS bigint)
             FROM deals d {index} WHERE d.workspace_id = $1{conditions}",
            figure as i32
        ));
    }

    /// Rows of the open stages, from their counters or those of the owner's deals in them.
    fn stages(&mut self) {
        let (counters, of_owner) = self.stage_counters();
        self.rows.push(format!(
            "SELECT {}, s.position, s.name, s.slug, s.color, COALESCE(k.deals, 0), COALESCE(k.deals_value, 0), COALESCE(k.weighted_value, 0)
             FROM stages s LEFT JOIN {counters} k ON k.workspace_id = $1 AND k.stage_id = s.id{of_owner}
             WHERE s.workspace_id = $1 AND s.kind = 'open'",
            Figure::Stage as i32
        ));
    }

    /// The table of the counters `k` of deals by stage, and the condition of the owner's after ` AND `.
    fn stage_counters(&mut self) -> (&'static str, String) {
        match self.lists.owner {
            None => ("stage_counters", String::new()),
            Some(owner) => ("owner_stage_counters", format!(" AND k.owner_id = {}", self.sql.bind(owner.0))),
        }
    }

    /// A row with the number of open deals whose value is not known.
    fn without_value(&mut self) {
        let (_, of_owner) = self.stage_counters();
        let number = format!(
            "(SELECT COALESCE(SUM(k.deals_without_value), 0) FROM stages s
              JOIN owner_stage_counters k ON k.workspace_id = $1 AND k.stage_id = s.id{of_owner}
              WHERE s.workspace_id = $1 AND s.kind = 'open')"
        );
        self.number(Figure::NoValue, &number);
    }

    /// A row with the number of deals whose `time` is in a range that ends in the future: by the counters of whole days in UTC, and one by
    /// one before the first midnight, which is another one where days begin in the workspace's time zone.
    fn deals_since(&mut self, figure: Figure, from: Option<DateTime<Utc>>, time: &str, counter: &str, index: &str) {
        const DAY_SECONDS: i64 = 24 * 60 * 60;
        let from = from.unwrap_or_default();
        let first_day = (from.timestamp_millis() + DAY_SECONDS * 1_000 - 1).div_euclid(DAY_SECONDS * 1_000);
        let midnight = DateTime::from_timestamp(first_day * DAY_SECONDS, 0).unwrap_or(from);
        let owner = self.lists.owner.map_or_else(String::new, |owner| format!(" AND x.owner_id = {}", self.sql.bind(owner.0)));
        let (index, first_day) = (indexed_by(self.backend, index), self.sql.bind(first_day));
        let mut number = format!(
            "(SELECT COALESCE(SUM(x.{counter}), 0) FROM deal_day_counters x WHERE x.workspace_id = $1 AND x.day >= {first_day}{owner})"
        );
        if from < midnight {
            let (from, midnight) = (self.sql.bind(from), self.sql.bind(midnight));
            number.push_str(&format!(
                " + (SELECT count(*) FROM deals x {index} WHERE x.workspace_id = $1 AND x.deleted_at IS NULL AND x.{time} >= {from}
                     AND x.{time} < {midnight}{owner})"
            ));
        }
        self.number(figure, &number);
    }

    /// A row with the number of companies with open deals and no primary decision-maker.
    fn undecided(&mut self) {
        let (from, conditions) = undecided_sql(&mut self.sql, self.backend, self.lists, self.now);
        let number = format!("(SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {}) AS undecided)", COUNT_CAP + 1);
        self.number(Figure::Undecided, &number);
    }

    /// Rows of the activities of a period by type.
    fn activities(&mut self, figure: Figure, range_utc: TimeRange) {
        let index = if self.lists.owner.is_some() { "activities_by_owner_id_date_type_id" } else { "activities_by_type_date_id" };
        let index = indexed_by(self.backend, index);
        let query =
            ActivityQuery { kind: ActivityType::ALL.to_vec(), ..self.lists.activities(None, domain::day_range::DayRange::default()) };
        let (_, conditions) = activities::filter_sql(
            &mut self.sql,
            &query,
            &crate::lists::search::SearchTerms::parse(""),
            None,
            activities::Times { range_utc, now: self.now, backend: self.backend },
        );
        self.rows.push(format!(
            "SELECT {}, 0, NULL, a.type, NULL, count(*), 0, 0 FROM activities a {index} WHERE {conditions} GROUP BY a.type",
            figure as i32
        ));
    }
}

/// Reads the figures. Returns as well the times from which on they may be others without a write.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    actor: &Actor,
    lists: &DashboardLists,
    times: DashboardTimes,
    now: DateTime<Utc>,
) -> Result<(DashboardFigures, Vec<DateTime<Utc>>), StoreError> {
    let rows: Vec<FigureRow> = figures_sql(db.get_database_backend(), actor, lists, times, now).all(db).await?;
    let changes = change_times(&rows);
    Ok((figures_of(rows, lists)?, changes))
}

/// FROM item and condition of the counters `g` of the companies with open deals and no primary decision-maker.
pub(super) fn undecided_sql(sql: &mut Sql, backend: DbBackend, lists: &DashboardLists, now: DateTime<Utc>) -> (String, String) {
    let gaps = companies::gaps_sql(sql, &lists.undecided, backend, now);
    let (index, of_owner) = match lists.owner {
        None => ("company_counters_without_primary", String::new()),
        Some(owner) => ("company_counters_undecided_by_owner", format!(" AND g.owner_id = {}", sql.bind(owner.0))),
    };
    (format!("company_counters g {}", indexed_by(backend, index)), gaps + &of_owner)
}

fn figures_sql(backend: DbBackend, actor: &Actor, lists: &DashboardLists, times: DashboardTimes, now: DateTime<Utc>) -> Sql {
    let mut all = Figures { sql: Sql::with([actor.workspace_id.0.into()]), rows: Vec::new(), backend, lists, now };
    for (figure, query) in [
        (Figure::Companies, &lists.companies),
        (Figure::CompaniesLately, &lists.companies_lately),
        (Figure::CompaniesBefore, &lists.companies_before),
    ] {
        let number = companies::count_sql(&mut all.sql, backend, query, now);
        all.number(figure, &number);
    }
    for (figure, query) in [
        (Figure::Contacts, &lists.contacts),
        (Figure::ContactsLately, &lists.contacts_lately),
        (Figure::ContactsBefore, &lists.contacts_before),
        (Figure::NotContacted, &lists.not_contacted),
    ] {
        let number = contacts::count_sql(&mut all.sql, backend, query, now);
        all.number(figure, &number);
    }
    for (figure, query) in [(Figure::Coming, &lists.coming), (Figure::Missed, &lists.missed)] {
        let times = activities::Times { range_utc: TimeRange::default(), now, backend };
        let number = activities::count_sql(&mut all.sql, query, times);
        all.number(figure, &number);
    }
    all.undecided();
    all.stages();
    all.without_value();
    let by_creation = "deals_by_created_at_id_stage_id_value_probability_owner_id";
    let [opened_from, _] = lists.opened.filter.record.created.utc();
    all.deals_since(Figure::Opened, opened_from, "created_at", "added", by_creation);
    let by_closing = "deals_by_closed_at_id_stage_id_value_probability_owner_id";
    let [closed_from, _] = lists.closed.filter.closed.utc();
    all.deals_since(Figure::Closed, closed_from, "closed_at", "closed", by_closing);
    for (figure, query, index) in [
        (Figure::Closing, &lists.closing, "deals_by_expected_close"),
        (Figure::Overdue, &lists.overdue, "deals_by_expected_close"),
        (Figure::Promised, &lists.promised, "deals_with_next_step"),
    ] {
        all.deals(figure, query, index);
    }
    all.activities(Figure::Week, times.week_utc);
    all.activities(Figure::Month, times.month_utc);
    for (figure, after, of) in
        [(Figure::NextPlanned, now, "a.deleted_at IS NULL"), (Figure::FirstContact, now - TimeDelta::days(CONTACT_DAYS), IS_CONTACT)]
    {
        let after = all.sql.bind(after);
        let date = unix_ms_sql(backend, "a.date");
        let first = format!(
            "COALESCE((SELECT {date} FROM activities a WHERE a.workspace_id = $1 AND {of} AND a.date >= {after} ORDER BY a.date LIMIT 1), 0)"
        );
        all.number(figure, &first);
    }
    let Figures { mut sql, rows, .. } = all;
    sql.push(&rows.join(" UNION ALL "));
    sql
}

/// The times from which on the figures may be others: an activity comes, or a contact was too long ago.
fn change_times(rows: &[FigureRow]) -> Vec<DateTime<Utc>> {
    let time_of = |figure: Figure| rows.iter().find(|row| row.figure == figure as i32).and_then(|row| from_unix_ms(row.number));
    let passing = time_of(Figure::FirstContact).map(|at| at + TimeDelta::days(CONTACT_DAYS));
    [time_of(Figure::NextPlanned), passing].into_iter().flatten().collect()
}

fn figures_of(rows: Vec<FigureRow>, lists: &DashboardLists) -> Result<DashboardFigures, StoreError> {
    let mut figures = DashboardFigures {
        activities: ActivityType::ALL.map(|kind| ActivityTypeFigures { kind, totals: PeriodTotals::default() }).to_vec(),
        ..DashboardFigures::default()
    };
    let (mut stages, mut week, mut month) = (Vec::new(), 0, 0);
    for row in rows {
        let number = to_u64(row.number);
        let total = |filtered| Total::of(number, filtered);
        match Figure::ALL.into_iter().find(|figure| *figure as i32 == row.figure).ok_or(StoreError::Internal)? {
            Figure::Companies => figures.companies = total(lists.companies.is_filtered()),
            Figure::CompaniesLately => figures.companies_lately = total(true),
            Figure::CompaniesBefore => figures.companies_before = total(true),
            Figure::Contacts => figures.contacts = total(lists.contacts.is_filtered()),
            Figure::ContactsLately => figures.contacts_lately = total(true),
            Figure::ContactsBefore => figures.contacts_before = total(true),
            Figure::Stage => {
                let deals = row.deals();
                let color = decode_enum(row.color.as_deref().and_then(StageColor::from_slug), "stages.color")?;
                let (name, slug) = (row.name.unwrap_or_default(), row.slug.unwrap_or_default());
                stages.push((row.position, StageFigures { name, slug, color, deals }));
            }
            Figure::NoValue => figures.no_value = number,
            Figure::Opened => figures.opened = number,
            Figure::Closed => figures.closed = number,
            Figure::Closing => figures.closing = row.deals(),
            Figure::Overdue => figures.overdue = row.deals(),
            Figure::Promised => figures.promised = row.deals(),
            Figure::Coming => figures.coming = total(true),
            Figure::Missed => figures.missed = total(true),
            Figure::Undecided => figures.undecided = total(true),
            Figure::NotContacted => figures.not_contacted = total(true),
            figure @ (Figure::Week | Figure::Month) => {
                let kind = decode_enum(row.slug.as_deref().and_then(ActivityType::from_slug), "activities.type")?;
                let of_kind = figures.activities.iter_mut().find(|of| of.kind == kind).ok_or(StoreError::Internal)?;
                if figure == Figure::Week {
                    of_kind.totals.week = total(true);
                    week += number;
                } else {
                    of_kind.totals.month = total(true);
                    month += number;
                }
            }
            Figure::NextPlanned | Figure::FirstContact => {}
        }
    }
    stages.sort_by_key(|(position, _)| *position);
    figures.stages = stages.into_iter().map(|(_, stage)| stage).collect();
    figures.all_activities = PeriodTotals { week: Total::of(week, true), month: Total::of(month, true) };
    Ok(figures)
}
