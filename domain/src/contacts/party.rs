//! The party of an activity: a contact or a company.

use crate::ids::{CompanyId, ContactId, InvalidId};
use std::{fmt, str::FromStr};

/// The id of a contact or of a company as a whole. Written `contact:ID` or `company:ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartyId {
    /// A contact.
    Contact(ContactId),
    /// A company.
    Company(CompanyId),
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contact(id) => write!(f, "contact:{id}"),
            Self::Company(id) => write!(f, "company:{id}"),
        }
    }
}

impl FromStr for PartyId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.split_once(':') {
            Some(("contact", id)) => id.parse().map(Self::Contact),
            Some(("company", id)) => id.parse().map(Self::Company),
            _ => Err(InvalidId),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190b2c0-0000-7000-8000-000000000000";

    #[test]
    fn whom_reads_back_as_written() {
        for text in [format!("contact:{ID}"), format!("company:{ID}")] {
            assert_eq!(text.parse::<PartyId>().expect("someone").to_string(), text);
        }
        for bad in ["", ID, "deal:0190b2c0-0000-7000-8000-000000000000", "contact:", "company:1"] {
            assert_eq!(bad.parse::<PartyId>(), Err(InvalidId), "{bad}");
        }
    }
}
