//! The table of contents: every page and form, feature by feature.

use crate::{activities, auth, companies, contacts, deals, home, settings, state::AppState};
use axum::{
    Router,
    handler::Handler,
    routing::{get, post},
};

/// Pages and forms, with a list of their paths that a test holds to `domain::access::ENDPOINTS`.
#[derive(Default)]
pub struct Routes {
    /// The router itself.
    pub router: Router<AppState>,
    /// Method and path of each route, in the order added.
    pub paths: Vec<(&'static str, &'static str)>,
}

impl Routes {
    fn get<T: 'static>(mut self, path: &'static str, page: impl Handler<T, AppState>) -> Self {
        self.router = self.router.route(path, get(page));
        self.paths.push(("GET", path));
        self
    }

    fn post<T: 'static>(mut self, path: &'static str, action: impl Handler<T, AppState>) -> Self {
        self.router = self.router.route(path, post(action));
        self.paths.push(("POST", path));
        self
    }
}

/// Every page and form.
pub fn routes() -> Routes {
    Routes::default()
        .get("/", home::page)
        .get("/login", auth::pages::login)
        .post("/login", auth::actions::login)
        .get("/register", auth::pages::register)
        .post("/register", auth::actions::register)
        .post("/logout", auth::actions::logout)
        .get("/companies", companies::pages::list)
        .get("/companies/new", companies::pages::new)
        .post("/companies/new", companies::actions::create)
        .get("/companies/{id}", companies::pages::detail)
        .get("/companies/{id}/edit", companies::pages::edit)
        .post("/companies/{id}/edit", companies::actions::update)
        .get("/companies/{id}/delete", companies::pages::delete)
        .post("/companies/{id}/delete", companies::actions::delete)
        .post("/companies/{id}/restore", companies::actions::restore)
        .get("/contacts", contacts::pages::list)
        .get("/contacts/new", contacts::pages::new)
        .post("/contacts/new", contacts::actions::create)
        .get("/contacts/{id}", contacts::pages::detail)
        .get("/contacts/{id}/edit", contacts::pages::edit)
        .post("/contacts/{id}/edit", contacts::actions::update)
        .get("/contacts/{id}/delete", contacts::pages::delete)
        .post("/contacts/{id}/delete", contacts::actions::delete)
        .post("/contacts/{id}/restore", contacts::actions::restore)
        .get("/deals", deals::pages::page)
        .get("/deals/column", deals::pages::column)
        .get("/deals/news", deals::pages::news)
        .get("/events/board", deals::events::board)
        .post("/deals/bulk", deals::actions::change_many)
        .get("/deals/bulk/delete", deals::pages::delete_many)
        .get("/deals/new", deals::pages::new)
        .post("/deals/new", deals::actions::create)
        .get("/deals/{id}", deals::pages::detail)
        .get("/deals/{id}/edit", deals::pages::edit)
        .post("/deals/{id}/edit", deals::actions::update)
        .get("/deals/{id}/move", deals::pages::move_deal)
        .post("/deals/{id}/move", deals::actions::move_deal)
        .get("/deals/{id}/delete", deals::pages::delete)
        .post("/deals/{id}/delete", deals::actions::delete)
        .post("/deals/{id}/restore", deals::actions::restore)
        .get("/settings", settings::index)
        .get("/settings/tags", settings::tags::pages::list)
        .get("/settings/tags/new", settings::tags::pages::new)
        .post("/settings/tags/new", settings::tags::actions::create)
        .get("/settings/tags/{id}/edit", settings::tags::pages::edit)
        .post("/settings/tags/{id}/edit", settings::tags::actions::update)
        .get("/settings/tags/{id}/merge", settings::tags::pages::merge)
        .post("/settings/tags/{id}/merge", settings::tags::actions::merge)
        .get("/settings/tags/{id}/delete", settings::tags::pages::delete)
        .post("/settings/tags/{id}/delete", settings::tags::actions::delete)
        .get("/activities", activities::pages::list)
        .get("/activities/new", activities::pages::new)
        .post("/activities/new", activities::actions::create)
        .get("/activities/quick", activities::pages::quick)
        .get("/activities/{id}", activities::pages::detail)
        .get("/activities/{id}/edit", activities::pages::edit)
        .post("/activities/{id}/edit", activities::actions::update)
        .get("/activities/{id}/delete", activities::pages::delete)
        .post("/activities/{id}/delete", activities::actions::delete)
        .post("/activities/{id}/restore", activities::actions::restore)
        .post("/activities/{id}/notes", activities::actions::add_note)
        .get("/settings/workspace", settings::workspace::page)
        .post("/settings/workspace", settings::workspace::save)
        .get("/settings/bin", settings::bin::page)
}

/// Registers the functions that islands call, once, before the server starts.
pub fn register_server_functions() {
    leptos::server_fn::axum::register_explicit::<companies::functions::SearchCompanies>();
    leptos::server_fn::axum::register_explicit::<contacts::functions::SearchContacts>();
    leptos::server_fn::axum::register_explicit::<contacts::functions::SearchWhom>();
    leptos::server_fn::axum::register_explicit::<deals::functions::MoveDeal>();
    leptos::server_fn::axum::register_explicit::<activities::functions::LogActivity>();
}
