//! Background jobs: their states, and what becomes of a job whose attempt failed.

use chrono::{DateTime, TimeDelta, Utc};

/// Attempts after which a job that fails each time is given up. With [`retry_pause`] they cover 18 hours, so that mail outlasts a
/// night in which its server is away.
pub const MAX_ATTEMPTS: u32 = 8;
/// The pause after the first failed attempt.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// Factor by which each pause is longer than the one before: 1, 3, 9, 27, 81, 243 and 729 minutes.
const PAUSE_FACTOR: i32 = 3;

/// Days for which a job that is done stays listed.
pub const DONE_DAYS: i64 = 7;
/// Days for which a job that was given up is kept with its error.
pub const FAILED_DAYS: i64 = 90;

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// A process holds its lease and works on it.
    Running,
    /// It waits for its time, or for a free worker.
    Queued,
    /// It was given up after its last attempt failed.
    Failed,
    /// It succeeded.
    Done,
}

/// The times of a job from which its state follows.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobTimes {
    /// When the lease of the process that works on it ends.
    pub leased_until: Option<DateTime<Utc>>,
    /// When it succeeded.
    pub done_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub failed_at: Option<DateTime<Utc>>,
}

impl JobState {
    /// The word that lists show.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Queued => "queued",
            Self::Failed => "failed",
            Self::Done => "done",
        }
    }

    /// The state at a time. A job whose lease has ended without a result is queued: another worker takes it.
    pub fn at(times: JobTimes, now: DateTime<Utc>) -> Self {
        match times {
            JobTimes { done_at: Some(_), .. } => Self::Done,
            JobTimes { failed_at: Some(_), .. } => Self::Failed,
            JobTimes { leased_until: Some(until), .. } if until > now => Self::Running,
            _ => Self::Queued,
        }
    }
}

/// The pause between a failed attempt and the next one; `None` if the job is given up.
///
/// - `attempts`: attempts so far, the failed one included.
/// - `interval`: of a recurring job, the time between two runs. It is never given up: its next regular run is the latest retry.
pub fn retry_pause(attempts: u32, interval: Option<TimeDelta>) -> Option<TimeDelta> {
    let growing = (attempts < MAX_ATTEMPTS).then(|| FIRST_PAUSE * PAUSE_FACTOR.pow(attempts.saturating_sub(1)));
    match interval {
        Some(interval) => Some(growing.map_or(interval, |pause| pause.min(interval))),
        None => growing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_the_job_is_given_up() {
        let pauses: Vec<_> = (1..MAX_ATTEMPTS).map_while(|attempts| retry_pause(attempts, None)).collect();
        assert_eq!(pauses.iter().map(TimeDelta::num_minutes).collect::<Vec<_>>(), [1, 3, 9, 27, 81, 243, 729]);
        assert!(pauses.iter().sum::<TimeDelta>() > TimeDelta::hours(18), "longer than a night");
        for attempts in [MAX_ATTEMPTS, MAX_ATTEMPTS + 1, u32::MAX] {
            assert_eq!(retry_pause(attempts, None), None);
        }
    }

    #[test]
    fn a_recurring_job_is_retried_before_its_next_run_and_never_given_up() {
        let interval = TimeDelta::minutes(5);
        let pauses =
            [1, 2, 3, MAX_ATTEMPTS, u32::MAX].map(|attempts| retry_pause(attempts, Some(interval)).map(|pause| pause.num_minutes()));
        assert_eq!(pauses, [Some(1), Some(3), Some(5), Some(5), Some(5)]);
        let minute = TimeDelta::seconds(30);
        assert_eq!(retry_pause(1, Some(minute)), Some(minute));
    }

    #[test]
    fn a_job_is_running_as_long_as_its_lease() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let earlier = Some(now - TimeDelta::seconds(1));
        let at = |times| JobState::at(times, now);
        assert_eq!(at(JobTimes::default()), JobState::Queued);
        assert_eq!(at(JobTimes { leased_until: Some(now + TimeDelta::seconds(1)), ..JobTimes::default() }), JobState::Running);
        assert_eq!(at(JobTimes { leased_until: Some(now), ..JobTimes::default() }), JobState::Queued);
        assert_eq!(at(JobTimes { failed_at: earlier, ..JobTimes::default() }), JobState::Failed);
        assert_eq!(at(JobTimes { done_at: earlier, ..JobTimes::default() }), JobState::Done);
    }
}
