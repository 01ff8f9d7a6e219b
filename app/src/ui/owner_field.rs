//! The owner of a record as a field of its form.

use super::{
    form::{Choice, Field, select_field},
    markup::{IntoMarkup, Markup},
};
use crate::request::{PageError, RequestContext};
use domain::{forms::FormErrors, ids::UserId};

/// Members who can own a record, and its present owner.
pub struct OwnerChoices {
    owners: Vec<(UserId, String)>,
}

impl OwnerChoices {
    /// Loads the members. `current`: the owner of a saved record, who is offered even if they are no longer a member.
    pub async fn load(ctx: &RequestContext, current: Option<(UserId, &str)>) -> Result<Self, PageError> {
        let members = ctx.store().members(&ctx.actor()).await?;
        let mut owners: Vec<_> =
            members.into_iter().filter(|member| member.role.can_own_records()).map(|member| (member.user_id, member.name)).collect();
        if let Some((id, name)) = current.filter(|(id, _)| owners.iter().all(|(owner, _)| owner != id)) {
            owners.push((id, name.to_owned()));
        }
        Ok(Self { owners })
    }

    /// The name of an owner by the id in a form.
    pub fn name(&self, id: &str) -> String {
        self.owners.iter().find(|(owner, _)| owner.to_string() == id).map_or_else(|| "nobody".to_owned(), |(_, name)| name.clone())
    }

    /// The field; nothing where there is no choice: a form without an owner makes a record the user's own, and leaves that of a saved one.
    /// `value`: of the form; empty for the user's own.
    pub fn field(self, ctx_user: UserId, value: &str, errors: &FormErrors) -> Markup {
        let value = if value.is_empty() { ctx_user.to_string() } else { value.to_owned() };
        if self.owners.len() < 2 && errors.get("owner_id").is_none() {
            return ().into_markup();
        }
        let choices: Vec<Choice> = self.owners.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        select_field(Field::new("owner_id", "Owner").value(value), choices, errors)
    }
}
