//! Saved views of lists: search, filters, order, columns and page size under a name.

use crate::{
    activities::ActivityQuery,
    columns::{ListView, TableQuery},
    companies::CompanyQuery,
    contacts::ContactQuery,
    deals::DealQuery,
    fold::fold,
    forms::{FormErrors, check_box},
    page::{BadQuery, PageNumber, Pair},
    record_kinds::RecordKind,
    tasks::TaskQuery,
    text,
};
use serde::{Deserialize, Serialize};

/// Maximum length of a view's name, in characters.
pub const NAME_MAX: usize = 60;
/// Maximum length of what a view keeps of its list's address, in bytes: what browsers send without trouble.
pub const QUERY_MAX: usize = 4_000;
/// Most views of one list that a person sees: their own and the shared ones.
pub const VIEWS_MAX: u64 = 100;

/// The pairs that a view keeps of a list's address: all but the page, the view itself, and what is unknown.
///
/// # Errors
/// [`BadQuery`] for an invalid value of a known name.
pub fn kept_pairs_of<'a>(list: RecordKind, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vec<Pair>, BadQuery> {
    Ok(match list {
        RecordKind::Companies => kept_pairs(&CompanyQuery::parse(pairs)?),
        RecordKind::Contacts => kept_pairs(&ContactQuery::parse(pairs)?),
        RecordKind::Deals => kept_pairs(&DealQuery::parse(pairs)?),
        RecordKind::Activities => kept_pairs(&ActivityQuery::parse(pairs)?),
        RecordKind::Tasks => kept_pairs(&TaskQuery::parse(pairs)?),
    })
}

/// What a view keeps of a query.
pub fn kept_pairs<Q: TableQuery>(query: &Q) -> Vec<Pair> {
    let mut kept = query.with_page(PageNumber::FIRST);
    kept.layout_mut().view = ListView::Unsaved;
    kept.query_pairs()
}

/// The icon of a view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ViewIcon {
    /// Lines, as of a list.
    #[default]
    List,
    /// A star.
    Star,
    /// A flag.
    Flag,
    /// A clock.
    Clock,
    /// A telephone.
    Phone,
    /// A person.
    Person,
    /// A building.
    Building,
    /// A coin.
    Coin,
}

impl ViewIcon {
    /// Every icon, the default first.
    pub const ALL: [Self; 8] = [Self::List, Self::Star, Self::Flag, Self::Clock, Self::Phone, Self::Person, Self::Building, Self::Coin];

    /// The value in forms and in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Star => "star",
            Self::Flag => "flag",
            Self::Clock => "clock",
            Self::Phone => "phone",
            Self::Person => "person",
            Self::Building => "building",
            Self::Coin => "coin",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|icon| icon.slug() == slug)
    }
}

/// The form of a view, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewForm {
    /// Name, required.
    pub name: String,
    /// The icon's slug; empty for the default one.
    pub icon: String,
    /// A checked box for a view that the whole workspace sees.
    pub is_shared: String,
    /// The list's slug. It stays that of a saved view.
    pub list: String,
    /// The list's address without its path, as [`kept_pairs_of`] reads it; of a saved view it stays.
    pub state: String,
    /// The edited version; empty for a new view.
    pub version: String,
    /// The idempotency key: a form submitted twice creates one view.
    pub form_key: String,
}

/// A parsed view, ready to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewDraft {
    /// The name, 1 to 60 characters.
    pub name: String,
    /// The icon.
    pub icon: ViewIcon,
    /// Whether the whole workspace sees it.
    pub is_shared: bool,
}

impl ViewForm {
    /// Parses the form. The store checks that the name is free.
    pub fn parse(&self) -> Result<ViewDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", check_name(&self.name));
        let icon = if self.icon.is_empty() { Some(ViewIcon::default()) } else { ViewIcon::from_slug(&self.icon) };
        let icon = errors.collect("icon", icon.ok_or("Choose an icon"));
        let is_shared = errors.collect("is_shared", check_box(&self.is_shared));
        match (name, icon, is_shared) {
            (Some(name), Some(icon), Some(is_shared)) => Ok(ViewDraft { name, icon, is_shared }),
            _ => Err(errors),
        }
    }
}

fn check_name(text: &str) -> Result<String, String> {
    let name = text::required_line(text, NAME_MAX, "Write the view's name").map_err(|error| error.to_string())?;
    if name_key(&name) == name_key("All") { Err("“All” is the list itself. Choose another name".to_owned()) } else { Ok(name) }
}

/// The unique form of a view's name among the views that are shared, or among those of one person.
pub fn name_key(name: &str) -> String {
    fold(name)
}

/// The form that puts a list's present state into a view.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SaveViewForm {
    /// The list's address without its path.
    pub state: String,
    /// The version that was shown.
    pub version: String,
}

/// The form that chooses which view a list opens with, for one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DefaultViewForm {
    /// The list's slug.
    pub list: String,
    /// The id of the view; empty for the list itself.
    pub view: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = "0190c7a0-0000-7000-8000-000000000001";

    #[test]
    fn a_view_keeps_the_address_but_for_page_view_and_what_is_unknown() {
        let pairs =
            [("tag", TAG), ("page", "3"), ("view_id", "all"), ("sort", "-name"), ("column", "size"), ("per_page", "50"), ("utm", "x")];
        let kept = kept_pairs_of(RecordKind::Companies, pairs).expect("a list of ours");
        let expected = [("tag", TAG), ("sort", "-name"), ("column", "size"), ("per_page", "50")];
        assert_eq!(kept, expected.map(|(name, value)| (name, value.to_owned())));
        for list in RecordKind::ALL {
            assert_eq!(kept_pairs_of(list, []), Ok(vec![]));
            assert_eq!(kept_pairs_of(list, [("sort", "password")]), Err(BadQuery), "{list:?}");
            assert_eq!(RecordKind::from_slug(list.slug()), Some(list));
        }
    }

    #[test]
    fn a_form_says_what_is_wrong_with_it() {
        let form = |name: &str| ViewForm { name: name.to_owned(), is_shared: "on".into(), icon: "star".into(), ..ViewForm::default() };
        let draft = form("  Kha\u{301}ch VIP ").parse().expect("nothing wrong");
        assert_eq!(draft, ViewDraft { name: "Khách VIP".into(), icon: ViewIcon::Star, is_shared: true });
        for name in ["", " ", "\u{200b}", &"x".repeat(61), "all", "ALL", " All "] {
            assert!(form(name).parse().is_err_and(|errors| errors.get("name").is_some()), "{name:?}");
        }
        assert!(ViewForm { icon: "x".into(), ..form("A") }.parse().is_err());
        assert!(ViewForm { is_shared: "yes".into(), ..form("A") }.parse().is_err());
    }
}
