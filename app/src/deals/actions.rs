//! The forms of `/deals`.

use super::pages::query_of;
use crate::{
    requests::{DeleteForm, Id, NoFields, version_of},
    settings::bin,
    ui::{counted, list::url_of, typed::Typed},
    visit::{FormResult, Visit},
};
use axum_extra::extract::Form;
use domain::{
    deals::{BulkChange, BulkForm, DealForm, MoveForm},
    forms::FormErrors,
    ids::DealId,
};
use store::{
    StoreError,
    deals::{BulkDone, Refused},
};

/// What somebody is told whose record was changed by somebody else meanwhile.
const CHANGED: &str = "Somebody else changed it meanwhile. Look at it as it is now, then send this again.";

/// `POST /deals/new`
pub async fn create(visit: Visit, Form(pairs): Form<Vec<(String, String)>>) -> FormResult {
    let (typed, looks) = Typed::<DealForm>::read(pairs)?;
    if looks {
        return visit.refuse(&typed, FormErrors::default()).await;
    }
    let draft = match typed.form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&typed, errors).await,
    };
    let name = draft.name.clone();
    match visit.once(&typed.form, &typed.form.form_key).create_deal(&visit.actor(), draft).await {
        Ok(id) => visit.done(&format!("/deals/{id}"), format!("{name} was created")).await,
        Err(error) => visit.refused_by_store(&typed, error).await,
    }
}

/// `POST /deals/{id}/edit`
pub async fn update(visit: Visit, Id(id): Id<DealId>, Form(pairs): Form<Vec<(String, String)>>) -> FormResult {
    let (typed, looks) = Typed::<DealForm>::read(pairs)?;
    if looks {
        return visit.refuse(&typed, FormErrors::default()).await;
    }
    let version = version_of(&typed.form.version)?;
    let draft = match typed.form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&typed, errors).await,
    };
    match visit.store().update_deal(&visit.actor(), id, version, draft).await {
        Ok(()) => visit.done(&format!("/deals/{id}"), "Changes saved").await,
        // The form's page shows both versions, as it sees the form's version overtaken.
        Err(StoreError::Conflict) => visit.refuse(&typed, FormErrors::default()).await,
        Err(error) => visit.refused_by_store(&typed, error).await,
    }
}

/// `POST /deals/{id}/move`
pub async fn move_deal(visit: Visit, Id(id): Id<DealId>, Form(form): Form<MoveForm>) -> FormResult {
    let movement = match form.parse(id) {
        Ok(movement) => movement,
        Err(errors) => return visit.refuse(&form, errors).await,
    };
    match visit.store().move_deal(&visit.actor(), &movement).await {
        Ok(_) => {
            let deal = visit.store().deal(&visit.actor(), id).await?;
            let back = if form.back == "deal" { format!("/deals/{id}") } else { "/deals".to_owned() };
            visit.done(&back, format!("“{}” moved to {}", deal.name, deal.stage.name)).await
        }
        Err(StoreError::Conflict) => visit.refuse(&form, FormErrors::of("version", CHANGED)).await,
        Err(error) => visit.refused_by_store(&form, error).await,
    }
}

/// `POST /deals/{id}/delete`
pub async fn delete(visit: Visit, Id(id): Id<DealId>, Form(form): Form<DeleteForm>) -> FormResult {
    let name = visit.store().delete_deal(&visit.actor(), id, form.version).await?;
    visit.done_undoable("/deals", format!("{name} was deleted"), format!("/deals/{id}/restore")).await
}

/// `POST /deals/{id}/restore`
pub async fn restore(visit: Visit, Id(id): Id<DealId>, Form(NoFields {}): Form<NoFields>) -> FormResult {
    let restored = visit.store().restore_deal(&visit.actor(), id).await;
    bin::restored(visit, &format!("/deals/{id}"), restored.map(|name| format!("{name} is back"))).await
}

/// `POST /deals/bulk`
pub async fn change_many(visit: Visit, Form(form): Form<BulkForm>) -> FormResult {
    let list = query_of(&form.list)?;
    let back = url_of(&list);
    let (chosen, change) = match form.parse() {
        Ok(parsed) => parsed,
        Err(errors) => return visit.refuse_at("/deals", &back, &form, errors).await,
    };
    let deletes = change == BulkChange::Delete;
    match visit.store().change_deals(&visit.actor(), chosen, change).await {
        Ok(done) if deletes => {
            visit.done(&back, format!("{}. What is deleted is in the bin, in the settings.", told(&done, "deleted"))).await
        }
        Ok(done) => visit.done(&back, told(&done, "changed")).await,
        Err(error) => visit.refused_by_store_at("/deals", &back, &form, error).await,
    }
}

/// How a change of many went, in words; `verb` says what was done to them.
fn told(done: &BulkDone, verb: &str) -> String {
    let mut words = format!("{} {verb}", counted(done.changed, "deal", "deals"));
    if !done.refused.is_empty() {
        let each: Vec<String> = done.refused.iter().take(5).map(why).collect();
        let rest = done.refused.len().saturating_sub(each.len());
        let more = if rest > 0 { format!("; and {rest} more") } else { String::new() };
        words.push_str(&format!(", {} not: {}{more}", done.refused.len(), each.join("; ")));
    }
    words
}

fn why(Refused { name, why }: &Refused) -> String {
    let name = name.as_ref().map_or_else(|| "one".to_owned(), |name| format!("“{name}”"));
    match why {
        StoreError::Conflict => format!("{name} was changed by somebody else meanwhile"),
        StoreError::Denied => format!("{name} is somebody else’s"),
        _ => format!("{name} is no longer there"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_and_what_was_not_is_said() {
        assert_eq!(told(&BulkDone { changed: 1, refused: vec![] }, "deleted"), "1 deal deleted");
        let refused = |why| Refused { name: Some("A".to_owned()), why };
        let gone = Refused { name: None, why: StoreError::NotFound };
        let done = BulkDone { changed: 0, refused: vec![refused(StoreError::Conflict), refused(StoreError::Denied), gone] };
        assert_eq!(
            told(&done, "changed"),
            "0 deals changed, 3 not: “A” was changed by somebody else meanwhile; “A” is somebody else’s; one is no longer there"
        );
        let many = BulkDone { changed: 2, refused: vec![refused(StoreError::Denied); 7] };
        assert!(told(&many, "changed").ends_with("and 2 more"));
    }
}
