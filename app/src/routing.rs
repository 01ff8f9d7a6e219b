//! The server's table of contents: every page, form and function, feature by feature.

use crate::{
    account_links, activities, administration, audit_log,
    auth::{self, AuthSession},
    bulk_changes, companies, contacts, dashboard, deals, demo_data, exports, first_steps,
    function_endpoints::{Action, FormLocation, Function, discard_form::DiscardForm, form_post, json_call},
    invitations, palette,
    request::{AppState, SiteMap},
    search, settings, tasks, team, today, views, workspaces,
};
use axum::{
    Json, Router,
    extract::{RawPathParams, Request, State},
    handler::Handler,
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use http::request::Parts;
use leptos::server_fn::ServerFn;
use serde::Serialize;
use serde_json::{Map, Value};

/// The arguments of a call by name.
type CallArguments = Map<String, Value>;

/// The routes of an action.
#[derive(Clone, Copy)]
pub struct ActionRoute {
    /// The name of the function.
    pub name: &'static str,
    /// The path that the form is posted to.
    pub form: &'static str,
    /// The path of the JSON call.
    pub function: &'static str,
    /// The page of the form.
    pub page: FormLocation,
}

/// The router with the list of its paths, which a test compares with `domain::access::ENDPOINTS`.
#[derive(Default)]
pub struct Routes {
    /// The router.
    pub router: Router<AppState>,
    /// Method and path of each route, in order of registration.
    pub paths: Vec<(&'static str, &'static str)>,
    /// The actions, in order of registration.
    pub actions: Vec<ActionRoute>,
}

impl Routes {
    fn get<T: 'static>(mut self, path: &'static str, page: impl Handler<T, AppState>) -> Self {
        self.router = self.router.route(path, get(page));
        self.paths.push(("GET", path));
        self
    }

    fn post<T: 'static>(mut self, path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        self.router = self.router.route(path, post(handler));
        self.paths.push(("POST", path));
        self
    }

    /// Both endpoints of an action whose form is posted to the URL of its page.
    fn form<F: Action>(self, path: &'static str) -> Self {
        self.action::<F>(path, FormLocation::SAME)
    }

    /// As [`Routes::form`], for a short form: if refused, it is redisplayed once.
    fn question<F: Action>(self, path: &'static str) -> Self {
        self.action::<F>(path, FormLocation::QUESTION)
    }

    /// As [`Routes::question`], for a delete confirmation.
    fn deletion<F: Action>(self, path: &'static str) -> Self {
        self.action::<F>(path, FormLocation::DELETION)
    }

    /// As [`Routes::form`], for a form on another page.
    fn action<F: Action>(mut self, path: &'static str, page: FormLocation) -> Self {
        let by_form =
            move |State(state): State<AppState>, auth: AuthSession, named: RawPathParams, cookies: CookieJar, request: Request| {
                form_post::answer::<F>(page, state, auth, named, cookies, request)
            };
        let by_script = move |State(state): State<AppState>,
                              auth: AuthSession,
                              cookies: CookieJar,
                              parts: Parts,
                              Json(arguments): Json<CallArguments>| {
            json_call::answer_action::<F>(page, path, state, auth, cookies, parts, arguments)
        };
        self.actions.push(ActionRoute { name: short_name::<F>(), form: path, function: F::PATH, page });
        self.post(path, by_form).post(F::PATH, by_script)
    }

    /// The endpoint of a function that reads, for scripts only.
    fn function<F: Function<Output: Serialize>>(self) -> Self {
        let called = |State(state): State<AppState>, parts: Parts, Json(arguments): Json<CallArguments>| {
            json_call::answer::<F>(state, parts, arguments)
        };
        self.post(F::PATH, called)
    }
}

/// The type's name without its modules, as `CreateCompany`.
fn short_name<F>() -> &'static str {
    std::any::type_name::<F>().rsplit("::").next().unwrap_or_default()
}

