//! The timeline of a company, contact or deal.

#[cfg(feature = "ssr")]
mod changes;
mod island;
#[cfg(feature = "ssr")]
mod view;

#[cfg(feature = "ssr")]
pub use island::timeline_on_demand;
#[cfg(feature = "ssr")]
pub use view::{TimelinePage, timeline, timeline_cursor};
