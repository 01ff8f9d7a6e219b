//! What every request passes on its way in and every answer on its way out. `router.rs` says in which order.

pub mod clean_text;
pub mod client_address;
pub mod compression;
pub mod csrf;
pub mod guard;
pub mod open_requests;
pub mod panic;
pub mod redisplay;
pub mod request_id;
pub mod security_headers;
pub mod timeout;
pub mod trace;
