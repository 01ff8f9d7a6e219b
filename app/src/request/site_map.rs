//! The site map: the features' links and forms, for the parts of the app that serve every feature. Only `routing` names features.

use super::RequestContext;
use crate::{
    function_endpoints::form_location::FormLocation,
    ui::{command::Command, markup::Markup},
};
use domain::{
    access::{Entity, Verb},
    search::SearchKind,
};
use store::OpenedRecord;

/// An entry of the main navigation.
#[derive(Debug, Clone, Copy)]
pub struct NavItem {
    /// The text.
    pub label: &'static str,
    /// The path of the page. The entry is current on that page and on pages below it.
    pub href: &'static str,
    /// The icon's name.
    pub icon: &'static str,
    /// Shown to users who may read this.
    pub reads: Entity,
}

/// An entry of the "New" menu.
#[derive(Debug, Clone, Copy)]
pub struct NewItem {
    /// The text.
    pub label: &'static str,
    /// The path of the form's page.
    pub href: &'static str,
    /// The id of the form, for its dialog.
    pub form: &'static str,
    /// The icon's name.
    pub icon: &'static str,
    /// Shown to users who may create this.
    pub creates: Entity,
    /// A key of its own, in place of C and the letter of the place.
    pub key: Option<&'static str>,
}

/// An action that the top bar of every page offers.
#[derive(Clone, Copy)]
pub struct QuickAction {
    /// Renders the link in the top bar. `shortcuts`: whether single keys do something.
    pub link: fn(shortcuts: bool) -> Markup,
    /// Shown to users who may create this.
    pub creates: Entity,
}

/// A settings page.
#[derive(Debug, Clone, Copy)]
pub struct SettingsItem {
    /// The text.
    pub label: &'static str,
    /// The path of the page.
    pub href: &'static str,
    /// The icon's name.
    pub icon: &'static str,
    /// Shown to users with this permission.
    pub needs: (Verb, Entity),
}

/// What the palette offers on the pages of one kind of record.
#[derive(Clone, Copy)]
pub struct PageCommands {
    /// The kind of record.
    pub kind: SearchKind,
    /// The commands on the page of a record: those of the page's own buttons that the user may press.
    pub of_record: fn(&RequestContext, &OpenedRecord) -> Vec<Command>,
    /// The commands on the list.
    pub of_list: fn(&RequestContext) -> Vec<Command>,
}

/// The links and forms of all features.
#[derive(Clone, Default)]
pub struct SiteMap {
    /// The main navigation, from the top.
    pub nav: Vec<NavItem>,
    /// The "New" menu, from the top.
    pub new: Vec<NewItem>,
    /// The quick action.
    pub quick_action: Option<QuickAction>,
    /// The settings pages, in navigation order.
    pub settings: Vec<SettingsItem>,
    /// What the palette offers on the features' pages.
    pub commands: Vec<PageCommands>,
    /// The letter of each place, by the path of its page: G and the letter lead there, C and the letter make a record there.
    pub place_keys: Vec<(&'static str, char)>,
    /// The path of the palette.
    pub palette: &'static str,
    /// The path of the list of shortcuts.
    pub shortcuts: &'static str,
    /// The path of the function that keeps whether the sidebar is folded.
    pub fold_sidebar: &'static str,
    /// For each form, the route that it is posted to and the page of the form.
    pub forms: Vec<(&'static str, FormLocation)>,
}

impl SiteMap {
    /// The letter of the place that the page at this path belongs to; `None` for a page of no such place.
    pub fn place_key(&self, path: &str) -> Option<char> {
        let is_in = |place: &str| path == place || (place != "/" && path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/')));
        self.place_keys.iter().find(|(place, _)| is_in(place)).map(|(_, key)| *key)
    }

    /// The page of the form that is posted to this path; `None` for an unknown path.
    pub fn form_page(&self, path: &str) -> Option<FormLocation> {
        let is_at = |route: &str| {
            let (route, path) = (route.split('/'), path.split('/'));
            route.clone().count() == path.clone().count() && route.zip(path).all(|(part, given)| part == "{id}" || part == given)
        };
        self.forms.iter().find(|(route, _)| is_at(route)).map(|(_, page)| *page)
    }
}
