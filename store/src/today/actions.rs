//! Reads the next best actions.

use super::parts::{Parts, order_of};
use crate::{
    Store, StoreError,
    activities::Linked,
    database::{
        cache::Cached,
        rows::{from_unix_ms, to_u64},
        sql::Sql,
    },
    error::authorize,
    lists::ordered_ids::MOVING_ORDER_CACHED,
    tasks::due_of_columns,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{ActivityId, CompanyId, ContactId, DealId, TaskId, UserId},
    money::Money,
    tasks::Due,
    today::ActionRule,
};
use sea_orm::FromQueryResult;
use std::{collections::HashSet, sync::Arc};
use uuid::Uuid;

/// Which actions are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ActionsQuery {
    /// Whose records and tasks; `None` for everybody's.
    pub owner: Option<UserId>,
    /// Today in the workspace's time zone.
    pub today: NaiveDate,
    /// Number of actions at most.
    pub most: u64,
}

/// The next best actions, what comes first first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NextActions {
    /// One per record.
    pub actions: Vec<NextAction>,
    /// Whether there are more.
    pub has_more: bool,
}

/// What a record needs next, and why. A link to a record in the bin is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextAction {
    /// The rule that fits.
    pub rule: ActionRule,
    /// The record: a deal, contact or company, or a task that is linked to none.
    pub record_id: Uuid,
    /// The time, or the start of the day in UTC, that the rule counts from.
    pub since: DateTime<Utc>,
    /// What a dismissal of the action holds for, in milliseconds since 1970: its rule shows the record again for another one.
    pub dismissal_ms: i64,
    /// The task that is overdue for longest.
    pub task: Option<ActionTask>,
    /// Number of overdue tasks of the record.
    pub tasks: u64,
    /// The deal.
    pub deal: Option<ActionDeal>,
    /// The contact.
    pub contact: Option<Linked<ContactId>>,
    /// The company of the record, or the company itself.
    pub company: Option<Linked<CompanyId>>,
    /// The activity that promises a next step, and what it promises.
    pub promise: Option<Linked<ActivityId>>,
}

/// The overdue task of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionTask {
    /// Id of the task.
    pub id: TaskId,
    /// What is to be done.
    pub title: String,
    /// When it was due.
    pub due: Option<Due>,
    /// Id of its owner.
    pub owner_id: UserId,
}

/// The deal of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionDeal {
    /// Id of the deal.
    pub id: DealId,
    /// Its name.
    pub name: String,
    /// Its value; `None` if it is not known.
    pub value: Option<Money>,
    /// Expected close date.
    pub expected_close_date: Option<NaiveDate>,
    /// Its lost reason.
    pub lost_reason: Option<String>,
    /// The name of its stage.
    pub stage_name: String,
    /// Whole days that its stage allows without a contact.
    pub stage_idle_days: Option<i16>,
}

/// Next best actions, and the time until which they are right if nothing is written.
#[derive(Debug, Clone)]
struct CachedActions {
    actions: Arc<NextActions>,
    until: DateTime<Utc>,
}

impl Cached for CachedActions {
    /// The reader, and what is read.
    type Key = (UserId, ActionsQuery);
    /// Some 10 kB each, 100 kB at most.
    const CAPACITY: usize = 256;

    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        now < self.until
    }
}

/// Rules of which large workspaces always have records. If these fill the page, the others are not read.
const READ_FIRST: [ActionRule; 3] = [ActionRule::TaskOverdue, ActionRule::ClosePassed, ActionRule::NothingPlanned];

impl Store {
    /// The next best actions: one per record, of the first rule that fits. At most two round trips, none if they are cached, which they are for
    /// 30 seconds at most.
    pub async fn next_actions(&self, actor: &Actor, query: ActionsQuery) -> Result<Arc<NextActions>, StoreError> {
        for entity in [Entity::Task, Entity::Deal, Entity::Contact, Entity::Company, Entity::NextAction] {
            authorize(actor, Verb::Read, entity)?;
        }
        let enabled = self.enabled_action_rules(actor).await?;
        let key = (actor.user_id, query);
        let cached: CachedActions = self.get_or_load(actor, key, self.read_actions(actor, query, &enabled)).await?;
        Ok(cached.actions)
    }

    async fn read_actions(&self, actor: &Actor, query: ActionsQuery, enabled: &[ActionRule]) -> Result<CachedActions, StoreError> {
        let now = self.now();
        let wanted = query.most + 1;
        let (first, others): (Vec<ActionRule>, Vec<ActionRule>) = enabled.iter().partition(|rule| READ_FIRST.contains(rule));
        let mut rows = one_per_record(self.read_rules(actor, query, enabled, &first).await?);
        if (rows.len() as u64) < wanted {
            rows.extend(self.read_rules(actor, query, enabled, &others).await?);
            rows = one_per_record(rows);
        }
        let mut actions: Vec<NextAction> = rows.into_iter().map(ActionRow::read).collect::<Result<_, _>>()?;
        let has_more = actions.len() as u64 >= wanted;
        actions.truncate(usize::try_from(query.most).unwrap_or(usize::MAX));
        Ok(CachedActions { actions: Arc::new(NextActions { actions, has_more }), until: now + MOVING_ORDER_CACHED })
    }

