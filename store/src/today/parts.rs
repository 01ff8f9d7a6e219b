//! SQL of each rule: the records that it fits, those first that need an action first.
//!
//! Each rule reads a few rows along an index made for it, or all that its index has: a part of the open deals. What the rules say stands in
//! [`domain::today`]; a test compares both.
//!
//! On SQLite at 100,000 records of each kind, 20,000 of the tasks overdue, the first page after a change took 122 to 130 ms: 100 of them are
//! the overdue tasks, which are sorted by their records.

use crate::{
    database::sql::{Sql, indexed_by},
    deals::WEIGHTED,
    last_contact::unix_ms_sql,
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    decision_makers::not_contacted_before,
    ids::UserId,
    today::{ActionRule, CLOSING_DAYS, CUSTOMER_DAYS, LOGGED_DAYS, LOST_DAYS, LOST_UNTIL_DAYS, PRICE_OR_TIMING},
};
use sea_orm::DbBackend;
use uuid::Uuid;

/// The statement being written. `$1` is the workspace, `$2` the user, `$3` now.
pub(super) struct Parts<'a> {
    pub sql: &'a mut Sql,
    pub backend: DbBackend,
    /// Whose records; `None` for everybody's.
    pub owner: Option<UserId>,
    pub now: DateTime<Utc>,
    /// The day of `now` in the workspace's time zone.
    pub today: NaiveDate,
    /// The rules that are switched on.
    pub enabled: &'a [ActionRule],
    /// Records of each rule at most.
    pub most: u64,
}

/// Companies without a primary decision-maker up to which their deals are looked up. If there are more, few of the most valuable open deals
/// are passed before a page is full.
const FEW_COMPANIES: u64 = 500;

/// Conditions of an open deal `d`.
const OPEN: &str = "d.workspace_id = $1 AND d.deleted_at IS NULL AND d.closed_at IS NULL";

/// SQL of the time since which nobody was in contact with a record.
const CONTACTED_AT: &str = "COALESCE(latest_contact_at, created_at)";

