//! The audit log as users read it: names of its actions, and the query of its page.

use crate::{
    access::Entity,
    dates,
    ids::UserId,
    page::{BadQuery, ListQuery, PageNumber},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Entries that one request verifies. SHA-256 over as many takes a third of a second.
pub const CHECK_MAX: u64 = 50_000;
/// Minutes for which the file of an export can be downloaded.
pub const EXPORT_MINUTES: i64 = 60;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident $slug:literal $label:literal,)+) => {
        /// What was done, as the log has it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum AuditAction {
            $($(#[$doc])* $name,)+
        }

        impl AuditAction {
            /// Every action, in the order of the filter.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The value in the database.
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Self::$name => $slug,)+
                }
            }

            /// The label.
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)+
                }
            }
        }
    };
}

actions! {
    /// A record was created.
    Create "create" "Created",
    /// An occurrence of a recurring task was made by its series.
    Repeat "repeat" "Repeated",
    /// Fields were changed.
    Update "update" "Changed",
    /// A deal was moved to another stage.
    Move "move" "Moved",
    /// A deal was moved within its column, or a stage within the pipeline.
    Reorder "reorder" "Reordered",
    /// A record was moved to the bin, or deleted where there is none; a member was removed.
    Delete "delete" "Deleted",
    /// A record was restored, or a workspace taken back.
    Restore "restore" "Restored",
    /// A record in the bin was deleted for ever.
    Purge "purge" "Deleted for ever",
    /// The bin was emptied, or the part of it that filters showed. Each record has its own entry.
    EmptyBin "empty-bin" "Emptied the bin",
    /// A person chose the view that a list opens with.
    SetDefault "set-default" "Chose a default view",
    /// A user put the next best actions of a record off.
    Snooze "snooze" "Put off",
    /// A user took that back.
    UndoSnooze "undo-snooze" "Put off no more",
    /// A user dismissed the next best action of a record.
    Dismiss "dismiss" "Dismissed",
    /// A user took that back.
    UndoDismiss "undo-dismiss" "Dismissed no more",
    /// A company was archived.
    Archive "archive" "Archived",
    /// An archived company was brought back.
    BringBack "bring-back" "Brought back",
    /// A tag was merged into another.
    Merge "merge" "Merged",
    /// Personal data was erased, in the log as well.
    Erase "erase" "Erased personal data",
    /// Data was exported.
    Export "export" "Exported",
    /// A member was invited.
    Invite "invite" "Invited",
    /// An invitation was revoked.
    RevokeInvitation "revoke-invitation" "Revoked an invitation",
    /// A user accepted an invitation.
    Join "join" "Joined",
    /// A member left.
    Leave "leave" "Left",
    /// A user registered.
    Register "register" "Registered",
    /// A user changed their password.
    ChangePassword "change-password" "Changed the password",
    /// A password was reset by a link.
    ResetPassword "reset-password" "Reset the password",
    /// A link to a new password was made by the operator or an administrator.
    MakeResetLink "make-reset-link" "Made a password link",
    /// The operator or a platform admin ended the sessions of a user.
    EndSessions "end-sessions" "Ended the sessions",
    /// A user changed their address.
    ChangeEmail "change-email" "Changed the email address",
    /// A user confirmed their address.
    ConfirmEmail "confirm-email" "Confirmed the email address",
    /// A workspace was ended.
    End "end" "Ended",
    /// The contacts were sorted by the workspace's new order of names.
    SortContacts "sort-contacts" "Sorted contacts anew",
    /// A platform admin suspended a workspace.
    Suspend "suspend" "Suspended",
    /// A platform admin resumed a workspace.
    Resume "resume" "Resumed",
    /// A platform admin disabled an account.
    Disable "disable" "Disabled",
    /// A platform admin enabled an account.
    Enable "enable" "Enabled",
    /// A user was made a platform admin.
    MakeAdmin "make-admin" "Made a platform admin",
    /// A user is no longer a platform admin.
    RevokeAdmin "revoke-admin" "Took platform admin away",
    /// A platform admin had a job tried again.
    Retry "retry" "Tried again",
    /// A platform admin had a test mail sent.
    SendTestMail "send-test-mail" "Sent a test mail",
    /// Demo data was removed.
    RemoveDemoData "remove-demo-data" "Removed demo data",
    /// Generated or demo data was loaded.
    Load "load" "Loaded",
}

