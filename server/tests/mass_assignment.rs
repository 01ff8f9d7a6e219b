//! A form sets the fields it shows and no others (threat B6).

mod common;

use common::{Records, Site, TestDb, arguments};

/// Columns that no form shows.
const HIDDEN: [&str; 18] = [
    "id",
    "workspace_id",
    "owner_id",
    "user_id",
    "role",
    "created_at",
    "updated_at",
    "deleted_at",
    "archived_at",
    "position",
    "metadata",
    "is_platform_admin",
    "password_hash",
    "auth_stamp",
    "closed_at",
    "search",
    "company_key",
    "standing",
];

/// Forms with the owner as a field.
const SHOWS_OWNER: [&str; 10] = [
    "/companies/new",
    "/companies/{id}/edit",
    "/contacts/new",
    "/contacts/{id}/edit",
    "/deals/new",
    "/deals/{id}/edit",
    "/tasks/new",
    "/tasks/{id}/edit",
    "/activities/new",
    "/activities/{id}/edit",
];

on_both_databases! {
    async fn a_field_that_is_not_on_the_form_is_refused_at_both_doors(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("b").await;
        let (records, other) = (Records::create(&db, &member).await, Records::create(&db, &member).await);
        let raw = db.raw().await;
        let state = async || {
            let mut rows: Vec<String> = raw.column("SELECT name FROM companies WHERE deleted_at IS NULL ORDER BY name").await;
            rows.extend(raw.column::<String>("SELECT name FROM deals WHERE deleted_at IS NULL ORDER BY name").await);
            rows.extend(raw.column::<String>("SELECT name FROM contacts WHERE deleted_at IS NULL ORDER BY name").await);
            rows.extend(raw.column::<String>("SELECT name FROM tags ORDER BY name").await);
            rows.extend(raw.column::<String>("SELECT subject FROM activities WHERE deleted_at IS NULL ORDER BY subject").await);
            rows.extend(raw.column::<String>("SELECT email FROM users ORDER BY email").await);
            (rows, raw.number("SELECT COUNT(*) FROM audit_log").await)
        };
        let before = state().await;
        for action in app::routes().actions.iter().filter(|action| action.form != "/logout") {
            let id = records.id(action.form);
            let anonymous = site.browser();
            let browser = if matches!(action.form, "/login" | "/register" | "/invitation/register") { &anonymous } else { &member };
            let fields = records.fields(action.form, &other);
            for hidden in HIDDEN.into_iter().filter(|hidden| *hidden != "owner_id" || !SHOWS_OWNER.contains(&action.form)) {
                if fields.iter().any(|(name, _)| *name == hidden) {
                    continue;
                }
                let mut sent = fields.clone();
                sent.push((hidden, "owner".to_owned()));
                let answer = browser.submit(action, id, &sent).await;
                assert_eq!(answer.status, 400, "{} took {hidden}: {:?}", action.form, answer.location());
                assert!(answer.body.contains("Go to the start page"), "{}", action.form);
                let answer = browser.call(action.function, &arguments(action, id, &sent)).await;
                assert_eq!(answer.status, 422, "{} took {hidden}: {}", action.function, answer.body);
                if hidden != "id" {
                    let mut beside = arguments(action, id, &fields);
                    beside[hidden] = "owner".into();
                    assert_eq!(browser.call(action.function, &beside).await.status, 422, "{} took {hidden} beside its form", action.function);
                }
            }
        }
        assert_eq!(state().await, before, "nothing was written");
    }
}