impl Parts<'_> {
    /// SELECT of the records that a rule fits: `rule`, `record_id`, `since_ms`, `dismissal_ms`, `weight`, `tasks`, and the ids of what an
    /// action shows. A dismissal holds for its `dismissal_ms`.
    pub fn of_rule(&mut self, rule: ActionRule) -> String {
        match rule {
            ActionRule::TaskOverdue => self.overdue_tasks(),
            ActionRule::ClosePassed => {
                let today = self.sql.bind(self.today);
                self.open_deals(rule, "deals_open_by_close", "d.expected_close_date", &format!("d.expected_close_date < {today}"))
            }
            ActionRule::NothingPlanned => self.open_deals(
                rule,
                "deals_open_without_task",
                "COALESCE(d.latest_contact_at, d.created_at)",
                "d.next_task_due_by IS NULL AND (d.latest_contact_at IS NULL OR d.latest_contact_at <= $3)",
            ),
            ActionRule::Idle => self.idle_deals(),
            ActionRule::NoDecisionMaker => self.deals_without_decision_maker(),
            ActionRule::NotContacted => self.contacts(),
            // An activity's time is of the minute: a task that was added before it, but in the same one, is no answer to it. What was planned
            // promises with its outcome, which is written at its time or later.
            ActionRule::PromisedStep => self.open_deals(
                rule,
                "deals_with_next_step",
                "d.next_step_date",
                "d.next_step_activity_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.workspace_id = $1 AND t.deal_id = d.id
                   AND t.deleted_at IS NULL AND t.created_at >= d.next_step_date AND t.created_at >= (SELECT a.created_at FROM activities a
                     WHERE a.workspace_id = $1 AND a.id = d.next_step_activity_id) LIMIT 1)",
            ),
            ActionRule::ClosesSoon => {
                let last = self.today.checked_add_days(Days::new(CLOSING_DAYS)).unwrap_or(self.today);
                let (today, last) = (self.sql.bind(self.today), self.sql.bind(last));
                let logged = self.sql.bind(self.now - TimeDelta::days(LOGGED_DAYS));
                let latest =
                    "COALESCE((SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND a.deal_id = d.id AND a.deleted_at IS NULL
                    ORDER BY a.date DESC LIMIT 1), d.created_at)";
                let fits = format!("d.expected_close_date >= {today} AND d.expected_close_date <= {last} AND {latest} < {logged}");
                self.open_deals(rule, "deals_open_by_close", latest, &fits)
            }
            ActionRule::LostEarlier => self.lost_deals(),
            ActionRule::CustomerNotContacted => self.companies(),
        }
    }

    /// Open deals along an index. `since`: the time, or day, that the rule counts from.
    fn open_deals(&mut self, rule: ActionRule, index: &str, since: &str, fits: &str) -> String {
        let from = format!("deals d {}", indexed_by(self.backend, index));
        self.deals(rule, &from, since, &format!("{OPEN} AND {fits}{NOT_ARCHIVED}"), WEIGHTED)
    }

    /// Idle deals: of those whose tasks are all overdue, and of those without a task. The latter are shown by [`ActionRule::NothingPlanned`]
    /// before; so only those are looked at for which the user dismissed that, unless it is switched off.
    fn idle_deals(&mut self) -> String {
        let since = "COALESCE(d.stage_since, d.created_at)";
        let touched = format!("CASE WHEN d.latest_contact_at > {since} THEN d.latest_contact_at ELSE {since} END");
        let (touched_ms, now_ms) = (unix_ms_sql(self.backend, &touched), self.sql.bind(self.now.timestamp_millis()));
        let is_idle = format!(
            "{OPEN} AND (d.latest_contact_at IS NULL OR d.latest_contact_at <= $3){NOT_ARCHIVED}
             AND {touched_ms} < {now_ms} - 86400000 * (SELECT CAST(s.idle_days AS bigint) FROM stages s WHERE s.workspace_id = $1 AND s.id = d.stage_id)"
        );
        let dismissed = match self.enabled.contains(&ActionRule::NothingPlanned) {
            true => " AND d.id IN (SELECT m.record_id FROM action_dismissals m WHERE m.workspace_id = $1 AND m.user_id = $2)",
            false => "",
        };
        let tables = [
            ("deals_open_by_last_task", "d.last_task_due_by < $3".to_owned()),
            ("deals_open_without_task", format!("d.next_task_due_by IS NULL{dismissed}")),
        ];
        let parts = tables.map(|(index, condition)| {
            let from = format!("deals d {}", indexed_by(self.backend, index));
            self.deals(ActionRule::Idle, &from, &touched, &format!("{condition} AND {is_idle}"), WEIGHTED)
        });
        parts.join(" UNION ALL ")
    }

    /// Open deals of companies without a primary decision-maker: of few such companies all deals, else the most valuable open deals.
    fn deals_without_decision_maker(&mut self) -> String {
        let rule = ActionRule::NoDecisionMaker;
        let counters = format!("company_counters g {}", indexed_by(self.backend, "company_counters_without_primary"));
        let undecided = "g.workspace_id = $1 AND g.open_deals > 0 AND g.primary_contacts = 0 AND NOT g.is_archived";
        let number = format!("(SELECT count(*) FROM (SELECT 1 FROM {counters} WHERE {undecided} LIMIT {}) AS counted)", FEW_COMPANIES + 1);
        let by_company = indexed_by(self.backend, "deals_by_company_id_id_stage_id_value_probability");
        let few = self.deals(
            rule,
            &format!("{counters} CROSS JOIN deals d {by_company}"),
            "d.created_at",
            &format!("{number} <= {FEW_COMPANIES} AND {undecided} AND d.company_id = g.company_id AND {OPEN}"),
            WEIGHTED,
        );
        let by_weight = indexed_by(self.backend, "deals_by_weighted");
        let many = self.deals(
            rule,
            &format!("deals d {by_weight}"),
            "d.created_at",
            &format!(
                "{number} > {FEW_COMPANIES} AND {OPEN} AND EXISTS (SELECT 1 FROM company_counters g
                   WHERE g.workspace_id = $1 AND g.company_id = d.company_id AND g.primary_contacts = 0 AND NOT g.is_archived LIMIT 1)"
            ),
            WEIGHTED,
        );
        format!("{few} UNION ALL {many}")
    }

    /// Lost deals. They have no probability any more, so the value alone is their weight.
    fn lost_deals(&mut self) -> String {
        let (from, to) = (self.now - TimeDelta::days(LOST_UNTIL_DAYS), self.now - TimeDelta::days(LOST_DAYS));
        let (from, to) = (self.sql.bind(from), self.sql.bind(to));
        let spoken: Vec<String> = PRICE_OR_TIMING
            .iter()
            .map(|words| format!("' ' || d.lost_reason_key || ' ' LIKE {}", self.sql.bind(format!("%{words}%"))))
            .collect();
        let index = indexed_by(self.backend, "deals_by_closed_at_id_stage_id_value_probability_owner_id");
        self.deals(
            ActionRule::LostEarlier,
            &format!("deals d {index}"),
            "d.closed_at",
            &format!(
                "d.workspace_id = $1 AND d.deleted_at IS NULL AND d.closed_at >= {from} AND d.closed_at <= {to}
                 AND d.stage_id IN (SELECT s.id FROM stages s WHERE s.workspace_id = $1 AND s.kind = 'lost') AND ({}){NOT_ARCHIVED}
                 AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.workspace_id = $1 AND t.deal_id = d.id AND t.deleted_at IS NULL
                   AND t.created_at >= d.closed_at LIMIT 1)",
                spoken.join(" OR ")
            ),
            "d.value",
        )
    }

    fn deals(&mut self, rule: ActionRule, from: &str, since: &str, conditions: &str, weight: &str) -> String {
        let (owner, muted) = (self.of_owner("d.owner_id"), self.not_muted(rule, "d.id", since));
        let (since_ms, most) = (unix_ms_sql(self.backend, "found.since"), self.most);
        format!(
            "SELECT {} AS rule, found.id AS record_id, {since_ms} AS since_ms, {since_ms} AS dismissal_ms, found.weight,
               CAST(0 AS bigint) AS tasks, {NO_ID} AS task_id,
               found.id AS deal_id, {NO_ID} AS contact_id, found.company_id
             FROM (SELECT d.id, d.company_id, {since} AS since, {weight} AS weight FROM {from} WHERE {conditions}{owner}{muted}
                   ORDER BY {weight} DESC NULLS LAST, since, d.id LIMIT {most}) AS found",
            rule as i32
        )
    }

    /// Decision-makers, those first who were not contacted for longest.
    fn contacts(&mut self) -> String {
        let before = self.sql.bind(not_contacted_before(self.now));
        let archived = NOT_ARCHIVED.replace("d.company_id", "contacts.company_id");
        let fits = format!("is_decision_maker AND {CONTACTED_AT} < {before} AND (company_id IS NULL OR TRUE{archived})");
        let source = ("contacts", "contacts_deciding_by_latest_contact", "company_id");
        self.by_contact(ActionRule::NotContacted, source, &fits, "found.id AS contact_id, found.company_id")
    }

    /// Customers, those first that were not contacted for longest.
    fn companies(&mut self) -> String {
        let before = self.sql.bind(self.now - TimeDelta::days(CUSTOMER_DAYS));
        let fits = format!("archived_at IS NULL AND status = 'active' AND {CONTACTED_AT} < {before}");
        let ids = format!("{NO_ID} AS contact_id, found.id AS company_id");
        self.by_contact(ActionRule::CustomerNotContacted, ("companies", "companies_active_by_latest_contact", "id"), &fits, &ids)
    }

    fn by_contact(&mut self, rule: ActionRule, (table, index, company): (&str, &str, &str), fits: &str, ids: &str) -> String {
        let (owner, muted) = (self.of_owner("owner_id"), self.not_muted(rule, &format!("{table}.id"), CONTACTED_AT));
        let (since_ms, most, by) = (unix_ms_sql(self.backend, "found.since"), self.most, indexed_by(self.backend, index));
        format!(
            "SELECT {} AS rule, found.id AS record_id, {since_ms} AS since_ms, {since_ms} AS dismissal_ms, CAST(NULL AS bigint) AS weight,
               CAST(0 AS bigint) AS tasks,
               {NO_ID} AS task_id, {NO_ID} AS deal_id, {ids}
             FROM (SELECT id, {company} AS company_id, {CONTACTED_AT} AS since FROM {table} {by}
                   WHERE workspace_id = $1 AND deleted_at IS NULL AND {fits}{owner}{muted}
                   ORDER BY {CONTACTED_AT}, id LIMIT {most}) AS found",
            rule as i32
        )
    }

    /// Records with an overdue task, each by the one that is overdue for longest: its deal, else its contact, else its company, else the task.
    /// A dismissal holds until another of the record's tasks is overdue, so it is compared with the latest of them.
    fn overdue_tasks(&mut self) -> String {
        let rule = ActionRule::TaskOverdue;
        // Few records are in the bin, so these are compared with.
        let not_binned = |id: &str, table: &str| {
            format!(
                "CASE WHEN t.{id} NOT IN (SELECT b.id FROM {table} b WHERE b.workspace_id = $1 AND b.deleted_at IS NOT NULL) THEN t.{id} END"
            )
        };
        let linked =
            [("deal_id", "deals"), ("contact_id", "contacts"), ("company_id", "companies")].map(|(id, table)| not_binned(id, table));
        let record = format!("COALESCE({}, t.id)", linked.join(", "));
        let not_archived = NOT_ARCHIVED.replace("d.company_id", "t.company_id");
        let index = match self.owner {
            None => "tasks_by_due_by_id_status_closed_at",
            Some(_) => "tasks_by_owner_id_due_by_id_status_closed_at",
        };
        let by = indexed_by(self.backend, index);
        let (owner, muted) = (self.of_owner("t.owner_id"), self.not_muted(rule, "first.record_id", "first.latest_due_by"));
        let ([since_ms, dismissal_ms], most) =
            (["due_by", "latest_due_by"].map(|at| unix_ms_sql(self.backend, &format!("found.{at}"))), self.most);
        format!(
            "SELECT {} AS rule, found.record_id, {since_ms} AS since_ms, {dismissal_ms} AS dismissal_ms, found.weight, found.tasks, found.id AS task_id, found.deal_id,
               found.contact_id, found.company_id
             FROM (SELECT first.*, {WEIGHTED} AS weight
                   FROM (SELECT overdue.*, row_number() OVER of_record AS place, count(*) OVER of_record AS tasks,
                           max(overdue.due_by) OVER of_record AS latest_due_by
                         FROM (SELECT t.id, t.due_by, t.deal_id, t.contact_id, t.company_id, {record} AS record_id FROM tasks t {by}
                               WHERE t.workspace_id = $1 AND t.deleted_at IS NULL AND t.is_current AND t.status = 'open' AND t.due_by < $3{owner}
                                 AND (t.company_id IS NULL OR TRUE{not_archived})) AS overdue
                         WINDOW of_record AS (PARTITION BY overdue.record_id ORDER BY overdue.due_by, overdue.id
                                              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS first
                   LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = first.deal_id AND d.deleted_at IS NULL
                   WHERE first.place = 1{muted}
                   ORDER BY weight DESC NULLS LAST, first.due_by, first.id LIMIT {most}) AS found",
            rule as i32
        )
    }

    fn of_owner(&mut self, column: &str) -> String {
        self.owner.map_or_else(String::new, |owner| format!(" AND {column} = {}", self.sql.bind(owner.0)))
    }

    /// Condition, after ` AND `, that the user neither put the record off nor dismissed this action. Few records are either, so the ids are
    /// compared first.
    fn not_muted(&mut self, rule: ActionRule, record: &str, since: &str) -> String {
        let (rule, since_ms) = (self.sql.bind(rule.slug()), unix_ms_sql(self.backend, since));
        format!(
            " AND {record} NOT IN (SELECT z.record_id FROM action_snoozes z WHERE z.workspace_id = $1 AND z.user_id = $2 AND z.until > $3)
              AND ({record} NOT IN (SELECT m.record_id FROM action_dismissals m WHERE m.workspace_id = $1 AND m.user_id = $2)
                   OR NOT EXISTS (SELECT 1 FROM action_dismissals m WHERE m.workspace_id = $1 AND m.user_id = $2 AND m.record_id = {record}
                                  AND m.rule = {rule} AND m.since_ms = {since_ms} LIMIT 1))"
        )
    }
}

/// Condition that a deal's company is not archived: nothing new is added to one that is.
const NOT_ARCHIVED: &str = " AND d.company_id NOT IN (SELECT c.id FROM companies c
    WHERE c.workspace_id = $1 AND c.deleted_at IS NULL AND c.archived_at IS NOT NULL)";

/// An id that a part has none of.
const NO_ID: &str = "CAST(NULL AS uuid)";

/// The place of a record in the order of its rule: those first that need an action first, as the statements sort.
pub(super) fn order_of(rule: i32, weight: Option<i64>, since_ms: i64, record: Uuid) -> (i32, std::cmp::Reverse<i64>, i64, Uuid) {
    (rule, std::cmp::Reverse(weight.unwrap_or(-1)), since_ms, record)
}
