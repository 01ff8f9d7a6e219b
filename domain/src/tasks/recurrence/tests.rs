use super::*;
use crate::{tasks::Due, time_zones::TimeZone};
use calcard::{common::timezone::Tz, icalendar::ICalendar};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn rule(every: u16, unit: RepeatUnit) -> Recurrence {
    Recurrence { every, unit, end: RepeatEnd::Never, mode: RepeatMode::Calendar }
}

fn series(rule: Recurrence, first: &str) -> CalendarDays {
    CalendarDays { rule, first_on: day(first), first_position: 0 }
}

fn days(series: CalendarDays, from: u32, count: usize) -> Vec<String> {
    series.days_from(from).take(count).map(|(_, day)| day.to_string()).collect()
}

/// The days up to `last` by calcard, an implementation of RFC 5545 that shares no code with ours.
fn by_calcard(rule: Recurrence, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let every = rule.every;
    // RFC 5545 leaves days out that a month doesn't have; the last one of these is ours.
    let up_to = |last: u32| (28..=last).map(|day| day.to_string()).collect::<Vec<_>>().join(",");
    let by_day = match rule.unit {
        RepeatUnit::Days => format!("DAILY;INTERVAL={every}"),
        RepeatUnit::Weeks => format!("WEEKLY;INTERVAL={every}"),
        RepeatUnit::Months if first.day() > 28 => format!("MONTHLY;INTERVAL={every};BYMONTHDAY={};BYSETPOS=-1", up_to(first.day())),
        RepeatUnit::Months => format!("MONTHLY;INTERVAL={every}"),
        RepeatUnit::Years if (first.month(), first.day()) == (2, 29) => {
            format!("YEARLY;INTERVAL={every};BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1")
        }
        RepeatUnit::Years => format!("YEARLY;INTERVAL={every}"),
    };
    let end = match rule.end {
        RepeatEnd::Never => format!(";UNTIL={}", last.format("%Y%m%dT235959Z")),
        RepeatEnd::Until(day) => format!(";UNTIL={}", day.min(last).format("%Y%m%dT235959Z")),
        RepeatEnd::Times(times) => format!(";COUNT={times}"),
    };
    let text = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:{}T120000Z\r\nDURATION:PT1H\r\nRRULE:FREQ={by_day}{end}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        first.format("%Y%m%d")
    );
    let calendar = ICalendar::parse(&text).expect("a calendar");
    let expanded = calendar.expand_dates(Tz::UTC, 10_000);
    assert_eq!(expanded.errors, [], "{text}");
    let mut days: Vec<NaiveDate> = expanded.events.iter().map(|event| event.start.date_naive()).filter(|day| *day <= last).collect();
    days.sort_unstable();
    days
}

const TWENTY_YEARS: u32 = 20 * 12;

fn agrees_over_20_years(rule: Recurrence, first: NaiveDate) {
    let last = first + Months::new(TWENTY_YEARS);
    let series = CalendarDays { rule, first_on: first, first_position: 0 };
    let ours: Vec<NaiveDate> = series.days_from(0).map(|(_, day)| day).take_while(|day| *day <= last).collect();
    assert_eq!(ours, by_calcard(rule, first, last), "{} from {first}", rule.words());
}

#[test]
fn twenty_years_of_every_first_day_agree_with_an_independent_implementation() {
    // Every day of two years, of which one is a leap year.
    for first in day("2027-01-01").iter_days().take(366 + 365) {
        for unit in [RepeatUnit::Months, RepeatUnit::Years] {
            agrees_over_20_years(rule(1, unit), first);
        }
    }
    for (first, every, unit) in [
        ("2027-03-27", 1, RepeatUnit::Days),
        ("2028-02-29", 3, RepeatUnit::Days),
        ("2027-12-31", 1, RepeatUnit::Weeks),
        ("2027-01-31", 5, RepeatUnit::Months),
        ("2028-02-29", 4, RepeatUnit::Years),
    ] {
        agrees_over_20_years(rule(every, unit), day(first));
    }
}

