//! The cache of filter options, counts and ids: it follows every change, belongs to one workspace, and alters no answer.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::TestDb;
use domain::{
    access::Actor,
    activities::ActivityQuery,
    companies::{Archived, CompanyForm, CompanyQuery},
    contacts::ContactQuery,
    deals::{DealFilter, DealQuery},
    page::ListQuery,
    tags::TagForm,
};
use std::{sync::Arc, time::Duration};
use store::{Store, TimeRange, Total, demo::SeedCounts};

/// The store as a request that begins now is handed it.
async fn now(db: &TestDb, actor: &Actor) -> Store {
    let raw = db.raw().await;
    let seq = raw.number(&format!("SELECT seq FROM audit_heads WHERE workspace_id = {}", raw.id(actor.workspace_id.0))).await;
    db.store.with_cache_version(actor.workspace_id, seq)
}

async fn add(db: &TestDb, actor: &Actor, name: &str, industry: &str) {
    let form = CompanyForm { name: name.into(), industry: industry.into(), ..CompanyForm::default() };
    db.store.create_company(actor, form.parse().unwrap()).await.unwrap();
}

fn companies(pairs: &[(&str, &str)]) -> CompanyQuery {
    CompanyQuery::parse(pairs.iter().copied()).unwrap()
}

on_both_databases! {
    async fn counts_and_menus_follow_every_change(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let (_, lan) = db.register("lan").await;
        let food = companies(&[("industry", "Food")]);
        let seen = async |actor: &Actor| {
            let store = now(&db, actor).await;
            let count = store.companies(actor, &food).await.unwrap().total.count;
            let again = store.companies(actor, &food).await.unwrap().total.count;
            assert_eq!(count, again);
            let tags: Vec<String> = store.tags(actor).await.unwrap().into_iter().map(|tag| tag.name).collect();
            (count, store.company_filters(actor, Archived::No).await.unwrap().industries.clone(), tags)
        };
        assert_eq!(seen(&hung).await, (0, vec![], vec![]));
        add(&db, &hung, "A", "Food").await;
        assert_eq!(seen(&hung).await, (1, vec!["Food".to_owned()], vec![]));
        add(&db, &lan, "B", "Food").await;
        add(&db, &lan, "C", "Steel").await;
        assert_eq!(seen(&hung).await, (1, vec!["Food".to_owned()], vec![]), "another workspace's changes are not ours");
        assert_eq!(seen(&lan).await, (1, vec!["Food".to_owned(), "Steel".to_owned()], vec![]));
        let tag = TagForm { name: "VIP".into(), color: "#16a34a".into(), ..TagForm::default() };
        db.store.create_tag(&hung, tag.parse().unwrap()).await.unwrap();
        assert_eq!(seen(&hung).await, (1, vec!["Food".to_owned()], vec!["VIP".to_owned()]));
        let vip = db.store.tags(&hung).await.unwrap()[0].id;
        db.store.delete_tag(&hung, vip, 1).await.unwrap();
        assert_eq!(seen(&hung).await, (1, vec!["Food".to_owned()], vec![]));
        let lans = now(&db, &lan).await;
        assert_eq!(lans.companies(&hung, &food).await.unwrap().total.count, 1, "one workspace's number says nothing of another");
    }

    /// A request that only reads and began before a change may see what was there then; one that began later never does.
    async fn a_cached_value_is_read_once_per_seq(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let all = companies(&[("q", "cong ty")]);
        let before = now(&db, &actor).await;
        for asked in ["to count the rows", "to put them in order"] {
            assert_eq!(before.companies(&actor, &all).await.unwrap().total.count, 0, "{asked}");
        }
        add(&db, &actor, "Công ty A", "").await;
        assert_eq!(before.companies(&actor, &all).await.unwrap().total.count, 0, "from the cache");
        assert_eq!(now(&db, &actor).await.companies(&actor, &all).await.unwrap().total.count, 1);
        assert_eq!(db.store.companies(&actor, &all).await.unwrap().total.count, 1, "without a sequence number it is read again");
    }

    /// Were each to read for itself, they would be too much at once for the database of a large workspace.
    async fn requests_at_once_for_one_entry_are_one_query(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        for round in 0..3 {
            let mut requests = tokio::task::JoinSet::new();
            for _ in 0..64 {
                let store = now(&db, &actor).await;
                requests.spawn(async move { store.owner_options(&actor).await.unwrap() });
            }
            let answers = requests.join_all().await;
            assert!(answers.iter().all(|answer| Arc::ptr_eq(answer, &answers[0])), "round {round}: read more than once");
            let later = now(&db, &actor).await.owner_options(&actor).await.unwrap();
            assert!(Arc::ptr_eq(&later, &answers[0]));
            add(&db, &actor, &format!("{round}"), "").await;
            assert!(!Arc::ptr_eq(&now(&db, &actor).await.owner_options(&actor).await.unwrap(), &answers[0]), "a change has it read again");
            add(&db, &actor, &format!("{round} again"), "").await;
        }
    }

    /// A request that waits for another's answer goes on by itself when that one is given up.
    async fn who_waits_for_a_request_that_is_given_up_reads_for_itself(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        for _ in 0..20 {
            let (one, other) = (now(&db, &actor).await, now(&db, &actor).await);
            let given_up = tokio::spawn(async move { drop(one.owner_options(&actor).await) });
            let waiting = tokio::spawn(async move { other.owner_options(&actor).await.unwrap().len() });
            tokio::task::yield_now().await;
            given_up.abort();
            assert_eq!(tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap(), 1);
            add(&db, &actor, "Another", "").await;
        }
    }

    /// Where the count is cached a page is found another way: by any filter, in any order, far and near, it is the same page.
    async fn a_page_is_the_same_with_its_count_cached(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.seed_bulk(&actor, SeedCounts { companies: 1_500, contacts: 1_500, deals: 300, activities: 0, tasks: 0 }).await.unwrap();
        let store = now(&db, &actor).await;
        let mut found = 0;
        for pairs in [
            &[("q", "cong ty")][..],
            &[("q", "cong ty"), ("sort", "-updated_at")],
            &[("q", "cong ty"), ("sort", "contacts"), ("page", "7")],
            &[("q", "an"), ("status", "active")],
            &[("q", "minh 7")],
            &[("q", "x y z")],
            &[("decision", "no-primary")],
            &[("decision", "no-primary"), ("decision", "not-contacted"), ("sort", "-open_deals")],
            &[("decision", "no-primary"), ("size", "11-50"), ("q", "a")],
            &[("size", "11-50"), ("page", "3")],
        ] {
            let query = companies(pairs);
            let fresh = db.store.companies(&actor, &query).await.unwrap();
            for _ in 0..2 {
                assert_eq!(store.companies(&actor, &query).await.unwrap(), fresh, "{pairs:?}");
            }
            // The same rows in another order and on the next page are not counted again.
            let next = query.with_page(query.page().next(u64::MAX, query.page_size()).unwrap());
            assert_eq!(store.companies(&actor, &next).await.unwrap(), db.store.companies(&actor, &next).await.unwrap(), "{pairs:?}");
            found += fresh.rows.len();
        }
        assert!(found > 100, "{found}");
        for pairs in [&[("q", "an")][..], &[("q", "0903"), ("is_decision_maker", "true")], &[("q", "a"), ("sort", "-email"), ("page", "9")]] {
            let query = ContactQuery::parse(pairs.iter().copied()).unwrap();
            let fresh = db.store.contacts(&actor, &query).await.unwrap();
            for _ in 0..2 {
                assert_eq!(store.contacts(&actor, &query).await.unwrap(), fresh, "{pairs:?}");
            }
        }
    }

    /// Of few rows all are found and put in order, of more than the counted 10,000 the first ones; past those the list is read as it
    /// is. A filter that matches everything shows on each page what the list shows without it.
    async fn a_filter_that_matches_everything_changes_no_page(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let many = 10_600;
        db.store.seed_bulk(&actor, SeedCounts { companies: many, contacts: 0, deals: many, activities: many, tasks: 0 }).await.unwrap();
        let store = now(&db, &actor).await;
        let any_stage: Vec<String> = db.store.stages(&actor).await.unwrap().into_iter().map(|stage| stage.slug).collect();
        for page in ["1", "2", "10", "11", "100", "101", "500", "501", "530", "531"] {
            for sort in ["name", "-size", "open_deals", "-updated_at"] {
                let of = |filter: &[(&'static str, &str)]| companies(&[filter, &[("sort", sort), ("page", page)]].concat());
                let (all, filtered) = (of(&[]), of(&[("status", "lead"), ("status", "active"), ("status", "inactive")]));
                let rows = store.companies(&actor, &all).await.unwrap().rows;
                for time in ["first", "second", "third"] {
                    let list = store.companies(&actor, &filtered).await.unwrap();
                    assert_eq!((list.total, &list.rows), (Total { count: 10_000, capped: true }, &rows), "{time}: {sort}, {page}");
                }
            }
            for sort in ["name", "-weighted", "stage"] {
                let of = |stages: &[String]| {
                    let stages = stages.iter().map(|slug| ("stage", slug.as_str()));
                    DealQuery::parse(stages.chain([("sort", sort), ("page", page)])).unwrap()
                };
                let list = store.deals(&actor, &of(&[])).await.unwrap();
                for time in ["first", "second"] {
                    assert_eq!(store.deals(&actor, &of(&any_stage)).await.unwrap(), list, "{time}: {sort}, {page}");
                }
            }
            let of = |kinds: &[&str]| ActivityQuery::parse(kinds.iter().map(|kind| ("type", *kind)).chain([("page", page)])).unwrap();
            let rows = store.activities(&actor, &of(&[]), TimeRange::default()).await.unwrap().rows;
            for time in ["first", "second", "third"] {
                let list = store.activities(&actor, &of(&["call", "email", "meeting", "note", "sms"]), TimeRange::default()).await.unwrap();
                assert_eq!(list.rows, rows, "{time}: {page}");
            }
        }
        let board = store.board(&actor, &DealFilter::default()).await.unwrap();
        assert!(board.columns.iter().all(|column| column.cards.len() == 50), "each column has more");
        let same = DealFilter { stage: any_stage, ..DealFilter::default() };
        for time in ["first", "second"] {
            assert_eq!(store.board(&actor, &same).await.unwrap(), board, "{time}");
        }
        let fewer = DealFilter { stage: vec!["proposal".to_owned()], ..DealFilter::default() };
        let proposals = store.board(&actor, &fewer).await.unwrap();
        for (column, all) in proposals.columns.iter().zip(&board.columns) {
            assert_eq!(column.cards, if column.stage.slug == "proposal" { all.cards.clone() } else { vec![] }, "{}", column.stage.slug);
        }
    }
}
