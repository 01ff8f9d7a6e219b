//! A2: how long a refusal takes does not tell whether the address has an account. In a file of its own, so that no other
//! test runs beside it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::TestDb;
use domain::users::Password;
use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use store::SignIn;

/// Tries of each kind in a round, in turn, so that whatever else the machine does falls on both alike.
const TRIES: usize = 100;
/// A difference that is there shows in every round; one that another process made does not.
const ROUNDS: usize = 4;

on_both_databases! {
    async fn a_known_and_an_unknown_address_are_refused_equally_slowly(db: TestDb) {
        db.register("hung").await;
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let (known, unknown) = timed_round(&db).await;
            let apart = known.abs_diff(unknown).as_secs_f64() / known.as_secs_f64();
            if apart <= 0.05 {
                return;
            }
            rounds.push((known, unknown));
        }
        panic!("medians more than 5 % apart in every round: {rounds:?}");
    }
}

/// The medians of refusals of a known and of an unknown address.
async fn timed_round(db: &TestDb) -> (Duration, Duration) {
    // No limit is to end a round: each try comes from a network of its own, each round after the last one's windows.
    db.clock.advance(TimeDelta::hours(1));
    let networks = AtomicU32::new(0);
    let refusal = async |email: &str| {
        let store = db.store.from_address(Ipv4Addr::from_bits(networks.fetch_add(1, Ordering::Relaxed)).into());
        let begun = Instant::now();
        assert_eq!(store.sign_in(email, Password::to_compare("not the password"), None, None).await.unwrap(), SignIn::Mismatch);
        begun.elapsed()
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..TRIES {
        // Each is first as often as the other.
        if n % 2 == 0 {
            known.push(refusal("hung@example.com").await);
        }
        unknown.push(refusal("nobody@example.com").await);
        if n % 2 == 1 {
            known.push(refusal("hung@example.com").await);
        }
    }
    (median(known), median(unknown))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