proptest! {
    #[test]
    fn any_series_agrees_with_an_independent_implementation_over_20_years(
        first in 0_u64..3_000,
        every in 1_u16..40,
        unit in proptest::sample::select(&RepeatUnit::ALL[..]),
        end in prop_oneof![
            Just(RepeatEnd::Never),
            (0_u64..7_000).prop_map(|days| RepeatEnd::Until(day("2026-11-28") + Days::new(3_000 + days))),
            (1_u16..200).prop_map(RepeatEnd::Times),
        ],
    ) {
        agrees_over_20_years(Recurrence { end, ..rule(every, unit) }, day("2026-11-28") + Days::new(first));
    }

    #[test]
    fn a_code_reads_back_as_written(
        every in 1_u16..=REPEAT_EVERY_MAX,
        unit in proptest::sample::select(&RepeatUnit::ALL[..]),
        mode in proptest::sample::select(&RepeatMode::ALL[..]),
        end in prop_oneof![
            Just(RepeatEnd::Never),
            (0_u64..50_000).prop_map(|days| RepeatEnd::Until(day("2026-11-28") + Days::new(days))),
            (1_u16..=REPEAT_TIMES_MAX).prop_map(RepeatEnd::Times),
        ],
    ) {
        let rule = Recurrence { every, unit, end, mode };
        prop_assert_eq!(Recurrence::from_code(&rule.code()), Some(rule));
    }

    #[test]
    fn the_latest_is_the_last_one_that_is_not_ahead(from in 0_u32..50, ahead in 0_u64..4_000, every in 1_u16..10) {
        let series = series(rule(every, RepeatUnit::Weeks), "2026-11-28");
        let today = day("2026-11-28") + Days::new(ahead);
        let due: Vec<_> = (from..1_000).filter_map(|position| Some((position, series.day(position)?))).filter(|(_, day)| *day <= today).collect();
        prop_assert_eq!(series.latest(from, today), due.last().copied());
        let next = (from..1_000).filter_map(|position| Some((position, series.day(position)?))).find(|(_, day)| *day >= today);
        prop_assert_eq!(series.first_from(from, today), next);
    }
}

#[test]
fn the_31st_and_29_february_fall_on_the_last_day_and_come_back() {
    let monthly = days(series(rule(1, RepeatUnit::Months), "2027-01-31"), 0, 6);
    assert_eq!(monthly, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]);
    let yearly = days(series(rule(1, RepeatUnit::Years), "2028-02-29"), 0, 5);
    assert_eq!(yearly, ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]);
}

#[test]
fn a_series_ends_after_its_day_or_its_number() {
    let until = Recurrence { end: RepeatEnd::Until(day("2027-01-15")), ..rule(1, RepeatUnit::Weeks) };
    assert_eq!(days(series(until, "2027-01-01"), 0, 9), ["2027-01-01", "2027-01-08", "2027-01-15"]);
    let twice = Recurrence { end: RepeatEnd::Times(2), ..rule(1, RepeatUnit::Weeks) };
    assert_eq!(days(series(twice, "2027-01-01"), 0, 9), ["2027-01-01", "2027-01-08"]);
    assert_eq!(series(twice, "2027-01-01").latest(1, day("2030-01-01")), Some((1, day("2027-01-08"))), "the last one was missed");
    assert_eq!(series(twice, "2027-01-01").latest(2, day("2030-01-01")), None);
    assert_eq!(series(rule(1, RepeatUnit::Years), "2198-06-01").day(3), None, "after the year 2200");
}

#[test]
fn from_completion_the_day_is_counted_from_the_one_on_which_it_was_done() {
    let completion = |every, unit, end| Recurrence { every, unit, end, mode: RepeatMode::Completion };
    let next = |rule: Recurrence, done: &str, position| rule.after_completion(day(done), position).map(|day| day.to_string());
    assert_eq!(next(completion(2, RepeatUnit::Weeks, RepeatEnd::Never), "2027-01-05", 1).as_deref(), Some("2027-01-19"));
    assert_eq!(next(completion(1, RepeatUnit::Months, RepeatEnd::Never), "2027-01-31", 1).as_deref(), Some("2027-02-28"));
    assert_eq!(next(completion(1, RepeatUnit::Days, RepeatEnd::Times(3)), "2027-01-05", 2).as_deref(), Some("2027-01-06"));
    assert_eq!(next(completion(1, RepeatUnit::Days, RepeatEnd::Times(3)), "2027-01-05", 3), None);
    assert_eq!(next(completion(1, RepeatUnit::Days, RepeatEnd::Until(day("2027-01-05"))), "2027-01-05", 1), None);
}

