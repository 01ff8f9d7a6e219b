//! The settings of the user's own account.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;

/// The path of the user's profile and of its form.
#[cfg(feature = "ssr")]
pub const PROFILE: &str = "/settings/profile";
/// The path of the preferences and of their form.
#[cfg(feature = "ssr")]
pub const PREFERENCES: &str = "/settings/preferences";
/// The path of the form that folds the sidebar; it stands on the page of the preferences.
#[cfg(feature = "ssr")]
pub const SIDEBAR: &str = "/settings/sidebar";
/// The path of the form that changes the address.
#[cfg(feature = "ssr")]
pub const EMAIL: &str = "/settings/email";
/// The path of the form that changes the password.
#[cfg(feature = "ssr")]
pub const PASSWORD: &str = "/settings/password";
/// The path of the user's sessions and sign-ins.
#[cfg(feature = "ssr")]
pub const SESSIONS: &str = "/settings/sessions";
/// The path of the page that deletes the account, and of its form.
#[cfg(feature = "ssr")]
pub const DELETE: &str = "/settings/account/delete";
