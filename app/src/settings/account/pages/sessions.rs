//! `/settings/sessions`: where the user is signed in, and who tried to get in.

use crate::{
    request::{PageError, RequestContext},
    settings::{
        Setting,
        account::{
            SESSIONS,
            actions::{EndOtherSessions, EndSession},
        },
        layout,
    },
    shell,
    ui::{form::shown_to, icon, markup::IntoMarkup, pluralize, times},
};
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::user_agents::Device;
use leptos::{prelude::*, server_fn::ServerFn};
use store::{LoggedSignIn, OpenSession, SIGN_IN_LOG_DAYS, SIGN_INS_LISTED};

/// `GET /settings/sessions`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let mut sessions = ctx.store().sessions(&ctx.actor()).await?;
    let sign_ins = ctx.store().sign_ins(&ctx.actor()).await?;
    // This one first.
    sessions.sort_by_key(|session| session.id != ctx.signed_in.session_id);
    let has_others = sessions.iter().any(|session| session.id != ctx.signed_in.session_id);
    let end_others = has_others.then(|| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("{SESSIONS}/end-others")>{icon("log-out", "size-4")} "Sign out all others"</a> }
    });
    let rows = sessions.iter().map(|session| session_row(&ctx, session)).collect_view();
    let body = view! {
        <div class="flex flex-wrap items-center gap-2"><h1>"Sessions"</h1><div class="flex-1"></div>{end_others}</div>
        <section class="panel" aria-label="Sessions"><ul class="divide-y">{rows}</ul></section>
        {log(&ctx, &sign_ins)}
    };
    let body = layout(&ctx, Setting::Sessions, body);
    shell::page(ctx, "Sessions", body).await
}

/// `GET /settings/sessions/end-others`
pub async fn end_others(ctx: RequestContext) -> Result<Response, PageError> {
    let sessions = ctx.store().sessions(&ctx.actor()).await?;
    let others = sessions.iter().filter(|session| session.id != ctx.signed_in.session_id).count();
    let consequence = match others {
        0 => "No other browser is signed in.".to_owned(),
        others => format!(
            "{} must sign in again. What is typed there and not saved is lost.",
            pluralize(others as u64, "other browser", "other browsers")
        ),
    };
    let body = view! {
        <div class="panel mx-auto w-full max-w-lg">
            <div class="p-5"><h1>"Sign out all others?"</h1><p class="mt-1 text-muted-foreground">{consequence}</p></div>
            <form method="post" action=format!("{SESSIONS}/end-others") data-function=EndOtherSessions::PATH class="flex items-center justify-end gap-2 border-t px-5 py-3">
                {shown_to()}
                <a class="btn" data-variant="ghost" data-size="sm" href=SESSIONS>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">"Sign out the others"</button>
            </form>
        </div>
    };
    let body = layout(&ctx, Setting::Sessions, body);
    shell::page(ctx, "Sign out all others", body).await
}

fn session_row(ctx: &RequestContext, session: &OpenSession) -> impl IntoView + use<> {
    let device = device(session.user_agent.as_deref());
    let is_current = session.id == ctx.signed_in.session_id;
    let label = format!("End session of {device}");
    let end = (!is_current).then(|| {
        view! {
            <form method="post" action=format!("{SESSIONS}/{}/end", session.id) data-function=EndSession::PATH>
                {shown_to()}
                <button class="btn" data-variant="outline" data-size="sm" aria-label=label>"End session"</button>
            </form>
        }
    });
    let last_seen = if is_current { view! { "now" }.into_markup() } else { ago(ctx, session.last_seen_at).into_markup() };
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5">
            <span class="grid size-8 shrink-0 place-items-center rounded-lg bg-muted text-muted-foreground">{icon("monitor-smartphone", "size-4")}</span>
            <div class="min-w-0 flex-1 basis-48 break-words">
                <p class="font-medium">{device}{is_current.then(|| view! { " " <span class="chip">"This browser"</span> })}</p>
                <p class="text-muted-foreground">
                    {address(session.ip_address.as_deref())}" · signed in "{ago(ctx, session.created_at)}" · last seen "{last_seen}
                </p>
            </div>
            {end}
        </li>
    }
}

/// The sign-ins of the last weeks.
fn log(ctx: &RequestContext, sign_ins: &[LoggedSignIn]) -> impl IntoView + use<> {
    let rows = sign_ins.iter().map(|sign_in| sign_in_row(ctx, sign_in)).collect_view();
    let extent = if sign_ins.len() < SIGN_INS_LISTED {
        format!("Of the last {SIGN_IN_LOG_DAYS} days.")
    } else {
        format!("Of the last {SIGN_IN_LOG_DAYS} days, at most {SIGN_INS_LISTED} that succeeded and {SIGN_INS_LISTED} that failed.")
    };
    view! {
        <section class="flex flex-col gap-2">
            <h2>"Sign-ins"</h2>
            <p class="text-muted-foreground">{extent}" If you do not recognise one that succeeded, change your password."</p>
            <div class="panel"><ul class="divide-y" aria-label="Sign-ins">{rows}</ul></div>
        </section>
    }
}

fn sign_in_row(ctx: &RequestContext, sign_in: &LoggedSignIn) -> impl IntoView + use<> {
    let outcome = if sign_in.succeeded {
        view! { <span>"Signed in"</span> }.into_markup()
    } else {
        view! { <span class="flex items-center gap-1.5 text-destructive">{icon("circle-alert", "size-3.5")} "Wrong password"</span> }
            .into_markup()
    };
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2.5">
            <div class="min-w-0 flex-1 basis-48 break-words">
                <p class="font-medium">
                    {device(sign_in.user_agent.as_deref())}{sign_in.is_new_device.then(|| view! { " " <span class="chip">"New device"</span> })}
                </p>
                <p class="text-muted-foreground">{address(sign_in.ip_address.as_deref())}" · "{times::exact(sign_in.at, ctx.zone())}</p>
            </div>
            {outcome}
        </li>
    }
}

fn device(user_agent: Option<&str>) -> String {
    Device::of_user_agent(user_agent.unwrap_or_default()).to_string()
}

fn address(ip_address: Option<&str>) -> String {
    ip_address.unwrap_or("Unknown address").to_owned()
}

fn ago(ctx: &RequestContext, at: DateTime<Utc>) -> impl IntoView + use<> {
    times::ago(at, ctx.now, ctx.zone())
}