#[test]
fn the_local_hour_stays_over_changes_of_the_clocks() {
    let berlin = TimeZone::from_name("Europe/Berlin").expect("a zone");
    let due = |on: &str, time: &str| match Due::on(day(on), Some(time.parse().expect("a time")), berlin) {
        Due::Time(at) => at.to_rfc3339(),
        Due::Day(day) => panic!("{day} at no time"),
    };
    let of = |first: &str| days(series(rule(1, RepeatUnit::Days), first), 0, 3).iter().map(|on| due(on, "21:00:00")).collect::<Vec<_>>();
    assert_eq!(of("2027-03-27"), ["2027-03-27T20:00:00+00:00", "2027-03-28T19:00:00+00:00", "2027-03-29T19:00:00+00:00"]);
    assert_eq!(of("2027-10-30"), ["2027-10-30T19:00:00+00:00", "2027-10-31T20:00:00+00:00", "2027-11-01T20:00:00+00:00"]);
    // 02:30 doesn't exist on 28 March, and comes twice on 31 October.
    assert_eq!(due("2027-03-28", "02:30:00"), "2027-03-28T01:30:00+00:00");
    assert_eq!(due("2027-10-31", "02:30:00"), "2027-10-31T00:30:00+00:00");
}

#[test]
fn a_changed_rule_goes_on_after_what_was_made() {
    // Weekly until now, made up to position 3 on 22 January; from position 1, on the 8th, every three days.
    let three_days = rule(3, RepeatUnit::Days);
    let changed = CalendarDays::counted_from(three_days, (day("2027-01-08"), 8), 4, day("2027-01-22"));
    assert_eq!(days(changed, 4, 2), ["2027-01-23", "2027-01-26"]);
    // The task itself is the last one: the next is one step later.
    let changed = CalendarDays::counted_from(three_days, (day("2027-01-08"), 8), 2, day("2027-01-08"));
    assert_eq!((changed.day(1), changed.day(2)), (Some(day("2027-01-08")), Some(day("2027-01-11"))));
    let changed = CalendarDays::counted_from(rule(1, RepeatUnit::Days), (day("2027-01-08"), 8), 4, day("2027-01-22"));
    assert_eq!(days(changed, 4, 2), ["2027-01-23", "2027-01-24"]);
}

