//! The field that asks who owns the records of a member who goes.

use crate::{
    request::{PageError, RequestContext},
    ui::{
        form::{Choice, Field, select_field},
        markup::Markup,
        pluralize,
    },
};
use domain::{forms::FormErrors, ids::UserId, members::RemovalForm};
use store::members::OWNED_COUNT_MAX;

/// A select of the members who may own records. Without a record to decide about, "nobody" is chosen.
pub async fn records_to_field(ctx: &RequestContext, from: UserId, value: String, errors: &FormErrors) -> Result<Markup, PageError> {
    let actor = ctx.actor();
    let (owned, members) = (ctx.store().owned_records(&actor, from).await?, ctx.store().members(&actor).await?);
    let value = if value.is_empty() && owned == 0 { RemovalForm::NOBODY.to_owned() } else { value };
    let heirs = members.into_iter().filter(|member| member.user_id != from && member.role.can_own_records());
    let choices: Vec<Choice> =
        [(String::new(), "Choose…".to_owned()), (RemovalForm::NOBODY.to_owned(), "Nobody: the name stays".to_owned())]
            .into_iter()
            .chain(heirs.map(|member| (member.user_id.to_string(), member.name)))
            .collect();
    let hint = match owned {
        0 => "There are no companies, contacts, deals, activities or tasks to hand over.".to_owned(),
        owned => format!(
            "{}{}. Many take a while to be handed over.",
            if owned >= OWNED_COUNT_MAX { "At least " } else { "" },
            pluralize(owned.min(OWNED_COUNT_MAX), "record", "records")
        ),
    };
    let field = Field::new("records_to", "Who owns the records from now on").value(value).hint(hint).required();
    Ok(select_field(field, choices, errors))
}
