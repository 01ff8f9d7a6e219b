//! Every list: whatever is filtered, sorted and searched, its pages together show each matching record once.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::{Raw, TestDb};
use domain::{
    access::{Actor, Role},
    activities::{ActivityQuery, ActivityType},
    clock::Clock,
    companies::{Archived, CompanyColumn, CompanyForm, CompanyQuery, CompanySize, CompanyStatus},
    contacts::{AuthorityLevel, ContactColumn, ContactQuery},
    deals::{DealColumn, DealQuery},
    exports::ListAddress,
    fold::fold,
    page::{ListColumn, ListQuery, PAGE_SIZE},
    tags::TagDraft,
    tasks::{Due, Priority, TaskColumn, TaskQuery, TaskStatus},
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::collections::{BTreeSet, HashMap};
use store::{
    Store, TimeRange, activities::ActivityRow, companies::CompanyRow, contacts::ContactRow, deals::DealRow, demo::SeedCounts,
    exports::ExportFilter, tasks::TaskRow,
};
use uuid::Uuid;

/// Records of each kind for random filters: fifteen pages unfiltered.
const FILTERED: usize = 300;
/// Records of each kind for deep pages: more than the 2,000 rows after which a page is read from the list's nearer end.
const DEEP: usize = 2_080;
/// Of those, archived companies.
const ARCHIVED: usize = 30;
/// Records of each kind for middle pages: PostgreSQL finds a page further than 10,000 rows from both ends by the cached ids of all rows.
const LONG: usize = 20_200;
/// Random queries per list.
const QUERIES: usize = 40;

/// A query's pairs, as its URL has them.
type Pairs = Vec<(&'static str, String)>;

/// Ids of all rows of a query, page by page until a page is empty, and the total that the first page states.
macro_rules! walk {
    ($query:expr, |$page:ident| $list:expr, $total:expr) => {{
        let (mut query, mut rows, mut total) = ($query, Vec::new(), None);
        loop {
            let $page = &query;
            let list = $list.await.unwrap();
            total.get_or_insert($total(&list));
            let shown = list.rows.len();
            rows.extend(list.rows);
            match query.page().next(u64::MAX, query.page_size()) {
                Some(next) if shown > 0 => query = query.with_page(next),
                _ => break (rows, total.unwrap_or_default()),
            }
        }
    }};
}

async fn companies(store: &Store, actor: &Actor, query: CompanyQuery) -> (Vec<CompanyRow>, u64) {
    walk!(query, |page| store.companies(actor, page), |list: &store::companies::CompanyList| list.total.count)
}

async fn contacts(store: &Store, actor: &Actor, query: ContactQuery) -> (Vec<ContactRow>, u64) {
    walk!(query, |page| store.contacts(actor, page), |list: &store::contacts::ContactList| list.total.count)
}

async fn deals(store: &Store, actor: &Actor, query: DealQuery) -> (Vec<DealRow>, u64) {
    walk!(query, |page| store.deals(actor, page), |list: &store::deals::DealList| list.all.count)
}

async fn activities(store: &Store, actor: &Actor, query: ActivityQuery) -> (Vec<ActivityRow>, u64) {
    walk!(query, |page| store.activities(actor, page, TimeRange::default()), |list: &store::activities::ActivityList| list.total.count)
}

async fn tasks(store: &Store, actor: &Actor, query: TaskQuery) -> (Vec<TaskRow>, u64) {
    walk!(query, |page| store.tasks(actor, page), |list: &store::tasks::TaskList| list.total.count)
}

/// Asserts that the walked rows are `expected`, each once, and as many as the total says.
fn assert_each_once(pairs: &Pairs, walked: &[Uuid], total: u64, expected: impl IntoIterator<Item = Uuid>) {
    let distinct: BTreeSet<Uuid> = walked.iter().copied().collect();
    assert_eq!(distinct.len(), walked.len(), "a record on two pages: {pairs:?}");
    assert_eq!(walked.len() as u64, total, "as many rows as the total says: {pairs:?}");
    assert_eq!(distinct, expected.into_iter().collect(), "the matching records: {pairs:?}");
}

/// Asserts that an export has the walked rows in the order of the pages.
async fn assert_exported(store: &Store, actor: &Actor, address: ListAddress, walked: &[Uuid]) {
    let filter = ExportFilter { address, days_utc: TimeRange::default() };
    assert_eq!(*store.exported_ids(actor, &filter).await.unwrap(), *walked, "{filter:?}");
}

/// None, one or more values of one filter.
fn any_of(name: &'static str, values: Vec<String>) -> impl Strategy<Value = Pairs> {
    let most = values.len().min(3);
    subsequence(values, 0..=most).prop_map(move |values| values.into_iter().map(|value| (name, value)).collect())
}

/// A column, ascending or descending, and a number of rows on a page.
fn sort<C: ListColumn>() -> impl Strategy<Value = Pairs> {
    let orders = C::ALL.iter().flat_map(|column| [column.name().to_owned(), format!("-{}", column.name())]).collect::<Vec<_>>();
    let sizes = select(vec!["20", "20", "50", "100"]);
    (select(orders), sizes).prop_map(|(order, size)| vec![("sort", order), ("per_page", size.to_owned())])
}

/// Often nothing, else a word that many, some or no records have.
fn search() -> impl Strategy<Value = Pairs> {
    select(vec!["", "", "", "an", "nguyen", "cong ty", "khongcogi"]).prop_map(|words| vec![("q", words.to_owned())])
}

fn joined(parts: Vec<BoxedStrategy<Pairs>>) -> impl Strategy<Value = Pairs> {
    parts.prop_map(|parts| parts.concat())
}

/// The same random queries at every run.
fn samples(strategy: impl Strategy<Value = Pairs>, number: usize) -> Vec<Pairs> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, b"each record is on exactly 1 page");
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..number).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn as_str(pairs: &Pairs) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, value)| (*name, value.as_str()))
}

