//! Every function of the store that takes an actor, against every role, in their own workspace and in another's
//! (B2, B3, B4). One not in [`CALLS`] fails a test.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{
    access::{Actor, Entity, Role, Verb, allows},
    account::{EmailChange, PasswordChange},
    activities::ActivityQuery,
    audit_log::{AuditFilter, AuditQuery, SignInQuery},
    bin::{BinContents, BinFilter, BinQuery},
    bulk_changes::{BulkChange, SelectedRecord, SkipReason},
    collation::NameOrder,
    companies::{Archived, CompanyQuery},
    contacts::{AuthorityAt, AuthorityLevel, ContactQuery, EraseForm},
    dashboard::{DashboardDays, DashboardLists},
    deal_lists::DealLists,
    deals::{DealFilter, DealQuery, Placement},
    demo_data::{DemoLanguage, RemovedToo},
    exports::{ExportColumns, ExportFormat, ListAddress},
    ids::{ActivityId, BulkChangeId, CompanyId, ContactId, DealId, ExportId, InvitationId, StageId, TagId, TaskId, UserId, ViewId},
    invitations::{InvitationDraft, InvitationForm},
    members::RecordsGoTo,
    money::Currency,
    preferences::{CsvSeparator, Preferences, StartPage, Theme},
    record_kinds::RecordKind,
    search::{GlobalQuery, SearchKind},
    stages::{StageSet, StageStep, StageSuccessor},
    tasks::{TaskQuery, TaskStatus},
    team::TeamDays,
    time_zones::TimeZone,
    today::{ActionRule, Dismissal},
    users::{Email, Password},
    views::{ViewDraft, ViewIcon},
    workspaces::{EndForm, Switches, WorkspaceDraft},
};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path, pin::Pin};
use store::{
    SessionContent, Store, StoreError, TimeRange, TokenHash,
    audit_log::AuditExport,
    bulk_changes::{BulkSelection, NewBulkChange},
    dashboard::DashboardTimes,
    demo::SeedCounts,
    exports::ExportFilter,
    timeline::TimelineOf,
    today::ActionsQuery,
};
use support::{ALL_SHOWN, About, LeftOut, activity, call, company, deal, everything, everything_except, member, person, stage, tag, to};

/// Records of the workspace, owned by its owner; the binned ones are in the bin.
#[derive(Clone, Copy)]
struct Target {
    company: CompanyId,
    binned_company: CompanyId,
    archived_company: CompanyId,
    contact: ContactId,
    binned_contact: ContactId,
    deal: DealId,
    binned_deal: DealId,
    tag: TagId,
    other_tag: TagId,
    /// A stage without deals.
    stage: StageId,
    activity: ActivityId,
    binned_activity: ActivityId,
    task: TaskId,
    snoozed_task: TaskId,
    repeating_task: TaskId,
    stopped_task: TaskId,
    binned_task: TaskId,
    /// A viewer.
    viewer: UserId,
    invitation: InvitationId,
    /// A view that the workspace shares.
    view: ViewId,
}

/// Outcome of a call by an actor of another workspace with the ids of these records.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ForeignTenant {
    /// `NotFound`.
    NotFound,
    /// `Invalid` at the field of an id.
    Invalid,
    /// Success, with data of the actor's own workspace.
    OwnWorkspace,
}

type Outcome = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

struct Call {
    name: &'static str,
    verb: Verb,
    entity: Entity,
    foreign_tenant: ForeignTenant,
    run: fn(Store, Actor, Target) -> Outcome,
}

macro_rules! store_calls {
    ($($name:literal $verb:ident $entity:ident $foreign_tenant:ident |$store:ident, $actor:ident, $target:ident| $call:expr;)+) => {
        [$(Call {
            name: $name,
            verb: Verb::$verb,
            entity: Entity::$entity,
            foreign_tenant: ForeignTenant::$foreign_tenant,
            run: |$store, $actor, $target| Box::pin(async move {
                let _: Target = $target;
                $call.await.map(drop)
            }),
        }),+]
    };
}

