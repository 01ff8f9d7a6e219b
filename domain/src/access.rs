//! Permissions: the one table of who may do what.
//!
//! [`allows`] decides about records; every store function calls it first. [`ENDPOINTS`] lists every path that the server answers
//! with its access rule. A test fails if the list and the router differ.

use crate::ids::{UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// The role of a member in a workspace, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May read.
    Viewer,
    /// May also write records.
    Member,
    /// May also manage settings and members, and edit every user's records.
    Admin,
    /// May also name, hand over and end the workspace; can't be removed. Exactly one per workspace.
    Owner,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Member, Self::Admin, Self::Owner];

    /// The value in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Parses the value in the database.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.slug() == slug)
    }
}

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entity {
    /// Companies.
    Company,
    /// Contacts.
    Contact,
    /// Deals.
    Deal,
    /// Calls, emails, meetings, notes and messages.
    Activity,
    /// Tasks.
    Task,
    /// Follow-up notes of activities. They can be added, not changed.
    Note,
    /// Stages of the pipeline.
    Stage,
    /// Tags.
    Tag,
    /// Saved views of lists. Everybody has views of their own; [`crate::views`] and the store have the rules about shared ones.
    View,
    /// The workspace and its switches.
    Workspace,
    /// The workspace's name, currency and time zone.
    WorkspaceProfile,
    /// The members of the workspace and their roles. [`crate::members`] has the rules about who may change whom.
    Member,
    /// Who owns the workspace, and whether it goes on: handing it over is an update, ending it a deletion.
    Ownership,
    /// The audit log of the workspace, and the sign-ins of its members. Only an export is an entry that somebody creates by itself.
    AuditLog,
    /// What is kept of a contact, for good: erasing it is a deletion that nobody undoes.
    PersonalData,
    /// Records in the bin: deleting one there is for ever. Who reads a record reads it in the bin, and who deletes it restores it.
    Bin,
    /// Files of lists. Each user's own: no role gives access to another's.
    Export,
    /// What each member has to do and has done. It is read alone.
    Team,
    /// The user's own next best actions: putting one off or dismissing it. No role gives access to another user's.
    NextAction,
    /// The user's own account: name, password, preferences, sessions, and leaving a workspace. No role gives access to another user's.
    Account,
}

impl Entity {
    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::Company,
        Self::Contact,
        Self::Deal,
        Self::Activity,
        Self::Task,
        Self::Note,
        Self::Stage,
        Self::Tag,
        Self::View,
        Self::Workspace,
        Self::WorkspaceProfile,
        Self::Member,
        Self::Ownership,
        Self::AuditLog,
        Self::PersonalData,
        Self::Bin,
        Self::Export,
        Self::Team,
        Self::NextAction,
        Self::Account,
    ];

    /// The noun for one record, in lower case.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Contact => "contact",
            Self::Deal => "deal",
            Self::Activity => "activity",
            Self::Task => "task",
            Self::Note => "note",
            Self::Stage => "stage",
            Self::Tag => "tag",
            Self::View => "view",
            Self::Workspace => "workspace",
            Self::WorkspaceProfile => "workspace profile",
            Self::Member => "member",
            Self::Ownership => "ownership",
            Self::AuditLog => "audit log",
            Self::PersonalData => "personal data",
            Self::Bin => "bin",
            Self::Export => "export",
            Self::Team => "team",
            Self::NextAction => "next best action",
            Self::Account => "account",
        }
    }
}

/// An operation on records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Read, list, count, search.
    Read,
    /// Create.
    Create,
    /// Update, move, link.
    Update,
    /// Move to the bin, and restore. Of what is in the bin: delete for ever.
    Delete,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 4] = [Self::Read, Self::Create, Self::Update, Self::Delete];
}

/// The actor of a request: the first argument of every store function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user_id: UserId,
    /// The user's current workspace. Records of other workspaces do not exist for the actor.
    pub workspace_id: WorkspaceId,
    /// The user's role in the workspace.
    pub role: Role,
    /// The workspace's switch "Only owners edit their records": members change only records that they own.
    pub owners_only_edit: bool,
}

impl Actor {
    /// Whether this actor may do `verb` with records of this kind in general.
    pub fn may(&self, verb: Verb, entity: Entity) -> bool {
        allows(self.role, verb, entity)
    }