/// The values of one filter in a query; empty if it is not set.
fn values<'a>(pairs: &'a Pairs, name: &str) -> Vec<&'a str> {
    pairs.iter().filter(|(known, value)| *known == name && !value.is_empty()).map(|(_, value)| value.as_str()).collect()
}

/// Whether a filter lets a record pass: it is not set, or names one of the record's values, or is to keep those out and names none.
fn passes_if(pairs: &Pairs, name: &str, is_one_of: impl Fn(&str) -> bool) -> bool {
    let named = values(pairs, name);
    named.is_empty() || named.into_iter().any(is_one_of) != values(pairs, "none_of").contains(&name)
}

fn passes(pairs: &Pairs, name: &str, value: &str) -> bool {
    passes_if(pairs, name, |named| named == value)
}

fn passes_tags(pairs: &Pairs, tags: &[store::tags::Tag]) -> bool {
    passes_if(pairs, "tag", |named| tags.iter().any(|tag| tag.id.to_string() == named))
}

/// Some of these filters keep out, where they are set, what they name; some of these columns are to be empty, or not to be.
fn turned_round(filters: &[&str], columns: &[&str]) -> BoxedStrategy<Pairs> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let none_of = any_of("none_of", names(filters));
    let emptiness = select(names(columns)).prop_flat_map(|column| {
        select(vec!["", "", "", "empty", "filled"]).prop_map(move |what| match what {
            "empty" => vec![("empty", column.clone())],
            "filled" => vec![("filled", column.clone())],
            _ => vec![],
        })
    });
    (none_of, emptiness).prop_map(|(none_of, emptiness)| [none_of, emptiness].concat()).boxed()
}

/// Whether the filters of empty columns let a record pass that has, or doesn't have, a value in each of these.
fn passes_emptiness(pairs: &Pairs, columns: &[(&str, bool)]) -> bool {
    columns.iter().all(|(column, is_filled)| !values(pairs, if *is_filled { "empty" } else { "filled" }).contains(column))
}