fn all_calls() -> Vec<Call> {
    Vec::from(store_calls! {
        "companies" Read Company OwnWorkspace |s, a, t| s.companies(&a, &CompanyQuery::default());
        "company" Read Company NotFound |s, a, t| s.company(&a, t.company);
        "company_names" Read Company OwnWorkspace |s, a, t| s.company_names(&a, &[t.company]);
        "company_filters" Read Company OwnWorkspace |s, a, t| s.company_filters(&a, Archived::No);
        "custom_field_names" Read Company OwnWorkspace |s, a, t| s.custom_field_names(&a, Entity::Company);
        "company_options" Read Company OwnWorkspace |s, a, t| s.company_options(&a, None, 20);
        "company_contacts" Read Contact OwnWorkspace |s, a, t| s.company_contacts(&a, t.company);
        "company_deals" Read Deal OwnWorkspace |s, a, t| s.company_deals(&a, t.company);
        "create_company" Create Company OwnWorkspace |s, a, t| s.create_company(&a, company("New"));
        "update_company" Update Company NotFound |s, a, t| s.update_company(&a, t.company, 1, company("Changed"));
        "archive_company" Update Company NotFound |s, a, t| s.archive_company(&a, t.company, 1, "Closed".to_owned());
        "bring_back_company" Update Company NotFound |s, a, t| s.bring_back_company(&a, t.archived_company);
        "company_deletion" Delete Company NotFound |s, a, t| s.company_deletion(&a, t.company);
        "delete_company" Delete Company NotFound |s, a, t| s.delete_company(&a, t.company, 1, ALL_SHOWN);
        "restore_company" Delete Company NotFound |s, a, t| s.restore_company(&a, t.binned_company);
        "bin" Read Company OwnWorkspace |s, a, t| s.bin(&a, &BinQuery::default());
        "bin_people" Read Company OwnWorkspace |s, a, t| s.bin_people(&a);
        "purge_question" Delete Bin NotFound |s, a, t| s.purge_question(&a, t.binned_company.0);
        "purge_record" Delete Bin NotFound |s, a, t| s.purge_record(&a, t.binned_company.0, 2, ALL_SHOWN);
        "bin_contents" Delete Bin OwnWorkspace |s, a, t| s.bin_contents(&a, &BinFilter::default());
        "empty_bin" Delete Bin OwnWorkspace |s, a, t| s.empty_bin(&a, &BinFilter::default(), BinContents { entries: u64::MAX, goes_along: ALL_SHOWN });
        "removed_record" Read Company OwnWorkspace |s, a, t| s.removed_record(&a, t.binned_deal.0);
        "opened_records" Read Company OwnWorkspace |s, a, t| s.opened_records(&a, &[(SearchKind::Companies, t.company.0)]);
        "restore_removed" Delete Company NotFound |s, a, t| s.restore_removed(&a, t.binned_deal.0);
        "contact_deals" Read Deal OwnWorkspace |s, a, t| s.contact_deals(&a, t.contact);
        "contact_options" Read Contact OwnWorkspace |s, a, t| s.contact_options(&a, Some(t.company));
        "found_contacts" Read Contact OwnWorkspace |s, a, t| s.found_contacts(&a, "duc", 20);
        "contacts" Read Contact OwnWorkspace |s, a, t| s.contacts(&a, &ContactQuery::default());
        "contact_filters" Read Contact OwnWorkspace |s, a, t| s.contact_filters(&a);
        "contact" Read Contact NotFound |s, a, t| s.contact(&a, t.contact);
        "contact_history" Read Contact OwnWorkspace |s, a, t| s.contact_history(&a, t.contact);
        "create_contact" Create Contact Invalid |s, a, t| s.create_contact(&a, person("New", Some(t.company)));
        "update_contact" Update Contact NotFound |s, a, t| s.update_contact(&a, t.contact, 1, person("Changed", Some(t.company)));
        "contact_deletion" Delete Contact NotFound |s, a, t| s.contact_deletion(&a, t.contact);
        "primary_question" Read Contact OwnWorkspace |s, a, t| s.primary_question(&a, Some(t.contact), AuthorityAt { level: Some(AuthorityLevel::Primary), company_id: Some(t.company) });
        "delete_contact" Delete Contact NotFound |s, a, t| s.delete_contact(&a, t.contact, 1, ALL_SHOWN);
        "contact_erasure" Delete PersonalData NotFound |s, a, t| s.contact_erasure(&a, t.contact);
        "erase_contact" Delete PersonalData NotFound |s, a, t| s.erase_contact(&a, t.contact, EraseForm { name: "Đức".to_owned() });
        "restore_contact" Delete Contact NotFound |s, a, t| s.restore_contact(&a, t.binned_contact);
        "global_search" Read Company OwnWorkspace |s, a, t| s.global_search(&a, "duc", &[(SearchKind::Contacts, t.contact.0)]);
        "search_page" Read Company OwnWorkspace |s, a, t| s.search_page(&a, &GlobalQuery { q: "duc".to_owned(), ..GlobalQuery::default() });
        "team" Read Team OwnWorkspace |s, a, t| s.team(&a, TeamDays::at("2026-03-02".parse().unwrap()), TimeRange::default());
        "dashboard" Read Company OwnWorkspace |s, a, t| async move {
            let days = DashboardDays::at("2026-03-02".parse().unwrap());
            let lists = DashboardLists::of(Some(t.viewer), days, |day| day.and_time(chrono::NaiveTime::MIN).and_utc());
            let times = DashboardTimes { today: days.today, week_utc: TimeRange::default(), month_utc: TimeRange::default() };
            s.dashboard(&a, &lists, times).await
        };
        "tasks_done_since" Read Task OwnWorkspace |s, a, t| s.tasks_done_since(&a, Some(t.viewer), chrono::DateTime::UNIX_EPOCH);
        "next_actions" Read NextAction OwnWorkspace |s, a, t| s.next_actions(&a, ActionsQuery { owner: None, today: "2026-03-02".parse().unwrap(), most: 20 });
        "action_subject" Read NextAction NotFound |s, a, t| s.action_subject(&a, t.deal.0);
        "snooze_action" Update NextAction NotFound |s, a, t| s.snooze_action(&a, t.deal.0, 3);
        "undo_action_snooze" Update NextAction NotFound |s, a, t| async {
            s.snooze_action(&a, t.deal.0, 3).await?;
            s.undo_action_snooze(&a, t.deal.0).await
        };
        "dismiss_action" Update NextAction NotFound |s, a, t| s.dismiss_action(&a, dismissal(t.deal));
        "undo_action_dismissal" Update NextAction NotFound |s, a, t| async {
            s.dismiss_action(&a, dismissal(t.deal)).await?;
            s.undo_action_dismissal(&a, t.deal.0, ActionRule::Idle).await
        };
        "enabled_action_rules" Read NextAction OwnWorkspace |s, a, t| s.enabled_action_rules(&a);
        "set_action_rule" Update Workspace OwnWorkspace |s, a, t| async {
            s.set_action_rule(&a, ActionRule::Idle, false).await?;
            s.set_action_rule(&a, ActionRule::Idle, true).await
        };
        "tags" Read Tag OwnWorkspace |s, a, t| s.tags(&a);
        "create_tag" Create Tag OwnWorkspace |s, a, t| s.create_tag(&a, tag(&format!("{:?} {}", a.role, t.deal)));
        "list_views" Read View OwnWorkspace |s, a, t| s.list_views(&a, RecordKind::Companies);
        "create_view" Create View OwnWorkspace |s, a, t| own_view(&s, &a, "create");
        "view" Read View NotFound |s, a, t| s.view(&a, t.view);
        "update_view" Update View OwnWorkspace |s, a, t| async { s.update_view(&a, own_view(&s, &a, "update").await?, 1, view_draft("updated")).await };
        "save_view" Update View OwnWorkspace |s, a, t| async { s.save_view(&a, own_view(&s, &a, "save").await?, 1, "sort=-name".to_owned()).await };
        "set_default_view" Update View OwnWorkspace |s, a, t| async { s.set_default_view(&a, RecordKind::Companies, Some(own_view(&s, &a, "default").await?)).await };
        "delete_view" Delete View OwnWorkspace |s, a, t| async { s.delete_view(&a, own_view(&s, &a, "delete").await?, 1).await };
        "tags_in_use" Read Tag OwnWorkspace |s, a, t| s.tags_in_use(&a);
        "tag" Read Tag NotFound |s, a, t| s.tag(&a, t.tag);
        "archived_carriers" Read Tag OwnWorkspace |s, a, t| s.archived_carriers(&a, t.tag);
        "update_tag" Update Tag NotFound |s, a, t| s.update_tag(&a, t.tag, 1, tag(&format!("Changed {}", t.tag)));
        "merge_tags" Delete Tag NotFound |s, a, t| s.merge_tags(&a, t.tag, 1, t.other_tag);
        "delete_tag" Delete Tag NotFound |s, a, t| s.delete_tag(&a, t.tag, 1);
        "stages" Read Stage OwnWorkspace |s, a, t| s.stages(&a);
        "deal_lists" Read Deal OwnWorkspace |s, a, t| s.deal_lists(&a);
        "deal_lists_to_edit" Read Workspace OwnWorkspace |s, a, t| s.deal_lists_to_edit(&a);
        "update_deal_lists" Update Workspace OwnWorkspace |s, a, t| async move {
            let version = s.deal_lists_to_edit(&a).await?.1;
            s.update_deal_lists(&a, version, DealLists { sources: vec![format!("{:?} {}", a.role, t.deal)], lost_reasons: vec![] }).await
        };
        "stages_in_use" Read Stage OwnWorkspace |s, a, t| s.stages_in_use(&a);
        "stage_in_use" Read Stage NotFound |s, a, t| s.stage_in_use(&a, t.stage);
        "create_stage" Create Stage OwnWorkspace |s, a, t| s.create_stage(&a, stage(&format!("{:?} {}", a.role, t.stage)));
        "update_stage" Update Stage NotFound |s, a, t| s.update_stage(&a, t.stage, 1, stage(&format!("Changed {}", t.stage)));
        "move_stage" Update Stage NotFound |s, a, t| s.move_stage(&a, t.stage, StageStep::Up);
        "remove_stage" Delete Stage NotFound |s, a, t| s.remove_stage(&a, t.stage, 1, StageSuccessor::default());
        "replace_stages" Delete Stage OwnWorkspace |s, a, t| async move {
            match s.replace_stages(&a, StageSet::Leads).await {
                // There are deals, or stages of another call: see stages.rs. Another change of the workspace's stages stands for it.
                Err(StoreError::Invalid(_)) => s.create_stage(&a, stage(&format!("Instead {:?} {}", a.role, t.stage))).await.map(drop),
                done => done,
            }
        };
        "board" Read Deal OwnWorkspace |s, a, t| s.board(&a, &DealFilter::default());
        "board_column" Read Deal NotFound |s, a, t| s.board_column(&a, "proposal", Some(t.deal), &DealFilter::default());
        "board_changes" Read Deal OwnWorkspace |s, a, t| s.board_changes(&a, 0, &DealFilter::default());
        "subscribe_to_board" Read Deal OwnWorkspace |s, a, t| s.subscribe_to_board(&a);
        "poll_changes" Read Deal OwnWorkspace |s, a, t| s.poll_changes(&a);
        "deals" Read Deal OwnWorkspace |s, a, t| s.deals(&a, &DealQuery::default());
        "deal_filters" Read Deal OwnWorkspace |s, a, t| s.deal_filters(&a, &DealFilter::default());
        "deal_filter_values" Read Deal OwnWorkspace |s, a, t| s.deal_filter_values(&a);
        "deal_options" Read Deal OwnWorkspace |s, a, t| s.deal_options(&a, Some(t.company), Some(t.deal));
        "deal" Read Deal NotFound |s, a, t| s.deal(&a, t.deal);
        "deal_history" Read Deal OwnWorkspace |s, a, t| s.deal_history(&a, t.deal);
        "create_deal" Create Deal Invalid |s, a, t| s.create_deal(&a, deal("New", t.company, "proposal", 5));
        "update_deal" Update Deal NotFound |s, a, t| s.update_deal(&a, t.deal, 1, deal("Changed", t.company, "proposal", 5));
        "move_deal" Update Deal NotFound |s, a, t| { let to = to(t.deal, 1, "negotiation", Placement::Top); async move { s.move_deal(&a, &to).await } };
        "move_deal_under" Update Deal NotFound |s, a, t| { let to = to(t.deal, 1, "negotiation", Placement::Top); async move { s.move_deal_under(&a, &to, &DealFilter::default()).await } };
        "preview_bulk_change" Read Deal OwnWorkspace |s, a, t| async move { s.preview_bulk_change(&a, &of_deal(t), &BulkChange::Delete).await };
        "count_selected" Read Deal OwnWorkspace |s, a, t| async move { s.count_selected(&a, &of_deal(t)).await };
        "begin_bulk_change" Update Deal NotFound |s, a, t| bulk_change(&s, &a, t);
        "bulk_change" Update Deal NotFound |s, a, t| async move { let id = bulk_change(&s, &a, t).await?; s.bulk_change(&a, id).await };
        "undo_bulk_change" Update Deal NotFound |s, a, t| async move { let id = bulk_change(&s, &a, t).await?; s.undo_bulk_change(&a, id).await };
        "delete_deal" Delete Deal NotFound |s, a, t| s.delete_deal(&a, t.deal, 1);
        "restore_deal" Delete Deal NotFound |s, a, t| s.restore_deal(&a, t.binned_deal);
        "activities" Read Activity OwnWorkspace |s, a, t| s.activities(&a, &ActivityQuery::default(), TimeRange::default());
        "activity" Read Activity NotFound |s, a, t| s.activity(&a, t.activity);
        "activity_filters" Read Activity OwnWorkspace |s, a, t| { let q = ActivityQuery { company_id: vec![t.company], ..ActivityQuery::default() }; async move { s.activity_filters(&a, &q).await } };
        "create_activity" Create Activity Invalid |s, a, t| s.create_activity(&a, call("New", About { company: Some(t.company), ..About::default() }));
        "update_activity" Update Activity NotFound |s, a, t| s.update_activity(&a, t.activity, 1, call("Changed", About::default()));
        "delete_activity" Delete Activity NotFound |s, a, t| s.delete_activity(&a, t.activity, 1);
        "restore_activity" Delete Activity NotFound |s, a, t| s.restore_activity(&a, t.binned_activity);
        "add_note" Create Note NotFound |s, a, t| s.add_note(&a, t.activity, "Added".to_owned());
        "tasks" Read Task OwnWorkspace |s, a, t| s.tasks(&a, &TaskQuery::default());
        "task" Read Task NotFound |s, a, t| s.task(&a, t.task);
        "task_history" Read Task OwnWorkspace |s, a, t| s.task_history(&a, t.task);
        "task_filters" Read Task OwnWorkspace |s, a, t| { let q = TaskQuery { company_id: vec![t.company], ..TaskQuery::default() }; async move { s.task_filters(&a, &q).await } };
        "create_task" Create Task Invalid |s, a, t| s.create_task(&a, support::task("New", Some(t.company)));
        "update_task" Update Task NotFound |s, a, t| s.update_task(&a, t.task, 1, support::task("Changed", None));
        "set_task_status" Update Task NotFound |s, a, t| s.set_task_status(&a, t.task, TaskStatus::Done);
        "snooze_task" Update Task NotFound |s, a, t| s.snooze_task(&a, t.task, 1, 1);
        "undo_snooze" Update Task NotFound |s, a, t| s.undo_snooze(&a, t.snoozed_task, 2);
        "stop_repeating" Update Task NotFound |s, a, t| s.stop_repeating(&a, t.repeating_task);
        "repeat_again" Update Task NotFound |s, a, t| s.repeat_again(&a, t.stopped_task);
        "delete_later_tasks" Delete Task NotFound |s, a, t| s.delete_later_tasks(&a, t.repeating_task, 1);
        "delete_task" Delete Task NotFound |s, a, t| s.delete_task(&a, t.task, 1);
        "restore_task" Delete Task NotFound |s, a, t| s.restore_task(&a, t.binned_task);
        "timeline" Read Activity OwnWorkspace |s, a, t| s.timeline(&a, TimelineOf::Company(t.company), true, None);
        "seed_bulk" Create Company OwnWorkspace |s, a, t| s.seed_bulk(&a, SeedCounts { companies: 1, contacts: 1, deals: 1, activities: 1, tasks: 0 });
        "workspace" Read Workspace OwnWorkspace |s, a, t| s.workspace(&a);
        "set_switches" Update Workspace OwnWorkspace |s, a, t| async move { let version = s.workspace(&a).await?.version; s.set_switches(&a, version, Switches::default()).await };
        "has_deal_values" Read WorkspaceProfile OwnWorkspace |s, a, t| s.has_deal_values(&a);
        "update_workspace" Update WorkspaceProfile OwnWorkspace |s, a, t| async move {
            let version = s.workspace(&a).await?.version;
            let draft = WorkspaceDraft { name: format!("Renamed {version}"), currency: Currency::Vnd, time_zone: TimeZone::DEFAULT, name_order: NameOrder::default() };
            s.update_workspace(&a, version, draft).await
        };
        "first_steps" Read Workspace OwnWorkspace |s, a, t| s.first_steps(&a);
        "set_first_steps_shown" Update Workspace OwnWorkspace |s, a, t| async move {
            s.set_first_steps_shown(&a, false).await?;
            s.set_first_steps_shown(&a, true).await
        };
        "demo_ids" Read Company OwnWorkspace |s, a, t| s.demo_ids(&a);
        "fill_with_demo_data" Create Workspace OwnWorkspace |s, a, t| async move {
            s.fill_with_demo_data(&a, DemoLanguage::English).await?;
            s.remove_demo_data(&a, RemovedToo::new()).await
        };
        "demo_removal" Delete Workspace OwnWorkspace |s, a, t| s.demo_removal(&a);
        "remove_demo_data" Delete Workspace OwnWorkspace |s, a, t| async move {
            // Who may not remove is denied, and who may has something to remove.
            if a.may(Verb::Create, Entity::Workspace) {
                s.fill_with_demo_data(&a, DemoLanguage::Vietnamese).await?;
            }
            s.remove_demo_data(&a, RemovedToo::new()).await
        };
        "sessions" Read Account OwnWorkspace |s, a, t| s.sessions(&a);
        "email_status" Read Account OwnWorkspace |s, a, t| s.email_status(&a);
        "send_confirmation" Update Account OwnWorkspace |s, a, t| async move { s.enable_mail(); s.send_confirmation(&a).await };
        "change_email" Update Account OwnWorkspace |s, a, t| async move {
            let new = Email::parse(&format!("{}@example.org", a.user_id)).unwrap();
            s.change_email(&a, EmailChange { new, current: Password::to_compare("correct horse battery") }, None).await
        };
        "sign_ins" Read Account OwnWorkspace |s, a, t| s.sign_ins(&a);
        "rename_user" Update Account OwnWorkspace |s, a, t| s.rename_user(&a, "Renamed".to_owned());
        "set_preferences" Update Account OwnWorkspace |s, a, t| s.set_preferences(&a, Preferences { theme: Theme::Dark, shortcuts: true, csv_separator: CsvSeparator::Comma, time_zone: None, start_page: StartPage::Today });
        "fold_sidebar" Update Account OwnWorkspace |s, a, t| s.fold_sidebar(&a, true);
        "change_password" Update Account OwnWorkspace |s, a, t| async move {
            let change = PasswordChange { current: Password::to_compare("correct horse battery"), new: Password::to_compare("mighty unusual phrase") };
            s.change_password(&a, change, None).await
        };
        "end_session" Delete Account OwnWorkspace |s, a, t| async move {
            let [_, second] = sessions(&s, &a, [0, 1]).await?;
            s.end_session(&a, second.session_id()).await
        };
        "end_other_sessions" Delete Account OwnWorkspace |s, a, t| async move {
            let [first, _] = sessions(&s, &a, [2, 3]).await?;
            s.end_other_sessions(&a, first.session_id()).await
        };
        "audit_log" Read AuditLog OwnWorkspace |s, a, t| s.audit_log(&a, &AuditQuery::default(), TimeRange::default());
        "audit_people" Read AuditLog OwnWorkspace |s, a, t| s.audit_people(&a);
        "check_audit_log" Read AuditLog OwnWorkspace |s, a, t| s.check_audit_log(&a, 0);
        "request_audit_export" Create AuditLog OwnWorkspace |s, a, t| s.request_audit_export(&a, AuditFilter::default());
        // Nobody asked for this one.
        "audit_export" Read AuditLog OwnWorkspace |s, a, t| async move { not_found_is_right(s.audit_export(&a, t.deal.0).await) };
        "exported_entries" Read AuditLog OwnWorkspace |s, a, t| async move {
            let all = AuditExport { filter: AuditFilter::default(), seq: i64::MAX, at: chrono::DateTime::UNIX_EPOCH };
            s.exported_entries(&a, &all, TimeRange::default(), 0).await
        };
        "exported_ids" Read Export OwnWorkspace |s, a, t| s.exported_ids(&a, &ExportFilter { address: ListAddress::Companies(CompanyQuery::default()), days_utc: TimeRange::default() });
        "exported_rows" Read Export OwnWorkspace |s, a, t| s.exported_rows(&a, RecordKind::Companies, &[], &[t.company.0]);
        "exported_custom_fields" Read Export OwnWorkspace |s, a, t| s.exported_custom_fields(&a, RecordKind::Companies, &[t.company.0]);
        "request_export" Create Export OwnWorkspace |s, a, t| s.request_export(&a, RecordKind::Companies, String::new(), (ExportFormat::Csv, ExportColumns::All), 1);
        // Nobody asked for this one.
        "export" Read Export OwnWorkspace |s, a, t| async move { not_found_is_right(s.export(&a, ExportId(t.deal.0)).await) };
        "own_exports" Read Export OwnWorkspace |s, a, t| s.own_exports(&a, RecordKind::Companies);
        "member_sign_ins" Read AuditLog OwnWorkspace |s, a, t| s.member_sign_ins(&a, &SignInQuery::default());
        "workspace_counts" Read Workspace OwnWorkspace |s, a, t| s.workspace_counts(&a);
        "members" Read Member OwnWorkspace |s, a, t| s.members(&a);
        "owner_options" Read Member OwnWorkspace |s, a, t| s.owner_options(&a);
        "member" Read Member NotFound |s, a, t| s.member(&a, t.viewer);
        "owned_records" Read Member OwnWorkspace |s, a, t| s.owned_records(&a, t.viewer);
        "change_role" Update Member NotFound |s, a, t| s.change_role(&a, t.viewer, Role::Member);
        "remove_member" Delete Member NotFound |s, a, t| s.remove_member(&a, t.viewer, RecordsGoTo::Nobody);
        "hand_over_workspace" Update Ownership NotFound |s, a, t| async move {
            s.hand_over_workspace(&a, t.viewer).await?;
            // And back, for the calls that follow.
            s.hand_over_workspace(&Actor { user_id: t.viewer, ..a }, a.user_id).await
        };
        "invitations" Create Member OwnWorkspace |s, a, t| s.invitations(&a);
        "invite" Create Member OwnWorkspace |s, a, t| s.invite(&a, invitation("new@example.org"));
        "resend_invitation" Create Member NotFound |s, a, t| s.resend_invitation(&a, t.invitation);
        "revoke_invitation" Delete Member NotFound |s, a, t| s.revoke_invitation(&a, t.invitation);
        "end_workspace" Delete Ownership OwnWorkspace |s, a, t| async move {
            let name = s.workspace(&a).await?.name;
            s.end_workspace(&a, EndForm { name }).await?;
            s.take_back_workspace(a.user_id, a.workspace_id).await
        };
        "leave_workspace" Delete Account OwnWorkspace |s, a, t| async move {
            s.leave_workspace(&Actor { user_id: t.viewer, role: Role::Viewer, ..a }, RecordsGoTo::Nobody).await
        };
    })
}