#[test]
fn a_changed_rule_keeps_the_day_of_the_month() {
    let from = |every, unit, first: &str, day_of_month| {
        let first = day(first);
        days(CalendarDays::counted_from(rule(every, unit), (first, day_of_month), 1, first), 1, 4)
    };
    assert_eq!(from(2, RepeatUnit::Months, "2027-02-28", 31), ["2027-04-30", "2027-06-30", "2027-08-31", "2027-10-31"]);
    assert_eq!(from(3, RepeatUnit::Months, "2027-02-28", 31), ["2027-05-31", "2027-08-31", "2027-11-30", "2028-02-29"]);
    assert_eq!(from(1, RepeatUnit::Months, "2027-02-28", 30), ["2027-03-30", "2027-04-30", "2027-05-30", "2027-06-30"]);
    assert_eq!(from(1, RepeatUnit::Years, "2027-02-28", 29), ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28"]);
    // No February has a 31st, and weeks have no day of the month.
    assert_eq!(from(12, RepeatUnit::Months, "2027-02-28", 31), ["2028-02-28", "2029-02-28", "2030-02-28", "2031-02-28"]);
    assert_eq!(from(1, RepeatUnit::Weeks, "2027-02-28", 31), ["2027-03-07", "2027-03-14", "2027-03-21", "2027-03-28"]);
}

#[test]
fn rules_are_said_in_words() {
    let until = RepeatEnd::Until(day("2027-11-30"));
    for (every, unit, mode, end, words) in [
        (1, RepeatUnit::Days, RepeatMode::Calendar, RepeatEnd::Never, "Every day"),
        (2, RepeatUnit::Weeks, RepeatMode::Calendar, until, "Every 2 weeks until 30 Nov 2027"),
        (1, RepeatUnit::Months, RepeatMode::Completion, RepeatEnd::Times(12), "1 month after it is done, 12 times"),
        (3, RepeatUnit::Years, RepeatMode::Completion, RepeatEnd::Times(1), "3 years after it is done, once"),
    ] {
        assert_eq!(Recurrence { every, unit, end, mode }.words(), words);
    }
}

fn form() -> TaskForm {
    TaskForm { title: "Gọi lại".into(), due_on: "2027-01-31".into(), repeat: "months".into(), ..TaskForm::default() }
}

fn parsed(form: TaskForm) -> Result<RepeatChoice, FormErrors> {
    form.parse(|local| Some(local.and_utc())).map(|draft| draft.repeat)
}

#[test]
fn a_form_says_how_a_task_repeats() {
    assert_eq!(parsed(form()), Ok(RepeatChoice::By(rule(1, RepeatUnit::Months))));
    assert_eq!(parsed(TaskForm { repeat: String::new(), ..form() }), Ok(RepeatChoice::Unchanged));
    // What stands beside it doesn't matter then.
    assert_eq!(parsed(TaskForm { repeat: REPEAT_NEVER.into(), repeat_every: "x".into(), ..form() }), Ok(RepeatChoice::Never));
    let full = TaskForm {
        repeat_every: " 2 ".into(),
        repeat_mode: "completion".into(),
        repeat_end: END_UNTIL.into(),
        repeat_until: "2027-12-31".into(),
        repeat_times: "x".into(),
        ..form()
    };
    let rule = Recurrence { every: 2, unit: RepeatUnit::Months, end: RepeatEnd::Until(day("2027-12-31")), mode: RepeatMode::Completion };
    assert_eq!(parsed(full.clone()), Ok(RepeatChoice::By(rule)));
    let times = TaskForm { repeat_end: END_TIMES.into(), repeat_times: "12".into(), ..full };
    assert_eq!(parsed(times), Ok(RepeatChoice::By(Recurrence { end: RepeatEnd::Times(12), ..rule })));
}

#[test]
fn each_wrong_field_of_a_recurrence_has_its_message() {
    let fields = |form: TaskForm| -> Vec<String> { parsed(form).expect_err("refused").iter().map(|error| error.field.clone()).collect() };
    assert_eq!(fields(TaskForm { due_on: String::new(), ..form() }), ["due_on"]);
    assert_eq!(fields(TaskForm { repeat: "hourly".into(), ..form() }), ["repeat"]);
    for every in ["0", "1000", "-1", "1.5", "two"] {
        assert_eq!(fields(TaskForm { repeat_every: every.into(), ..form() }), ["repeat_every"], "{every}");
    }
    assert_eq!(fields(TaskForm { repeat_mode: "never".into(), ..form() }), ["repeat_mode"]);
    assert_eq!(fields(TaskForm { repeat_end: "soon".into(), ..form() }), ["repeat_end"]);
    assert_eq!(fields(TaskForm { applies_to: "all".into(), ..form() }), ["applies_to"]);
    let until = |until: &str| TaskForm { repeat_end: END_UNTIL.into(), repeat_until: until.into(), ..form() };
    for wrong in ["", "31/12/2027", "2027-01-30"] {
        assert_eq!(fields(until(wrong)), ["repeat_until"], "{wrong}");
    }
    // One occurrence may be put off past the last day. A task that begins to repeat may not be past it.
    let saved = TaskForm { version: "2".into(), ..until("2027-01-30") };
    assert_eq!(fields(saved.clone()), ["repeat_until"]);
    let single = TaskForm { series_version: "1".into(), ..saved };
    assert!(parsed(single.clone()).is_ok());
    assert_eq!(fields(TaskForm { series_version: "x".into(), ..form() }), ["applies_to"]);
    assert_eq!(fields(TaskForm { applies_to: "later".into(), ..single }), ["repeat_until"]);
    for times in ["", "0", "1000", "x"] {
        assert_eq!(fields(TaskForm { repeat_end: END_TIMES.into(), repeat_times: times.into(), ..form() }), ["repeat_times"], "{times}");
    }
}
