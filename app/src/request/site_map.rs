//! What the parts of the app that serve every feature read of the features: which links, and where forms stand. Features are named in
//! `routing` alone.

use crate::doors::form_location::FormLocation;
use domain::access::Entity;

/// A page of the main navigation.
#[derive(Debug, Clone, Copy)]
pub struct NavItem {
    /// Its text.
    pub label: &'static str,
    /// The path of the page; pages below it belong to it.
    pub href: &'static str,
    /// The icon's name.
    pub icon: &'static str,
    /// Shown to users who may read this.
    pub reads: Entity,
}

/// A kind of record that the "New" menu makes.
#[derive(Debug, Clone, Copy)]
pub struct NewItem {
    /// Its text.
    pub label: &'static str,
    /// The path of the form's page.
    pub href: &'static str,
    /// The id of the form there, for its dialog.
    pub form: &'static str,
    /// The icon's name.
    pub icon: &'static str,
    /// Shown to users who may create this.
    pub creates: Entity,
}

/// The features' entries.
#[derive(Clone, Default)]
pub struct SiteMap {
    /// The main navigation, from the top.
    pub nav: Vec<NavItem>,
    /// The "New" menu, from the top.
    pub new: Vec<NewItem>,
    /// The path that each form is posted to, as the router has it, and the page of the form.
    pub forms: Vec<(&'static str, FormLocation)>,
}

impl SiteMap {
    /// The page of the form that is posted to this path.
    pub fn form_page(&self, path: &str) -> Option<FormLocation> {
        let is_at = |route: &str| {
            let (route, path) = (route.split('/'), path.split('/'));
            route.clone().count() == path.clone().count() && route.zip(path).all(|(part, given)| part == "{id}" || part == given)
        };
        self.forms.iter().find(|(route, _)| is_at(route)).map(|(_, page)| *page)
    }
}