fn not_found_is_right<T>(outcome: Result<T, StoreError>) -> Result<(), StoreError> {
    match outcome {
        Err(StoreError::NotFound) => Ok(()),
        other => other.map(drop),
    }
}

/// Signs the actor in twice, with tokens of these numbers.
async fn sessions(store: &Store, actor: &Actor, numbers: [u8; 2]) -> Result<[TokenHash; 2], StoreError> {
    let tokens = numbers.map(|n| TokenHash::of(&[actor.user_id.0.as_bytes().as_slice(), &[n]].concat()));
    for token in tokens {
        let content = SessionContent { data: Value::Null, user_id: Some(actor.user_id), workspace_id: Some(actor.workspace_id) };
        store.create_session(token, content, None).await?;
    }
    Ok(tokens)
}

/// Whether a function is about the workspace. A user's own account is theirs whatever a membership grants.
fn is_of_workspace(call: &Call) -> bool {
    call.entity != Entity::Account
}

/// Functions of the store that take no actor: signing in, sessions, and what whoever runs the server does.
const WITHOUT_ACTOR: &[&str] = &[
    "connect",
    "from_address",
    "migrate",
    "is_ready",
    "close",
    "retire_finished_tasks",
    "make_due_occurrences",
    "register",
    "create_admin",
    "end_all_sessions",
    "request_password_reset",
    "make_reset_link",
    "reset_password",
    "find_link",
    "confirm_email",
    "delete_old_links",
    "delete_old_link_requests",
    "sign_in",
    "create_session",
    "save_session",
    "renew_session",
    "load_session",
    "delete_session",
    "delete_expired_sessions",
    "own_workspaces",
    "own_workspace_with",
    "owned_workspaces",
    "create_workspace",
    "switch_workspace",
    "take_back_workspace",
    "delete_ended_workspaces",
    "purge_expired_records",
    "delete_account",
    "find_invitation",
    "accept_invitation",
    "register_invited",
    "delete_old_invitations",
    "export_to_write",
    "note_export_progress",
    "finish_export",
    "fail_export",
    "live_exports",
    "delete_old_exports",
    "delete_ended_snoozes",
    "refresh_due_contacts",
    "refresh_statistics",
    "recompute_email_keys",
    "recompute_tag_keys",
    "exact_email_accounts",
    "verify_chain",
    "seed_demo",
    "check_writes",
    "delete_old_sign_in_attempts",
    "delete_old_registrations",
    "delete_old_forms",
    "delete_old_bulk_changes",
    "delete_retired_keys",
    "delete_old_jobs",
    "enqueue_job",
    "job_enqueued",
    "ensure_recurring_jobs",
    "take_jobs",
    "renew_lease",
    "finish_job",
    "list_jobs",
    "delete_old_sign_ins",
    "scrub_erased_content",
    "send_mail",
    "open_mail",
    "open_device",
    "rotate_secret_key",
    "seal",
    "seal_device",
    "unseal",
    // Platform admins', which need no workspace: see administration.rs.
    "registration_open",
    "set_registration",
    "install_workspaces",
    "install_workspace",
    "create_workspace_for",
    "suspend_workspace",
    "resume_workspace",
    "install_users",
    "install_user",
    "disable_user",
    "enable_user",
    "make_platform_admin",
    "revoke_platform_admin",
    "end_user_sessions",
    "make_user_reset_link",
    "install_jobs",
    "outbox",
    "retry_job",
    "send_test_mail",
    "install_log",
    "check_install_log",
    "diagnostics",
];

