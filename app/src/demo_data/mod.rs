//! Demo data: filling the workspace with it, marking it, and removing it.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;

#[cfg(feature = "ssr")]
use crate::{
    request::{PageError, RequestContext},
    ui::{
        icon,
        markup::{IntoMarkup, Markup},
    },
};
#[cfg(feature = "ssr")]
use domain::access::{Entity, Verb};
#[cfg(feature = "ssr")]
use leptos::{either::Either, prelude::*};
#[cfg(feature = "ssr")]
use store::demo::DemoIds;
#[cfg(feature = "ssr")]
use uuid::Uuid;

/// The path of the page.
#[cfg(feature = "ssr")]
pub const PATH: &str = "/settings/workspace/demo-data";

/// The path of the page that removes it.
#[cfg(feature = "ssr")]
pub const REMOVE_PATH: &str = "/settings/workspace/demo-data/remove";

/// The line under the first steps: that there is demo data, or the offer to fill some in. `None` for users who may do neither.
#[cfg(feature = "ssr")]
pub fn line(ctx: &RequestContext) -> Option<impl IntoView + use<>> {
    ctx.may(Verb::Update, Entity::Workspace).then(|| {
        if ctx.signed_in.has_demo_data {
            Either::Left(
                view! { "This workspace has demo data. "<a class="text-primary underline" href=REMOVE_PATH>"Remove demo data"</a> },
            )
        } else {
            Either::Right(view! { "Rather look around first? "<a class="text-primary underline" href=PATH>"Fill with demo data"</a> })
        }
    })
}

/// The ids of the workspace's demo records; without demo data, none are asked for.
#[cfg(feature = "ssr")]
pub async fn demo_ids(ctx: &RequestContext) -> Result<DemoIds, PageError> {
    if ctx.signed_in.has_demo_data { Ok(ctx.store().demo_ids(&ctx.actor()).await?) } else { Ok(DemoIds::default()) }
}

/// Marks the record of this id if it is demo data.
#[cfg(feature = "ssr")]
pub fn demo_chip(demo: &DemoIds, id: Uuid) -> Option<impl IntoView + use<>> {
    demo.contains(&id).then(|| view! { <span class="chip text-muted-foreground">{icon("flask-conical", "size-3")} "Demo"</span> })
}

/// The name of a record in a list: its link, and the mark beside it if the record is demo data.
#[cfg(feature = "ssr")]
pub fn with_demo_chip(link: impl IntoView + 'static, demo: &DemoIds, id: Uuid) -> Markup {
    match demo_chip(demo, id) {
        Some(chip) => view! { <div class="marked">{link} {chip}</div> }.into_markup(),
        None => link.into_markup(),
    }
}
