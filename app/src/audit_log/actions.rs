//! The server function that exports the log.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::audit_log::AuditExportForm;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::request::RequestContext;

/// Notes an export in the log, and leads to its file.
#[server(prefix = "/fn", endpoint = "audit/export", protocol = Call, client = FetchClient)]
pub async fn export_audit_log(
    /// The filters of the exported entries.
    form: AuditExportForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let filter = form.parse().map_err(|_| ActionError::bad_request())?;
    let id = ctx.store().request_audit_export(&ctx.actor(), filter).await?;
    Ok(ActionOutcome::to(format!("/audit/exports/{id}")))
}
