//! `/settings/account/delete`: deleting the user's account.

use crate::{
    request::{AccountContext, PageError},
    settings::account::{DELETE, PROFILE},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, shown_to, text_field},
        markup::{IntoMarkup, Markup},
    },
    workspaces,
};
use axum::response::Response;
use domain::{account::DeletionForm, forms::FormErrors};
use leptos::prelude::*;
use store::OwnedWorkspace;

/// `GET /settings/account/delete`
pub async fn page(ctx: AccountContext) -> Result<Response, PageError> {
    let owned = ctx.store().owned_workspaces(ctx.user.user_id).await?;
    let form = ctx.form(DeletionForm::default).await?;
    let (values, errors) = (form.values, form.errors);
    let fates = fates(&owned, &values, &errors);
    let password = Field::new("password_current", "Your password").kind("password").required().autocomplete("current-password");
    let cancel = if ctx.signed_in.is_some() { PROFILE } else { workspaces::PATH };
    let body = view! {
        <div class="mx-auto flex w-full max-w-xl flex-col gap-4">
            <div>
                <h1>"Delete your account"</h1>
                <p class="mt-1 text-muted-foreground">
                    "Your name, email address, password, settings, sessions and sign-ins are deleted at once and can’t be brought back. Records and what you did to them stay in their workspaces, under “Former member”."
                </p>
            </div>
            {error_summary(&errors, &[("password_current", "Your password"), ("becomes", "Your workspaces")])}
            <form method="post" action=DELETE class="panel" novalidate>
                {shown_to()}
                <div class="flex flex-col gap-5 p-5">{fates}{text_field(password, &errors)}</div>
                <footer class="flex items-center justify-end gap-2 border-t px-5 py-3">
                    <a class="btn" data-variant="ghost" data-size="sm" href=cancel>"Cancel"</a>
                    <button class="btn" data-variant="destructive" data-size="sm">"Delete account"</button>
                </footer>
            </form>
        </div>
    };
    shell::account_page(ctx, "Delete your account", body).await
}

/// What becomes of each workspace that the user owns: a select of its other members and its end. `None` without a workspace.
fn fates(owned: &[OwnedWorkspace], values: &DeletionForm, errors: &FormErrors) -> Option<Markup> {
    let message = errors.get("becomes").map(str::to_owned);
    let fields: Vec<_> = owned
        .iter()
        .enumerate()
        .map(|(place, workspace)| {
            let id = workspace.id.to_string();
            let at = values.owned_id.iter().position(|owned| *owned == id);
            let value = at.and_then(|at| values.becomes.get(at)).cloned().unwrap_or_default();
            // The first one has the name of the field, to which the summary of errors leads.
            let field = if place == 0 { "becomes".to_owned() } else { format!("becomes-{place}") };
            let options: Vec<_> = [(String::new(), "Choose…".to_owned()), (DeletionForm::END.to_owned(), "It ends, for everybody".to_owned())]
                .into_iter()
                .chain(workspace.candidates.iter().map(|(id, name)| (id.to_string(), format!("{name} owns it"))))
                .map(|(option, label)| {
                    let selected = option == value;
                    view! { <option value=option selected=selected>{label}</option> }
                })
                .collect();
            view! {
                <div class="field">
                    <label for=field.clone() class="text-sm font-medium break-words">{format!("What becomes of {}", workspace.name)}<span class="text-destructive" aria-hidden="true">" *"</span></label>
                    <input type="hidden" name="owned_id" value=id/>
                    <select id=field name="becomes" class="select w-full" required=true aria-invalid=message.is_some().then_some("true") aria-describedby="becomes-error">{options}</select>
                </div>
            }
        })
        .collect();
    (!fields.is_empty()).then(|| {
        view! {
            {fields}
            <p id="becomes-error" class="text-destructive empty:hidden">{message}</p>
            <p class="text-muted-foreground">"A workspace that ends is deleted after 30 days, with everything in it. Nobody can take it back without you."</p>
        }
        .into_markup()
    })
}
