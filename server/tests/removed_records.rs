//! A form of a record that went to the bin meanwhile: what happened is said, what was typed is kept, and one button restores the
//! record and saves the form.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{Answer, Browser, PASSWORD, Raw, Records, Site, TestDb, arguments};
use domain::access::Role;
use regex::Regex;
use serde_json::{Value, json};

/// An id that nothing ever had.
const UNUSED: &str = "0190b2c0-0000-7000-8000-000000000000";

type Pairs = Vec<(String, String)>;

/// A kind of record that has a bin.
struct Kind {
    noun: &'static str,
    table: &'static str,
    /// The column and field of its name, and those of a text of several lines.
    name: &'static str,
    text: &'static str,
    /// What a form needs beside these.
    more: Vec<(&'static str, String)>,
}

impl Kind {
    /// The four kinds; the deal is one of this company's.
    fn all(company: &str) -> [Self; 4] {
        let kind = |noun, table, more: &[(&'static str, &str)]| {
            let (name, text) = if noun == "activity" { ("subject", "description") } else { ("name", "notes") };
            Self { noun, table, name, text, more: more.iter().map(|(name, value)| (*name, (*value).to_owned())).collect() }
        };
        [
            kind("company", "companies", &[("status", "lead")]),
            kind("contact", "contacts", &[("job_title", "Giám đốc")]),
            kind("deal", "deals", &[("value", "1500000"), ("stage", "proposal"), ("company_id", company)]),
            kind("activity", "activities", &[("type", "call"), ("date", "2026-03-02T09:30")]),
        ]
    }

    /// The fields of its form, of a record with this name and text.
    fn fields(&self, name: &str, text: &str) -> Pairs {
        let mut fields = vec![(self.name.to_owned(), name.to_owned()), (self.text.to_owned(), text.to_owned())];
        fields.extend(self.more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        fields
    }

    /// The same, of one that was shown at this version.
    fn edited(&self, name: &str, text: &str, version: &str) -> Pairs {
        let mut fields = self.fields(name, text);
        fields.push(("version".to_owned(), version.to_owned()));
        fields
    }

    /// Creates one; its path.
    async fn create(&self, browser: &Browser, name: &str) -> String {
        created(browser, &format!("/{}/new", self.table), &self.fields(name, "")).await
    }

    /// Name, text, version and whether it is in the bin.
    async fn stored(&self, raw: &Raw, path: &str) -> (String, String, i64, bool) {
        let Self { table, name, text, .. } = self;
        let id = raw.id(id_of(path).parse().unwrap());
        let column = async |what: &str| raw.column::<String>(&format!("SELECT {what} FROM {table} WHERE id = {id}")).await.remove(0);
        let number = async |what: &str| raw.number(&format!("SELECT {what} FROM {table} WHERE id = {id}")).await;
        let text = column(&format!("COALESCE({text}, '')")).await;
        let binned = number("CASE WHEN deleted_at IS NULL THEN CAST(0 AS bigint) ELSE 1 END").await == 1;
        (column(name).await, text, number("version").await, binned)
    }
}

fn pairs(fields: &[(&str, &str)]) -> Pairs {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn post(browser: &Browser, path: &str, fields: &Pairs) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &fields).await
}

/// Creates a record by its form and answers its path.
async fn created(browser: &Browser, form: &str, fields: &Pairs) -> String {
    let answer = post(browser, form, fields).await;
    answer.location().unwrap_or_else(|| panic!("{form}: {answer:?}")).to_owned()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The fields that a page hides in the form that ends with this button, and where that is posted to.
fn form_of_button(page: &str, button: &str) -> Option<(String, Pairs)> {
    let form = page.split("<form").find(|form| form.contains(&format!(">{button}</button>")))?;
    let action = Regex::new(r#"action="([^"]+)""#).unwrap().captures(form).unwrap()[1].to_owned();
    let hidden = Regex::new(r#"<input type="hidden" name="([^"]+)" value="([^"]*)""#).unwrap();
    Some((action, hidden.captures_iter(form).map(|found| (found[1].to_owned(), unescaped(&found[2]))).collect()))
}

/// The form of the button that restores and saves.
fn restoring(page: &str) -> Option<(String, Pairs)> {
    let (action, fields) = form_of_button(page, "Restore and save")?;
    assert_eq!(fields.iter().filter(|(name, _)| name == "shown_to").count(), 1, "{page}");
    assert_eq!(fields.iter().filter(|pair| **pair == ("restore".to_owned(), "1".to_owned())).count(), 1, "{page}");
    Some((action, fields))
}

/// Sends the form of a record that is in the bin, and answers the page that says so.
async fn told(browser: &Browser, path: &str, fields: &Pairs) -> String {
    let answer = post(browser, path, fields).await;
    assert_eq!(answer.status, 409, "{path}: {answer:?}");
    answer.body
}

/// Puts a record in the bin a moment after whatever happened before.
async fn delete(db: &TestDb, browser: &Browser, path: &str, fields: &[(&str, &str)]) {
    db.clock.advance(TimeDelta::seconds(1));
    let answer = browser.post(&format!("{path}/delete"), fields).await;
    assert_eq!((answer.status, answer.location().unwrap().contains("/delete")), (303, false), "{path}");
    db.clock.advance(TimeDelta::seconds(1));
}

/// What was done to a record and by whom.
async fn history(raw: &Raw, path: &str) -> Vec<String> {
    let id = raw.id(id_of(path).parse().unwrap());
    let rows = "SELECT l.action || ' by ' || u.name FROM audit_log l JOIN users u ON u.id = l.actor_id";
    raw.column(&format!("{rows} WHERE l.entity_id = {id} ORDER BY l.seq")).await
}

/// Changes with every write.
async fn written(raw: &Raw) -> Vec<i64> {
    let mut numbers = vec![raw.number("SELECT count(*) FROM audit_log").await];
    for table in ["companies", "contacts", "deals", "activities"] {
        numbers.push(raw.number(&format!("SELECT CAST(COALESCE(SUM(version), 0) AS bigint) FROM {table}")).await);
        numbers.push(raw.number(&format!("SELECT count(*) FROM {table} WHERE deleted_at IS NULL")).await);
    }
    numbers.push(raw.number("SELECT count(*) FROM activity_notes").await);
    numbers
}

/// A workspace of Hung's that Lan joined as a member.
struct Office {
    site: Site,
    hung: Browser,
    lan: Browser,
    company: String,
}

impl Office {
    async fn open(db: &TestDb) -> Self {
        let site = Site::on(db).await;
        let hung = site.registered("hung").await;
        let lan = site.joined(db, "lan", "hung", Role::Member).await;
        let company = created(&hung, "/companies/new", &pairs(&[("name", "Bình Minh"), ("status", "lead")])).await;
        Self { site, hung, lan, company }
    }

    fn kinds(&self) -> [Kind; 4] {
        Kind::all(id_of(&self.company))
    }

    /// A deal of the company, at version 1.
    async fn deal(&self, by: &Browser) -> String {
        let fields = [("name", "Xe tải"), ("value", "1"), ("stage", "proposal"), ("company_id", id_of(&self.company))];
        created(by, "/deals/new", &pairs(&fields)).await
    }

    /// Sets a switch of the workspace.
    async fn switch_on(&self, db: &TestDb, switch: &str) {
        let version = db.raw().await.number("SELECT CAST(MAX(version) AS bigint) FROM workspaces").await.to_string();
        assert_eq!(
            self.hung.post("/settings/workspace", &[(switch, "on"), ("version", &version)]).await.location(),
            Some("/settings/workspace")
        );
    }
}

on_both_databases! {
    async fn a_form_of_a_record_in_the_bin_restores_and_saves_it(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        for kind in office.kinds() {
            let path = kind.create(&office.hung, "Báo giá").await;
            let edit = format!("{path}/edit");
            let shown = office.hung.get(&edit).await;
            assert!(shown.status == 200 && shown.body.contains(r#"name="version" value="1""#), "{edit}");
            delete(&db, &office.lan, &path, &[("version", "1")]).await;
            db.clock.advance(TimeDelta::minutes(5));

            let text = "Gọi lại \"sáng\" & chiều\n<b>thứ hai</b>";
            let typed = kind.edited("Báo giá mới", &text.replace('\n', "\r\n"), "1");
            let before = written(&raw).await;
            let page = told(&office.hung, &edit, &typed).await;
            assert_eq!(written(&raw).await, before, "{}: nothing is written", kind.noun);
            let read = unescaped(&page);
            assert!(read.contains("“Báo giá” is in the bin") && read.contains("Deleted by lan, "), "{page}");
            assert!(page.contains("5 min ago") && read.contains("Nothing was saved."), "{page}");
            for (_, value) in kind.fields("Báo giá mới", text).iter().filter(|(name, _)| !name.ends_with("_id")) {
                assert!(read.contains(&format!(">{value}</dd>")), "{}: {value} is not in {page}", kind.noun);
            }
            assert!(!page.contains("<b>thứ hai"), "what was typed is text");

            let (action, fields) = restoring(&page).unwrap();
            assert_eq!(action, edit);
            for (name, value) in &typed {
                assert!(fields.contains(&(name.clone(), value.replace("\r\n", "\n"))), "{}: {name} is lost in {fields:?}", kind.noun);
            }
            let saved = post(&office.hung, &action, &fields).await;
            assert_eq!((saved.status, saved.location()), (303, Some(path.as_str())), "{}: {}", kind.noun, saved.body);
            assert_eq!(kind.stored(&raw, &path).await, ("Báo giá mới".to_owned(), text.to_owned(), 4, false), "{}", kind.noun);
            assert_eq!(history(&raw, &path).await, ["create by hung", "delete by lan", "restore by hung", "update by hung"], "{}", kind.noun);
            assert!(office.hung.get(&path).await.body.contains("Changes saved"));
        }
    }

    async fn a_record_that_was_changed_before_it_was_deleted_is_restored_and_both_versions_are_shown(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        for kind in office.kinds() {
            let path = kind.create(&office.hung, "Báo giá").await;
            let edit = format!("{path}/edit");
            let theirs = kind.edited("Của Lan", "", "1");
            assert_eq!(post(&office.lan, &edit, &theirs).await.location(), Some(path.as_str()));
            delete(&db, &office.lan, &path, &[("version", "2")]).await;

            let mine = kind.edited("Của Hùng", "", "1");
            let (action, fields) = restoring(&told(&office.hung, &edit, &mine).await).unwrap();
            let answer = post(&office.hung, &action, &fields).await;
            assert_eq!((answer.status, answer.location()), (303, Some(edit.as_str())), "{}", kind.noun);
            assert_eq!(kind.stored(&raw, &path).await, ("Của Lan".to_owned(), String::new(), 4, false), "{}", kind.noun);
            let page = office.hung.get(&edit).await.body;
            assert!(page.contains("Somebody else saved this record while you were editing it."), "{}: {page}", kind.noun);
            let (theirs, mine) = (page.find(">Của Lan</td>").unwrap(), page.find(">Của Hùng</td>").unwrap());
            assert!(theirs < mine && page.contains(r#"name="version" value="4""#), "{}: {page}", kind.noun);
        }
    }

    async fn a_restoring_form_sent_twice_restores_and_saves_once(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        for kind in office.kinds() {
            for at_once in [false, true] {
                let path = kind.create(&office.hung, "Báo giá").await;
                let edit = format!("{path}/edit");
                delete(&db, &office.lan, &path, &[("version", "1")]).await;
                let typed = kind.edited("Báo giá mới", "", "1");
                let (action, fields) = restoring(&told(&office.hung, &edit, &typed).await).unwrap();
                let send = || post(&office.hung, &action, &fields);
                let answers = if at_once { tokio::join!(send(), send()) } else { (send().await, send().await) };
                let led = [answers.0.location().unwrap(), answers.1.location().unwrap()];
                assert!(led == [path.as_str(), edit.as_str()] || (at_once && led == [edit.as_str(), path.as_str()]), "{}: {led:?}", kind.noun);
                assert_eq!(kind.stored(&raw, &path).await, ("Báo giá mới".to_owned(), String::new(), 4, false), "{}", kind.noun);
                assert_eq!(history(&raw, &path).await, ["create by hung", "delete by lan", "restore by hung", "update by hung"], "{}", kind.noun);
                let page = office.hung.get(&edit).await.body;
                assert!(at_once || page.contains("there is nothing left to save"), "{}: {page}", kind.noun);
            }
        }
    }

    async fn a_record_that_somebody_else_restored_is_saved_unless_they_changed_it_too(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        for kind in office.kinds() {
            for changes in [false, true] {
                let path = kind.create(&office.hung, "Báo giá").await;
                let edit = format!("{path}/edit");
                delete(&db, &office.lan, &path, &[("version", "1")]).await;
                let mine = kind.edited("Của Hùng", "", "1");
                let (action, fields) = restoring(&told(&office.hung, &edit, &mine).await).unwrap();
                assert_eq!(office.lan.post(&format!("{path}/restore"), &[]).await.location(), Some(path.as_str()));
                if changes {
                    let theirs = kind.edited("Của Lan", "", "3");
                    assert_eq!(post(&office.lan, &edit, &theirs).await.location(), Some(path.as_str()));
                }
                let (led, name) = if changes { (&edit, "Của Lan") } else { (&path, "Của Hùng") };
                assert_eq!(post(&office.hung, &action, &fields).await.location(), Some(led.as_str()), "{}", kind.noun);
                assert_eq!(kind.stored(&raw, &path).await, (name.to_owned(), String::new(), 4, false), "{}", kind.noun);
            }
        }
    }

    async fn a_record_that_was_in_the_bin_for_a_month_is_gone(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        for kind in office.kinds() {
            let path = kind.create(&office.hung, "Báo giá").await;
            delete(&db, &office.lan, &path, &[("version", "1")]).await;
            let typed = kind.edited("Báo giá mới", "", "1");
            let (action, fields) = restoring(&told(&office.hung, &format!("{path}/edit"), &typed).await).unwrap();
            db.clock.advance(TimeDelta::days(31));
            // The sessions are over by then.
            let browser = office.site.browser();
            assert_eq!(browser.post("/login", &[("email", "hung@example.com"), ("password", PASSWORD), ("next", "")]).await.status, 303);
            let before = written(&raw).await;
            for fields in [&typed, &fields] {
                let page = told(&browser, &action, fields).await;
                assert!(page.contains("“Báo giá” was deleted for ever") && page.contains("after 30 days in the bin. Nothing was saved."), "{page}");
                assert!(page.contains("It can’t be restored.") && page.contains("Báo giá mới") && restoring(&page).is_none(), "{page}");
            }
            assert_eq!(written(&raw).await, before, "{}: nothing is written", kind.noun);
            db.clock.advance(TimeDelta::days(-31));
        }
    }

    async fn a_deal_in_the_bin_is_restored_and_moved(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        let deal = office.deal(&office.hung).await;
        delete(&db, &office.lan, &deal, &[("version", "1")]).await;
        let fields = pairs(&[("stage", "negotiation"), ("place", "bottom"), ("lost_reason", ""), ("version", "1"), ("back", "deal"), ("filter", "")]);
        let before = written(&raw).await;
        let page = told(&office.hung, &format!("{deal}/move"), &fields).await;
        assert_eq!(written(&raw).await, before, "nothing is written");
        assert!(page.contains("“Xe tải” is in the bin") && page.contains("Deleted by lan"), "{page}");
        let (action, fields) = restoring(&page).unwrap();
        for expected in [deal.as_str(), &format!("{deal}/move")] {
            assert_eq!(post(&office.hung, &action, &fields).await.location(), Some(expected));
        }
        let id = raw.id(id_of(&deal).parse().unwrap());
        let stage = "SELECT s.slug FROM deals d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id";
        let stage = format!("{stage} WHERE d.id = {id}");
        assert_eq!(raw.column::<String>(&stage).await, ["negotiation"]);
        assert_eq!(history(&raw, &deal).await[1..], ["delete by lan", "restore by hung", "move by hung"]);
    }

    async fn a_note_is_added_to_an_activity_in_the_bin_by_restoring_it(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        let activity = created(&office.hung, "/activities/new", &pairs(&[("type", "call"), ("subject", "Gọi")])).await;
        delete(&db, &office.lan, &activity, &[("version", "1")]).await;
        let notes = format!("{activity}/notes");
        let before = written(&raw).await;
        let page = told(&office.hung, &notes, &pairs(&[("body", "Họ đồng ý"), ("form_key", "one")])).await;
        assert_eq!(written(&raw).await, before, "nothing is written");
        assert!(page.contains("“Gọi” is in the bin") && page.contains(">Họ đồng ý</dd>") && !page.contains(">one</dd>"), "{page}");
        let (action, fields) = restoring(&page).unwrap();
        assert_eq!(action, notes);
        for _ in 0..2 {
            assert_eq!(post(&office.hung, &action, &fields).await.location(), Some(activity.as_str()));
        }
        assert_eq!(raw.column::<String>("SELECT body FROM activity_notes").await, ["Họ đồng ý"]);
        assert_eq!(history(&raw, &activity).await, ["create by hung", "delete by lan", "restore by hung"]);
    }

    async fn a_deal_brings_its_company_back_and_the_page_says_so(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        let [company, _, kind, _] = office.kinds();
        let deal = office.deal(&office.hung).await;
        delete(&db, &office.lan, &office.company, &[("version", "1"), ("deals", "1")]).await;
        let typed = kind.edited("Xe khách", "", "1");
        let page = told(&office.hung, &format!("{deal}/edit"), &typed).await;
        assert!(page.contains("“Xe tải” is in the bin") && page.contains("Deleted by lan"), "{page}");
        assert!(page.contains("Restoring it also restores Bình Minh, which it needs."), "{page}");
        let (action, fields) = restoring(&page).unwrap();
        assert_eq!(post(&office.hung, &action, &fields).await.location(), Some(deal.as_str()));
        assert_eq!(kind.stored(&raw, &deal).await, ("Xe khách".to_owned(), String::new(), 4, false));
        assert_eq!(company.stored(&raw, &office.company).await, ("Bình Minh".to_owned(), String::new(), 3, false));
        assert_eq!(history(&raw, &office.company).await.last().unwrap(), "restore by hung");
    }

    async fn who_may_not_restore_a_record_is_told_who_can_and_writes_nothing(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        let mut forms = Vec::new();
        for kind in office.kinds() {
            let path = kind.create(&office.hung, "Báo giá").await;
            delete(&db, &office.hung, &path, &[("version", "1")]).await;
            let typed = kind.edited("Báo giá mới", "", "1");
            forms.push((format!("{path}/edit"), typed));
        }
        let (activity, _) = forms[3].0.rsplit_once('/').unwrap();
        forms.push((format!("{activity}/notes"), pairs(&[("body", "Báo giá mới")])));
        // Lan's own deal needs a company that is not hers.
        let hers = office.deal(&office.lan).await;
        delete(&db, &office.hung, &office.company, &[("version", "1"), ("deals", "1")]).await;
        forms.push((format!("{hers}/move"), pairs(&[("stage", "negotiation"), ("place", "top"), ("version", "1")])));
        let forced = |typed: &Pairs| typed.iter().cloned().chain([("restore".to_owned(), "1".to_owned())]).collect();
        office.switch_on(&db, "owners_only_edit").await;
        let before = written(&raw).await;
        for (path, typed) in &forms {
            let page = told(&office.lan, path, typed).await;
            assert!(page.contains("is in the bin") && page.contains("Deleted by hung"), "{path}: {page}");
            assert!(page.contains("Ask hung or an admin to restore it."), "{path}: {page}");
            assert!(page.contains(">Báo giá mới</dd>") || page.contains(">negotiation</dd>"), "{path}: {page}");
            assert!(restoring(&page).is_none() && !page.contains("Restoring it also restores"), "{path}: {page}");
            let forced = told(&office.lan, path, &forced(typed)).await;
            assert!(forced.contains("Ask hung or an admin to restore it.") && restoring(&forced).is_none(), "{path}: {forced}");
        }
        raw.run("UPDATE workspaces SET owners_only_edit = false").await.unwrap();
        raw.run("UPDATE memberships SET role = 'viewer' WHERE role = 'member'").await.unwrap();
        for (path, typed) in &forms {
            for typed in [typed, &forced(typed)] {
                assert_eq!(post(&office.lan, path, typed).await.status, 403, "{path}: a viewer has no such form");
            }
        }
        assert_eq!(written(&raw).await, before, "nothing is written");
    }

    async fn a_deletion_of_what_is_in_the_bin_says_so_and_saves_nothing(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        for kind in office.kinds() {
            let path = kind.create(&office.hung, "Báo giá").await;
            delete(&db, &office.lan, &path, &[("version", "1")]).await;
            let before = written(&raw).await;
            for fields in [pairs(&[("version", "1")]), pairs(&[("version", "x")])] {
                let page = told(&office.hung, &format!("{path}/delete"), &fields).await;
                assert!(page.contains("“Báo giá” is in the bin") && page.contains("Deleted by lan"), "{}: {page}", kind.noun);
                assert!(page.contains("Open the bin") && restoring(&page).is_none() && !page.contains("What you typed"), "{}: {page}", kind.noun);
            }
            let forced = pairs(&[("version", "1"), ("restore", "1")]);
            assert_eq!(post(&office.hung, &format!("{path}/delete"), &forced).await.status, 400, "{}", kind.noun);
            assert_eq!(written(&raw).await, before, "{}: nothing is written", kind.noun);
        }
    }

    async fn a_form_with_mistakes_keeps_what_was_typed_until_its_record_is_back(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        for kind in office.kinds() {
            let path = kind.create(&office.hung, "Báo giá").await;
            let edit = format!("{path}/edit");
            delete(&db, &office.lan, &path, &[("version", "1")]).await;
            let typed = kind.edited(" ", "Gọi lại", "1");
            let looking: Pairs = typed.iter().cloned().chain([("look".to_owned(), "1".to_owned())]).collect();
            let before = written(&raw).await;
            for typed in [&typed, &looking] {
                let page = told(&office.hung, &edit, typed).await;
                assert!(page.contains(">Gọi lại</dd>") && restoring(&page).is_some(), "{}: {page}", kind.noun);
            }
            assert_eq!(written(&raw).await, before, "{}: nothing is written", kind.noun);
            let (action, fields) = restoring(&told(&office.hung, &edit, &typed).await).unwrap();
            let with_unknown: Pairs = fields.iter().cloned().chain([("author_id".to_owned(), UNUSED.to_owned())]).collect();
            assert_eq!(post(&office.hung, &action, &with_unknown).await.status, 400);
            assert_eq!(written(&raw).await, before, "{}: a form that makes no sense restores nothing", kind.noun);
            assert_eq!(post(&office.hung, &action, &fields).await.location(), Some(edit.as_str()));
            assert_eq!(kind.stored(&raw, &path).await, ("Báo giá".to_owned(), String::new(), 3, false), "{}: restored, not saved", kind.noun);
            let page = office.hung.get(&edit).await.body;
            assert!(page.contains("Gọi lại</textarea>") && page.contains(&format!(r##"href="#{}""##, kind.name)), "{}: {page}", kind.noun);
            assert!(!page.contains("Somebody else saved this record"), "{}: {page}", kind.noun);
        }
    }

    async fn a_locked_activity_in_the_bin_is_not_changed_by_restoring_it(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        let activity = created(&office.hung, "/activities/new", &pairs(&[("type", "call"), ("subject", "Gọi")])).await;
        delete(&db, &office.lan, &activity, &[("version", "1")]).await;
        office.switch_on(&db, "lock_activities").await;
        let before = written(&raw).await;
        let typed = pairs(&[("type", "call"), ("subject", "Đổi"), ("version", "1")]);
        let page = told(&office.hung, &format!("{activity}/edit"), &typed).await;
        assert!(page.contains("“Gọi” is in the bin") && page.contains(">Đổi</dd>") && restoring(&page).is_none(), "{page}");
        assert_eq!(written(&raw).await, before, "nothing is written");
        // Notes are added to what is locked.
        let page = told(&office.hung, &format!("{activity}/notes"), &pairs(&[("body", "Họ đồng ý")])).await;
        let (action, fields) = restoring(&page).unwrap();
        assert_eq!(post(&office.hung, &action, &fields).await.location(), Some(activity.as_str()));
    }

    async fn a_restoring_form_that_was_signed_out_comes_back_as_its_own(db: TestDb) {
        let office = Office::open(&db).await;
        let [company, ..] = office.kinds();
        let path = company.create(&office.hung, "Báo giá").await;
        let edit = format!("{path}/edit");
        delete(&db, &office.lan, &path, &[("version", "1")]).await;
        let typed = pairs(&[("name", "Báo giá mới"), ("status", "lead"), ("version", "1")]);
        let (action, fields) = restoring(&told(&office.hung, &edit, &typed).await).unwrap();
        let browser = office.site.browser();
        let page = post(&browser, &action, &fields).await;
        assert_eq!(page.status, 401);
        let carried = Regex::new(r#"name="interrupted" value="([^"]+)""#).unwrap().captures(&page.body).unwrap()[1].to_owned();
        let entered = browser.post("/login", &[("email", "hung@example.com"), ("password", PASSWORD), ("next", ""), ("interrupted", &carried)]).await;
        assert_eq!(entered.location(), Some(edit.as_str()));
        office.lan.post(&format!("{path}/restore"), &[]).await;
        let page = browser.get(&edit).await.body;
        assert!(page.contains(r#"value="Báo giá mới""#), "{page}");
    }

    async fn a_script_is_told_what_became_of_the_record(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        for kind in office.kinds() {
            let path = kind.create(&office.hung, "Báo giá").await;
            delete(&db, &office.lan, &path, &[("version", "1")]).await;
            let before = written(&raw).await;
            let form: serde_json::Map<String, Value> =
                kind.edited("Báo giá mới", "", "1").into_iter().map(|(name, value)| (name, value.into())).collect();
            let mut calls = vec![("update", Value::from(form)), ("delete", json!({ "version": "1" }))];
            match kind.noun {
                "deal" => calls.push(("move", json!({ "stage": "negotiation", "place": "top", "version": "1" }))),
                "activity" => calls.push(("add-note", json!({ "body": "Họ đồng ý" }))),
                _ => {}
            }
            for (function, form) in calls {
                let answer = office.hung.call(&format!("/fn/{}/{function}", kind.table), &json!({ "id": id_of(&path), "form": form })).await;
                let said: Value = serde_json::from_str(&answer.body).unwrap();
                assert_eq!((answer.status, &said), (409, &json!({ "Removed": "“Báo giá” is in the bin. Deleted by lan, just now." })), "{}", kind.noun);
                assert_eq!(answer.header("content-type"), Some("application/json"));
            }
            assert_eq!(written(&raw).await, before, "{}: nothing is written", kind.noun);
        }
    }

    async fn another_workspaces_removed_record_is_404_like_an_id_never_used(db: TestDb) {
        let office = Office::open(&db).await;
        let raw = db.raw().await;
        let outsider = office.site.registered("b").await;
        let own = Records::create(&db, &outsider).await;
        let theirs = Records::create(&db, &office.hung).await;
        let kept = Records::create(&db, &office.hung).await;
        let merged = office.hung.post(&format!("/settings/tags/{}/merge", theirs.tag), &[("into", &kept.tag), ("version", "1")]).await;
        assert_eq!(merged.location(), Some("/settings/tags"));
        delete(&db, &office.hung, &format!("/contacts/{}", theirs.contact), &[("version", "1")]).await;
        delete(&db, &office.hung, &format!("/companies/{}", theirs.company), &[("version", "1"), ("deals", "1"), ("activities", "1")]).await;
        let before = written(&raw).await;
        // Platform admins' actions are about no record of a workspace.
        let of_records = |form: &str| form.contains("{id}") && !form.starts_with("/admin/");
        for action in app::routes().actions.iter().filter(|action| of_records(action.form)) {
            let id = theirs.id(action.form);
            let mut fields = own.fields(action.form, &own);
            let same = |theirs: &Answer, unused: Answer| {
                assert!(theirs.status == 404 || (theirs.status == 400 && !action.page.saves), "{}: {}", action.name, theirs.status);
                let unused = Answer { body: unused.body.replace(UNUSED, id), ..unused };
                assert_eq!(theirs.lasting(), unused.lasting(), "{}", action.name);
            };
            let call = async |id: &str| outsider.call(action.function, &arguments(action, id, &fields)).await;
            same(&call(id).await, call(UNUSED).await);
            same(&outsider.submit(action, id, &fields).await, outsider.submit(action, UNUSED, &fields).await);
            fields.push(("restore", "1".to_owned()));
            same(&outsider.submit(action, id, &fields).await, outsider.submit(action, UNUSED, &fields).await);
        }
        assert_eq!(written(&raw).await, before, "nothing is written");
    }

    async fn a_record_is_named_as_text_whatever_its_name_is(db: TestDb) {
        let office = Office::open(&db).await;
        let evil = "<script>alert(1)</script>\"'&";
        for kind in office.kinds() {
            let path = kind.create(&office.hung, evil).await;
            delete(&db, &office.lan, &path, &[("version", "1")]).await;
            let typed = kind.edited(evil, evil, "1");
            let question = pairs(&[("version", "1")]);
            for (form, fields) in [("edit", &typed), ("delete", &question)] {
                let page = told(&office.hung, &format!("{path}/{form}"), fields).await;
                assert!(!page.contains("<script>alert"), "{}: {page}", kind.noun);
                assert!(unescaped(&page).contains(&format!("“{evil}” is in the bin")), "{}: {page}", kind.noun);
            }
            let (_, fields) = restoring(&told(&office.hung, &format!("{path}/edit"), &typed).await).unwrap();
            assert!(typed.iter().all(|pair| fields.contains(pair)), "{}: {fields:?}", kind.noun);
        }
    }
}
