//! The pages about members.

mod hand_over;
mod list;
mod remove;
mod role;

pub use hand_over::page as hand_over;
pub use list::page as list;
pub use remove::page as remove;
pub use role::page as role;
