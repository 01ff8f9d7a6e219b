//! The rules of the next best action: which records need one, why, and in which order.
//!
//! A record has one action, of the first rule that fits. Within a rule those of the highest value times probability come first, then those
//! that the rule has fitted for longest. For a given time the same records always have the same actions in the same order.

use crate::{
    deals::{idle_days, lost_reason_key},
    decision_makers::CONTACT_DAYS,
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

/// Days until the expected close date within which something should be logged.
pub const CLOSING_DAYS: u64 = 7;
/// Days without an activity after which a deal that closes soon needs an action.
pub const LOGGED_DAYS: i64 = 7;
/// Days after which a company whose deal was lost for price or timing is asked again.
pub const LOST_DAYS: i64 = 90;
/// Days after which nobody is reminded of a lost deal any more.
pub const LOST_UNTIL_DAYS: i64 = 120;
/// Days without a contact after which a customer needs an action.
pub const CUSTOMER_DAYS: i64 = 60;

/// Why a record needs an action. The order is that in which rules are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionRule {
    /// A task of the record is overdue.
    TaskOverdue,
    /// An open deal was expected to close before today.
    ClosePassed,
    /// Neither a task nor a contact is planned for an open deal.
    NothingPlanned,
    /// An open deal is idle for longer than its stage allows.
    Idle,
    /// The company of an open deal has no primary decision-maker.
    NoDecisionMaker,
    /// A decision-maker was not contacted for [`CONTACT_DAYS`] days.
    NotContacted,
    /// The newest activity of an open deal promises a next step, and no task was added since.
    PromisedStep,
    /// An open deal closes within [`CLOSING_DAYS`] days, nothing was logged in the last [`LOGGED_DAYS`], and nothing is planned.
    ClosesSoon,
    /// A deal was lost for price or timing [`LOST_DAYS`] days ago, and no task was added to it since.
    LostEarlier,
    /// A customer was not contacted for [`CUSTOMER_DAYS`] days.
    CustomerNotContacted,
}

impl ActionRule {
    /// Every rule, in the order in which they are tried.
    pub const ALL: [Self; 10] = [
        Self::TaskOverdue,
        Self::ClosePassed,
        Self::NothingPlanned,
        Self::Idle,
        Self::NoDecisionMaker,
        Self::NotContacted,
        Self::PromisedStep,
        Self::ClosesSoon,
        Self::LostEarlier,
        Self::CustomerNotContacted,
    ];

    /// The value in forms, URLs and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::TaskOverdue => "task-overdue",
            Self::ClosePassed => "close-passed",
            Self::NothingPlanned => "nothing-planned",
            Self::Idle => "idle",
            Self::NoDecisionMaker => "no-decision-maker",
            Self::NotContacted => "not-contacted",
            Self::PromisedStep => "promised-step",
            Self::ClosesSoon => "closes-soon",
            Self::LostEarlier => "lost-earlier",
            Self::CustomerNotContacted => "customer-not-contacted",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::TaskOverdue => "Task overdue",
            Self::ClosePassed => "Expected close date passed",
            Self::NothingPlanned => "Nothing planned",
            Self::Idle => "Idle",
            Self::NoDecisionMaker => "No primary decision-maker",
            Self::NotContacted => "Decision-maker not contacted",
            Self::PromisedStep => "Promised next step",
            Self::ClosesSoon => "Closes soon",
            Self::LostEarlier => "Lost earlier",
            Self::CustomerNotContacted => "Customer not contacted",
        }
    }

    /// When the rule fits, for those who switch it off or on.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::TaskOverdue => "A task of the deal, contact or company is overdue, or one that belongs to none.",
            Self::ClosePassed => "An open deal was expected to close before today.",
            Self::NothingPlanned => "An open deal has no open task, and no call, email, meeting or message is planned.",
            Self::Idle => {
                "An open deal had no contact for longer than its stage allows, and has no task ahead. A planned contact counts as one."
            }
            Self::NoDecisionMaker => "The company of an open deal has no primary decision-maker.",
            Self::NotContacted => "A decision-maker had no call, email, meeting or message for 30 days, and none is planned.",
            Self::PromisedStep => "The newest activity of an open deal promises a next step, and no task was added to the deal since.",
            Self::ClosesSoon => "An open deal closes today or within 7 days, nothing was logged in the last 7, and nothing is planned.",
            Self::LostEarlier => {
                "A deal was lost 90 to 120 days ago for a reason that speaks of price or timing, and no task was added to it since."
            }
            Self::CustomerNotContacted => "An active company had no call, email, meeting or message for 60 days, and none is planned.",
        }
    }
}

