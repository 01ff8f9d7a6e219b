//! The pages of contacts.

mod card;
mod delete;
mod detail;
mod erase;
mod form;
mod history;
mod list;
mod primary;

pub use card::card;
pub use delete::page as delete;
pub use detail::page as detail;
pub use erase::page as erase;
pub use form::{edit, new};
pub use list::page as list;

use crate::ui::icon;
use domain::contacts::AuthorityLevel;
use leptos::prelude::*;

/// The badge of a contact's authority.
pub(crate) struct Authority {
    /// The short label.
    pub word: &'static str,
    meaning: &'static str,
    weight: Option<&'static str>,
}

impl Authority {
    /// The badge of an authority; `None` if neither decision-maker nor level is set.
    pub fn of(decides: bool, level: Option<AuthorityLevel>) -> Option<Self> {
        let (word, meaning, weight) = match (level, decides) {
            (Some(AuthorityLevel::Primary), _) => ("Primary", "Primary decision-maker: signs", Some("primary")),
            (Some(AuthorityLevel::Secondary), _) => {
                ("Secondary", "Secondary decision-maker: decides with the one who signs", Some("secondary"))
            }
            (Some(AuthorityLevel::Influencer), true) => ("Influencer", "Influencer who also decides", Some("secondary")),
            (Some(AuthorityLevel::Influencer), false) => ("Influencer", "Influencer: is listened to", None),
            (None, true) => ("Decides", "Decision-maker", Some("secondary")),
            (None, false) => return None,
        };
        Some(Self { word, meaning, weight })
    }
}

/// Renders the badge; `None` as for [`Authority::of`].
pub(crate) fn authority_badge(decides: bool, level: Option<AuthorityLevel>) -> Option<impl IntoView> {
    let Authority { word, meaning, weight } = Authority::of(decides, level)?;
    let crown = (weight == Some("primary")).then(|| icon("crown", "size-3"));
    Some(view! { <span class="chip authority" data-authority=weight title=meaning>{crown}{word}</span> })
}
