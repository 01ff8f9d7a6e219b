//! `/settings/members`: the members with their roles, and what each role may do.

use crate::{
    request::{PageError, RequestContext},
    settings::{Setting, layout, members::PATH, workspace},
    shell,
    ui::{
        avatar,
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup},
        times,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Role, Verb},
    members::may_manage,
};
use leptos::prelude::*;
use store::{invitations::Invitation, members::Member};

/// `GET /settings/members`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let members = ctx.store().members(&actor).await?;
    let invites = ctx.may(Verb::Create, Entity::Member);
    let invitations = if invites { ctx.store().invitations(&actor).await? } else { Vec::new() };
    let invite = invites.then(|| {
        view! { <a class="btn" data-size="sm" href=format!("{PATH}/invite")>{icon("user-plus", "size-4")} "Invite"</a> }
    });
    let rows = members.iter().map(|member| row(&ctx, member)).collect_view();
    let roles = Role::ALL
        .into_iter()
        .map(|role| {
            view! {
                <div class="py-1.5">
                    <dt class="font-medium">{role.label()}</dt>
                    <dd class="text-muted-foreground">{role.description()}</dd>
                </div>
            }
        })
        .collect_view();
    let body = view! {
        <div class="flex flex-wrap items-center gap-2">
            <h1>"Members"</h1>
            <div class="flex-1"></div>
            <a class="btn" data-variant="outline" data-size="sm" href=format!("{}/leave", workspace::PATH)>{icon("log-out", "size-4")} "Leave workspace"</a>
            {invite}
        </div>
        <section class="panel" aria-label="Members"><ul class="divide-y">{rows}</ul></section>
        {open_invitations(&ctx, &invitations)}
        <section class="panel p-5" aria-labelledby="roles"><h2 id="roles">"What each role may do"</h2><dl class="mt-1">{roles}</dl></section>
    };
    let body = layout(&ctx, Setting::Members, body);
    shell::page(ctx, "Members", body).await
}

fn row(ctx: &RequestContext, member: &Member) -> impl IntoView + use<> {
    let is_self = member.user_id == ctx.signed_in.user_id;
    let (role, path) = (ctx.signed_in.role, format!("{PATH}/{}", member.user_id));
    let link = |shows: bool, href: String, verb: &'static str| {
        shows.then(|| {
            let label = format!("{verb}: {}", member.name);
            view! { <a class="btn" data-variant="outline" data-size="sm" href=href aria-label=label>{verb}</a> }
        })
    };
    let manages = !is_self && may_manage(role, member.role);
    let change = link(manages && ctx.may(Verb::Update, Entity::Member), format!("{path}/edit"), "Change role");
    let remove = link(manages && ctx.may(Verb::Delete, Entity::Member), format!("{path}/remove"), "Remove");
    let hand_over = link(!is_self && ctx.may(Verb::Update, Entity::Ownership), format!("{path}/hand-over"), "Make owner");
    let joined = times::day_with_year(member.joined_at.with_timezone(&ctx.zone()).date_naive());
    let name = if is_self { format!("{} (you)", member.name) } else { member.name.clone() };
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5">
            {avatar(&member.name, "size-8 text-xs")}
            <span class="min-w-0 flex-1 basis-48">
                <span class="block font-medium break-words">{name}</span>
                <span class="block break-words text-muted-foreground">{member.email.clone()}</span>
            </span>
            <span class="text-muted-foreground"><span class="font-medium text-foreground">{member.role.label()}</span>{format!(", joined {joined}")}</span>
            <span class="flex flex-wrap gap-2">{change}{hand_over}{remove}</span>
        </li>
    }
}

/// The invitations that wait for an answer; `None` without any.
fn open_invitations(ctx: &RequestContext, invitations: &[Invitation]) -> Option<Markup> {
    if invitations.is_empty() {
        return None;
    }
    let rows = invitations
        .iter()
        .map(|invitation| {
            let path = format!("{PATH}/invitations/{}", invitation.id);
            let until = times::day_with_year(invitation.expires_at.with_timezone(&ctx.zone()).date_naive());
            let term = if invitation.expires_at <= ctx.now { format!("expired on {until}") } else { format!("until {until}") };
            let (resend, revoke) = (format!("Send again: {}", invitation.email), format!("Revoke: {}", invitation.email));
            view! {
                <li class="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5">
                    <span class="min-w-0 flex-1 basis-48">
                        <span class="block font-medium break-words">{invitation.email.clone()}</span>
                        <span class="block break-words text-muted-foreground">{format!("{}, invited by {}, {term}", invitation.role.label(), invitation.inviter_name)}</span>
                    </span>
                    <form method="post" action=format!("{path}/resend")>{shown_to()}<button class="btn" data-variant="outline" data-size="sm" aria-label=resend>"Send again"</button></form>
                    <form method="post" action=format!("{path}/revoke")>{shown_to()}<button class="btn" data-variant="outline" data-size="sm" aria-label=revoke>"Revoke"</button></form>
                </li>
            }
        })
        .collect_view();
    Some(view! { <section class="panel" aria-labelledby="invited"><h2 id="invited" class="px-3 pt-3">"Invited"</h2><ul class="divide-y">{rows}</ul></section> }.into_markup())
}