/// What the rules of deals are decided by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealFacts {
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it came to its stage; `None` if that is its first one.
    pub stage_since: Option<DateTime<Utc>>,
    /// Whole days that its stage allows without a contact; `None` for no limit.
    pub stage_idle_days: Option<i16>,
    /// When it was won or lost; `None` while it is open.
    pub closed_at: Option<DateTime<Utc>>,
    /// The lost reason of a lost deal.
    pub lost_reason: Option<String>,
    /// Expected close date.
    pub expected_close_date: Option<NaiveDate>,
    /// The time of its newest call, email, meeting or message, which may be planned.
    pub latest_contact_at: Option<DateTime<Utc>>,
    /// The time of its newest activity of any type, which may be planned.
    pub latest_activity_at: Option<DateTime<Utc>>,
    /// Whether it has an open task.
    pub has_task: bool,
    /// Whether it has an open task that is not overdue.
    pub has_task_ahead: bool,
    /// Whether its company has a primary decision-maker.
    pub has_decision_maker: bool,
    /// The time of the newest activity, if that promises a next step.
    pub promised_at: Option<DateTime<Utc>>,
    /// Whether a task was added to it since then.
    pub has_task_since_promise: bool,
    /// Whether a task was added to it since it was won or lost.
    pub has_task_since_close: bool,
}

impl DealFacts {
    /// Whether a rule of deals fits; `false` for rules of other records. `today`: the day of `now` in the workspace's time zone.
    pub fn fits(&self, rule: ActionRule, now: DateTime<Utc>, today: NaiveDate) -> bool {
        let is_open = self.closed_at.is_none();
        let is_contact_planned = self.latest_contact_at.is_some_and(|at| at > now);
        match rule {
            ActionRule::ClosePassed => is_open && self.expected_close_date.is_some_and(|day| day < today),
            ActionRule::NothingPlanned => is_open && !self.has_task && !is_contact_planned,
            ActionRule::Idle => {
                let planned = is_contact_planned || self.has_task_ahead;
                is_open && idle_days(self.stage_idle_days, self.touched_at(), planned, now).is_some()
            }
            ActionRule::NoDecisionMaker => is_open && !self.has_decision_maker,
            ActionRule::PromisedStep => is_open && self.promised_at.is_some() && !self.has_task_since_promise,
            ActionRule::ClosesSoon => {
                let last = today.checked_add_days(Days::new(CLOSING_DAYS)).unwrap_or(today);
                let closes = self.expected_close_date.is_some_and(|day| (today..=last).contains(&day));
                is_open && closes && self.latest_activity_at.unwrap_or(self.created_at) < now - TimeDelta::days(LOGGED_DAYS)
            }
            ActionRule::LostEarlier => {
                let span = now - TimeDelta::days(LOST_UNTIL_DAYS)..=now - TimeDelta::days(LOST_DAYS);
                let is_due = !self.has_task_since_close && self.closed_at.is_some_and(|at| span.contains(&at));
                is_due && self.lost_reason.as_deref().is_some_and(is_price_or_timing)
            }
            ActionRule::TaskOverdue | ActionRule::NotContacted | ActionRule::CustomerNotContacted => false,
        }
    }

    /// When it came to its stage or had its newest contact, whichever is later.
    fn touched_at(&self) -> DateTime<Utc> {
        let since = self.stage_since.unwrap_or(self.created_at);
        self.latest_contact_at.map_or(since, |at| at.max(since))
    }
}

/// Words of a lost reason that speak of price or timing, folded as in [`lost_reason_key`]. A space stands for the edge of a word.
pub const PRICE_OR_TIMING: [&str; 12] =
    [" gia ", "price", " cost", "budget", "expensive", "ngan sach", "chi phi", "timing", "not now", "postpone", "thoi diem", " hoan "];

/// Whether a lost reason speaks of price or timing, after which asking again makes sense.
pub fn is_price_or_timing(reason: &str) -> bool {
    let key = format!(" {} ", lost_reason_key(reason));
    PRICE_OR_TIMING.iter().any(|words| key.contains(words))
}

