//! Records of the demo in both languages. References are indexes into the lists of a set; days and times are relative to the day of the
//! fill.

mod english;
mod vietnamese;

pub(super) use english::ENGLISH;
pub(super) use vietnamese::VIETNAMESE;

use domain::{
    activities::ActivityType,
    companies::CompanyStatus,
    contacts::AuthorityLevel,
    tasks::{Priority, Recurrence, RepeatEnd, RepeatMode, RepeatUnit},
};

/// The records of one language.
pub(super) struct DemoSet {
    /// Name of the user that `minicrm seed --demo` creates.
    pub user_name: &'static str,
    /// Name of their workspace.
    pub workspace_name: &'static str,
    /// Tags: name, colour.
    pub tags: &'static [(&'static str, &'static str)],
    pub companies: &'static [DemoCompany],
    /// A superior comes before the contacts that report to them.
    pub contacts: &'static [DemoContact],
    pub deals: &'static [DemoDeal],
    pub activities: &'static [DemoActivity],
    pub tasks: &'static [DemoTask],
}

pub(super) struct DemoCompany {
    pub name: &'static str,
    pub industry: &'static str,
    pub size: &'static str,
    pub status: CompanyStatus,
    pub website: &'static str,
    pub phone: &'static str,
    pub email: &'static str,
    pub tax_code: Option<&'static str>,
    pub address: &'static str,
    pub notes: &'static str,
    pub tags: &'static [usize],
    pub custom_fields: &'static [(&'static str, &'static str)],
    pub days_ago: i64,
    /// Why it was archived, and how many days ago.
    pub archived: Option<(&'static str, i64)>,
}

pub(super) struct DemoContact {
    pub name: &'static str,
    pub job_title: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
    pub authority_level: Option<AuthorityLevel>,
    pub company: usize,
    pub reports_to: Option<usize>,
}

const fn contact(
    name: &'static str,
    job_title: &'static str,
    email: &'static str,
    phone: &'static str,
    authority_level: Option<AuthorityLevel>,
    company: usize,
    reports_to: Option<usize>,
) -> DemoContact {
    DemoContact { name, job_title, email, phone, authority_level, company, reports_to }
}

pub(super) struct DemoDeal {
    pub name: &'static str,
    /// In millions of đồng; see `fill::value`.
    pub million_dong: i64,
    /// Slugs of the stages it went through, in order.
    pub stages: &'static [&'static str],
    pub company: usize,
    pub contact: usize,
    pub days_ago: i64,
    pub closes_in_days: Option<i64>,
    pub source: &'static str,
    pub lost_reason: Option<&'static str>,
    pub notes: Option<&'static str>,
}

const PROSPECTING: &[&str] = &["prospecting"];
const QUALIFICATION: &[&str] = &["prospecting", "qualification"];
const PROPOSAL: &[&str] = &["prospecting", "qualification", "proposal"];
const NEGOTIATION: &[&str] = &["prospecting", "qualification", "proposal", "negotiation"];

pub(super) struct DemoActivity {
    pub kind: ActivityType,
    pub subject: &'static str,
    pub description: &'static str,
    /// Negative for a planned one.
    pub days_ago: i64,
    pub time: (u32, u32),
    pub minutes: Option<i32>,
    pub outcome: Option<&'static str>,
    pub next_steps: Option<&'static str>,
    pub contact: usize,
    pub deal: Option<usize>,
}

/// Days before today, hour and minute, duration in minutes.
type Timing = (i64, (u32, u32), Option<i32>);
/// Subject, description.
type Content = (&'static str, &'static str);
/// Outcome, next steps.
type FollowUp = (Option<&'static str>, Option<&'static str>);

const fn activity(
    kind: ActivityType,
    timing: Timing,
    content: Content,
    follow_up: FollowUp,
    contact: usize,
    deal: Option<usize>,
) -> DemoActivity {
    let (days_ago, time, minutes) = timing;
    let (subject, description) = content;
    let (outcome, next_steps) = follow_up;
    DemoActivity { kind, subject, description, days_ago, time, minutes, outcome, next_steps, contact, deal }
}

pub(super) struct DemoTask {
    pub title: &'static str,
    /// Days from today, negative for an overdue one; `None` for one without a day.
    pub due_in_days: Option<i64>,
    pub time: Option<(u32, u32)>,
    pub priority: Priority,
    pub contact: usize,
    pub deal: Option<usize>,
    pub repeats: Option<Recurrence>,
}

/// The same task, coming again every year.
const fn yearly(task: DemoTask) -> DemoTask {
    let rule = Recurrence { every: 1, unit: RepeatUnit::Years, end: RepeatEnd::Never, mode: RepeatMode::Calendar };
    DemoTask { repeats: Some(rule), ..task }
}

const fn task(
    title: &'static str,
    due: (Option<i64>, Option<(u32, u32)>),
    priority: Priority,
    contact: usize,
    deal: Option<usize>,
) -> DemoTask {
    let (due_in_days, time) = due;
    DemoTask { title, due_in_days, time, priority, contact, deal, repeats: None }
}

const NO_FOLLOW_UP: FollowUp = (None, None);
