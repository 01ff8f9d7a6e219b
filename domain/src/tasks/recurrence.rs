//! Recurring tasks: how often a task comes again, until when, and on which days.

use super::TaskForm;
use crate::{dates, forms::FormErrors};
use chrono::NaiveDate;
#[cfg(not(target_arch = "wasm32"))]
use chrono::{Datelike, Days, Months};

/// Largest number of days, weeks, months or years between two occurrences.
pub const REPEAT_EVERY_MAX: u16 = 999;
/// Largest number of occurrences that a series can be given.
pub const REPEAT_TIMES_MAX: u16 = 999;
/// The last year in which an occurrence comes: that of the last day that forms take.
#[cfg(not(target_arch = "wasm32"))]
const LAST_YEAR: i32 = 2200;
/// Eight years, in months: over the turn of most centuries as well, there is a leap year among them.
#[cfg(not(target_arch = "wasm32"))]
const MONTHS_BACK: u32 = 96;

/// What the distance between two occurrences is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatUnit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Years.
    Years,
}

impl RepeatUnit {
    /// Every unit, the shortest first.
    pub const ALL: [Self; 4] = [Self::Days, Self::Weeks, Self::Months, Self::Years];

    /// The value in forms and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Years => "years",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Days => "Daily",
            Self::Weeks => "Weekly",
            Self::Months => "Monthly",
            Self::Years => "Yearly",
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    const fn singular(self) -> &'static str {
        match self {
            Self::Days => "day",
            Self::Weeks => "week",
            Self::Months => "month",
            Self::Years => "year",
        }
    }
}

/// When a series ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatEnd {
    /// Never.
    Never,
    /// After this day, on which an occurrence may still be due.
    Until(NaiveDate),
    /// After this many occurrences, counted from the first, 1 to [`REPEAT_TIMES_MAX`].
    Times(u16),
}

/// What the day of the next occurrence is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatMode {
    /// The first day of the series. The next occurrence comes on its day, also if the last one is still open.
    Calendar,
    /// The day on which the last occurrence was finished.
    Completion,
}

impl RepeatMode {
    /// Both modes.
    pub const ALL: [Self; 2] = [Self::Calendar, Self::Completion];

    /// The value in forms and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Completion => "completion",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Calendar => "On its day, done or not",
            Self::Completion => "After the last one is done",
        }
    }
}

/// How a task comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recurrence {
    /// Number of units between two occurrences, 1 to [`REPEAT_EVERY_MAX`].
    pub every: u16,
    /// The unit.
    pub unit: RepeatUnit,
    /// When it ends.
    pub end: RepeatEnd,
    /// What the next day is counted from.
    pub mode: RepeatMode,
}

/// What a form says about the recurrence of a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RepeatChoice {
    /// Nothing: it stays as it is, and a new task doesn't repeat.
    #[default]
    Unchanged,
    /// The task doesn't repeat.
    Never,
    /// It repeats by this rule.
    By(Recurrence),
}

/// The value of [`TaskForm::repeat`] for a task that doesn't repeat.
pub const REPEAT_NEVER: &str = "never";
/// The value of [`TaskForm::repeat_end`] for a series that ends after a day.
pub const END_UNTIL: &str = "until";
/// The value of [`TaskForm::repeat_end`] for a series that ends after a number of occurrences.
pub const END_TIMES: &str = "times";

/// What a change of a task of a series is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AppliesTo {
    /// This task.
    #[default]
    This,
    /// This task, those of its series that come after it, and the recurrence.
    Later,
}

impl AppliesTo {
    /// Both values.
    pub const ALL: [Self; 2] = [Self::This, Self::Later];

    /// The value in forms.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::This => "this",
            Self::Later => "later",
        }
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::This => "Only this task",
            Self::Later => "This and all later ones",
        }
    }

    /// Parses the field of a form; empty is [`AppliesTo::This`].
    ///
    /// # Errors
    /// The message for any other value.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Ok(Self::This);
        }
        Self::ALL.into_iter().find(|value| value.slug() == text).ok_or("Choose which tasks to change")
    }
}