/// The days of [`ActionRule::NotContacted`], for the words of the rule.
const _: () = assert!(CONTACT_DAYS == 30);

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    const NOW: &str = "2026-11-28T03:00:00Z";

    fn today() -> NaiveDate {
        "2026-11-28".parse().expect("a day")
    }

    /// An open deal that needs no action.
    fn cared_for() -> DealFacts {
        DealFacts {
            created_at: time("2026-01-01T00:00:00Z"),
            stage_since: Some(time("2026-11-20T00:00:00Z")),
            stage_idle_days: Some(14),
            closed_at: None,
            lost_reason: None,
            expected_close_date: Some("2027-02-01".parse().expect("a day")),
            latest_contact_at: Some(time("2026-11-25T00:00:00Z")),
            latest_activity_at: Some(time("2026-11-25T00:00:00Z")),
            has_task: true,
            has_task_ahead: true,
            has_decision_maker: true,
            promised_at: None,
            has_task_since_promise: false,
            has_task_since_close: false,
        }
    }

    fn rules(facts: &DealFacts) -> Vec<ActionRule> {
        ActionRule::ALL.into_iter().filter(|rule| facts.fits(*rule, time(NOW), today())).collect()
    }

    #[test]
    fn rules_are_tried_in_the_order_of_their_table() {
        assert!(ActionRule::ALL.is_sorted());
        for rule in ActionRule::ALL {
            assert_eq!(ActionRule::from_slug(rule.slug()), Some(rule));
            assert!(rule.explanation().ends_with('.') && !rule.label().is_empty());
        }
    }

    #[test]
    fn a_deal_that_is_cared_for_needs_no_action() {
        assert_eq!(rules(&cared_for()), []);
    }

    #[test]
    fn each_rule_of_deals_fits_what_it_says() {
        let day = |text: &str| Some(text.parse().expect("a day"));
        let passed = DealFacts { expected_close_date: day("2026-11-27"), ..cared_for() };
        assert_eq!(rules(&passed), [ActionRule::ClosePassed]);
        let due_today = DealFacts { expected_close_date: day("2026-11-28"), ..cared_for() };
        assert_eq!(rules(&due_today), []);

        let unplanned = DealFacts { has_task: false, has_task_ahead: false, ..cared_for() };
        assert_eq!(rules(&unplanned), [ActionRule::NothingPlanned]);
        let meeting = DealFacts { latest_contact_at: Some(time("2026-12-01T00:00:00Z")), ..unplanned.clone() };
        assert_eq!(rules(&meeting), []);

        let idle = DealFacts { stage_since: None, latest_contact_at: Some(time("2026-11-14T02:59:59Z")), ..unplanned };
        assert_eq!(rules(&idle), [ActionRule::NothingPlanned, ActionRule::Idle]);
        let with_task_ahead = DealFacts { has_task: true, has_task_ahead: true, ..idle.clone() };
        assert_eq!(rules(&with_task_ahead), []);
        let with_task_overdue = DealFacts { has_task: true, ..idle.clone() };
        assert_eq!(rules(&with_task_overdue), [ActionRule::Idle]);
        let new_stage = DealFacts { stage_since: Some(time("2026-11-27T00:00:00Z")), ..with_task_overdue };
        assert_eq!(rules(&new_stage), []);

        assert_eq!(rules(&DealFacts { has_decision_maker: false, ..cared_for() }), [ActionRule::NoDecisionMaker]);

        let promised = DealFacts { promised_at: Some(time("2026-11-25T00:00:00Z")), ..cared_for() };
        assert_eq!(rules(&promised), [ActionRule::PromisedStep]);
        assert_eq!(rules(&DealFacts { has_task_since_promise: true, ..promised }), []);

        let closing =
            DealFacts { expected_close_date: day("2026-12-05"), latest_activity_at: Some(time("2026-11-21T02:59:59Z")), ..cared_for() };
        assert_eq!(rules(&closing), [ActionRule::ClosesSoon]);
        assert_eq!(rules(&DealFacts { expected_close_date: day("2026-12-06"), ..closing.clone() }), []);
        assert_eq!(rules(&DealFacts { latest_activity_at: Some(time("2026-11-21T03:00:00Z")), ..closing }), []);
    }

    #[test]
    fn a_lost_deal_is_asked_for_again_once_its_days_have_passed() {
        let lost = |closed_at: &str, reason: &str| DealFacts {
            closed_at: Some(time(closed_at)),
            lost_reason: Some(reason.to_owned()),
            has_task: false,
            has_task_ahead: false,
            has_decision_maker: false,
            ..cared_for()
        };
        assert_eq!(rules(&lost("2026-08-30T03:00:00Z", "Giá cao")), [ActionRule::LostEarlier]);
        assert_eq!(rules(&lost("2026-08-30T03:00:01Z", "Giá cao")), []);
        assert_eq!(rules(&lost("2026-07-31T03:00:00Z", "Bad timing")), [ActionRule::LostEarlier]);
        assert_eq!(rules(&lost("2026-07-31T02:59:59Z", "Bad timing")), []);
        assert_eq!(rules(&lost("2026-08-20T00:00:00Z", "Chose a competitor")), []);
        assert_eq!(rules(&DealFacts { has_task_since_close: true, ..lost("2026-08-20T00:00:00Z", "Giá cao") }), []);
    }

    #[test]
    fn reasons_of_price_or_timing_are_known_by_their_words() {
        for reason in
            ["Price", "Too expensive for them", "Giá", "giá quá cao", "Ngân sách đã hết", "Not now, next year", "Hoãn sang quý sau"]
        {
            assert!(is_price_or_timing(reason), "{reason}");
        }
        for reason in ["", "Competitor", "No answer", "Giao hàng chậm", "Hoàng Anh từ chối"] {
            assert!(!is_price_or_timing(reason), "{reason}");
        }
    }
}
