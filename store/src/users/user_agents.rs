//! `User-Agent` headers as they are stored.

/// Most characters kept of a header.
const USER_AGENT_MAX: usize = 500;

/// A header, cut to [`USER_AGENT_MAX`].
pub(crate) fn stored_user_agent(header: &str) -> String {
    header.chars().take(USER_AGENT_MAX).collect()
}
