//! Primary contacts of a company: what saving one asks, and what the answer changes.

use super::{
    detail::{Person, level_of},
    rows::{derived_columns_of, name_order, save},
};
use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{sql::sql, write::WorkspaceTx},
    entity::contact,
    error::authorize,
};
use domain::{
    access::{Actor, Entity, Verb},
    contacts::{AuthorityAt, AuthorityLevel, ContactDraft, PrimaryAnswer, PrimaryQuestion},
    forms::FormErrors,
    ids::{CompanyId, ContactId, UserId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

/// A question about primary contacts, with the names to ask it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPrimary {
    /// The question.
    pub question: PrimaryQuestion,
    /// The name of its company.
    pub company_name: String,
    /// The other primary contacts there, by name.
    pub others: Vec<Person>,
    /// Whether the actor may make them secondary.
    pub may_replace: bool,
}

impl Store {
    /// The question that saving a contact would raise now; `None` if there is none, or no such company.
    ///
    /// - `contact`: the contact; `None` for a new one.
    /// - `after`: its authority as it is to be saved.
    pub async fn primary_question(
        &self,
        actor: &Actor,
        contact: Option<ContactId>,
        after: AuthorityAt,
    ) -> Result<Option<AskedPrimary>, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        let (db, workspace_id) = (self.read(), actor.workspace_id.0);
        let Some(company) = after.company_id else { return Ok(None) };
        let before = match contact {
            Some(id) => contact::Entity::find_by_id((workspace_id, id.0)).one(db).await?,
            None => None,
        };
        let others = primaries_at(db, workspace_id, company, contact).await?;
        let question = PrimaryQuestion::of(authority_of(before.as_ref())?, after, ids(&others));
        let Some((question, company_name)) = question.zip(company_name(db, workspace_id, company).await?) else { return Ok(None) };
        let may_replace = others.iter().all(|other| actor.may_with(Verb::Update, Entity::Contact, UserId(other.owner_id)));
        let others = others.into_iter().map(|other| Person { id: ContactId(other.id), name: other.name }).collect();
        Ok(Some(AskedPrimary { question, company_name, others, may_replace }))
    }
}

/// Carries out the answer that a draft gives to the question it raises. `row`: the saved contact; `None` for a new one.
///
/// # Errors
/// [`StoreError::Question`] at `primary_choice` without an answer, [`StoreError::Denied`] if the actor may not change another contact that
/// the answer changes.
pub(super) async fn settle(tx: &mut WorkspaceTx, row: Option<&contact::Model>, draft: &mut ContactDraft) -> Result<(), StoreError> {
    let Some(company) = draft.company_id.filter(|_| draft.authority_level == Some(AuthorityLevel::Primary)) else { return Ok(()) };
    let others = primaries_at(&tx.db, tx.workspace_id(), company, row.map(|row| ContactId(row.id))).await?;
    let after = AuthorityAt { level: draft.authority_level, company_id: draft.company_id };
    let question = PrimaryQuestion::of(authority_of(row)?, after, ids(&others));
    let Some(question) = question else { return Ok(()) };
    match question.answer_in(&draft.primary_choice) {
        None => return Err(StoreError::Question(FormErrors::of("primary_choice", "Choose who is primary here"))),
        Some(PrimaryAnswer::Keep) => {}
        Some(PrimaryAnswer::StepDown) => draft.authority_level = None,
        Some(PrimaryAnswer::Replace) => {
            let company_name = company_name(&tx.db, tx.workspace_id(), company).await?;
            for other in others {
                make_secondary(tx, other, company_name.as_deref()).await?;
            }
        }
    }
    Ok(())
}

async fn make_secondary(tx: &mut WorkspaceTx, row: contact::Model, company_name: Option<&str>) -> Result<(), StoreError> {
    if !tx.actor.may_with(Verb::Update, Entity::Contact, UserId(row.owner_id)) {
        return Err(StoreError::Denied);
    }
    let level = AuthorityLevel::Secondary.slug();
    let next = contact::Model { authority_level: Some(level.to_owned()), ..row.clone() };
    let changes = contact::ActiveModel {
        authority_level: Set(next.authority_level.clone()),
        version: Set(row.version + 1),
        updated_at: Set(tx.now),
        ..derived_columns_of(&next, company_name, name_order(tx).await?)?.into()
    };
    save(tx, &row, changes).await?;
    let (before, after) = (json!({ "authority_level": row.authority_level }), json!({ "authority_level": level }));
    tx.audit(Change { action: "update", entity: Entity::Contact.noun(), id: row.id, before: Some(before), after: Some(after) }).await
}

/// The primary contacts of a company, without `except`, by name.
async fn primaries_at(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    company: CompanyId,
    except: Option<ContactId>,
) -> Result<Vec<contact::Model>, StoreError> {
    use contact::Column as C;
    let mut query = contact::Entity::find()
        .filter(C::WorkspaceId.eq(workspace_id))
        .filter(C::CompanyId.eq(company.0))
        .filter(C::AuthorityLevel.eq(AuthorityLevel::Primary.slug()))
        .filter(C::DeletedAt.is_null());
    if let Some(except) = except {
        query = query.filter(C::Id.ne(except.0));
    }
    Ok(query.order_by_asc(C::NameKey).order_by_asc(C::Id).all(db).await?)
}

/// The name of a company that is not in the bin.
async fn company_name(db: &impl ConnectionTrait, workspace_id: Uuid, company: CompanyId) -> Result<Option<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Named {
        name: String,
    }
    let statement = sql(
        "SELECT name FROM companies WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL",
        [workspace_id.into(), company.0.into()],
    );
    Ok(statement.one::<Named>(db).await?.map(|row| row.name))
}

fn authority_of(row: Option<&contact::Model>) -> Result<Option<AuthorityAt>, StoreError> {
    row.map(|row| Ok(AuthorityAt { level: level_of(row.authority_level.clone())?, company_id: row.company_id.map(CompanyId) })).transpose()
}

fn ids(rows: &[contact::Model]) -> Vec<ContactId> {
    rows.iter().map(|row| ContactId(row.id)).collect()
}