impl AuditAction {
    /// The action of a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.slug() == slug)
    }
}

/// Who made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditPerson {
    /// A user.
    User(UserId),
    /// Nobody who was signed in: a program, the operator, or the holder of a link.
    Nobody,
}

impl AuditPerson {
    /// The value of [`AuditPerson::Nobody`] in a URL.
    pub const NOBODY: &'static str = "none";

    /// Parses the value in a URL.
    ///
    /// # Errors
    /// [`BadQuery`] for anything but an id or [`AuditPerson::NOBODY`].
    pub fn parse(value: &str) -> Result<Self, BadQuery> {
        if value == Self::NOBODY { Ok(Self::Nobody) } else { value.parse().map(Self::User).map_err(|_| BadQuery) }
    }

    /// The value in a URL.
    pub fn value(self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Nobody => Self::NOBODY.to_owned(),
        }
    }
}

/// The filters of the log, joined by AND.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who made the change.
    pub person: Option<AuditPerson>,
    /// The kind of the changed record.
    pub kind: Option<Entity>,
    /// The changed record, of the kind above.
    pub record: Option<Uuid>,
    /// What was done.
    pub action: Option<AuditAction>,
    /// The first day, in the workspace's time zone.
    pub from: Option<NaiveDate>,
    /// The last day, in the workspace's time zone.
    pub to: Option<NaiveDate>,
}

/// The entries that a page of the log shows, newest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuditCursor {
    /// The newest.
    #[default]
    Newest,
    /// Those before the entry of this number.
    Before(i64),
    /// Those after the entry of this number, the nearest to it.
    After(i64),
}

/// The query of `/audit`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// The filters.
    pub filter: AuditFilter,
    /// Which of the matching entries are shown.
    pub cursor: AuditCursor,
}

/// The query of `/audit/sign-ins`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignInQuery {
    /// Whose sign-ins; `None` for those of all members.
    pub person: Option<UserId>,
    /// The id of the sign-in after which the page starts; `None` for the newest.
    pub before: Option<Uuid>,
}

impl SignInQuery {
    /// Parses the pairs of a URL's query. A cursor that is no id shows the newest sign-ins. Unknown names are ignored.
    ///
    /// # Errors
    /// [`BadQuery`] for a person that is no id.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "person" => query.person = Some(value.parse().map_err(|_| BadQuery)?),
                "before" => query.before = Uuid::try_parse(value).ok(),
                _ => {}
            }
        }
        Ok(query)
    }
}

impl ListQuery for SignInQuery {
    const PATH: &'static str = "/audit/sign-ins";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [("person", self.person.map(|id| id.to_string())), ("before", self.before.map(|id| id.to_string()))];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn is_filtered(&self) -> bool {
        self.person.is_some()
    }

    /// The sign-ins go by cursor: their pages have no numbers.
    fn page(&self) -> PageNumber {
        PageNumber::FIRST
    }

    fn with_page(&self, _: PageNumber) -> Self {
        *self
    }
}

/// The kind of records that the log calls so.
pub fn kind_of(noun: &str) -> Option<Entity> {
    Entity::ALL.into_iter().find(|entity| entity.noun() == noun)
}

impl AuditFilter {
    /// Parses the pairs of a URL's query. An empty value sets no filter; of several values the last one counts. Unknown names are ignored.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value of a known name.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut filter = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "person" => filter.person = Some(AuditPerson::parse(value)?),
                "kind" => filter.kind = Some(kind_of(value).ok_or(BadQuery)?),
                "record" => filter.record = Some(Uuid::try_parse(value).map_err(|_| BadQuery)?),
                "action" => filter.action = Some(AuditAction::from_slug(value).ok_or(BadQuery)?),
                "from" => filter.from = Some(dates::day(value).ok_or(BadQuery)?),
                "to" => filter.to = Some(dates::day(value).ok_or(BadQuery)?),
                _ => {}
            }
        }
        Ok(filter)
    }

    /// The pairs of the URL's query. Parsing them returns the same filter.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [
            ("person", self.person.map(AuditPerson::value)),
            ("kind", self.kind.map(|kind| kind.noun().to_owned())),
            ("record", self.record.map(|id| id.to_string())),
            ("action", self.action.map(|action| action.slug().to_owned())),
            ("from", self.from.map(|day| day.to_string())),
            ("to", self.to.map(|day| day.to_string())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// The submitted form of `/audit/export`: the filters of the page, as its URL has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditExportForm {
    /// Who made the change.
    pub person: String,
    /// The kind of the changed record.
    pub kind: String,
    /// The changed record.
    pub record: String,
    /// What was done.
    pub action: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
}