fn invitation(email: &str) -> InvitationDraft {
    InvitationForm { email: email.to_owned(), role: "viewer".to_owned(), ..InvitationForm::default() }.parse().unwrap()
}

/// Whether a call writes nothing: also the question before a deletion, and the list of those who are invited, for those who may invite.
fn is_read(call: &Call) -> bool {
    call.verb == Verb::Read
        || call.name == "invitations"
        || ["_deletion", "_erasure", "_question", "demo_removal", "bin_contents"].iter().any(|question| call.name.ends_with(question))
}

fn dismissal(deal: DealId) -> Dismissal {
    Dismissal { record_id: deal.0, rule: ActionRule::Idle, since_ms: 1, reason: "Agreed".to_owned() }
}

fn view_draft(name: &str) -> ViewDraft {
    ViewDraft { name: name.to_owned(), icon: ViewIcon::default(), is_shared: false }
}

/// A view of the actor's own: others see none of it, whatever their role.
async fn own_view(store: &Store, actor: &Actor, name: &str) -> Result<ViewId, StoreError> {
    store.create_view(actor, RecordKind::Companies, view_draft(name), String::new()).await
}

fn of_deal(target: Target) -> BulkSelection {
    BulkSelection::Records(RecordKind::Deals, vec![SelectedRecord { id: target.deal.0, version: 1 }])
}

