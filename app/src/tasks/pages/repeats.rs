//! How a task repeats: the fields of its form, and what its page and lists show of it.

use crate::{
    request::RequestContext,
    tasks::actions::{RepeatAgain, StopRepeating},
    ui::{
        form::{Choice, Field, error_line, select_field, shown_to, text_field},
        icon,
        markup::{IntoMarkup, Markup},
        record::detail_item,
        times,
    },
};
use domain::{
    forms::FormErrors,
    ids::TaskId,
    tasks::{AppliesTo, END_TIMES, END_UNTIL, REPEAT_NEVER, Recurrence, RepeatEnd, RepeatMode, RepeatUnit, TaskForm},
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::tasks::{SeriesOfTask, SeriesState};

/// A field's name and label.
type Label = (&'static str, &'static str);

pub(super) const APPLIES_TO: Label = ("applies_to", "Change");
pub(super) const REPEAT: Label = ("repeat", "Repeats");
pub(super) const REPEAT_EVERY: Label = ("repeat_every", "Every");
pub(super) const REPEAT_MODE: Label = ("repeat_mode", "The next one comes");
pub(super) const REPEAT_END: Label = ("repeat_end", "Ends");
pub(super) const REPEAT_UNTIL: Label = ("repeat_until", "Last day");
pub(super) const REPEAT_TIMES: Label = ("repeat_times", "Times in all");

/// The choices of when a series ends.
const ENDS: [(&str, &str); 3] = [(REPEAT_NEVER, "Never"), (END_UNTIL, "On a day"), (END_TIMES, "After a number of times")];

/// The group of fields. The style sheet hides those that don't count with what is chosen.
pub(super) fn repeats_fields(values: &TaskForm, errors: &FormErrors) -> Markup {
    let field = |(name, label): Label, value: &str| Field::new(name, label).value(value);
    let or = |value: &str, default: &str| if value.is_empty() { default.to_owned() } else { value.to_owned() };
    let units = RepeatUnit::ALL.map(|unit| (unit.slug(), unit.label()));
    let repeats = choices([(REPEAT_NEVER, "Does not repeat")].into_iter().chain(units));
    let modes = choices(RepeatMode::ALL.map(|mode| (mode.slug(), mode.label())));
    let every = field(REPEAT_EVERY, &or(&values.repeat_every, "1")).kind("number").hint("2: every second day, week, month or year");
    let times = field(REPEAT_TIMES, &values.repeat_times).kind("number").hint("Counted from the first one");
    view! {
        <fieldset class="repeats grid items-start gap-5 sm:col-span-2 sm:grid-cols-2">
            <legend class="sr-only">"Recurrence"</legend>
            {select_field(field(REPEAT, &or(&values.repeat, REPEAT_NEVER)), repeats, errors)}
            {text_field(every, errors)}
            {select_field(field(REPEAT_MODE, &or(&values.repeat_mode, RepeatMode::Calendar.slug())), modes, errors)}
            {select_field(field(REPEAT_END, &or(&values.repeat_end, REPEAT_NEVER)), choices(ENDS), errors)}
            {text_field(field(REPEAT_UNTIL, &values.repeat_until).kind("date"), errors)}
            {text_field(times, errors)}
        </fieldset>
    }
    .into_markup()
}

fn choices(all: impl IntoIterator<Item = (&'static str, &'static str)>) -> Vec<Choice> {
    all.into_iter().map(|(value, label)| (value.to_owned(), label.to_owned())).collect()
}

/// The question which tasks of a series are changed.
pub(super) fn applies_to_field(chosen: &str, errors: &FormErrors) -> Markup {
    let (name, label) = APPLIES_TO;
    let chosen = AppliesTo::parse(chosen).unwrap_or_default();
    let choices = AppliesTo::ALL
        .map(|choice| {
            let id = format!("{name}-{}", choice.slug());
            view! {
                <label class="flex items-center gap-2">
                    <input type="radio" class="input" id=id name=name value=choice.slug() checked=choice == chosen/>
                    {choice.label()}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset id=name class="flex flex-col gap-2 sm:col-span-2" aria-describedby=format!("{name}-error {name}-hint")>
            <legend class="mb-2 text-sm font-medium">{label}</legend>
            <div class="flex flex-wrap gap-x-5 gap-y-2">{choices}</div>
            {error_line(name, errors)}
            <p id=format!("{name}-hint") class="text-muted-foreground">"Later ones that are there already keep their days. How it repeats is changed with all later ones."</p>
        </fieldset>
    }
    .into_markup()
}

/// Fills in the fields of a rule.
pub(super) fn set_rule(form: &mut TaskForm, rule: Recurrence) {
    form.repeat = rule.unit.slug().to_owned();
    form.repeat_every = rule.every.to_string();
    form.repeat_mode = rule.mode.slug().to_owned();
    form.repeat_end = REPEAT_NEVER.to_owned();
    match rule.end {
        RepeatEnd::Never => {}
        RepeatEnd::Until(day) => {
            form.repeat_end = END_UNTIL.to_owned();
            form.repeat_until = day.to_string();
        }
        RepeatEnd::Times(times) => {
            form.repeat_end = END_TIMES.to_owned();
            form.repeat_times = times.to_string();
        }
    }
}

/// The label of a field's value, for a comparison of two versions; `None` for another field and for what is shown as it is.
pub(super) fn value_label(field: &str, value: &str) -> Option<String> {
    let label = match field {
        "repeat" if value == REPEAT_NEVER => "Does not repeat",
        "repeat" => RepeatUnit::from_slug(value)?.label(),
        "repeat_mode" => RepeatMode::from_slug(value)?.label(),
        "repeat_end" => ENDS.into_iter().find(|(slug, _)| *slug == value)?.1,
        "applies_to" => AppliesTo::parse(value).ok()?.label(),
        _ => return None,
    };
    Some(label.to_owned())
}

/// The rule of a code of the log, in words.
pub(crate) fn rule_words(code: &str) -> Option<String> {
    Recurrence::from_code(code).map(Recurrence::words)
}

/// The sign of a task that repeats.
pub(crate) fn repeats_sign() -> Markup {
    view! { <span class="repeats-sign" title="Repeats">{icon("repeat", "size-3.5")}<span class="sr-only">"Repeats"</span></span> }
        .into_markup()
}

/// What the page of a task shows of its series, among its details.
pub(super) fn series_items(ctx: &RequestContext, series: &SeriesOfTask) -> Markup {
    let is_active = series.state == SeriesState::Active;
    let state = match series.state {
        SeriesState::Active => None,
        SeriesState::Finished => Some("No more to come"),
        SeriesState::Stopped => Some("Stopped"),
    };
    let link = |id: TaskId, words: &'static str| view! { <a class="underline" href=format!("/tasks/{id}")>{words}</a> };
    let others = (series.previous.is_some() || series.next.is_some()).then(|| {
        let links = view! {
            <span class="flex flex-wrap gap-x-3">
                {series.previous.map(|id| link(id, "The one before"))}
                {series.next.map(|id| link(id, "The one after"))}
            </span>
        };
        detail_item("In the series", links)
    });
    let comes = if is_active { series.comes_on.map(|day| times::short_date(day, ctx.today())) } else { None };
    let label = if is_active { "Repeats" } else { "Repeated" };
    view! {
        {detail_item(label, view! { {series.rule.words()}{state.map(|state| view! { " "<span class="chip">{state}</span> })} })}
        {comes.map(|day| detail_item("Next one", format!("Comes on {day}")))}
        {others}
    }
    .into_markup()
}

/// The button that stops the series of the task at `path`, or takes it up again; `None` if the rule is at its end.
pub(super) fn series_button(path: &str, series: &SeriesOfTask) -> Option<Markup> {
    let (to, function, drawing, verb) = match series.state {
        SeriesState::Active => ("stop-repeating", StopRepeating::PATH, icon("circle-stop", "size-4").into_markup(), "Stop repeating"),
        SeriesState::Stopped => ("repeat-again", RepeatAgain::PATH, icon("repeat", "size-4").into_markup(), "Repeat again"),
        SeriesState::Finished => return None,
    };
    let form = view! { <form method="post" action=format!("{path}/{to}") data-function=function>{shown_to()}<button>{drawing}{verb}</button></form> };
    Some(form.into_markup())
}