/// Puts about half of the tags on every record, so that a filter by several matches most records more than once.
async fn put_tags(raw: &Raw) {
    for (table, tagged, column) in [("contacts", "contact_tags", "contact_id"), ("deals", "deal_tags", "deal_id")] {
        raw.run(&format!(
            "INSERT INTO {tagged} (workspace_id, {column}, tag_id)
             SELECT r.workspace_id, r.id, t.id FROM {table} r JOIN tags t ON t.workspace_id = r.workspace_id
             WHERE (SELECT count(*) FROM tags u WHERE u.workspace_id = t.workspace_id AND u.name_key < t.name_key) % 2 = length(r.name) % 2"
        ))
        .await
        .unwrap();
    }
}

/// Gives deals sources and closing days, and contacts activities, so that filters by them match some records.
async fn put_filtered_columns(raw: &Raw, contacts: &[ContactRow], activities: &[ActivityRow]) {
    for (remainder, source, key) in [(0, "Giới thiệu", "gioi thieu"), (1, "GIOI THIEU", "gioi thieu"), (2, "Website", "website")] {
        raw.run(&format!("UPDATE deals SET source = '{source}', source_key = '{key}' WHERE length(name) % 4 = {remainder}")).await.unwrap();
    }
    raw.run("UPDATE deals SET closed_at = '2026-01-15T20:00:00.000+00:00' WHERE closed_at IS NOT NULL AND length(name) % 2 = 0")
        .await
        .unwrap();
    for (activity, contact) in activities.iter().zip(contacts.iter().step_by(3).cycle()) {
        let (activity, contact) = (raw.id(activity.id.0), raw.id(contact.id.0));
        raw.run(&format!("UPDATE activities SET contact_id = {contact} WHERE id = {activity}")).await.unwrap();
    }
}

async fn bulk(db: &TestDb, number: usize) -> Actor {
    let (_, actor) = db.register("hung").await;
    db.store
        .seed_bulk(&actor, SeedCounts { companies: number, contacts: number, deals: number, activities: number, tasks: number })
        .await
        .unwrap();
    actor
}

