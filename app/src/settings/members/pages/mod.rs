//! The pages about members.

mod hand_over;
mod invitation_link;
mod invite;
mod list;
mod remove;
mod role;

pub use hand_over::page as hand_over;
pub use invitation_link::page as invitation_link;
pub use invite::page as invite;
pub use list::page as list;
pub use remove::page as remove;
pub use role::page as role;
