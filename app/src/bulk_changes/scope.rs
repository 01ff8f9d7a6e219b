//! The list that a form is about, read strictly: a filter that can't be read never widens what is changed.

use super::{PATH, QUESTION};
use crate::{
    request::{PageError, RequestContext, as_str_pairs, pairs_of},
    ui::list::{list_url, url_of},
};
use domain::{
    activities::ActivityQuery,
    bulk_changes::{BulkForm, BulkScope},
    companies::CompanyQuery,
    contacts::ContactQuery,
    deals::DealQuery,
    forms::FormErrors,
    page::{BadQuery, ListQuery, PageNumber},
    record_kinds::RecordKind,
    tasks::TaskQuery,
};
use serde_json::{Map, Value};
use store::{StoreError, bulk_changes::BulkSelection};

/// The list of a form.
pub(super) enum ListOfForm {
    Companies(CompanyQuery),
    Contacts(ContactQuery),
    Deals(DealQuery),
    Activities(ActivityQuery),
    Tasks(TaskQuery),
}

/// Does the same for the query of each kind.
macro_rules! with_query {
    ($list:expr, $query:ident => $work:expr) => {
        match $list {
            ListOfForm::Companies($query) => $work,
            ListOfForm::Contacts($query) => $work,
            ListOfForm::Deals($query) => $work,
            ListOfForm::Activities($query) => $work,
            ListOfForm::Tasks($query) => $work,
        }
    };
}

impl ListOfForm {
    /// Reads the field `list`, with days in the workspace's time zone.
    ///
    /// # Errors
    /// [`PageError::BadRequest`] for an unknown kind, and for anything but what the list itself writes.
    pub fn read(ctx: &RequestContext, form: &BulkForm) -> Result<Self, PageError> {
        let kind = form.kind().ok_or(PageError::BadRequest)?;
        Ok(match Self::parse(kind, &form.list)? {
            Self::Companies(query) => Self::Companies(ctx.in_zone(query)),
            Self::Contacts(query) => Self::Contacts(ctx.in_zone(query)),
            Self::Deals(query) => Self::Deals(ctx.in_zone(query)),
            Self::Activities(query) => Self::Activities(ctx.in_zone(query)),
            Self::Tasks(query) => Self::Tasks(ctx.in_zone(query)),
        })
    }

    fn parse(kind: RecordKind, list: &str) -> Result<Self, PageError> {
        let pairs = pairs_of(list)?;
        Ok(match kind {
            RecordKind::Companies => Self::Companies(strictly(&pairs, CompanyQuery::parse)?),
            RecordKind::Contacts => Self::Contacts(strictly(&pairs, ContactQuery::parse)?),
            RecordKind::Deals => Self::Deals(strictly(&pairs, DealQuery::parse)?),
            RecordKind::Activities => Self::Activities(strictly(&pairs, ActivityQuery::parse)?),
            RecordKind::Tasks => Self::Tasks(strictly(&pairs, TaskQuery::parse)?),
        })
    }

    /// Every record that matches.
    pub fn matching(&self) -> BulkSelection {
        match self {
            Self::Companies(query) => BulkSelection::Companies(query.clone()),
            Self::Contacts(query) => BulkSelection::Contacts(query.clone()),
            Self::Deals(query) => BulkSelection::Deals(query.clone()),
            Self::Activities(query) => BulkSelection::Activities(query.clone(), query.date.into()),
            Self::Tasks(query) => BulkSelection::Tasks(query.clone()),
        }
    }

    /// The URL of the list.
    pub fn url(&self) -> String {
        with_query!(self, query => url_of(query))
    }

    /// The URL of the list at its page, or at its last one if a change left fewer pages.
    pub async fn nearest_page(&self, ctx: &RequestContext) -> Result<String, StoreError> {
        let page = with_query!(self, query => query.page());
        if page == PageNumber::FIRST {
            return Ok(self.url());
        }
        let count = ctx.store().count_selected(&ctx.actor(), &self.matching()).await?;
        Ok(with_query!(self, query => url_of(&query.with_page(page.min(PageNumber::last_of(count, query.page_size()))))))
    }
}