on_both_databases! {
    async fn two_tags_on_one_company_are_one_row(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let tags = [
            db.store.create_tag(&actor, TagDraft::parse("Lớn", "").unwrap()).await.unwrap(),
            db.store.create_tag(&actor, TagDraft::parse("Gấp", "").unwrap()).await.unwrap(),
        ];
        for number in 0..45 {
            let form = domain::companies::CompanyForm { name: format!("Công ty {number}"), ..Default::default() };
            let draft = domain::companies::CompanyDraft { tags: tags.to_vec(), ..form.parse().unwrap() };
            db.store.create_company(&actor, draft).await.unwrap();
        }
        let (rows, total) = companies(&db.store, &actor, CompanyQuery { tag: tags.to_vec(), ..CompanyQuery::default() }).await;
        let shown: BTreeSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
        assert_eq!((shown.len(), rows.len(), total), (45, 45, 45));
    }

    async fn pages_of_filtered_lists_show_each_record_once(db: TestDb) {
        let actor = bulk(&db, FILTERED).await;
        put_tags(&db.raw().await).await;
        let store = &db.store;
        let (people, _) = contacts(store, &actor, ContactQuery::default()).await;
        let (log, _) = activities(store, &actor, ActivityQuery::default()).await;
        put_filtered_columns(&db.raw().await, &people, &log).await;
        let filters = store.company_filters(&actor, Archived::Any).await.unwrap();
        let tags = || any_of("tag", filters.tags.iter().map(|tag| tag.id.to_string()).collect()).boxed();

        let (all, _) = companies(store, &actor, CompanyQuery::default()).await;
        assert_eq!(all.len(), FILTERED);
        for row in all.iter().step_by(4) {
            store.archive_company(&actor, row.id, 1, "Closed".to_owned()).await.unwrap();
        }
        let industries = any_of("industry", filters.industries.clone());
        let sizes = any_of("size", CompanySize::ALL.map(|size| size.slug().to_owned()).to_vec());
        let statuses = any_of("status", CompanyStatus::ALL.map(|status| status.slug().to_owned()).to_vec());
        let archived = select(vec!["", "", "any", "only"]).prop_map(|archived| vec![("archived", archived.to_owned())]);
        let parts = vec![
            search().boxed(),
            tags(),
            industries.boxed(),
            sizes.boxed(),
            statuses.boxed(),
            archived.boxed(),
            turned_round(&["industry", "size", "status", "tag"], &["industry", "size", "tags"]),
            sort::<CompanyColumn>().boxed(),
        ];
        for pairs in samples(joined(parts), QUERIES) {
            let (rows, total) = companies(store, &actor, CompanyQuery::parse(as_str(&pairs)).unwrap()).await;
            let any = as_str(&pairs).filter(|pair| pair.0 == "q").chain([("archived", "any")]);
            let (searched, _) = companies(store, &actor, CompanyQuery::parse(any).unwrap()).await;
            let matches = |row: &&CompanyRow| {
                passes(&pairs, "industry", row.industry.as_deref().unwrap_or_default())
                    && passes(&pairs, "size", row.size.map_or("", CompanySize::slug))
                    && passes(&pairs, "status", row.status.slug())
                    && passes_tags(&pairs, &row.tags)
                    && passes_emptiness(&pairs, &[("industry", row.industry.is_some()), ("size", row.size.is_some()), ("tags", !row.tags.is_empty())])
                    && match values(&pairs, "archived").first() {
                        None => row.archived_at.is_none(),
                        Some(asked) => *asked == "any" || row.archived_at.is_some(),
                    }
            };
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
            assert_exported(store, &actor, ListAddress::Companies(CompanyQuery::parse(as_str(&pairs)).unwrap()), &ids).await;
            assert_each_once(&pairs, &ids, total, searched.iter().filter(matches).map(|row| row.id.0));
        }

        let (all, _) = contacts(store, &actor, ContactQuery::default()).await;
        assert_eq!(all.len(), FILTERED);
        let titles = any_of("job_title", store.contact_filters(&actor).await.unwrap().job_titles.clone());
        let levels = any_of("authority_level", AuthorityLevel::ALL.map(|level| level.slug().to_owned()).to_vec());
        let (log, _) = activities(store, &actor, ActivityQuery::default()).await;
        let is_contacted = |contact: &ContactRow, days: i64| {
            let since = db.clock.now() - TimeDelta::days(days);
            log.iter().any(|activity| {
                activity.kind != ActivityType::Note && activity.date >= since && activity.contact.as_ref().is_some_and(|linked| linked.id == contact.id)
            })
        };
        let days = any_of("not_contacted_days", ["1", "30", "200", "3650"].map(str::to_owned).to_vec()).prop_map(|mut pairs| {
            pairs.truncate(1);
            pairs
        });
        let turned = turned_round(&["job_title", "authority_level", "tag"], &["job_title", "company", "phone", "email", "tags", "reports_to"]);
        let parts = vec![search().boxed(), tags(), titles.boxed(), levels.boxed(), days.boxed(), turned, sort::<ContactColumn>().boxed()];
        for pairs in samples(joined(parts), QUERIES) {
            let (rows, total) = contacts(store, &actor, ContactQuery::parse(as_str(&pairs)).unwrap()).await;
            let (searched, _) = contacts(store, &actor, ContactQuery::parse(as_str(&pairs).filter(|pair| pair.0 == "q")).unwrap()).await;
            let matches = |row: &&ContactRow| {
                passes(&pairs, "job_title", row.job_title.as_deref().unwrap_or_default())
                    && passes(&pairs, "authority_level", row.authority_level.map_or("", AuthorityLevel::slug))
                    && values(&pairs, "not_contacted_days").iter().all(|days| !is_contacted(row, days.parse().unwrap()))
                    && passes_tags(&pairs, &row.tags)
                    && passes_emptiness(
                        &pairs,
                        &[
                            ("job_title", row.job_title.is_some()),
                            ("company", row.company_id.is_some()),
                            ("phone", row.phone.is_some()),
                            ("email", row.email.is_some()),
                            ("tags", !row.tags.is_empty()),
                            ("reports_to", row.reports_to.is_some()),
                        ],
                    )
            };
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
            assert_exported(store, &actor, ListAddress::Contacts(ContactQuery::parse(as_str(&pairs)).unwrap()), &ids).await;
            assert_each_once(&pairs, &ids, total, searched.iter().filter(matches).map(|row| row.id.0));
        }

        let (all, _) = deals(store, &actor, DealQuery::default()).await;
        assert_eq!(all.len(), FILTERED);
        let stages = any_of("stage", all.iter().map(|row| row.stage.clone()).collect::<BTreeSet<_>>().into_iter().collect());
        let mut details = HashMap::new();
        for row in &all {
            details.insert(row.id, store.deal(&actor, row.id).await.unwrap());
        }
        // The gap of an archived company doesn't count.
        let archived = CompanyQuery { archived: Archived::Only, ..CompanyQuery::default() };
        let archived: Vec<_> = companies(store, &actor, archived).await.0.into_iter().map(|row| row.id).collect();
        let decided: BTreeSet<_> =
            people.iter().filter(|row| row.authority_level == Some(AuthorityLevel::Primary)).filter_map(|row| row.company_id).chain(archived).collect();
        let sources = any_of("source", ["gioi thieu", "WEBSITE", "Hội chợ"].map(str::to_owned).to_vec());
        let reasons = any_of("lost_reason", ["chon nha cung cap khac", "Giá cao"].map(str::to_owned).to_vec());
        let closed = select(vec![("", ""), ("", ""), ("2026-01-15", "2026-01-15"), ("2026-01-16", ""), ("", "2026-03-02"), ("2026-03-03", "")])
            .prop_map(|(from, to)| vec![("closed_from", from.to_owned()), ("closed_to", to.to_owned())]);
        let gap = select(vec!["", "", "no-primary"]).prop_map(|gap| vec![("decision", gap.to_owned())]);
        let parts = vec![
            search().boxed(),
            tags(),
            stages.boxed(),
            sources.boxed(),
            reasons.boxed(),
            closed.boxed(),
            gap.boxed(),
            turned_round(&["stage", "tag", "source", "lost_reason"], &["contact", "expected_close_date", "tags", "source", "lost_reason"]),
            sort::<DealColumn>().boxed(),
        ];
        for pairs in samples(joined(parts), QUERIES) {
            let (rows, total) = deals(store, &actor, DealQuery::parse(as_str(&pairs)).unwrap()).await;
            let (searched, _) = deals(store, &actor, DealQuery::parse(as_str(&pairs).filter(|pair| pair.0 == "q")).unwrap()).await;
            let passes_folded = |name: &str, value: Option<&str>| passes_if(&pairs, name, |named| value.is_some_and(|value| fold(named) == fold(value)));
            let matches = |row: &&DealRow| {
                let deal = &details[&row.id];
                let closed = deal.closed_at.map(|at| at.date_naive().to_string());
                let day = |name: &str, passes: fn(&str, &str) -> bool| {
                    values(&pairs, name).iter().all(|limit| closed.as_deref().is_some_and(|day| passes(day, limit)))
                };
                passes(&pairs, "stage", &row.stage)
                    && passes_tags(&pairs, &row.tags)
                    && passes_folded("source", deal.source.as_deref())
                    && passes_folded("lost_reason", deal.lost_reason.as_deref())
                    && day("closed_from", |day, first| day >= first)
                    && day("closed_to", |day, last| day <= last)
                    && (values(&pairs, "decision").is_empty() || !decided.contains(&row.company_id))
                    && passes_emptiness(
                        &pairs,
                        &[
                            ("contact", row.contact_id.is_some()),
                            ("expected_close_date", row.expected_close_date.is_some()),
                            ("tags", !row.tags.is_empty()),
                            ("source", deal.source.is_some()),
                            ("lost_reason", deal.lost_reason.is_some()),
                        ],
                    )
            };
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
            assert_exported(store, &actor, ListAddress::Deals(DealQuery::parse(as_str(&pairs)).unwrap()), &ids).await;
            assert_each_once(&pairs, &ids, total, searched.iter().filter(matches).map(|row| row.id.0));
        }

        let colleague = support::member(&db, &actor, "lan", Role::Member).await;
        let raw = db.raw().await;
        for row in activities(store, &actor, ActivityQuery::default()).await.0.iter().step_by(3) {
            raw.run(&format!("UPDATE activities SET owner_id = {} WHERE id = {}", raw.id(colleague.user_id.0), raw.id(row.id.0))).await.unwrap();
        }
        let (mine, hers) = (actor.user_id.to_string(), colleague.user_id.to_string());
        let (all, _) = activities(store, &actor, ActivityQuery::default()).await;
        assert_eq!(all.len(), FILTERED);
        let kinds = any_of("type", ActivityType::ALL.map(|kind| kind.slug().to_owned()).to_vec());
        let owners = any_of("owner_id", vec![mine.clone(), hers.clone(), Uuid::nil().to_string()]);
        let of_companies = any_of("company_id", all.iter().filter_map(|row| Some(row.company.as_ref()?.id.to_string())).take(20).collect());
        let orders = select(vec!["date", "-date"]).prop_map(|order| vec![("sort", order.to_owned())]);
        let words = select(vec!["", "", "trao doi", "trao doi 1", "doi 27", "ti 3", "khongcogi"]).prop_map(|words| vec![("q", words.to_owned())]);
        let turned = turned_round(&["type", "owner_id"], &["company", "contact", "deal", "outcome", "duration_minutes"]);
        for pairs in samples(joined(vec![words.boxed(), kinds.boxed(), owners.boxed(), of_companies.boxed(), turned, orders.boxed()]), QUERIES) {
            let (rows, total) = activities(store, &actor, ActivityQuery::parse(as_str(&pairs)).unwrap()).await;
            let matches = |row: &&ActivityRow| {
                let company = row.company.as_ref().map(|company| company.id.to_string()).unwrap_or_default();
                let text = format!(" {}", fold(&row.subject));
                let has = |word: &str| if word.len() < 3 { text.contains(&format!(" {word}")) } else { text.contains(word) };
                passes(&pairs, "type", row.kind.slug())
                    && passes(&pairs, "company_id", &company)
                    && passes(&pairs, "owner_id", if row.owner_name == "lan" { &hers } else { &mine })
                    && values(&pairs, "q").iter().all(|words| words.split(' ').all(has))
                    && passes_emptiness(
                        &pairs,
                        &[
                            ("company", row.company.is_some()),
                            ("contact", row.contact.is_some()),
                            ("deal", row.deal.is_some()),
                            ("outcome", row.outcome.is_some()),
                            ("duration_minutes", row.duration_minutes.is_some()),
                        ],
                    )
            };
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
            assert_exported(store, &actor, ListAddress::Activities(ActivityQuery::parse(as_str(&pairs)).unwrap()), &ids).await;
            assert_each_once(&pairs, &ids, total, all.iter().filter(matches).map(|row| row.id.0));
        }

        let every_status = TaskQuery { status: TaskStatus::ALL.into(), ..TaskQuery::default() };
        for row in tasks(store, &actor, every_status.clone()).await.0.iter().step_by(3) {
            raw.run(&format!("UPDATE tasks SET owner_id = {} WHERE id = {}", raw.id(colleague.user_id.0), raw.id(row.id.0))).await.unwrap();
        }
        let (all, _) = tasks(store, &actor, every_status).await;
        assert_eq!(all.len(), FILTERED);
        let statuses = any_of("status", TaskStatus::ALL.map(|status| status.slug().to_owned()).to_vec());
        let priorities = any_of("priority", Priority::ALL.map(|priority| priority.slug().to_owned()).to_vec());
        let owners = any_of("owner_id", vec![mine.clone(), hers.clone(), Uuid::nil().to_string()]);
        let of_companies = any_of("company_id", all.iter().filter_map(|row| Some(row.company.as_ref()?.id.to_string())).take(20).collect());
        let words = select(vec!["", "", "viec", "viec 1", "iec 27", "khongcogi"]).prop_map(|words| vec![("q", words.to_owned())]);
        let days = select(vec![("", ""), ("", ""), ("2026-03-01", "2026-03-20"), ("", "2026-02-10"), ("2026-05-01", "")])
            .prop_map(|(from, to)| vec![("due_from", from.to_owned()), ("due_to", to.to_owned())]);
        let turned = turned_round(&["status", "priority", "owner_id"], &["company", "contact", "deal", "due"]);
        let parts = vec![words.boxed(), statuses.boxed(), priorities.boxed(), owners.boxed(), of_companies.boxed(), days.boxed(), turned, sort::<TaskColumn>().boxed()];
        for pairs in samples(joined(parts), QUERIES) {
            let (rows, total) = tasks(store, &actor, TaskQuery::parse(as_str(&pairs)).unwrap()).await;
            let limit = |name: &str| values(&pairs, name).first().and_then(|day| day.parse::<chrono::NaiveDate>().ok());
            let matches = |row: &&TaskRow| {
                let company = row.company.as_ref().map(|company| company.id.to_string()).unwrap_or_default();
                let text = format!(" {}", fold(&row.title));
                let has = |word: &str| if word.len() < 3 { text.contains(&format!(" {word}")) } else { text.contains(word) };
                let day = match row.due {
                    Some(Due::Day(day)) => Some(day),
                    _ => None,
                };
                // Days in UTC, as nothing put the query into a zone: the day of Ho Chi Minh City ends on it.
                let due = limit("due_from").is_none_or(|from| day.is_some_and(|day| day >= from))
                    && limit("due_to").is_none_or(|to| day.is_some_and(|day| day <= to));
                passes(&pairs, "status", row.status.slug())
                    && (!values(&pairs, "status").is_empty() || row.status == TaskStatus::Open)
                    && passes(&pairs, "priority", row.priority.slug())
                    && passes(&pairs, "company_id", &company)
                    && passes(&pairs, "owner_id", if row.owner_name == "lan" { &hers } else { &mine })
                    && values(&pairs, "q").iter().all(|words| words.split(' ').all(has))
                    && due
                    && passes_emptiness(
                        &pairs,
                        &[
                            ("company", row.company.is_some()),
                            ("contact", row.contact.is_some()),
                            ("deal", row.deal.is_some()),
                            ("due", row.due.is_some()),
                        ],
                    )
            };
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
            assert_exported(store, &actor, ListAddress::Tasks(TaskQuery::parse(as_str(&pairs)).unwrap()), &ids).await;
            assert_each_once(&pairs, &ids, total, all.iter().filter(matches).map(|row| row.id.0));
        }
    }

    async fn deep_pages_show_each_record_once(db: TestDb) {
        let actor = bulk(&db, DEEP).await;
        let store = &db.store;
        assert!(DEEP as u64 > 2_000 + PAGE_SIZE, "pages beyond row 2,000 are read from the end");
        let (all, _) = companies(store, &actor, CompanyQuery::default()).await;
        let archived = &all[..ARCHIVED];
        for row in archived {
            store.archive_company(&actor, row.id, 1, "Closed".to_owned()).await.unwrap();
        }
        // As a request reads: an order without an index is sorted once, not for each page.
        let raw = db.raw().await;
        let seq = raw.number(&format!("SELECT seq FROM audit_heads WHERE workspace_id = {}", raw.id(actor.workspace_id.0))).await;
        let store = &db.store.with_cache_version(actor.workspace_id, seq);
        let listed = DEEP - ARCHIVED;
        for pairs in samples(sort::<CompanyColumn>(), 4) {
            for (asked, number) in [("", listed), ("any", DEEP), ("only", ARCHIVED)] {
                let query = CompanyQuery::parse(as_str(&pairs).chain([("archived", asked)])).unwrap();
                let (rows, total) = companies(store, &actor, query).await;
                let distinct: BTreeSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
                assert_eq!((rows.len(), distinct.len(), total), (number, number, number as u64), "{asked} {pairs:?}");
            }
        }
        for pairs in samples(sort::<ContactColumn>(), 4) {
            let (rows, total) = contacts(store, &actor, ContactQuery::parse(as_str(&pairs)).unwrap()).await;
            let distinct: BTreeSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
            assert_eq!((rows.len(), distinct.len(), total), (DEEP, DEEP, DEEP as u64), "{pairs:?}");
        }
        // Under a filter that many match, and without one.
        let every_day = ("close_from", "2000-01-01".to_owned());
        let orders = samples(sort::<DealColumn>(), 4);
        for pairs in orders.iter().cloned().chain(orders.iter().map(|order| [order.clone(), vec![every_day.clone()]].concat())) {
            let (rows, total) = deals(store, &actor, DealQuery::parse(as_str(&pairs)).unwrap()).await;
            let distinct: BTreeSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
            assert_eq!((rows.len(), distinct.len(), total), (DEEP, DEEP, DEEP as u64), "{pairs:?}");
        }
        for order in ["date", "-date"] {
            let (rows, total) = activities(store, &actor, ActivityQuery::parse([("sort", order)]).unwrap()).await;
            let distinct: BTreeSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
            assert_eq!((rows.len(), distinct.len(), total), (DEEP, DEEP, DEEP as u64), "{order}");
        }
        for order in ["due", "-due"] {
            let (rows, total) = tasks(store, &actor, TaskQuery::parse([("sort", order)]).unwrap()).await;
            let distinct: BTreeSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
            // Three of ten were done long ago.
            let open = DEEP * 7 / 10;
            assert_eq!((rows.len(), distinct.len(), total), (open, open, open as u64), "{order}");
        }
    }

    async fn middle_pages_of_long_lists_show_the_rows_in_their_place(db: TestDb) {
        let actor = bulk(&db, LONG).await;
        let raw = db.raw().await;
        for turn in 0..2 {
            let seq = raw.number(&format!("SELECT seq FROM audit_heads WHERE workspace_id = {}", raw.id(actor.workspace_id.0))).await;
            let store = db.store.with_cache_version(actor.workspace_id, seq);
            for (table, sort, order) in [
                ("companies", "name", "sort_key, id"),
                ("contacts", "-email", "NULLIF(email_key, '') DESC NULLS LAST, id DESC"),
                ("deals", "value", "value NULLS LAST, id"),
                ("activities", "-date", "date DESC, id DESC"),
            ] {
                let expected: Vec<Uuid> = raw.column(&format!("SELECT id FROM {table} WHERE deleted_at IS NULL ORDER BY {order}")).await;
                // Around the first page that is found by the cached ids, in the middle, and around the last one.
                for page in [500_usize, 501, 502, 505, 509, 510, 511] {
                    let number = page.to_string();
                    let pairs = [("sort", sort), ("page", number.as_str())];
                    let shown: Vec<Uuid> = match table {
                        "companies" => {
                            let list = store.companies(&actor, &CompanyQuery::parse(pairs).unwrap()).await.unwrap();
                            list.rows.iter().map(|row| row.id.0).collect()
                        }
                        "contacts" => {
                            let list = store.contacts(&actor, &ContactQuery::parse(pairs).unwrap()).await.unwrap();
                            list.rows.iter().map(|row| row.id.0).collect()
                        }
                        "deals" => {
                            let list = store.deals(&actor, &DealQuery::parse(pairs).unwrap()).await.unwrap();
                            list.rows.iter().map(|row| row.id.0).collect()
                        }
                        _ => {
                            let query = ActivityQuery::parse(pairs).unwrap();
                            let list = store.activities(&actor, &query, TimeRange::default()).await.unwrap();
                            list.rows.iter().map(|row| row.id.0).collect()
                        }
                    };
                    assert_eq!(shown, expected[(page - 1) * 20..page * 20], "{table} by {sort}, page {page}, turn {turn}");
                }
            }
            // The second turn follows a change: every company moves on by one place.
            let form = CompanyForm { name: "0".into(), ..CompanyForm::default() };
            db.store.create_company(&actor, form.parse().unwrap()).await.unwrap();
        }
    }
}
