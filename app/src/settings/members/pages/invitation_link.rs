//! `/settings/members/invitations/{id}?token=…`: the link of an invitation that was just sent, to copy. It is shown this once: the database
//! has only the token's hash.

use crate::{
    request::{Id, PageError, RequestContext},
    settings::{Setting, layout, members::PATH},
    shell,
    ui::page::breadcrumb,
};
use axum::response::Response;
use domain::{ids::InvitationId, invitations::link_path};
use leptos::prelude::*;

/// `GET /settings/members/invitations/{id}`
pub async fn page(ctx: RequestContext, Id(id): Id<InvitationId>) -> Result<Response, PageError> {
    let invitation = ctx.store().invitations(&ctx.actor()).await?.into_iter().find(|invitation| invitation.id == id);
    let invitation = invitation.ok_or(PageError::NotFound)?;
    let token = ctx.query()?.into_iter().find(|(name, _)| name == "token").map(|(_, value)| value).unwrap_or_default();
    let found = ctx.store().find_invitation(&token).await?;
    let is_its = found.is_some_and(|found| found.email.as_str() == invitation.email);
    let link = is_its.then(|| {
        let link = format!("{}{}", ctx.state.settings.origin, link_path(&token));
        view! {
            <div class="field">
                <label for="link" class="text-sm font-medium">"Link to copy"</label>
                <input id="link" class="input" readonly value=link aria-describedby="link-hint"/>
                <p id="link-hint" class="text-muted-foreground">"It is shown only now. Give it to nobody else: whoever registers with it has the invited address."</p>
            </div>
        }
    });
    let gone = (!is_its)
        .then(|| view! { <p class="text-muted-foreground">"The link is shown only once. Send the invitation again for another one."</p> });
    let on_its_way = match ctx.store().sends_mail() {
        true => "The link is on its way by mail. You can also pass it on yourself.",
        false => "This server sends no mail: pass the link on yourself.",
    };
    let body = view! {
        <div>
            {breadcrumb("Members", PATH)}
            <h1 class="mt-2 break-words">{format!("Invitation for {}", invitation.email)}</h1>
            <p class="mt-1 text-muted-foreground">{on_its_way}</p>
        </div>
        <section class="panel flex max-w-xl flex-col gap-4 p-5">{link}{gone}<p><a class="btn" data-variant="outline" data-size="sm" href=PATH>"Done"</a></p></section>
    };
    let body = layout(&ctx, Setting::Members, body);
    Ok(shell::with_origin_alone(shell::page(ctx, "Invitation", body).await?))
}