/// Parses the pairs that a list wrote itself: parsed and written again they are the same. So an empty filter, an unknown one, and one that
/// stands twice where the list takes one are errors.
fn strictly<'a, Q: ListQuery>(
    pairs: &'a [(String, String)],
    parse: impl Fn(Vec<(&'a str, &'a str)>) -> Result<Q, BadQuery>,
) -> Result<Q, PageError> {
    let query = parse(as_str_pairs(pairs).collect())?;
    let written = query.query_pairs();
    let mut written: Vec<(&str, &str)> = written.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut read: Vec<(&str, &str)> = as_str_pairs(pairs).collect();
    written.sort_unstable();
    read.sort_unstable();
    if written == read { Ok(query) } else { Err(PageError::BadRequest) }
}

/// The records of a form.
pub(super) fn selection_of(form: &BulkForm, list: &ListOfForm) -> Result<BulkSelection, FormErrors> {
    let unknown_kind = || FormErrors::of("action", "Choose what to do");
    Ok(match form.scope()? {
        BulkScope::Records(records) => BulkSelection::Records(form.kind().ok_or_else(unknown_kind)?, records),
        BulkScope::Matching => list.matching(),
    })
}

/// The location of a refused form: the question, if it was asked or is to be; else the list.
pub fn of_form(_: &str, fields: &Map<String, Value>) -> (String, String) {
    let form: BulkForm = serde_json::from_value(Value::Object(fields.clone())).unwrap_or_default();
    let is_question =
        form.confirmed().is_some() || form.scope() == Ok(BulkScope::Matching) || form.change().is_ok_and(|change| change.asks_first());
    let kind = form.kind().unwrap_or(RecordKind::Companies);
    match ListOfForm::parse(kind, &form.list) {
        Ok(_) if is_question => (QUESTION.to_owned(), question_url(&form)),
        Ok(list) => (format!("/{}", kind.slug()), list.url()),
        Err(_) => (format!("/{}", kind.slug()), format!("/{}", kind.slug())),
    }
}

/// The URL of the question about a form.
pub(super) fn question_url(form: &BulkForm) -> String {
    let texts = [("kind", &form.kind), ("scope", &form.scope), ("action", &form.action), ("list", &form.list)];
    let mut pairs: Vec<(&'static str, String)> =
        texts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.clone())).collect();
    pairs.extend(form.selected.iter().map(|record| ("selected", record.clone())));
    list_url(QUESTION, &pairs)
}

/// The path that forms are posted to.
pub(super) const ACTION: &str = PATH;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_only_as_it_writes_itself() {
        let tag = "0190c7a0-0000-7000-8000-000000000001";
        for right in ["", "q=an", "status=lead&status=active", "sort=-name&page=2", &format!("tag={tag}")] {
            assert!(ListOfForm::parse(RecordKind::Companies, right).is_ok(), "{right}");
        }
        for wrong in
            ["tag=", "q=", "compnay_id=5", "size=7", "status[]=lead", "q=a&q=b", "tag=null", "page=1", "sort=name", "view=list", "q=%20an"]
        {
            assert!(ListOfForm::parse(RecordKind::Companies, wrong).is_err(), "{wrong}");
        }
        assert!(ListOfForm::parse(RecordKind::Deals, "view=list").is_ok());
        assert!(ListOfForm::parse(RecordKind::Contacts, "company_id=").is_err());
    }

    #[test]
    fn a_refused_form_goes_back_to_where_it_was_shown() {
        let at = |form: &BulkForm| of_form("", serde_json::json!(form).as_object().expect("an object"));
        let form = BulkForm { kind: "deals".into(), selected: vec!["x.1".into()], list: "view=list".into(), ..BulkForm::default() };
        assert_eq!(at(&form), ("/deals".to_owned(), "/deals?view=list".to_owned()));
        let asked = BulkForm { action: "delete".into(), count: "1".into(), ..form.clone() };
        assert_eq!(
            at(&asked),
            ("/bulk-changes/new".to_owned(), "/bulk-changes/new?kind=deals&action=delete&list=view%3Dlist&selected=x.1".to_owned())
        );
        assert_eq!(at(&BulkForm { list: "tag=".into(), ..asked }).1, "/deals", "never a list with another filter");
    }
}
