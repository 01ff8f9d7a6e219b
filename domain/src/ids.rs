//! Ids: a UUIDv7 with a type per kind of record, so that ids of different kinds can't be confused.

use crate::{clock::Clock, random::Random};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Text that is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

/// A new UUIDv7 (RFC 9562, 5.7): the clock's milliseconds first, so that ids sort by age, then 74 random bits.
pub fn new_uuid(clock: &dyn Clock, random: &dyn Random) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id.
            pub fn new(clock: &dyn Clock, random: &dyn Random) -> Self {
                Self(new_uuid(clock, random))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        /// Parses only the format of [`fmt::Display`]: 36 characters with hyphens.
        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if text.len() != 36 {
                    return Err(InvalidId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

ids! {
    /// A user.
    UserId,
    /// A workspace.
    WorkspaceId,
    /// An invitation to a workspace.
    InvitationId,
    /// An export of a list.
    ExportId,
    /// A browser session, as pages name it: never its token.
    SessionId,
    /// A company.
    CompanyId,
    /// A contact.
    ContactId,
    /// A deal.
    DealId,
    /// A stage of the pipeline.
    StageId,
    /// An activity: a call, email, meeting, note or SMS.
    ActivityId,
    /// A follow-up note of an activity.
    NoteId,
    /// A task.
    TaskId,
    /// A tag.
    TagId,
    /// A bulk change.
    BulkChangeId,
    /// A saved view of a list.
    ViewId,
    /// A background job.
    JobId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};

    struct Fixed(i64);
    impl Clock for Fixed {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp_millis(self.0).expect("in range")
        }
    }
    struct Ones;
    impl Random for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn an_id_is_a_version_7_uuid_that_sorts_by_time() {
        let early = CompanyId::new(&Fixed(1_000), &Ones);
        let late = CompanyId::new(&Fixed(1_001), &Ones);
        assert_eq!(early.0.get_version_num(), 7);
        assert!(early < late);
    }

    #[test]
    fn only_the_written_form_is_read() {
        let id = DealId::new(&Fixed(1_000), &Ones);
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "1", "x", &id.0.simple().to_string(), &format!("{{{id}}}"), &format!("urn:uuid:{id}")] {
            assert_eq!(bad.parse::<DealId>(), Err(InvalidId), "{bad}");
        }
    }
}