/// Parses the fields of a form that are about recurrence. `due_on`: the parsed due day; `None` if it has an error already.
pub(super) fn parse(form: &TaskForm, due_on: Option<Option<NaiveDate>>, errors: &mut FormErrors) -> Option<(RepeatChoice, AppliesTo)> {
    let applies_to = errors.collect("applies_to", AppliesTo::parse(&form.applies_to));
    let unit = match form.repeat.as_str() {
        "" => return Some((RepeatChoice::Unchanged, applies_to?)),
        REPEAT_NEVER => return Some((RepeatChoice::Never, applies_to?)),
        slug => errors.collect("repeat", RepeatUnit::from_slug(slug).ok_or("Choose how it repeats")),
    };
    if due_on == Some(None) {
        errors.add("due_on", "Choose the day: a task that repeats needs one");
    }
    let every = errors.collect("repeat_every", check_every(&form.repeat_every));
    let mode = match form.repeat_mode.as_str() {
        "" => Some(RepeatMode::Calendar),
        slug => errors.collect("repeat_mode", RepeatMode::from_slug(slug).ok_or("Choose when the next one comes")),
    };
    let end = match form.repeat_end.as_str() {
        "" | REPEAT_NEVER => Some(RepeatEnd::Never),
        END_UNTIL => errors.collect("repeat_until", parse_until(form, due_on.flatten())).map(RepeatEnd::Until),
        END_TIMES => errors.collect("repeat_times", check_times(&form.repeat_times)).map(RepeatEnd::Times),
        _ => errors.collect("repeat_end", Err("Choose when it ends")),
    };
    let rule = Recurrence { every: every?, unit: unit?, end: end?, mode: mode? };
    Some((RepeatChoice::By(rule), applies_to?))
}

/// The last day. It is not before the due day, unless that of a single occurrence is moved past it.
fn parse_until(form: &TaskForm, due_on: Option<NaiveDate>) -> Result<NaiveDate, &'static str> {
    let until = dates::day(form.repeat_until.trim()).ok_or("Write the last day, such as 2027-12-31")?;
    let of_series = form.series_version.is_empty() || form.applies_to == AppliesTo::Later.slug();
    if of_series && due_on.is_some_and(|due_on| until < due_on) {
        return Err("Choose a day that is not before the due day");
    }
    Ok(until)
}

/// Parses the version of a series that was shown; empty is none.
pub(super) fn parse_series_version(text: &str) -> Result<Option<i64>, &'static str> {
    if text.is_empty() {
        Ok(None)
    } else {
        text.parse().map(Some).map_err(|_| "Open the form again: it doesn’t say which series it shows")
    }
}

/// Parses the number of units; empty is 1.
pub(super) fn check_every(text: &str) -> Result<u16, &'static str> {
    if text.trim().is_empty() { Ok(1) } else { whole_number(text).ok_or("Write a whole number from 1 to 999") }
}

/// Parses the number of occurrences.
pub(super) fn check_times(text: &str) -> Result<u16, &'static str> {
    whole_number(text).ok_or("Write how many times in all, from 1 to 999")
}

/// A number from 1 to 999, which both limits are.
fn whole_number(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|number| (1..=REPEAT_EVERY_MAX).contains(number))
}

#[cfg(not(target_arch = "wasm32"))]
impl Recurrence {
    /// The day that is this many steps after `first`. Months and years are counted from `first` itself, and a day that a month doesn't have
    /// becomes its last one, so a series on the 31st comes on 28 February and again on 31 March. `None` after the year 2200.
    pub fn step(self, first: NaiveDate, steps: u32) -> Option<NaiveDate> {
        let units = u32::from(self.every).checked_mul(steps)?;
        let day = match self.unit {
            RepeatUnit::Days => first.checked_add_days(Days::new(units.into())),
            RepeatUnit::Weeks => first.checked_add_days(Days::new(u64::from(units) * 7)),
            RepeatUnit::Months => first.checked_add_months(Months::new(units)),
            RepeatUnit::Years => first.checked_add_months(Months::new(units.checked_mul(12)?)),
        };
        day.filter(|day| day.year() <= LAST_YEAR)
    }

    /// The latest day of the rule on `day` or before that has this day of the month; `None` for a rule in days or weeks, and if there is none
    /// within eight years, in which every month has had each of its days.
    fn unclamped(self, day: NaiveDate, day_of_month: u32) -> Option<NaiveDate> {
        let months = match self.unit {
            RepeatUnit::Days | RepeatUnit::Weeks => return None,
            RepeatUnit::Months => u32::from(self.every),
            RepeatUnit::Years => u32::from(self.every) * 12,
        };
        let first_of_month = day.with_day(1)?;
        let before = |steps: u32| first_of_month.checked_sub_months(Months::new(steps * months));
        (0..=MONTHS_BACK / months).find_map(|steps| before(steps)?.with_day(day_of_month))
    }

    /// Whether the series has an occurrence at this position, counted from 0, if it is due on that day.
    pub fn has(self, position: u32, day: NaiveDate) -> bool {
        match self.end {
            RepeatEnd::Never => true,
            RepeatEnd::Until(last) => day <= last,
            RepeatEnd::Times(times) => position < u32::from(times),
        }
    }

