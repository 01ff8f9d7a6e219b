//! The link from a list to the page of its export.

use crate::{
    request::RequestContext,
    ui::{
        icon,
        list::list_url,
        markup::{IntoMarkup, Markup},
    },
};
use domain::{
    access::{Entity, Verb},
    exports::ListAddress,
};
use leptos::prelude::*;

/// The link, with the list's filters and order; `None` if the user may not export.
pub fn export_link(ctx: &RequestContext, address: ListAddress) -> Option<Markup> {
    let list = address.list();
    ctx.may(Verb::Create, Entity::Export).then(|| {
        let href = list_url(&format!("{}/export", list.path()), &address.rows_alone().query_pairs());
        // Found anew with the results of a search, which is part of its address.
        view! { <a id="export" class="btn" data-variant="outline" data-size="sm" href=href data-results>{icon("download", "size-4")} "Export"</a> }
            .into_markup()
    })
}
