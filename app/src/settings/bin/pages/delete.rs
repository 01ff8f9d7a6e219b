//! `/settings/bin/{id}/delete`: the question before a record is deleted for ever, with what goes along.

use crate::{
    request::{Id, PageError, RequestContext},
    settings::bin::actions::DeleteForEver,
    shell,
    ui::{
        join_list,
        page::{DeleteQuestion, confirm_delete, goes_along_in_words},
    },
};
use axum::response::Response;
use domain::{access::Entity, bin::BinQuery, page::ListQuery};
use leptos::server_fn::ServerFn;
use store::purge::PurgeQuestion;
use uuid::Uuid;

/// `GET /settings/bin/{id}/delete`
pub async fn page(ctx: RequestContext, Id(id): Id<Uuid>) -> Result<Response, PageError> {
    let purge = ctx.store().purge_question(&ctx.actor(), id).await?;
    let title = format!("Delete {} for ever?", purge.name);
    let question = DeleteQuestion {
        title: title.clone(),
        consequence: consequence(&purge),
        verb: "Delete for ever",
        action: format!("{}/{id}/delete", BinQuery::PATH),
        function: DeleteForEver::PATH,
        cancel: BinQuery::PATH.to_owned(),
        version: purge.version,
        goes_along: purge.goes_along,
    };
    let body = confirm_delete(&ctx, question).await?;
    shell::page(ctx, &title, body).await
}

/// What goes, what stays, and that it can't be undone.
fn consequence(purge: &PurgeQuestion) -> String {
    let along = goes_along_in_words(&purge.goes_along).map_or_else(
        || "Nothing else goes with it.".to_owned(),
        |words| {
            let names = if purge.names.is_empty() { String::new() } else { format!(": {}", join_list(&purge.names)) };
            format!("With it {} {words}{names}.", if is_one(purge) { "goes" } else { "go" })
        },
    );
    let log = if purge.entity == Entity::Contact {
        " The audit log keeps what was noted of the contact. To erase that too, erase the personal data first."
    } else {
        ""
    };
    format!("{along} Nobody can undo this.{log}")
}

fn is_one(purge: &PurgeQuestion) -> bool {
    purge.goes_along.total() == 1
}
