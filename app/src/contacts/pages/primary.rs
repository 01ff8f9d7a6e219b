//! The question who is primary at a company, in the form that raised it.

use crate::{
    request::{PageError, RequestContext, ShownForm, submitted_form::SubmittedForm},
    ui::form::error_line,
};
use domain::{
    contacts::{AuthorityAt, AuthorityLevel, ContactForm, PrimaryAnswer},
    forms::FormErrors,
    ids::ContactId,
};
use leptos::prelude::*;
use store::contacts::AskedPrimary;

/// The question of a refused form, as things are now; `None` if the form was not refused for it. `contact`: `None` for a new one.
pub(super) async fn primary_question(
    ctx: &RequestContext,
    contact: Option<ContactId>,
    form: &ShownForm<SubmittedForm<ContactForm>>,
) -> Result<Option<AskedPrimary>, PageError> {
    if form.errors.get("primary_choice").is_none() {
        return Ok(None);
    }
    let values = &form.values.form;
    let after = AuthorityAt { level: AuthorityLevel::from_slug(&values.authority_level), company_id: values.company_id.parse().ok() };
    Ok(ctx.store().primary_question(&ctx.actor(), contact, after).await?)
}

/// The question with its answers.
pub(super) fn ask(asked: AskedPrimary, values: &ContactForm, errors: &FormErrors) -> impl IntoView + use<> {
    let AskedPrimary { question, company_name, others, may_replace } = asked;
    let count = others.len();
    let names = others.iter().map(|other| other.name.clone()).collect::<Vec<_>>().join(", ");
    let links = others
        .into_iter()
        .enumerate()
        .map(|(place, other)| {
            let comma = (place > 0).then_some(", ");
            view! { {comma}<a class="underline" href=format!("/contacts/{}", other.id)>{other.name}</a> }
        })
        .collect_view();
    let href = format!("/companies/{}", question.company_id);
    let company = || view! { <a class="underline" href=href.clone()>{company_name.clone()}</a> };
    let moves = question.moves.then(|| view! { <p>"This contact comes to "{company()}" as primary decision-maker."</p> });
    let verb = if count == 1 { " is primary decision-maker at " } else { " are primary decision-makers at " };
    let present = (count > 0).then(|| view! { <p>{links}{verb}{company()}" already."</p> });
    let options = question
        .answers()
        .filter(|answer| may_replace || *answer != PrimaryAnswer::Replace)
        .map(|answer| {
            let label = match (answer, count) {
                (PrimaryAnswer::Replace, _) => format!("Make {names} secondary"),
                (PrimaryAnswer::Keep, 0) => format!("Primary at {company_name}"),
                (PrimaryAnswer::Keep, 1) => "Keep both as primary".to_owned(),
                (PrimaryAnswer::Keep, _) => "Keep all as primary".to_owned(),
                (PrimaryAnswer::StepDown, _) => "No longer primary".to_owned(),
            };
            let value = question.value_of(answer);
            let checked = value == values.primary_choice;
            view! {
                <label class="flex cursor-pointer items-center gap-2">
                    <input type="radio" class="input" name="primary_choice" value=value checked=checked/>
                    <span class="min-w-0 break-words">{label}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset id="primary_choice" tabindex="-1" class="field sm:col-span-2" aria-describedby="primary_choice-words primary_choice-error">
            <legend class="text-sm font-medium">"Primary decision-maker"</legend>
            <div id="primary_choice-words">{moves}{present}</div>
            {options}
            {error_line("primary_choice", errors)}
        </fieldset>
    }
}