/// The page of a button on that of a user, for platform admins.
const ADMIN_USER: FormLocation = FormLocation::at(administration::pages::of_user_button, false);

/// Every page, form and function.
pub fn routes() -> Routes {
    Routes::default()
        .get("/", dashboard::page)
        .get("/login", auth::pages::login)
        .form::<auth::actions::Login>("/login")
        .get("/register", auth::pages::register)
        .form::<auth::actions::Register>("/register")
        .get("/forgot-password", account_links::pages::forgot_password)
        .action::<account_links::actions::ForgotPassword>("/forgot-password", FormLocation::IN_RESPONSE)
        .get("/forgot-password/sent", account_links::pages::reset_link_sent)
        .get("/reset-password", account_links::pages::reset_password)
        .action::<account_links::actions::ResetPassword>("/reset-password", FormLocation::IN_RESPONSE)
        .get("/reset-password/done", account_links::pages::password_was_reset)
        .get("/confirm-email", account_links::pages::confirm_email)
        .action::<account_links::actions::ConfirmEmail>("/confirm-email", FormLocation::IN_RESPONSE)
        .get("/confirm-email/done", account_links::pages::email_is_confirmed)
        .action::<auth::actions::Logout>("/logout", FormLocation::SIGN_OUT)
        .action::<DiscardForm>("/forms/discard", FormLocation::BUTTON)
        .get("/companies", companies::pages::list)
        .get("/companies/export", exports::pages::companies)
        .get("/companies/new", companies::pages::new)
        .form::<companies::actions::CreateCompany>("/companies/new")
        .get("/companies/{id}", companies::pages::detail)
        .get("/companies/{id}/edit", companies::pages::edit)
        .form::<companies::actions::UpdateCompany>("/companies/{id}/edit")
        .get("/companies/{id}/archive", companies::pages::archive)
        .question::<companies::actions::ArchiveCompany>("/companies/{id}/archive")
        .action::<companies::actions::BringBackCompany>("/companies/{id}/bring-back", FormLocation::BUTTON)
        .get("/companies/{id}/delete", companies::pages::delete)
        .deletion::<companies::actions::DeleteCompany>("/companies/{id}/delete")
        .action::<companies::actions::RestoreCompany>("/companies/{id}/restore", FormLocation::BUTTON)
        .get("/contacts", contacts::pages::list)
        .get("/contacts/export", exports::pages::contacts)
        .get("/contacts/new", contacts::pages::new)
        .form::<contacts::actions::CreateContact>("/contacts/new")
        .get("/contacts/{id}", contacts::pages::detail)
        .get("/contacts/{id}/contact.vcf", contacts::pages::card)
        .get("/contacts/{id}/edit", contacts::pages::edit)
        .form::<contacts::actions::UpdateContact>("/contacts/{id}/edit")
        .get("/contacts/{id}/delete", contacts::pages::delete)
        .deletion::<contacts::actions::DeleteContact>("/contacts/{id}/delete")
        .action::<contacts::actions::RestoreContact>("/contacts/{id}/restore", FormLocation::BUTTON)
        .get("/contacts/{id}/erase", contacts::pages::erase)
        .action::<contacts::actions::EraseContact>("/contacts/{id}/erase", FormLocation::QUESTION_IN_BIN)
        .get("/deals", deals::pages::page)
        .get("/deals/column", deals::pages::column)
        .get("/deals/news", deals::pages::news)
        .get("/events/board", deals::events::board)
        .get("/deals/export", exports::pages::deals)
        .get("/deals/new", deals::pages::new)
        .form::<deals::actions::CreateDeal>("/deals/new")
        .get("/deals/{id}", deals::pages::detail)
        .get("/deals/{id}/edit", deals::pages::edit)
        .form::<deals::actions::UpdateDeal>("/deals/{id}/edit")
        .get("/deals/{id}/move", deals::pages::move_deal)
        .question::<deals::actions::MoveDeal>("/deals/{id}/move")
        .get("/deals/{id}/delete", deals::pages::delete)
        .deletion::<deals::actions::DeleteDeal>("/deals/{id}/delete")
        .action::<deals::actions::RestoreDeal>("/deals/{id}/restore", FormLocation::BUTTON)
        .action::<bulk_changes::actions::BeginBulkChange>("/bulk-changes", FormLocation::at(bulk_changes::pages::of_form, false))
        .get("/bulk-changes/new", bulk_changes::pages::question)
        .get("/bulk-changes/{id}", bulk_changes::pages::detail)
        .action::<bulk_changes::actions::UndoBulkChange>("/bulk-changes/{id}/undo", FormLocation::BUTTON)
        .function::<companies::functions::SearchCompanies>()
        .function::<contacts::functions::SearchContacts>()
        .function::<contacts::functions::SearchParties>()
        .get("/search", search::page)
        .get("/search/options", search::options)
        .action::<exports::actions::ExportList>("/exports", FormLocation::at(exports::pages::of_form, false))
        .get("/exports/{id}", exports::pages::status)
        .get("/exports/{id}/file", exports::pages::download)
        .get("/team", team::page)
        .get("/settings", settings::index)
        .get("/settings/profile", settings::account::pages::profile)
        .form::<settings::account::actions::UpdateProfile>("/settings/profile")
        .get("/settings/preferences", settings::account::pages::preferences)
        .question::<settings::account::actions::SetPreferences>("/settings/preferences")
        .action::<settings::account::actions::FoldSidebar>("/settings/sidebar", FormLocation::BUTTON)
        .get("/settings/email", settings::account::pages::email)
        .question::<settings::account::actions::ChangeEmail>("/settings/email")
        .action::<settings::account::actions::SendConfirmation>(
            "/settings/email/send-link",
            FormLocation::at(settings::account::pages::of_link_button, false),
        )
        .get("/settings/password", settings::account::pages::password)
        .question::<settings::account::actions::ChangePassword>("/settings/password")
        .get("/settings/sessions", settings::account::pages::sessions)
        .action::<settings::account::actions::EndSession>("/settings/sessions/{id}/end", FormLocation::BUTTON)
        .get("/settings/sessions/end-others", settings::account::pages::end_others)
        .question::<settings::account::actions::EndOtherSessions>("/settings/sessions/end-others")
        .get("/settings/stages", settings::stages::pages::list)
        .question::<settings::stages::actions::ReplaceStages>("/settings/stages")
        .get("/settings/stages/new", settings::stages::pages::new)
        .form::<settings::stages::actions::CreateStage>("/settings/stages/new")
        .get("/settings/stages/{id}/edit", settings::stages::pages::edit)
        .form::<settings::stages::actions::UpdateStage>("/settings/stages/{id}/edit")
        .action::<settings::stages::actions::MoveStage>("/settings/stages/{id}/move", FormLocation::BUTTON)
        .get("/settings/stages/{id}/remove", settings::stages::pages::remove)
        .deletion::<settings::stages::actions::RemoveStage>("/settings/stages/{id}/remove")
        .get("/settings/deal-lists", settings::deal_lists::pages::edit)
        .form::<settings::deal_lists::actions::UpdateDealLists>("/settings/deal-lists")
        .get("/settings/tags", settings::tags::pages::list)
        .get("/settings/tags/new", settings::tags::pages::new)
        .form::<settings::tags::actions::CreateTag>("/settings/tags/new")
        .get("/settings/tags/{id}/edit", settings::tags::pages::edit)
        .form::<settings::tags::actions::UpdateTag>("/settings/tags/{id}/edit")
        .get("/settings/tags/{id}/merge", settings::tags::pages::merge)
        .question::<settings::tags::actions::MergeTags>("/settings/tags/{id}/merge")
        .get("/settings/tags/{id}/delete", settings::tags::pages::delete)
        .deletion::<settings::tags::actions::DeleteTag>("/settings/tags/{id}/delete")
        .get("/activities", activities::pages::list)
        .get("/activities/export", exports::pages::activities)
        .get("/activities/new", activities::pages::new)
        .form::<activities::actions::CreateActivity>("/activities/new")
        .get("/activities/quick", activities::pages::quick)
        .form::<activities::actions::QuickLog>("/activities/quick")
        .get("/activities/{id}", activities::pages::detail)
        .get("/activities/{id}/edit", activities::pages::edit)
        .form::<activities::actions::UpdateActivity>("/activities/{id}/edit")
        .get("/activities/{id}/delete", activities::pages::delete)
        .deletion::<activities::actions::DeleteActivity>("/activities/{id}/delete")
        .action::<activities::actions::RestoreActivity>("/activities/{id}/restore", FormLocation::BUTTON)
        .action::<activities::actions::AddNote>("/activities/{id}/notes", FormLocation::at(activities::pages::of_note_form, true))
        .get("/today", today::pages::page)
        .action::<today::actions::SnoozeAction>("/today/snooze", FormLocation::BUTTON)
        .action::<today::actions::UndoActionSnooze>("/today/undo-snooze", FormLocation::BUTTON)
        .get("/today/dismiss", today::pages::dismiss)
        .question::<today::actions::DismissAction>("/today/dismiss")
        .action::<today::actions::UndoActionDismissal>("/today/undo-dismiss", FormLocation::BUTTON)
        .get("/settings/next-actions", today::pages::rules)
        .question::<today::actions::SwitchActionRule>("/settings/next-actions")
        .get("/tasks", tasks::pages::list)
        .get("/tasks/export", exports::pages::tasks)
        .get("/tasks/new", tasks::pages::new)
        .form::<tasks::actions::CreateTask>("/tasks/new")
        .get("/tasks/{id}", tasks::pages::detail)
        .get("/tasks/{id}/edit", tasks::pages::edit)
        .form::<tasks::actions::UpdateTask>("/tasks/{id}/edit")
        .action::<tasks::actions::CompleteTask>("/tasks/{id}/done", FormLocation::BUTTON)
        .action::<tasks::actions::ReopenTask>("/tasks/{id}/reopen", FormLocation::BUTTON)
        .action::<tasks::actions::CancelTask>("/tasks/{id}/cancel", FormLocation::BUTTON)
        .action::<tasks::actions::SnoozeTask>("/tasks/{id}/snooze", FormLocation::BUTTON)
        .action::<tasks::actions::UndoSnooze>("/tasks/{id}/undo-snooze", FormLocation::BUTTON)
        .get("/tasks/{id}/delete", tasks::pages::delete)
        .deletion::<tasks::actions::DeleteTask>("/tasks/{id}/delete")
        .get("/tasks/{id}/delete-later", tasks::pages::delete_later)
        .deletion::<tasks::actions::DeleteLaterTasks>("/tasks/{id}/delete-later")
        .action::<tasks::actions::StopRepeating>("/tasks/{id}/stop-repeating", FormLocation::BUTTON)
        .action::<tasks::actions::RepeatAgain>("/tasks/{id}/repeat-again", FormLocation::BUTTON)
        .action::<tasks::actions::RestoreTask>("/tasks/{id}/restore", FormLocation::BUTTON)
        .get("/tasks/{id}/actions", palette::record_actions::of_task)
        .get("/settings/workspace", settings::workspace::pages::overview)
        .question::<settings::workspace::actions::SetSwitches>("/settings/workspace")
        .action::<first_steps::actions::SetFirstSteps>(first_steps::PATH, FormLocation::BUTTON)
        .get(demo_data::PATH, demo_data::pages::fill)
        .form::<demo_data::actions::FillWithDemoData>(demo_data::PATH)
        .get(demo_data::REMOVE_PATH, demo_data::pages::remove)
        .question::<demo_data::actions::RemoveDemoData>(demo_data::REMOVE_PATH)
        .get("/settings/workspace/edit", settings::workspace::pages::edit)
        .form::<settings::workspace::actions::UpdateWorkspace>("/settings/workspace/edit")
        .get("/settings/workspace/leave", settings::workspace::pages::leave)
        .question::<settings::workspace::actions::LeaveWorkspace>("/settings/workspace/leave")
        .get("/settings/workspace/end", settings::workspace::pages::end)
        .question::<settings::workspace::actions::EndWorkspace>("/settings/workspace/end")
        .get("/settings/account/delete", settings::account::pages::delete)
        .question::<settings::account::actions::DeleteAccount>("/settings/account/delete")
        .get("/settings/members", settings::members::pages::list)
        .get("/settings/members/{id}/edit", settings::members::pages::role)
        .question::<settings::members::actions::ChangeRole>("/settings/members/{id}/edit")
        .get("/settings/members/{id}/remove", settings::members::pages::remove)
        .question::<settings::members::actions::RemoveMember>("/settings/members/{id}/remove")
        .get("/settings/members/{id}/hand-over", settings::members::pages::hand_over)
        .question::<settings::members::actions::HandOverWorkspace>("/settings/members/{id}/hand-over")
        .get("/settings/members/invite", settings::members::pages::invite)
        .form::<settings::members::actions::Invite>("/settings/members/invite")
        .get("/settings/members/invitations/{id}", settings::members::pages::invitation_link)
        .action::<settings::members::actions::ResendInvitation>("/settings/members/invitations/{id}/resend", FormLocation::BUTTON)
        .action::<settings::members::actions::RevokeInvitation>("/settings/members/invitations/{id}/revoke", FormLocation::BUTTON)
        .get("/invitation", invitations::pages::invitation)
        .action::<invitations::actions::AcceptInvitation>("/invitation", FormLocation::at(invitations::of_form, false))
        .action::<invitations::actions::JoinWorkspace>("/invitation/register", FormLocation::at(invitations::of_form, false))
        .get("/workspaces", workspaces::pages::list)
        .get("/workspaces/new", workspaces::pages::new)
        .form::<workspaces::actions::CreateWorkspace>("/workspaces/new")
        .action::<workspaces::actions::SwitchWorkspace>("/workspaces/switch", FormLocation::BUTTON)
        .action::<workspaces::actions::TakeBackWorkspace>("/workspaces/{id}/take-back", FormLocation::BUTTON)
        .get("/settings/bin", settings::bin::pages::list)
        .get("/settings/bin/{id}/delete", settings::bin::pages::delete)
        .action::<settings::bin::actions::DeleteForEver>("/settings/bin/{id}/delete", FormLocation::QUESTION_IN_BIN)
        .get("/settings/bin/empty", settings::bin::pages::empty)
        .action::<settings::bin::actions::EmptyBin>("/settings/bin/empty", FormLocation::at(settings::bin::pages::of_empty_form, false))
        .get(palette::PATH, palette::page)
        .get(palette::SHORTCUTS, palette::shortcuts)
        .get("/views/new", views::pages::new)
        .action::<views::actions::CreateView>("/views/new", FormLocation::at(views::pages::of_view_form, true))
        .get("/views/{id}/edit", views::pages::edit)
        .form::<views::actions::UpdateView>("/views/{id}/edit")
        .action::<views::actions::SaveView>("/views/{id}/save", FormLocation::BUTTON)
        .get("/views/{id}/delete", views::pages::delete)
        .deletion::<views::actions::DeleteView>("/views/{id}/delete")
        .action::<views::actions::SetDefaultView>("/views/default", FormLocation::BUTTON)
        .get("/companies/{id}/actions", palette::record_actions::of_company)
        .get("/contacts/{id}/actions", palette::record_actions::of_contact)
        .get("/deals/{id}/actions", palette::record_actions::of_deal)
        .get("/activities/{id}/actions", palette::record_actions::of_activity)
        .get("/audit", audit_log::pages::list)
        .get("/audit/sign-ins", audit_log::pages::sign_ins)
        .get("/audit/check", audit_log::pages::check)
        .action::<audit_log::actions::ExportAuditLog>("/audit/export", FormLocation::BUTTON)
        .get("/audit/exports/{id}", audit_log::pages::download)
        .get("/admin", administration::pages::index)
        .get("/admin/workspaces", administration::pages::workspaces)
        .get("/admin/workspaces/new", administration::pages::new_workspace)
        .form::<administration::actions::CreateWorkspaceFor>("/admin/workspaces/new")
        .get("/admin/workspaces/{id}/suspend", administration::pages::suspend)
        .question::<administration::actions::SuspendWorkspace>("/admin/workspaces/{id}/suspend")
        .action::<administration::actions::ResumeWorkspace>("/admin/workspaces/{id}/resume", FormLocation::BUTTON)
        .get("/admin/users", administration::pages::users)
        .get("/admin/users/{id}", administration::pages::user)
        .get("/admin/users/{id}/disable", administration::pages::disable)
        .question::<administration::actions::DisableUser>("/admin/users/{id}/disable")
        .action::<administration::actions::EnableUser>("/admin/users/{id}/enable", ADMIN_USER)
        .action::<administration::actions::EndUserSessions>("/admin/users/{id}/end-sessions", ADMIN_USER)
        .get("/admin/users/{id}/reset-link", administration::pages::reset_link)
        .action::<administration::actions::MakeUserResetLink>("/admin/users/{id}/reset-link", ADMIN_USER)
        .get("/admin/users/{id}/make-admin", administration::pages::make_admin)
        .question::<administration::actions::MakePlatformAdmin>("/admin/users/{id}/make-admin")
        .get("/admin/users/{id}/revoke-admin", administration::pages::revoke_admin)
        .question::<administration::actions::RevokePlatformAdmin>("/admin/users/{id}/revoke-admin")
        .get("/admin/registration", administration::pages::registration)
        .question::<administration::actions::SetRegistration>("/admin/registration")
        .get("/admin/jobs", administration::pages::jobs)
        .action::<administration::actions::RetryJob>("/admin/jobs/{id}/retry", FormLocation::BUTTON)
        .get("/admin/mail", administration::pages::mail)
        .action::<administration::actions::SendTestMail>("/admin/mail/test", FormLocation::at(administration::pages::of_mail_button, false))
        .get("/admin/log", administration::pages::log)
        .get("/admin/diagnostics", administration::pages::diagnostics)
}

/// The links and forms of all features.
pub fn site_map() -> SiteMap {
    SiteMap {
        nav: vec![dashboard::NAV, today::NAV, companies::NAV, contacts::NAV, deals::NAV, activities::NAV, tasks::NAV, team::NAV],
        new: vec![companies::NEW, contacts::NEW, deals::NEW, activities::NEW, tasks::NEW],
        quick_action: Some(activities::QUICK_LOG),
        settings: settings::Setting::all(),
        commands: vec![companies::COMMANDS, contacts::COMMANDS, deals::COMMANDS, activities::COMMANDS, tasks::COMMANDS],
        place_keys: vec![
            ("/", 'd'),
            ("/today", 'n'),
            ("/companies", 'c'),
            ("/contacts", 'o'),
            ("/deals", 'e'),
            ("/activities", 'a'),
            ("/tasks", 'k'),
            ("/team", 't'),
            ("/settings", 's'),
        ],
        palette: palette::PATH,
        shortcuts: palette::SHORTCUTS,
        fold_sidebar: settings::account::actions::FoldSidebar::PATH,
        forms: routes().actions.iter().map(|action| (action.form, action.page)).collect(),
    }
}