    /// Whether this actor may do `verb` with a record of this kind owned by `owner`.
    pub fn may_with(&self, verb: Verb, entity: Entity, owner: UserId) -> bool {
        let someone_elses = owner != self.user_id && matches!(verb, Verb::Update | Verb::Delete);
        self.may(verb, entity) && !(self.owners_only_edit && self.role < Role::Admin && someone_elses)
    }
}

/// Whether a role may do `verb` with records of this kind.
pub fn allows(role: Role, verb: Verb, entity: Entity) -> bool {
    let least = match (entity, verb) {
        (Entity::AuditLog, Verb::Read | Verb::Create) | (Entity::PersonalData | Entity::Bin, Verb::Delete) | (Entity::Team, Verb::Read) => {
            Role::Admin
        }
        // Whoever asked for a file reads it, as long as they may ask.
        (Entity::Export, Verb::Create | Verb::Read) => Role::Member,
        (Entity::AuditLog | Entity::PersonalData | Entity::Bin | Entity::Export | Entity::Team, _) => return false,
        (_, Verb::Read) | (Entity::Account | Entity::View | Entity::NextAction, _) => Role::Viewer,
        (Entity::Note, Verb::Update | Verb::Delete) => return false,
        (Entity::Company | Entity::Contact | Entity::Deal | Entity::Activity | Entity::Task | Entity::Note, _)
        | (Entity::Tag, Verb::Create) => Role::Member,
        (Entity::Tag, _) | (Entity::Stage | Entity::Workspace | Entity::Member, _) => Role::Admin,
        (Entity::WorkspaceProfile | Entity::Ownership, _) => Role::Owner,
    };
    role >= least
}

/// What a platform admin sees of records of this kind by administering the install, in all workspaces: nothing that a workspace is used for.
/// Of a workspace that they are a member of they see what their role there does.
pub const fn platform_admin_sees(entity: Entity) -> Option<&'static str> {
    match entity {
        Entity::Workspace => Some("name, state, times, numbers of records"),
        Entity::Member => Some("how many"),
        Entity::Ownership => Some("the owner's name and address"),
        Entity::AuditLog => Some("the install's own log"),
        Entity::Account => Some("name, address, state, times"),
        Entity::Company
        | Entity::Contact
        | Entity::Deal
        | Entity::Activity
        | Entity::Task
        | Entity::Note
        | Entity::Stage
        | Entity::Tag
        | Entity::View
        | Entity::PersonalData
        | Entity::Bin
        | Entity::Export
        | Entity::Team
        | Entity::NextAction
        | Entity::WorkspaceProfile => None,
    }
}

/// The access rule of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessRule {
    /// Everyone.
    Public,
    /// Users without a session. Signed-in users are redirected to `/`.
    AnonymousOnly,
    /// Users with a session, also those who are in no workspace. Others as for [`AccessRule::SignIn`].
    Account,
    /// Users with a session in a workspace. Others are redirected to `/login`, or to `/workspaces` if they have a session (a page or
    /// form), or get 401 or 403 (a server function).
    SignIn,
    /// Users with a session whose role has this permission.
    Permission(Verb, Entity),
    /// Users with a session who manage the whole install, also those who are in no workspace. Other users get 403; anonymous requests as
    /// for [`AccessRule::SignIn`].
    PlatformAdmin,
}

/// A path that the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// `GET` or `POST`. A `GET` never changes anything.
    pub method: &'static str,
    /// The path as in the router.
    pub path: &'static str,
    /// The access rule.
    pub needs: AccessRule,
}

const fn get(path: &'static str, needs: AccessRule) -> Endpoint {
    Endpoint { method: "GET", path, needs }
}

const fn post(path: &'static str, needs: AccessRule) -> Endpoint {
    Endpoint { method: "POST", path, needs }
}

