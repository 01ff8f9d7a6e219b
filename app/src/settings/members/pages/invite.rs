//! `/settings/members/invite`: inviting somebody.

use crate::{
    request::{PageError, RequestContext, ShownForm},
    settings::{Setting, layout, members::PATH},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, form_footer, form_key, select_field, shown_to, text_field},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::{
    access::Role,
    invitations::{INVITATION_DAYS, InvitationForm},
    members::assignable_roles,
};
use leptos::prelude::*;

/// `GET /settings/members/invite`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let initial = || InvitationForm { role: Role::Member.slug().to_owned(), ..InvitationForm::default() };
    let ShownForm { values, errors, .. } = ctx.form(initial).await?;
    let roles = assignable_roles(ctx.signed_in.role)
        .iter()
        .map(|role| (role.slug().to_owned(), format!("{}: {}", role.label(), role.description())))
        .collect();
    let email = Field::new("email", "Email").kind("email").value(values.email).required().autocomplete("off");
    let role = Field::new("role", "Role").value(values.role).required();
    let key = form_key(ctx.form_key(&values.form_key));
    let body = view! {
        <div>
            {breadcrumb("Members", PATH)}
            <h1 class="mt-2">"Invite"</h1>
            <p class="mt-1 text-muted-foreground">
                {format!("The link works once, for {INVITATION_DAYS} days, and for this address alone. An earlier invitation to it is revoked.")}
            </p>
        </div>
        {error_summary(&errors, &[("email", "Email"), ("role", "Role")])}
        <form method="post" action=format!("{PATH}/invite") class="panel max-w-xl" novalidate>
            {shown_to()}
            {key}
            <div class="flex flex-col gap-5 p-5">{text_field(email, &errors)}{select_field(role, roles, &errors)}</div>
            {form_footer(PATH.to_owned(), "Send invitation")}
        </form>
    };
    let body = layout(&ctx, Setting::Members, body);
    shell::page(ctx, "Invite", body).await
}