impl AuditExportForm {
    /// Parses the form.
    ///
    /// # Errors
    /// As [`AuditFilter::parse`].
    pub fn parse(&self) -> Result<AuditFilter, BadQuery> {
        AuditFilter::parse([
            ("person", self.person.as_str()),
            ("kind", &self.kind),
            ("record", &self.record),
            ("action", &self.action),
            ("from", &self.from),
            ("to", &self.to),
        ])
    }
}

impl AuditQuery {
    /// Parses the pairs of a URL's query. A cursor that is no number shows the newest entries.
    ///
    /// # Errors
    /// As [`AuditFilter::parse`].
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)> + Clone) -> Result<Self, BadQuery> {
        let cursor = pairs.clone().into_iter().filter_map(|(name, value)| match (name, value.parse()) {
            ("before", Ok(seq)) => Some(AuditCursor::Before(seq)),
            ("after", Ok(seq)) => Some(AuditCursor::After(seq)),
            _ => None,
        });
        let cursor = cursor.last().unwrap_or_default();
        Ok(Self { filter: AuditFilter::parse(pairs)?, cursor })
    }

    /// The same list at other entries.
    pub fn at(&self, cursor: AuditCursor) -> Self {
        Self { cursor, ..*self }
    }
}

impl ListQuery for AuditQuery {
    const PATH: &'static str = "/audit";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.filter.pairs();
        match self.cursor {
            AuditCursor::Newest => {}
            AuditCursor::Before(seq) => pairs.push(("before", seq.to_string())),
            AuditCursor::After(seq) => pairs.push(("after", seq.to_string())),
        }
        pairs
    }

    fn is_filtered(&self) -> bool {
        self.filter != AuditFilter::default()
    }

    /// The log goes by cursor: its pages have no numbers.
    fn page(&self) -> PageNumber {
        PageNumber::FIRST
    }

    fn with_page(&self, _: PageNumber) -> Self {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    #[test]
    fn a_query_reads_back_as_written() {
        let pairs = [
            ("person", ID),
            ("kind", "contact"),
            ("record", ID),
            ("action", "revoke-invitation"),
            ("from", "2026-11-01"),
            ("to", "2026-11-30"),
            ("before", "41"),
            ("utm", "x"),
        ];
        let query = AuditQuery::parse(pairs).expect("a list of ours");
        let written = query.query_pairs();
        assert_eq!(written.len(), 7);
        assert_eq!(AuditQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        assert_eq!(AuditQuery::parse([("person", "none")]).map(|query| query.filter.person), Ok(Some(AuditPerson::Nobody)));
        assert!(AuditQuery::default().query_pairs().is_empty() && !AuditQuery::default().is_filtered());
    }

    #[test]
    fn a_filter_that_can_not_be_read_is_refused_and_a_cursor_mended() {
        for pair in [("person", "x"), ("kind", "car"), ("record", "1"), ("action", "x"), ("from", "x"), ("to", "2026-13-01")] {
            assert_eq!(AuditQuery::parse([pair]), Err(BadQuery), "{pair:?}");
        }
        for pair in [("before", "x"), ("after", ""), ("before", "99999999999999999999")] {
            assert_eq!(AuditQuery::parse([pair]), Ok(AuditQuery::default()), "{pair:?}");
        }
    }

    #[test]
    fn every_action_has_a_slug_of_its_own() {
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::from_slug(action.slug()), Some(*action));
        }
    }
}