/// A bulk change of one deal, with the reason for which it was skipped as an error.
async fn bulk_change(store: &Store, actor: &Actor, target: Target) -> Result<BulkChangeId, StoreError> {
    let change = BulkChange::Stage { stage: "negotiation".to_owned(), lost_reason: None };
    let id = store.begin_bulk_change(actor, NewBulkChange { selection: of_deal(target), change, shown: None }).await?;
    match store.bulk_change(actor, id).await?.skipped.first() {
        None => Ok(id),
        Some((SkipReason::NotTheirs, _)) => Err(StoreError::Denied),
        Some(_) => Err(StoreError::NotFound),
    }
}

async fn target(db: &TestDb, owner: &Actor) -> Target {
    let id = db.store.create_company(owner, company("Ánh Dương")).await.unwrap();
    let contact = db.store.create_contact(owner, person("Đức", Some(id))).await.unwrap();
    let binned_contact = db.store.create_contact(owner, person("Đào", Some(id))).await.unwrap();
    db.store.delete_contact(owner, binned_contact, 1, ALL_SHOWN).await.unwrap();
    let draft = domain::deals::DealDraft { contact_id: Some(contact), ..deal("Xe", id, "proposal", 100) };
    let deal = db.store.create_deal(owner, draft).await.unwrap();
    let about = About { company: Some(id), contact: Some(contact), deal: Some(deal) };
    let activity = ActivityId(activity(db, owner, "Call", about).await);
    let binned_activity = db.store.create_activity(owner, call("Binned", about)).await.unwrap();
    db.store.delete_activity(owner, binned_activity, 1).await.unwrap();
    let task = db.store.create_task(owner, support::task("Task", Some(id))).await.unwrap();
    let snoozed_task = db.store.create_task(owner, support::task("Snoozed", Some(id))).await.unwrap();
    db.store.snooze_task(owner, snoozed_task, 1, 1).await.unwrap();
    let repeating_task = db.store.create_task(owner, support::weekly_task("Repeating", Some(id))).await.unwrap();
    let stopped_task = db.store.create_task(owner, support::weekly_task("Stopped", Some(id))).await.unwrap();
    db.store.stop_repeating(owner, stopped_task).await.unwrap();
    let binned_task = db.store.create_task(owner, support::task("Binned", Some(id))).await.unwrap();
    db.store.delete_task(owner, binned_task, 1).await.unwrap();
    let binned_deal = db.store.create_deal(owner, support::deal("Binned", id, "proposal", 100)).await.unwrap();
    db.store.delete_deal(owner, binned_deal, 1).await.unwrap();
    let binned_company = db.store.create_company(owner, company("Binned")).await.unwrap();
    db.store.delete_company(owner, binned_company, 1, ALL_SHOWN).await.unwrap();
    let archived_company = db.store.create_company(owner, company("Archived")).await.unwrap();
    db.store.archive_company(owner, archived_company, 1, "Closed".to_owned()).await.unwrap();
    let tag = async |name: String| db.store.create_tag(owner, tag(&name)).await.unwrap();
    let (tag, other_tag) = (tag(format!("One {id}")).await, tag(format!("Other {id}")).await);
    // A workspace, and a user, may send only so many, and a list has only so many views.
    let raw = db.raw().await;
    for table in ["invitations", "link_requests", "views"] {
        raw.run(&format!("DELETE FROM {table}")).await.unwrap();
    }
    let invitation = match owner.role {
        Role::Viewer | Role::Member => InvitationId(owner.workspace_id.0),
        _ => db.store.invite(owner, invitation(&format!("i{}@example.org", id.0.simple()))).await.unwrap().id,
    };
    // A pipeline has only so many stages. The slugs of those of other targets end in an id.
    raw.run("DELETE FROM stages WHERE slug LIKE '%-%-%-%'").await.unwrap();
    let stage = match owner.role {
        Role::Viewer | Role::Member => StageId(owner.workspace_id.0),
        _ => db.store.create_stage(owner, stage(&format!("Own {id}"))).await.unwrap(),
    };
    let viewer = member(db, owner, &format!("v{}", id.0.simple()), Role::Viewer).await.user_id;
    let shared = ViewDraft { is_shared: true, ..view_draft(&id.to_string()) };
    let view = db.store.create_view(owner, RecordKind::Deals, shared, String::new()).await.unwrap();
    Target {
        company: id,
        binned_company,
        archived_company,
        contact,
        binned_contact,
        deal,
        binned_deal,
        tag,
        other_tag,
        stage,
        activity,
        binned_activity,
        task,
        snoozed_task,
        repeating_task,
        stopped_task,
        binned_task,
        viewer,
        invitation,
        view,
    }
}

