//! The site map: the features' links and forms, for the parts of the app that serve every feature. Only `routing` names features.

use crate::{function_endpoints::form_location::FormLocation, ui::markup::Markup};
use domain::access::Entity;

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
}

/// An action that the top bar of every page offers.
#[derive(Clone, Copy)]
pub struct QuickAction {
    /// Renders the link in the top bar. `shortcuts`: whether single keys do something.
    pub link: fn(shortcuts: bool) -> Markup,
    /// Wraps a page's content by the island that opens the action.
    pub island: fn(Markup) -> Markup,
    /// Shown to users who may create this.
    pub creates: Entity,
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
    /// The path of the function that keeps whether the sidebar is folded.
    pub fold_sidebar: &'static str,
    /// For each form, the route that it is posted to and the page of the form.
    pub forms: Vec<(&'static str, FormLocation)>,
}

impl SiteMap {
    /// The page of the form that is posted to this path; `None` for an unknown path.
    pub fn form_page(&self, path: &str) -> Option<FormLocation> {
        let is_at = |route: &str| {
            let (route, path) = (route.split('/'), path.split('/'));
            route.clone().count() == path.clone().count() && route.zip(path).all(|(part, given)| part == "{id}" || part == given)
        };
        self.forms.iter().find(|(route, _)| is_at(route)).map(|(_, page)| *page)
    }
}
