//! `/audit/sign-ins`: the sign-ins of the members.

use super::{head, neighbours};
use crate::{
    request::{PageError, RequestContext},
    settings::{Setting, layout},
    shell::{self, read_address},
    ui::{
        icon,
        list::{FilterChoice, choice_filter, filter_form, url_of},
        markup::IntoMarkup,
        page::empty_state,
        times,
    },
};
use axum::response::Response;
use domain::{audit_log::SignInQuery, user_agents::Device};
use leptos::{either::Either, prelude::*};
use store::{MemberSignIn, SIGN_IN_LOG_DAYS};

/// `GET /audit/sign-ins`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let query = match read_address(&pairs, SignInQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Sign-ins").await,
    };
    let actor = ctx.actor();
    let (list, people) = tokio::try_join!(ctx.store().member_sign_ins(&actor, &query), ctx.store().audit_people(&actor))?;
    let mut persons: Vec<FilterChoice> =
        people.into_iter().map(|(id, name)| FilterChoice::new(id, name, query.person == Some(id))).collect();
    if let Some(unknown) = query.person.filter(|_| !persons.iter().any(|choice| choice.set)) {
        persons.push(FilterChoice::new(unknown, "not there", true));
    }
    let chip = choice_filter("person", "Person", persons, url_of(&SignInQuery::default()));
    let set = usize::from(query.person.is_some());
    let older = list.rows.last().filter(|_| list.has_older).map(|row| url_of(&SignInQuery { before: Some(row.id), ..query }));
    let newest = query.before.map(|_| url_of(&SignInQuery { before: None, ..query }));
    let rows = if list.rows.is_empty() {
        Either::Left(empty_state(icon("key-round", "size-5"), "No sign-in matches.", ()))
    } else {
        let rows = list.rows.into_iter().map(|row| sign_in(&ctx, row)).collect_view();
        Either::Right(view! { <div class="panel"><ul class="divide-y" aria-label="Sign-ins">{rows}</ul>{neighbours(newest, older)}</div> })
    };
    let about = format!("Sign-ins of the members in the last {SIGN_IN_LOG_DAYS} days, since they joined.");
    let body = view! {
        {head(ctx.path(), about, ().into_markup())}
        {filter_form(&query, None, set, chip.into_markup())}
        {rows}
    };
    let body = layout(&ctx, Setting::AuditLog, body);
    shell::page(ctx, "Sign-ins", body).await
}

fn sign_in(ctx: &RequestContext, row: MemberSignIn) -> impl IntoView + use<> {
    let sign_in = row.sign_in;
    let outcome = if sign_in.succeeded {
        Either::Left(view! { <span>"Signed in"</span> })
    } else {
        Either::Right(
            view! { <span class="flex items-center gap-1.5 text-destructive">{icon("circle-alert", "size-3.5")} "Wrong password"</span> },
        )
    };
    let device = Device::of_user_agent(sign_in.user_agent.as_deref().unwrap_or_default()).to_string();
    let address = sign_in.ip_address.unwrap_or_else(|| "Unknown address".to_owned());
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2.5">
            <div class="min-w-0 flex-1 basis-48 [overflow-wrap:anywhere]">
                <p class="font-medium">{row.user_name}{sign_in.is_new_device.then(|| view! { " " <span class="chip">"New device"</span> })}</p>
                <p class="text-muted-foreground">{device}" · "{address}" · "{times::ago(sign_in.at, ctx.now, ctx.zone())}</p>
            </div>
            {outcome}
        </li>
    }
}