    /// The day of the occurrence at this position, if the one before was finished on `finished`. `None` if the series ended before.
    pub fn after_completion(self, finished: NaiveDate, position: u32) -> Option<NaiveDate> {
        self.step(finished, 1).filter(|day| self.has(position, *day))
    }

    /// The rule in words: `Every 2 weeks until 30 Nov 2027`, `1 month after it is done, 12 times`.
    pub fn words(self) -> String {
        let counted = if self.every == 1 { self.unit.singular().to_owned() } else { format!("{} {}", self.every, self.unit.slug()) };
        let rule = match self.mode {
            RepeatMode::Calendar => format!("Every {counted}"),
            RepeatMode::Completion if self.every == 1 => format!("1 {counted} after it is done"),
            RepeatMode::Completion => format!("{counted} after it is done"),
        };
        match self.end {
            RepeatEnd::Never => rule,
            RepeatEnd::Until(day) => format!("{rule} until {}", day.format("%-d %b %Y")),
            RepeatEnd::Times(1) => format!("{rule}, once"),
            RepeatEnd::Times(times) => format!("{rule}, {times} times"),
        }
    }

    /// The rule as the audit log has it: `2 weeks calendar until 2027-11-30`, `1 months completion times 12`.
    pub fn code(self) -> String {
        let rule = format!("{} {} {}", self.every, self.unit.slug(), self.mode.slug());
        match self.end {
            RepeatEnd::Never => rule,
            RepeatEnd::Until(day) => format!("{rule} {END_UNTIL} {day}"),
            RepeatEnd::Times(times) => format!("{rule} {END_TIMES} {times}"),
        }
    }

    /// Parses a [`Recurrence::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        let parts: Vec<&str> = code.split(' ').collect();
        let (&[every, unit, mode], end) = parts.split_first_chunk()?;
        let end = match end {
            [] => RepeatEnd::Never,
            [END_UNTIL, day] => RepeatEnd::Until(dates::day(day)?),
            [END_TIMES, times] => RepeatEnd::Times(whole_number(times)?),
            _ => return None,
        };
        Some(Self { every: whole_number(every)?, unit: RepeatUnit::from_slug(unit)?, end, mode: RepeatMode::from_slug(mode)? })
    }
}

/// The days of a series by calendar.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarDays {
    /// The rule.
    pub rule: Recurrence,
    /// The day that the others are counted from.
    pub first_on: NaiveDate,
    /// The position of that day. It is negative if the day is one of the rule before the series began.
    pub first_position: i32,
}

#[cfg(not(target_arch = "wasm32"))]
impl CalendarDays {
    /// The day of the occurrence at this position. `None` if it comes before the days that this rule is about, or the series ended before.
    pub fn day(self, position: u32) -> Option<NaiveDate> {
        let steps = i64::from(position) - i64::from(self.first_position);
        let day = self.rule.step(self.first_on, u32::try_from(steps).ok()?)?;
        self.rule.has(position, day).then_some(day)
    }

    /// The last occurrence on `today` or before, at `from` or after: its position and day. Those before it were missed, and are left out.
    pub fn latest(self, from: u32, today: NaiveDate) -> Option<(u32, NaiveDate)> {
        self.days_from(from).take_while(|(_, day)| *day <= today).last()
    }

    /// The first occurrence on `day` or after, at `from` or after: its position and day.
    pub fn first_from(self, from: u32, day: NaiveDate) -> Option<(u32, NaiveDate)> {
        self.days_from(from).find(|(_, of_series)| *of_series >= day)
    }

    fn days_from(self, from: u32) -> impl Iterator<Item = (u32, NaiveDate)> {
        (from..).map_while(move |position| Some((position, self.day(position)?)))
    }

    /// A rule from a day on. `next`: the position of the next occurrence, which comes on the first day of the rule that is after `after`.
    /// `day_of_month`, 1 to 31: the day on which months and years are counted, of which `day` may be what a shorter month has.
    #[must_use]
    pub fn counted_from(rule: Recurrence, (day, day_of_month): (NaiveDate, u32), next: u32, after: NaiveDate) -> Self {
        let first_on = rule.unclamped(day, day_of_month).unwrap_or(day);
        let steps = (1..).find(|steps| rule.step(first_on, *steps).is_none_or(|of_rule| of_rule > after)).unwrap_or(1);
        let first_position = i64::from(next) - i64::from(steps);
        Self { rule, first_on, first_position: i32::try_from(first_position).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests;
