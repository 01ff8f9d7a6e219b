//! The install's secret key, what is sealed with it, and the randomness that both are made of.

pub(crate) mod random;
pub(crate) mod sealing;
pub(crate) mod secret_keys;
