//! `/settings/profile`: the user's name.

use crate::{
    request::{PageError, RequestContext},
    settings::{
        Setting,
        account::{DELETE, EMAIL, PROFILE, pages::email_with_state},
        layout,
    },
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, save_footer, shown_to, text_field},
        record::detail_item,
    },
};
use axum::response::Response;
use domain::account::ProfileForm;
use leptos::prelude::*;

/// `GET /settings/profile`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let form = ctx.form(|| ProfileForm { name: ctx.signed_in.user_name.clone() }).await?;
    let (values, errors) = (form.values, form.errors);
    let status = ctx.store().email_status(&ctx.actor()).await?;
    let email = view! { {email_with_state(&status)} " " <a class="underline" href=EMAIL>"Change"</a> };
    // Sent by the browser itself: the name also stands outside the page's content.
    let body = view! {
        <div><h1>"Profile"</h1><p class="mt-1 text-muted-foreground">"How others in your workspaces see you."</p></div>
        {error_summary(&errors, &[("name", "Name")])}
        <form id="profile" method="post" action=PROFILE class="panel max-w-xl" novalidate>
            {shown_to()}
            <div class="flex flex-col gap-5 p-5">
                {text_field(Field::new("name", "Name").value(values.name).required().autocomplete("name"), &errors)}
                <dl>{detail_item("Email", email)}</dl>
            </div>
            {save_footer("Save changes")}
        </form>
        <p><a class="text-muted-foreground underline" href=DELETE>"Delete your account"</a></p>
    };
    let body = layout(&ctx, Setting::Profile, body);
    shell::page(ctx, "Profile", body).await
}
