//! `/admin/jobs` and `/admin/mail`: background jobs and the outbox, with their errors. No payload is shown: of a mail neither what it says
//! nor whom it goes to.

use super::{JOBS, MAIL, button_form, errors_of_button, head, layout, zone};
use crate::{
    request::{AccountContext, PageError},
    shell,
    ui::{
        error_summary::error_summary,
        icon,
        markup::{IntoMarkup, Markup},
        page::empty_state,
        pluralize, times,
        words::sentence_case,
    },
};
use axum::response::Response;
use domain::{administration::without_addresses, jobs::JobState};
use leptos::prelude::*;
use serde_json::{Map, Value};
use store::JobSummary;

/// `GET /admin/jobs`
pub async fn jobs(ctx: AccountContext) -> Result<Response, PageError> {
    let jobs = ctx.store().install_jobs(ctx.user.user_id).await?;
    let about = "What the server does in the background: those that failed first, then what is to be done, then what is done.";
    let body = view! { {head("Jobs", about, ().into_markup())}{list(&ctx, &jobs, "There is no job.")} };
    shell::account_page(ctx, "Jobs", layout(JOBS, body)).await
}

/// The page of the button that sends a test mail.
pub fn of_mail_button(_: &str, _: &Map<String, Value>) -> (String, String) {
    (MAIL.to_owned(), MAIL.to_owned())
}

/// `GET /admin/mail`
pub async fn mail(ctx: AccountContext) -> Result<Response, PageError> {
    let outbox = ctx.store().outbox(ctx.user.user_id).await?;
    let errors = errors_of_button(&ctx).await?;
    let sends = ctx.store().sends_mail();
    let test = if sends {
        button_form(format!("{MAIL}/test"), "Send a test mail to me", "Send a test mail to me".to_owned())
    } else {
        ().into_markup()
    };
    let about = if sends {
        "Mail that waits, was sent, or could not be sent. A mail can be tried again within a day; then it is too old."
    } else {
        "This server sends no mail: SMTP_URL is not set where it is started. Links are handed over instead."
    };
    let body = view! {
        {head("Mail", about, test)}
        {error_summary(&errors, &[])}
        {list(&ctx, &outbox, "No mail is waiting, and none was sent in the last days.")}
    };
    shell::account_page(ctx, "Mail", layout(MAIL, body)).await
}

fn list(ctx: &AccountContext, jobs: &[JobSummary], none: &'static str) -> Markup {
    if jobs.is_empty() {
        return empty_state(icon("inbox", "size-5"), none, ()).into_markup();
    }
    let rows = jobs.iter().map(|job| row(ctx, job)).collect_view();
    view! { <div class="panel"><ul class="divide-y" aria-label="Jobs">{rows}</ul></div> }.into_markup()
}

fn row(ctx: &AccountContext, job: &JobSummary) -> impl IntoView + use<> {
    let zone = zone(ctx);
    let next = matches!(job.state, JobState::Queued).then(|| view! { " · next run " {times::ago(job.run_at, ctx.now, zone)} });
    let error = job.last_error.as_deref().map(|error| {
        view! { <p class="text-destructive">{without_addresses(error)}</p> }
    });
    let retry = (job.last_error.is_some() && matches!(job.state, JobState::Failed | JobState::Queued))
        .then(|| button_form(format!("{JOBS}/{}/retry", job.id), "Try again", format!("Try again: {}", job.kind)));
    view! {
        <li class="flex flex-wrap items-start gap-x-3 gap-y-2 px-3 py-2.5">
            <div class="min-w-0 flex-1 basis-56 [overflow-wrap:anywhere]">
                <p><span class="font-medium">{sentence_case(&job.kind.replace('-', " "))}</span>" "<span class="chip">{sentence_case(job.state.label())}</span></p>
                <p class="text-muted-foreground">
                    {pluralize(job.attempts.into(), "attempt", "attempts")}" · since "{times::ago(job.created_at, ctx.now, zone)}{next}
                </p>
                {error}
            </div>
            {retry}
        </li>
    }
}