/// Every path that the server answers, except static files.
pub const ENDPOINTS: &[Endpoint] = {
    use AccessRule::{AnonymousOnly, Permission, PlatformAdmin, Public, SignIn};
    const SESSION: AccessRule = AccessRule::Account;
    use Entity::{
        Account, Activity, AuditLog, Bin, Company, Contact, Deal, Export, Member, NextAction, Note, Ownership, PersonalData, Stage, Tag,
        Task, Team, View, Workspace, WorkspaceProfile,
    };
    use Verb::{Create, Delete, Read, Update};
    &[
        get("/healthz", Public),
        get("/readyz", Public),
        get("/login", AnonymousOnly),
        post("/login", AnonymousOnly),
        post("/fn/login", AnonymousOnly),
        get("/register", AnonymousOnly),
        post("/register", AnonymousOnly),
        post("/fn/register", AnonymousOnly),
        get("/forgot-password", Public),
        post("/forgot-password", Public),
        post("/fn/forgot-password", Public),
        get("/forgot-password/sent", Public),
        get("/reset-password", Public),
        post("/reset-password", Public),
        post("/fn/reset-password", Public),
        get("/reset-password/done", Public),
        get("/confirm-email", Public),
        post("/confirm-email", Public),
        post("/fn/confirm-email", Public),
        get("/confirm-email/done", Public),
        post("/logout", SESSION),
        post("/fn/logout", SESSION),
        get("/workspaces", SESSION),
        get("/workspaces/new", SESSION),
        post("/workspaces/new", SESSION),
        post("/fn/workspaces/create", SESSION),
        post("/workspaces/switch", SESSION),
        post("/fn/workspaces/switch", SESSION),
        post("/workspaces/{id}/take-back", SESSION),
        post("/fn/workspaces/take-back", SESSION),
        post("/forms/discard", SignIn),
        post("/fn/forms/discard", SignIn),
        get("/", SignIn),
        get("/companies", Permission(Read, Company)),
        get("/companies/export", Permission(Create, Export)),
        get("/companies/new", Permission(Create, Company)),
        post("/companies/new", Permission(Create, Company)),
        post("/fn/companies/create", Permission(Create, Company)),
        get("/companies/{id}", Permission(Read, Company)),
        get("/companies/{id}/edit", Permission(Update, Company)),
        post("/companies/{id}/edit", Permission(Update, Company)),
        post("/fn/companies/update", Permission(Update, Company)),
        get("/companies/{id}/archive", Permission(Update, Company)),
        post("/companies/{id}/archive", Permission(Update, Company)),
        post("/fn/companies/archive", Permission(Update, Company)),
        post("/companies/{id}/bring-back", Permission(Update, Company)),
        post("/fn/companies/bring-back", Permission(Update, Company)),
        get("/companies/{id}/delete", Permission(Delete, Company)),
        post("/companies/{id}/delete", Permission(Delete, Company)),
        post("/fn/companies/delete", Permission(Delete, Company)),
        post("/companies/{id}/restore", Permission(Delete, Company)),
        post("/fn/companies/restore", Permission(Delete, Company)),
        get("/contacts", Permission(Read, Contact)),
        get("/contacts/export", Permission(Create, Export)),
        get("/contacts/new", Permission(Create, Contact)),
        post("/contacts/new", Permission(Create, Contact)),
        post("/fn/contacts/create", Permission(Create, Contact)),
        get("/contacts/{id}", Permission(Read, Contact)),
        get("/contacts/{id}/contact.vcf", Permission(Read, Contact)),
        get("/contacts/{id}/edit", Permission(Update, Contact)),
        post("/contacts/{id}/edit", Permission(Update, Contact)),
        post("/fn/contacts/update", Permission(Update, Contact)),
        get("/contacts/{id}/delete", Permission(Delete, Contact)),
        post("/contacts/{id}/delete", Permission(Delete, Contact)),
        post("/fn/contacts/delete", Permission(Delete, Contact)),
        post("/contacts/{id}/restore", Permission(Delete, Contact)),
        post("/fn/contacts/restore", Permission(Delete, Contact)),
        get("/contacts/{id}/erase", Permission(Delete, PersonalData)),
        post("/contacts/{id}/erase", Permission(Delete, PersonalData)),
        post("/fn/contacts/erase", Permission(Delete, PersonalData)),
        get("/deals", Permission(Read, Deal)),
        get("/search", Permission(Read, Company)),
        get("/search/options", Permission(Read, Company)),
        get("/deals/column", Permission(Read, Deal)),
        get("/deals/news", Permission(Read, Deal)),
        get("/events/board", Permission(Read, Deal)),
        get("/deals/export", Permission(Create, Export)),
        get("/deals/new", Permission(Create, Deal)),
        post("/deals/new", Permission(Create, Deal)),
        post("/fn/deals/create", Permission(Create, Deal)),
        get("/deals/{id}", Permission(Read, Deal)),
        get("/deals/{id}/edit", Permission(Update, Deal)),
        post("/deals/{id}/edit", Permission(Update, Deal)),
        post("/fn/deals/update", Permission(Update, Deal)),
        get("/deals/{id}/move", Permission(Update, Deal)),
        post("/deals/{id}/move", Permission(Update, Deal)),
        post("/fn/deals/move", Permission(Update, Deal)),
        get("/deals/{id}/delete", Permission(Delete, Deal)),
        post("/deals/{id}/delete", Permission(Delete, Deal)),
        post("/fn/deals/delete", Permission(Delete, Deal)),
        post("/deals/{id}/restore", Permission(Delete, Deal)),
        post("/fn/deals/restore", Permission(Delete, Deal)),
        // A role that may update companies may update contacts, deals and activities; the store asks for the kind's own permission.
        post("/bulk-changes", Permission(Update, Company)),
        post("/fn/bulk-changes/begin", Permission(Update, Company)),
        get("/bulk-changes/new", Permission(Update, Company)),
        get("/bulk-changes/{id}", Permission(Update, Company)),
        post("/bulk-changes/{id}/undo", Permission(Update, Company)),
        post("/fn/bulk-changes/undo", Permission(Update, Company)),
        post("/exports", Permission(Create, Export)),
        post("/fn/exports/create", Permission(Create, Export)),
        get("/exports/{id}", Permission(Read, Export)),
        get("/exports/{id}/file", Permission(Read, Export)),
        get("/team", Permission(Read, Team)),
        get("/settings", SignIn),
        get("/settings/profile", Permission(Read, Account)),
        post("/settings/profile", Permission(Update, Account)),
        post("/fn/account/update-profile", Permission(Update, Account)),
        get("/settings/preferences", Permission(Read, Account)),
        post("/settings/preferences", Permission(Update, Account)),
        post("/fn/account/set-preferences", Permission(Update, Account)),
        post("/settings/sidebar", Permission(Update, Account)),
        post("/fn/account/fold-sidebar", Permission(Update, Account)),
        get("/settings/email", Permission(Read, Account)),
        post("/settings/email", Permission(Update, Account)),
        post("/fn/account/change-email", Permission(Update, Account)),
        post("/settings/email/send-link", Permission(Update, Account)),
        post("/fn/account/send-confirmation", Permission(Update, Account)),
        get("/settings/password", Permission(Read, Account)),
        post("/settings/password", Permission(Update, Account)),
        post("/fn/account/change-password", Permission(Update, Account)),
        get("/settings/sessions", Permission(Read, Account)),
        post("/settings/sessions/{id}/end", Permission(Delete, Account)),
        post("/fn/account/end-session", Permission(Delete, Account)),
        get("/settings/sessions/end-others", Permission(Delete, Account)),
        post("/settings/sessions/end-others", Permission(Delete, Account)),
        post("/fn/account/end-other-sessions", Permission(Delete, Account)),
        get("/settings/stages", Permission(Update, Stage)),
        post("/settings/stages", Permission(Delete, Stage)),
        post("/fn/stages/replace", Permission(Delete, Stage)),
        get("/settings/stages/new", Permission(Create, Stage)),
        post("/settings/stages/new", Permission(Create, Stage)),
        post("/fn/stages/create", Permission(Create, Stage)),
        get("/settings/stages/{id}/edit", Permission(Update, Stage)),
        post("/settings/stages/{id}/edit", Permission(Update, Stage)),
        post("/fn/stages/update", Permission(Update, Stage)),
        post("/settings/stages/{id}/move", Permission(Update, Stage)),
        post("/fn/stages/move", Permission(Update, Stage)),
        get("/settings/stages/{id}/remove", Permission(Delete, Stage)),
        post("/settings/stages/{id}/remove", Permission(Delete, Stage)),
        post("/fn/stages/remove", Permission(Delete, Stage)),
        get("/settings/deal-lists", Permission(Update, Workspace)),
        post("/settings/deal-lists", Permission(Update, Workspace)),
        post("/fn/workspace/update-deal-lists", Permission(Update, Workspace)),
        get("/settings/tags", Permission(Read, Tag)),
        get("/settings/tags/new", Permission(Create, Tag)),
        post("/settings/tags/new", Permission(Create, Tag)),
        post("/fn/tags/create", Permission(Create, Tag)),
        get("/settings/tags/{id}/edit", Permission(Update, Tag)),
        post("/settings/tags/{id}/edit", Permission(Update, Tag)),
        post("/fn/tags/update", Permission(Update, Tag)),
        get("/settings/tags/{id}/merge", Permission(Delete, Tag)),
        post("/settings/tags/{id}/merge", Permission(Delete, Tag)),
        post("/fn/tags/merge", Permission(Delete, Tag)),
        get("/settings/tags/{id}/delete", Permission(Delete, Tag)),
        post("/settings/tags/{id}/delete", Permission(Delete, Tag)),
        post("/fn/tags/delete", Permission(Delete, Tag)),
        post("/fn/companies/search", Permission(Read, Company)),
        post("/fn/contacts/search", Permission(Read, Contact)),
        post("/fn/whom/search", Permission(Read, Contact)),
        get("/activities", Permission(Read, Activity)),
        get("/activities/export", Permission(Create, Export)),
        get("/activities/new", Permission(Create, Activity)),
        post("/activities/new", Permission(Create, Activity)),
        post("/fn/activities/create", Permission(Create, Activity)),
        get("/activities/quick", Permission(Create, Activity)),
        post("/activities/quick", Permission(Create, Activity)),
        post("/fn/activities/quick-log", Permission(Create, Activity)),
        get("/activities/{id}", Permission(Read, Activity)),
        get("/activities/{id}/edit", Permission(Update, Activity)),
        post("/activities/{id}/edit", Permission(Update, Activity)),
        post("/fn/activities/update", Permission(Update, Activity)),
        get("/activities/{id}/delete", Permission(Delete, Activity)),
        post("/activities/{id}/delete", Permission(Delete, Activity)),
        post("/fn/activities/delete", Permission(Delete, Activity)),
        post("/activities/{id}/restore", Permission(Delete, Activity)),
        post("/fn/activities/restore", Permission(Delete, Activity)),
        post("/activities/{id}/notes", Permission(Create, Note)),
        post("/fn/activities/add-note", Permission(Create, Note)),
        get("/today", Permission(Read, Task)),
        post("/today/snooze", Permission(Update, NextAction)),
        post("/fn/today/snooze", Permission(Update, NextAction)),
        post("/today/undo-snooze", Permission(Update, NextAction)),
        post("/fn/today/undo-snooze", Permission(Update, NextAction)),
        get("/today/dismiss", Permission(Update, NextAction)),
        post("/today/dismiss", Permission(Update, NextAction)),
        post("/fn/today/dismiss", Permission(Update, NextAction)),
        post("/today/undo-dismiss", Permission(Update, NextAction)),
        post("/fn/today/undo-dismiss", Permission(Update, NextAction)),
        get("/settings/next-actions", Permission(Update, Workspace)),
        post("/settings/next-actions", Permission(Update, Workspace)),
        post("/fn/settings/next-actions", Permission(Update, Workspace)),
        get("/tasks", Permission(Read, Task)),
        get("/tasks/export", Permission(Create, Export)),
        get("/tasks/new", Permission(Create, Task)),
        post("/tasks/new", Permission(Create, Task)),
        post("/fn/tasks/create", Permission(Create, Task)),
        get("/tasks/{id}", Permission(Read, Task)),
        get("/tasks/{id}/edit", Permission(Update, Task)),
        post("/tasks/{id}/edit", Permission(Update, Task)),
        post("/fn/tasks/update", Permission(Update, Task)),
        post("/tasks/{id}/done", Permission(Update, Task)),
        post("/fn/tasks/done", Permission(Update, Task)),
        post("/tasks/{id}/reopen", Permission(Update, Task)),
        post("/fn/tasks/reopen", Permission(Update, Task)),
        post("/tasks/{id}/cancel", Permission(Update, Task)),
        post("/fn/tasks/cancel", Permission(Update, Task)),
        post("/tasks/{id}/snooze", Permission(Update, Task)),
        post("/fn/tasks/snooze", Permission(Update, Task)),
        post("/tasks/{id}/undo-snooze", Permission(Update, Task)),
        post("/fn/tasks/undo-snooze", Permission(Update, Task)),
        get("/tasks/{id}/delete", Permission(Delete, Task)),
        post("/tasks/{id}/delete", Permission(Delete, Task)),
        post("/fn/tasks/delete", Permission(Delete, Task)),
        get("/tasks/{id}/delete-later", Permission(Delete, Task)),
        post("/tasks/{id}/delete-later", Permission(Delete, Task)),
        post("/fn/tasks/delete-later", Permission(Delete, Task)),
        post("/tasks/{id}/stop-repeating", Permission(Update, Task)),
        post("/fn/tasks/stop-repeating", Permission(Update, Task)),
        post("/tasks/{id}/repeat-again", Permission(Update, Task)),
        post("/fn/tasks/repeat-again", Permission(Update, Task)),
        post("/tasks/{id}/restore", Permission(Delete, Task)),
        post("/fn/tasks/restore", Permission(Delete, Task)),
        get("/tasks/{id}/actions", Permission(Read, Task)),
        get("/settings/workspace", Permission(Update, Workspace)),
        post("/settings/workspace", Permission(Update, Workspace)),
        post("/fn/workspace/set-switches", Permission(Update, Workspace)),
        post("/first-steps", Permission(Update, Workspace)),
        post("/fn/workspace/set-first-steps", Permission(Update, Workspace)),
        get("/settings/workspace/demo-data", Permission(Update, Workspace)),
        post("/settings/workspace/demo-data", Permission(Create, Workspace)),
        post("/fn/workspace/fill-with-demo-data", Permission(Create, Workspace)),
        get("/settings/workspace/demo-data/remove", Permission(Delete, Workspace)),
        post("/settings/workspace/demo-data/remove", Permission(Delete, Workspace)),
        post("/fn/workspace/remove-demo-data", Permission(Delete, Workspace)),
        get("/settings/workspace/edit", Permission(Update, WorkspaceProfile)),
        post("/settings/workspace/edit", Permission(Update, WorkspaceProfile)),
        post("/fn/workspace/update", Permission(Update, WorkspaceProfile)),
        get("/settings/workspace/leave", Permission(Delete, Account)),
        post("/settings/workspace/leave", Permission(Delete, Account)),
        post("/fn/workspace/leave", Permission(Delete, Account)),
        get("/settings/workspace/end", Permission(Delete, Ownership)),
        post("/settings/workspace/end", Permission(Delete, Ownership)),
        post("/fn/workspace/end", Permission(Delete, Ownership)),
        get("/settings/account/delete", SESSION),
        post("/settings/account/delete", SESSION),
        post("/fn/account/delete", SESSION),
        get("/settings/members", Permission(Read, Member)),
        get("/settings/members/invite", Permission(Create, Member)),
        post("/settings/members/invite", Permission(Create, Member)),
        post("/fn/members/invite", Permission(Create, Member)),
        get("/settings/members/invitations/{id}", Permission(Create, Member)),
        post("/settings/members/invitations/{id}/resend", Permission(Create, Member)),
        post("/fn/members/resend-invitation", Permission(Create, Member)),
        post("/settings/members/invitations/{id}/revoke", Permission(Delete, Member)),
        post("/fn/members/revoke-invitation", Permission(Delete, Member)),
        get("/invitation", Public),
        post("/invitation", SESSION),
        post("/fn/invitation/accept", SESSION),
        post("/invitation/register", AnonymousOnly),
        post("/fn/invitation/register", AnonymousOnly),
        get("/settings/members/{id}/edit", Permission(Update, Member)),
        post("/settings/members/{id}/edit", Permission(Update, Member)),
        post("/fn/members/change-role", Permission(Update, Member)),
        get("/settings/members/{id}/remove", Permission(Delete, Member)),
        post("/settings/members/{id}/remove", Permission(Delete, Member)),
        post("/fn/members/remove", Permission(Delete, Member)),
        get("/settings/members/{id}/hand-over", Permission(Update, Ownership)),
        post("/settings/members/{id}/hand-over", Permission(Update, Ownership)),
        post("/fn/members/hand-over", Permission(Update, Ownership)),
        get("/settings/bin", Permission(Read, Company)),
        get("/settings/bin/{id}/delete", Permission(Delete, Bin)),
        post("/settings/bin/{id}/delete", Permission(Delete, Bin)),
        post("/fn/bin/delete-for-ever", Permission(Delete, Bin)),
        get("/settings/bin/empty", Permission(Delete, Bin)),
        post("/settings/bin/empty", Permission(Delete, Bin)),
        post("/fn/bin/empty", Permission(Delete, Bin)),
        get("/palette", SignIn),
        get("/shortcuts", SignIn),
        get("/views/new", Permission(Create, View)),
        post("/views/new", Permission(Create, View)),
        post("/fn/views/create", Permission(Create, View)),
        get("/views/{id}/edit", Permission(Update, View)),
        post("/views/{id}/edit", Permission(Update, View)),
        post("/fn/views/update", Permission(Update, View)),
        post("/views/{id}/save", Permission(Update, View)),
        post("/fn/views/save", Permission(Update, View)),
        get("/views/{id}/delete", Permission(Delete, View)),
        post("/views/{id}/delete", Permission(Delete, View)),
        post("/fn/views/delete", Permission(Delete, View)),
        post("/views/default", Permission(Update, View)),
        post("/fn/views/default", Permission(Update, View)),
        get("/companies/{id}/actions", Permission(Read, Company)),
        get("/contacts/{id}/actions", Permission(Read, Contact)),
        get("/deals/{id}/actions", Permission(Read, Deal)),
        get("/activities/{id}/actions", Permission(Read, Activity)),
        get("/audit", Permission(Read, AuditLog)),
        get("/audit/sign-ins", Permission(Read, AuditLog)),
        get("/audit/check", Permission(Read, AuditLog)),
        post("/audit/export", Permission(Create, AuditLog)),
        post("/fn/audit/export", Permission(Create, AuditLog)),
        get("/audit/exports/{id}", Permission(Read, AuditLog)),
        get("/admin", PlatformAdmin),
        get("/admin/workspaces", PlatformAdmin),
        get("/admin/workspaces/new", PlatformAdmin),
        post("/admin/workspaces/new", PlatformAdmin),
        post("/fn/admin/create-workspace", PlatformAdmin),
        get("/admin/workspaces/{id}/suspend", PlatformAdmin),
        post("/admin/workspaces/{id}/suspend", PlatformAdmin),
        post("/fn/admin/suspend-workspace", PlatformAdmin),
        post("/admin/workspaces/{id}/resume", PlatformAdmin),
        post("/fn/admin/resume-workspace", PlatformAdmin),
        get("/admin/users", PlatformAdmin),
        get("/admin/users/{id}", PlatformAdmin),
        get("/admin/users/{id}/disable", PlatformAdmin),
        post("/admin/users/{id}/disable", PlatformAdmin),
        post("/fn/admin/disable-user", PlatformAdmin),
        post("/admin/users/{id}/enable", PlatformAdmin),
        post("/fn/admin/enable-user", PlatformAdmin),
        post("/admin/users/{id}/end-sessions", PlatformAdmin),
        post("/fn/admin/end-sessions", PlatformAdmin),
        get("/admin/users/{id}/reset-link", PlatformAdmin),
        post("/admin/users/{id}/reset-link", PlatformAdmin),
        post("/fn/admin/make-reset-link", PlatformAdmin),
        get("/admin/users/{id}/make-admin", PlatformAdmin),
        post("/admin/users/{id}/make-admin", PlatformAdmin),
        post("/fn/admin/make-admin", PlatformAdmin),
        get("/admin/users/{id}/revoke-admin", PlatformAdmin),
        post("/admin/users/{id}/revoke-admin", PlatformAdmin),
        post("/fn/admin/revoke-admin", PlatformAdmin),
        get("/admin/registration", PlatformAdmin),
        post("/admin/registration", PlatformAdmin),
        post("/fn/admin/set-registration", PlatformAdmin),
        get("/admin/jobs", PlatformAdmin),
        post("/admin/jobs/{id}/retry", PlatformAdmin),
        post("/fn/admin/retry-job", PlatformAdmin),
        get("/admin/mail", PlatformAdmin),
        post("/admin/mail/test", PlatformAdmin),
        post("/fn/admin/send-test-mail", PlatformAdmin),
        get("/admin/log", PlatformAdmin),
        get("/admin/diagnostics", PlatformAdmin),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn actor(role: Role, owners_only_edit: bool) -> Actor {
        Actor { user_id: UserId(Uuid::from_u128(1)), workspace_id: WorkspaceId(Uuid::from_u128(2)), role, owners_only_edit }
    }

    #[test]
    fn everyone_reads_and_viewers_change_nothing() {
        for entity in Entity::ALL {
            let readers = Role::ALL.iter().filter(|role| allows(**role, Verb::Read, entity)).count();
            let expected = match entity {
                Entity::AuditLog | Entity::Team => 2,
                Entity::Export => 3,
                Entity::PersonalData | Entity::Bin => 0,
                _ => 4,
            };
            assert_eq!(readers, expected, "{entity:?}");
            let changes = [Verb::Create, Verb::Update, Verb::Delete].iter().any(|verb| allows(Role::Viewer, *verb, entity));
            let own = matches!(entity, Entity::Account | Entity::View | Entity::NextAction);
            assert_eq!(changes, own, "{entity:?}: nothing but their own account and views");
        }
    }

    #[test]
    fn members_keep_records_and_admins_keep_settings() {
        assert!(allows(Role::Member, Verb::Delete, Entity::Deal));
        assert!(allows(Role::Member, Verb::Update, Entity::Activity));
        assert!(allows(Role::Member, Verb::Create, Entity::Note));
        assert!(!allows(Role::Owner, Verb::Update, Entity::Note), "notes are only added");
        assert!(allows(Role::Member, Verb::Create, Entity::Tag));
        assert!(!allows(Role::Member, Verb::Delete, Entity::Tag));
        assert!(!allows(Role::Member, Verb::Update, Entity::Stage));
        assert!(allows(Role::Admin, Verb::Update, Entity::Workspace));
        assert!(!allows(Role::Admin, Verb::Update, Entity::WorkspaceProfile), "the owner's");
        assert!(allows(Role::Owner, Verb::Update, Entity::WorkspaceProfile));
        assert!(allows(Role::Admin, Verb::Update, Entity::Member) && !allows(Role::Member, Verb::Update, Entity::Member));
        assert!(!allows(Role::Admin, Verb::Delete, Entity::Ownership), "the owner ends the workspace");
        assert!(allows(Role::Admin, Verb::Read, Entity::AuditLog) && !allows(Role::Member, Verb::Read, Entity::AuditLog));
        assert!(!allows(Role::Owner, Verb::Delete, Entity::AuditLog), "nobody edits the log");
        assert!(allows(Role::Admin, Verb::Delete, Entity::PersonalData) && !allows(Role::Member, Verb::Delete, Entity::PersonalData));
        assert!(allows(Role::Admin, Verb::Delete, Entity::Bin) && !allows(Role::Member, Verb::Delete, Entity::Bin));
        assert!(allows(Role::Member, Verb::Create, Entity::Export) && !allows(Role::Viewer, Verb::Create, Entity::Export));
        assert!(allows(Role::Admin, Verb::Read, Entity::Team) && !allows(Role::Member, Verb::Read, Entity::Team));
    }

    #[test]
    fn the_owners_only_switch_binds_members_alone() {
        let (mine, theirs) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(9)));
        let member = actor(Role::Member, true);
        assert!(member.may_with(Verb::Update, Entity::Company, mine));
        assert!(!member.may_with(Verb::Update, Entity::Company, theirs));
        assert!(!member.may_with(Verb::Delete, Entity::Deal, theirs));
        assert!(member.may_with(Verb::Read, Entity::Company, theirs));
        assert!(actor(Role::Admin, true).may_with(Verb::Update, Entity::Company, theirs));
        assert!(actor(Role::Member, false).may_with(Verb::Update, Entity::Company, theirs));
    }

    #[test]
    fn no_endpoint_is_listed_twice_and_every_get_reads() {
        for (i, endpoint) in ENDPOINTS.iter().enumerate() {
            assert!(!ENDPOINTS[..i].iter().any(|e| (e.method, e.path) == (endpoint.method, endpoint.path)), "{endpoint:?}");
            assert!(["GET", "POST"].contains(&endpoint.method));
        }
    }
}
