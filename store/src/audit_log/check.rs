//! Verification of a workspace's log by its owners and admins, in parts of bounded length.

use crate::{
    Store, StoreError,
    audit::verify::{AuditFault, ChainEnd, verify_rows},
    error::authorize,
};
use domain::{
    access::{Actor, Entity, Verb},
    audit_log::CHECK_MAX,
};

/// Result of verifying a part of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditCheck {
    /// Number of the last entry before the part; 0 if the part starts with the first.
    pub after: i64,
    /// Number of the part's last entry.
    pub until: i64,
    /// Number of the log's last entry.
    pub last: i64,
    /// The first fault; `None` if the part is intact.
    pub fault: Option<AuditFault>,
}

impl AuditCheck {
    /// Whether entries after the part are still to be verified.
    pub fn goes_on(&self) -> bool {
        self.fault.is_none() && self.until < self.last
    }
}

impl Store {
    /// Verifies the entries of the actor's workspace after the entry `after`, at most [`CHECK_MAX`]. An `after` past the end starts again
    /// at the first entry.
    pub async fn check_audit_log(&self, actor: &Actor, after: i64) -> Result<AuditCheck, StoreError> {
        authorize(actor, Verb::Read, Entity::AuditLog)?;
        let Some(end) = ChainEnd::read(self, actor.workspace_id).await? else {
            return Ok(AuditCheck { after: 0, until: 0, last: 0, fault: Some(AuditFault::End) });
        };
        let last = end.last_row;
        let after = if (0..last).contains(&after) { after } else { 0 };
        let until = last.min(after + CHECK_MAX as i64);
        let fault = verify_rows(self, actor.workspace_id, &end, after, until).await?;
        Ok(AuditCheck { after, until, last, fault })
    }
}
