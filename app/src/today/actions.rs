//! Server functions that put next best actions off, dismiss them, and switch their rules.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::today::{DismissForm, RuleSwitchForm, SnoozeActionForm, UndoActionForm};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{request::RequestContext, ui::list::list_url, ui::times};
#[cfg(feature = "ssr")]
use domain::{
    page::ListQuery,
    today::{ActionRule, TodayQuery},
};
#[cfg(feature = "ssr")]
use store::StoreError;
#[cfg(feature = "ssr")]
use uuid::Uuid;

/// Puts a record's actions off.
#[server(prefix = "/fn", endpoint = "today/snooze", protocol = Call, client = FetchClient)]
pub async fn snooze_action(
    /// By how many days, and which record.
    form: SnoozeActionForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let (days, record) = form.parse()?;
    let until = ctx.store().snooze_action(&ctx.actor(), record, days).await?;
    let back = ctx.back_path(&form.back);
    let undo = undo_path("undo-snooze", record, None, back.clone());
    Ok(leading_to(back).notice(format!("Put off until {}", times::short_date(until, ctx.today()))).undo(undo))
}

/// Takes back that a record's actions were put off.
#[server(prefix = "/fn", endpoint = "today/undo-snooze", protocol = Call, client = FetchClient)]
pub async fn undo_action_snooze(
    /// Which record.
    #[server(default)]
    form: UndoActionForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let record = record_of(&ctx, &form)?;
    ctx.store().undo_action_snooze(&ctx.actor(), record).await?;
    Ok(leading_to(ctx.back_path(&form.back)).notice("Shown again"))
}

/// Dismisses an action.
#[server(prefix = "/fn", endpoint = "today/dismiss", protocol = Call, client = FetchClient)]
pub async fn dismiss_action(
    /// Which action, and why.
    form: DismissForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let dismissal = form.parse()?;
    let back = ctx.back_path(&form.back);
    let undo = undo_path("undo-dismiss", dismissal.record_id, Some(dismissal.rule), back.clone());
    ctx.store().dismiss_action(&ctx.actor(), dismissal).await?;
    Ok(leading_to(back).notice("Dismissed").undo(undo))
}

/// Takes back that an action was dismissed.
#[server(prefix = "/fn", endpoint = "today/undo-dismiss", protocol = Call, client = FetchClient)]
pub async fn undo_action_dismissal(
    /// Which action.
    #[server(default)]
    form: UndoActionForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let record = record_of(&ctx, &form)?;
    let rule = ctx.typed_or_in_query("rule", &form.rule).and_then(|slug| ActionRule::from_slug(&slug)).ok_or(StoreError::NotFound)?;
    ctx.store().undo_action_dismissal(&ctx.actor(), record, rule).await?;
    Ok(leading_to(ctx.back_path(&form.back)).notice("Shown again"))
}

/// Switches a rule on or off for the workspace.
#[server(prefix = "/fn", endpoint = "settings/next-actions", protocol = Call, client = FetchClient)]
pub async fn switch_action_rule(
    /// Which rule, and whether it is on.
    form: RuleSwitchForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let (rule, on) = form.parse()?;
    ctx.store().set_action_rule(&ctx.actor(), rule, on).await?;
    let state = if on { "on" } else { "off" };
    Ok(ActionOutcome::to(super::RULES).notice(format!("{} is switched {state}", rule.label())))
}

/// Leads back to the page with the button, else to Today.
#[cfg(feature = "ssr")]
fn leading_to(back: Option<String>) -> ActionOutcome {
    ActionOutcome::to(back.unwrap_or_else(|| TodayQuery::PATH.to_owned()))
}

#[cfg(feature = "ssr")]
fn record_of(ctx: &RequestContext, form: &UndoActionForm) -> Result<Uuid, StoreError> {
    ctx.typed_or_in_query("record_id", &form.record_id).and_then(|id| id.parse().ok()).ok_or(StoreError::NotFound)
}

/// The address of an undo.
#[cfg(feature = "ssr")]
fn undo_path(undo: &str, record: Uuid, rule: Option<ActionRule>, back: Option<String>) -> String {
    let pairs =
        [Some(("record_id", record.to_string())), rule.map(|rule| ("rule", rule.slug().to_owned())), back.map(|back| ("back", back))];
    list_url(&format!("{}/{undo}", TodayQuery::PATH), &pairs.into_iter().flatten().collect::<Vec<_>>())
}
