//! The records opened last in this browser, by user and workspace. Only their ids are kept: names come from the server, which leaves out
//! what is in the bin or no longer the user's to read. The start script of each page (`assets::START`) forgets them at sign-out.

use super::{dom::shown_to, drafts::storage};
use leptos::prelude::document;

/// Maximum number of records beside the one that is open, as of `domain::search::RECENT_MAX`.
const MAX: usize = 10;

/// Remembers the record whose page this is. `None` if it is no record's page, or the user has disabled storage.
pub fn remember() -> Option<()> {
    let path = document().location()?.pathname().ok()?;
    let (kind, id) = path.strip_prefix('/')?.split_once('/')?;
    if id.len() != 36 {
        return None;
    }
    let this = format!("{kind}:{id}");
    let earlier = opened().unwrap_or_default();
    let mut all = this.clone();
    for other in earlier.split(',').filter(|other| *other != this).take(MAX) {
        all += ",";
        all += other;
    }
    storage()?.set_item(&key()?, &all).ok()
}

/// The URL with the records behind it, if it ends in `recent=`.
pub fn with_opened(url: String) -> String {
    if url.ends_with("recent=") { url + &opened().unwrap_or_default() } else { url }
}

/// The records as `kind:id` pairs, newest first, separated by commas.
fn opened() -> Option<String> {
    storage()?.get_item(&key()?).ok()?
}

fn key() -> Option<String> {
    Some(format!("recent {}", shown_to(&document())?))
}