on_both_databases! {
    async fn each_role_does_what_the_table_says_and_a_denial_changes_nothing(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let mut actors = vec![owner];
        for role in [Role::Admin, Role::Member, Role::Viewer] {
            actors.push(member(&db, &owner, role.slug(), role).await);
        }
        let raw = db.raw().await;
        let mut target = target(&db, &owner).await;
        let mut before = everything(&raw).await;
        for call in all_calls() {
            for actor in &actors {
                let outcome = (call.run)(db.store.clone(), *actor, target).await;
                let after = everything(&raw).await;
                let who = format!("{} as {:?}", call.name, actor.role);
                if !allows(actor.role, call.verb, call.entity) {
                    assert_eq!(outcome, Err(StoreError::Denied), "{who}");
                    assert!(after == before, "{who} wrote before it was denied");
                    continue;
                }
                assert_eq!(outcome, Ok(()), "{who}");
                if is_read(&call) {
                    assert!(after == before, "{who}: a read writes nothing");
                } else {
                    assert!(after != before, "{who}: a write writes");
                    target = self::target(&db, &owner).await;
                    before = everything(&raw).await;
                }
            }
        }
    }

    async fn records_of_another_workspace_are_not_found_and_stay_unchanged(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let (_, outsider) = db.register("outsider").await;
        let mut outsiders = vec![outsider];
        for role in [Role::Admin, Role::Member, Role::Viewer] {
            outsiders.push(member(&db, &outsider, role.slug(), role).await);
        }
        let raw = db.raw().await;
        let theirs = if raw.is_postgres() { outsider.workspace_id.to_string() } else { outsider.workspace_id.0.simple().to_string().to_uppercase() };
        let target = target(&db, &owner).await;
        // Rows that are not the outsider's: their own new rows, counters and audit log may change.
        let others = async || -> Vec<String> {
            // A mail is a job of the install, and counted for its user.
            let shared = ["_search", "_docs", "seaql_migrations", "jobs", "link_requests"];
            let all = everything(&raw).await;
            all.into_iter().filter(|row| !row.contains(&theirs) && !shared.iter().any(|part| row.split(':').next().unwrap().contains(part))).collect()
        };
        let before = others().await;
        assert!(before.iter().any(|row| row.contains("Ánh Dương")));
        for call in all_calls().into_iter().filter(is_of_workspace) {
            for actor in &outsiders {
                let outcome = (call.run)(db.store.clone(), *actor, target).await;
                let who = format!("{} as {:?} of another workspace", call.name, actor.role);
                match call.foreign_tenant {
                    _ if !allows(actor.role, call.verb, call.entity) => assert_eq!(outcome, Err(StoreError::Denied), "{who}"),
                    ForeignTenant::NotFound => assert_eq!(outcome, Err(StoreError::NotFound), "{who}"),
                    ForeignTenant::Invalid => assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{who}: {outcome:?}"),
                    ForeignTenant::OwnWorkspace => assert_eq!(outcome, Ok(()), "{who}"),
                }
                assert!(others().await == before, "{who} changed another workspace");
            }
        }
    }

    async fn a_role_that_the_membership_does_not_grant_is_denied(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let (_, outsider) = db.register("outsider").await;
        let viewer = member(&db, &owner, "viewer", Role::Viewer).await;
        // A session from before a role was taken away, and one that names a workspace its user isn't in.
        let claims = [Actor { role: Role::Owner, ..viewer }, Actor { workspace_id: owner.workspace_id, ..outsider }];
        let target = target(&db, &owner).await;
        let raw = db.raw().await;
        let before = everything(&raw).await;
        for call in all_calls().into_iter().filter(|call| is_of_workspace(call) && !is_read(call)) {
            // A viewer has views and next best actions of their own, whatever they claim to be.
            for claim in claims.into_iter().filter(|claim| !is_own(call.entity) || claim.user_id != viewer.user_id) {
                assert_eq!((call.run)(db.store.clone(), claim, target).await, Err(StoreError::Denied), "{}", call.name);
                assert!(everything(&raw).await == before, "{}", call.name);
            }
        }
    }

    async fn under_owners_only_edit_members_change_what_is_theirs(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let raw = db.raw().await;
        let admin = member(&db, &owner, "admin", Role::Admin).await;
        let member = member(&db, &owner, "member", Role::Member).await;
        raw.run(&format!("UPDATE workspaces SET owners_only_edit = true WHERE id = {}", raw.id(owner.workspace_id.0))).await.unwrap();
        let switched = |actor: Actor| Actor { owners_only_edit: true, ..actor };
        let (admin, member) = (switched(admin), switched(member));
        let changing = |call: &Call| is_of_workspace(call) && matches!(call.verb, Verb::Update | Verb::Delete) && allows(Role::Member, call.verb, call.entity);
        // The calls about views make one of the caller's own first; next best actions are the caller's own.
        for call in all_calls().into_iter().filter(|call| changing(call) && !is_own(call.entity)) {
            let ours = target(&db, &owner).await;
            // A bulk change keeps which records it skipped.
            let kept = async || everything_except(&raw, LeftOut { tables: &["bulk_change"], ..LeftOut::default() }).await;
            let before = kept().await;
            assert_eq!((call.run)(db.store.clone(), member, ours).await, Err(StoreError::Denied), "{}", call.name);
            assert!(kept().await == before, "{}", call.name);
            assert_eq!((call.run)(db.store.clone(), admin, ours).await, Ok(()), "{} as admin", call.name);
            let theirs = target(&db, &member).await;
            assert_eq!((call.run)(db.store.clone(), member, theirs).await, Ok(()), "{} of their own", call.name);
        }
    }
}

