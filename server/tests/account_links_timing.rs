//! A2: how long a request for a new password takes does not tell whether the address has an account. In a file of its own, so that no
//! other test runs beside it.

mod common;

use chrono::TimeDelta;
use common::{Browser, Site, TestDb, outbox};
use std::time::{Duration, Instant};

/// Tries of each kind in a round, in turn, so that whatever else the machine does falls on both alike.
const TRIES: usize = 100;
/// A difference that is there shows in every round; one that another process made does not.
const ROUNDS: usize = 4;

on_both_databases! {
    async fn a_known_and_an_unknown_address_are_answered_equally_fast(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        db.store.enable_mail();
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let (known, unknown) = timed_round(&db, &site.browser()).await;
            let apart = known.abs_diff(unknown).as_secs_f64() / known.as_secs_f64();
            if apart <= 0.05 {
                return;
            }
            rounds.push((known, unknown));
        }
        panic!("medians more than 5 % apart in every round: {rounds:?}");
    }
}

/// The medians of requests for a known and for an unknown address.
async fn timed_round(db: &TestDb, browser: &Browser) -> (Duration, Duration) {
    let request = async |email: &str| {
        let begun = Instant::now();
        let answer = browser.post("/forgot-password", &[("email", email)]).await;
        let took = begun.elapsed();
        assert_eq!((answer.status, answer.location()), (303, Some("/forgot-password/sent")));
        // Each is done before the next one, which it would delay.
        outbox::deliver(db).await;
        // No limit is to end a round.
        db.clock.advance(TimeDelta::hours(1));
        took
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..TRIES {
        // Each is first as often as the other.
        if n % 2 == 0 {
            known.push(request("hung@example.com").await);
        }
        unknown.push(request("nobody@example.com").await);
        if n % 2 == 1 {
            known.push(request("hung@example.com").await);
        }
    }
    (median(known), median(unknown))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
