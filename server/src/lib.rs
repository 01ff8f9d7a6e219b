//! How it is served: configuration, the commands, the router and the layers around it.

pub mod commands;
pub mod config;
pub mod files;
pub mod health;
pub mod layers;
pub mod mail;
pub mod random;
pub mod router;
pub mod serve;
pub mod sessions;
pub mod worker;
