//! `/admin/diagnostics`: what helps to find a fault, as text to copy. It holds no secret and nothing that somebody wrote into a record.

use super::{DIAGNOSTICS, head, layout};
use crate::{
    request::{AccountContext, PageError},
    shell,
    ui::markup::IntoMarkup,
};
use axum::response::Response;
use domain::workspaces::DEFAULT_TIME_ZONE;
use leptos::prelude::*;
use std::fmt::Write;
use store::administration::Diagnostics;

/// `GET /admin/diagnostics`
pub async fn page(ctx: AccountContext) -> Result<Response, PageError> {
    let diagnostics = ctx.store().diagnostics(ctx.user.user_id).await?;
    let registration = ctx.state.registration_open().await?;
    let text = text(&ctx, &diagnostics, registration);
    let about = "For whoever helps you with this server. It holds no secret, no name and no record.";
    let body = view! {
        {head("Diagnostics", about, ().into_markup())}
        <div class="panel"><pre class="overflow-x-auto p-5 text-xs" tabindex="0" role="region" aria-label="Text to copy">{text}</pre></div>
    };
    shell::account_page(ctx, "Diagnostics", layout(DIAGNOSTICS, body)).await
}

fn text(ctx: &AccountContext, diagnostics: &Diagnostics, registration_open: bool) -> String {
    let settings = &ctx.state.settings;
    let uptime = ctx.now - settings.started_at;
    let writes = diagnostics.write_fault.map_or_else(|| "succeed".to_owned(), |fault| format!("fail: {fault}"));
    let facts = [
        ("MiniCRM", env!("CARGO_PKG_VERSION").to_owned()),
        ("Time", ctx.now.format("%Y-%m-%d %H:%M UTC").to_string()),
        ("Up for", format!("{} days, {} h, {} min", uptime.num_days(), uptime.num_hours() % 24, uptime.num_minutes() % 60)),
        ("Default time zone", DEFAULT_TIME_ZONE.to_owned()),
        ("Database", diagnostics.database.clone()),
        ("Database size", format!("{} kB", diagnostics.bytes / 1024)),
        ("Schema", diagnostics.schema.clone()),
        ("Writes", writes),
        ("Mail", if diagnostics.sends_mail { "is sent" } else { "is not sent" }.to_owned()),
        ("Registering", if registration_open { "open" } else { "closed" }.to_owned()),
    ];
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a string doesn't fail.
        let _ = writeln!(text, "{name}: {value}");
    };
    for (name, value) in facts {
        line(name, &value);
    }
    for (name, count) in &diagnostics.counts {
        line(name, &count.to_string());
    }
    for (name, value) in &settings.configured {
        line(name, value);
    }
    text
}