    async fn read_rules(
        &self,
        actor: &Actor,
        query: ActionsQuery,
        enabled: &[ActionRule],
        rules: &[ActionRule],
    ) -> Result<Vec<ActionRow>, StoreError> {
        if rules.is_empty() {
            return Ok(vec![]);
        }
        let now = self.now();
        let mut sql = Sql::with([actor.workspace_id.0.into(), actor.user_id.0.into(), now.into()]);
        let ActionsQuery { owner, today, most } = query;
        let mut parts = Parts { sql: &mut sql, backend: self.backend(), owner, now, today, enabled, most: most + 1 };
        let parts: Vec<String> = rules.iter().map(|rule| format!("SELECT * FROM ({}) AS of_rule", parts.of_rule(*rule))).collect();
        sql.push(&format!(
            "SELECT page.rule, page.record_id, page.since_ms, page.dismissal_ms, page.weight, page.tasks, t.id AS task_id, t.title AS task_title, t.due_on, t.due_at,
               t.owner_id AS task_owner_id, d.id AS deal_id, d.name AS deal_name, d.value, d.expected_close_date, d.lost_reason,
               s.name AS stage_name, s.idle_days AS stage_idle_days, p.id AS contact_id, p.name AS contact_name, c.id AS company_id,
               c.name AS company_name, a.id AS activity_id, a.next_steps
             FROM ({}) AS page
             LEFT JOIN tasks t ON t.workspace_id = $1 AND t.id = page.task_id
             LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = page.deal_id AND d.deleted_at IS NULL
             LEFT JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id
             LEFT JOIN activities a ON a.workspace_id = $1 AND a.id = d.next_step_activity_id
             LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = page.contact_id AND p.deleted_at IS NULL
             LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = page.company_id AND c.deleted_at IS NULL",
            parts.join(" UNION ALL ")
        ));
        Ok(sql.all(self.read()).await?)
    }
}

/// Sorts the rows, and keeps the first of each record. Each rule has its first rows, so the first of all are among them.
fn one_per_record(mut rows: Vec<ActionRow>) -> Vec<ActionRow> {
    rows.sort_by_key(|row| order_of(row.rule, row.weight, row.since_ms, row.record_id));
    let mut seen = HashSet::new();
    rows.retain(|row| seen.insert(row.record_id));
    rows
}

#[derive(FromQueryResult)]
struct ActionRow {
    rule: i32,
    record_id: Uuid,
    since_ms: i64,
    dismissal_ms: i64,
    weight: Option<i64>,
    tasks: i64,
    task_id: Option<Uuid>,
    task_title: Option<String>,
    due_on: Option<NaiveDate>,
    due_at: Option<DateTime<Utc>>,
    task_owner_id: Option<Uuid>,
    deal_id: Option<Uuid>,
    deal_name: Option<String>,
    value: Option<i64>,
    expected_close_date: Option<NaiveDate>,
    lost_reason: Option<String>,
    stage_name: Option<String>,
    stage_idle_days: Option<i16>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    activity_id: Option<Uuid>,
    next_steps: Option<String>,
}

impl ActionRow {
    fn read(self) -> Result<NextAction, StoreError> {
        let rule = ActionRule::ALL.into_iter().find(|rule| *rule as i32 == self.rule).ok_or(StoreError::Internal)?;
        let task = match (self.task_id, self.task_title, self.task_owner_id) {
            (Some(id), Some(title), Some(owner)) => {
                Some(ActionTask { id: TaskId(id), title, due: due_of_columns(self.due_on, self.due_at), owner_id: UserId(owner) })
            }
            _ => None,
        };
        let deal = match (self.deal_id, self.deal_name) {
            (Some(id), Some(name)) => Some(ActionDeal {
                id: DealId(id),
                name,
                value: self.value.map(Money::from_hundredths),
                expected_close_date: self.expected_close_date,
                lost_reason: self.lost_reason,
                stage_name: self.stage_name.unwrap_or_default(),
                stage_idle_days: self.stage_idle_days,
            }),
            _ => None,
        };
        Ok(NextAction {
            rule,
            record_id: self.record_id,
            since: from_unix_ms(self.since_ms).ok_or(StoreError::Internal)?,
            dismissal_ms: self.dismissal_ms,
            task,
            tasks: to_u64(self.tasks),
            deal,
            contact: Linked::of(self.contact_id, self.contact_name, ContactId),
            company: Linked::of(self.company_id, self.company_name, CompanyId),
            promise: Linked::of(self.activity_id, self.next_steps, ActivityId),
        })
    }
}