/// Whether everybody has records of this kind of their own.
fn is_own(entity: Entity) -> bool {
    matches!(entity, Entity::View | Entity::NextAction)
}

/// Names of the public functions that take an actor, and of those that don't, as the source has them.
fn in_source() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut with, mut without) = (BTreeSet::new(), BTreeSet::new());
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for function in source.split("\n    pub async fn ").skip(1).chain(source.split("\npub async fn ").skip(1)) {
                let name = function.split('(').next().unwrap().to_owned();
                let arguments = function.split_once('(').unwrap().1.split(')').next().unwrap();
                if arguments.contains("actor: &Actor") {
                    with.insert(name)
                } else {
                    without.insert(name)
                };
            }
        }
    }
    (with, without)
}

#[test]
fn every_function_of_the_store_is_in_the_matrix() {
    let (with, without) = in_source();
    let listed: BTreeSet<String> = all_calls().iter().map(|call| call.name.to_owned()).collect();
    assert_eq!(listed, with);
    // Those of the crate's own modules, which nobody outside can call.
    let inside = [
        "hash",
        "matches",
        "turn",
        "acquire",
        "begin",
        "commit",
        "rollback",
        "apply",
        "check",
        "load",
        "audit",
        "audit_all",
        "start",
        "append",
        "append_all",
        "accept",
        "lock",
        "save",
        "next",
        "notify_on_commit",
        "vouch_for",
        "resolved",
        "without_archived",
    ];
    let unlisted: Vec<&String> =
        without.iter().filter(|name| !WITHOUT_ACTOR.contains(&name.as_str()) && !inside.contains(&name.as_str())).collect();
    assert!(unlisted.is_empty(), "takes no actor: {unlisted:?}");
}
