//! Registering and signing in.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{TestDb, register_form};
use domain::users::Password;
use std::sync::Arc;
use store::{DbConfig, SignIn, Store, StoreError, SystemRandom, verify_chain};

/// Whether a registration by this address is refused because it has an account.
async fn is_taken(db: &TestDb, address: &str) -> bool {
    let mut form = register_form("Hùng", "another password");
    form.email = address.to_owned();
    match db.store.register(form.parse().unwrap(), None).await {
        Ok(_) => false,
        Err(error) => error == StoreError::field("email", "There is already an account with this address. Sign in instead"),
    }
}

on_both_databases! {
    async fn registering_makes_a_user_with_a_workspace_of_their_own(db: TestDb) {
        let (user, actor) = db.register("hung").await;
        let workspace = db.store.workspace(&actor).await.unwrap();
        assert_eq!((workspace.name.as_str(), workspace.currency.as_str(), workspace.time_zone.as_str()), ("hung’s workspace", "VND", "Asia/Ho_Chi_Minh"));
        let members = db.store.members(&actor).await.unwrap();
        assert_eq!(members.len(), 1);
        assert_eq!((members[0].user_id, members[0].role), (user.id, domain::access::Role::Owner));
        assert_eq!(db.store.workspace_counts(&actor).await.unwrap().companies, 0);
        let raw = db.raw().await;
        let slugs: Vec<String> = raw.column("SELECT slug FROM stages ORDER BY position").await;
        assert_eq!(slugs, ["prospecting", "qualification", "proposal", "negotiation", "closed-won", "closed-lost"]);
        assert_eq!(raw.number("SELECT count(*) FROM stage_counters").await, 6);
        assert_eq!(raw.number("SELECT count(*) FROM audit_log").await, 1);
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await.unwrap(), None);
    }

    async fn an_address_has_one_account_however_it_is_typed(db: TestDb) {
        db.register("hung").await;
        for spelling in ["HUNG@Example.COM", "ＨＵＮＧ@example.com", "hung@ｅｘａｍｐｌｅ.com"] {
            assert!(is_taken(&db, spelling).await, "{spelling}");
        }
        let raw = db.raw().await;
        for table in ["users", "workspaces", "memberships", "audit_heads"] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, 1, "{table}");
        }
    }

    async fn the_domain_of_an_address_has_one_spelling(db: TestDb) {
        let mut form = register_form("hung", "correct horse battery");
        form.email = "hung@người.vn".into();
        let user = db.store.register(form.parse().unwrap(), None).await.unwrap();
        for spelling in ["hung@NGƯỜI.vn", "hung@ngu\u{31b}o\u{31b}\u{300}i.vn", "hung@xn--ngi-28a9548a.vn"] {
            assert!(is_taken(&db, spelling).await, "{spelling}");
            assert_eq!(db.sign_in(spelling, "correct horse battery").await.map(|found| found.id), Some(user.id), "{spelling}");
        }
        // A look-alike is another address.
        assert!(!is_taken(&db, "hung@ngườі.vn").await);
    }

    async fn accounts_with_one_key_since_an_upgrade_go_on_signing_in(db: TestDb) {
        let raw = db.raw().await;
        // As they were before compatible characters were equal. One may have the new key already, or two be new to it.
        let stored = ["Ａn@x.vn", "An@x.vn", "\u{fb01}n@x.vn", "FIＮ@x.vn", "hung@người.vn", "lan@x.vn"];
        let mut users = vec![];
        for address in stored {
            db.clock.advance(TimeDelta::seconds(1));
            let (user, _) = db.register("old").await;
            let old_key = address.to_lowercase();
            raw.run(&format!("UPDATE users SET email = '{address}', email_key = '{old_key}' WHERE email = 'old@example.com'")).await.unwrap();
            users.push((address, user.id));
        }
        assert_eq!(db.store.recompute_email_keys().await.unwrap(), 4);
        assert_eq!(db.store.recompute_email_keys().await.unwrap(), 0, "again");
        for (address, id) in users {
            for spelling in [address.to_owned(), format!(" {address} "), address.to_lowercase()] {
                let found = db.sign_in(&spelling, "correct horse battery").await.map(|found| found.id);
                assert_eq!(found, Some(id), "{spelling}");
            }
        }
        assert_eq!(db.store.exact_email_accounts().await.unwrap(), ["Ａn@x.vn", "FIＮ@x.vn"]);
        for spelling in ["An@x.vn", "Ａn@x.vn", "aＮ@x.vn", "fin@x.vn", "FIＮ@x.vn", "\u{fb01}n@X.vn", "hung@NGƯỜI.vn", "LAN@x.vn"] {
            assert!(is_taken(&db, spelling).await, "{spelling}");
        }
    }

    async fn keys_are_computed_for_any_number_of_accounts(db: TestDb) {
        db.register("hung").await;
        let raw = db.raw().await;
        let id = if raw.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
        let columns = "name, email_verified, password_hash, auth_stamp, is_platform_admin, created_at, updated_at";
        raw.run(&format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1201)
             INSERT INTO users (id, email, email_key, {columns}) SELECT {id}, 'Ａ' || i || '@x.vn', 'ａ' || i || '@x.vn', {columns} FROM users CROSS JOIN n"
        ))
        .await
        .unwrap();
        let stores = [db.store.clone(), db.store.clone()];
        let [one, other] = stores.each_ref().map(Store::recompute_email_keys);
        let (one, other) = tokio::try_join!(one, other).unwrap();
        assert_eq!(one + other, 1201, "by two at once, each once");
        let keys: Vec<String> = raw.column("SELECT email_key FROM users WHERE email LIKE 'Ａ%' ORDER BY email_key").await;
        assert!(keys.len() == 1201 && keys.iter().all(|key| key.starts_with('a')));
    }

    async fn the_spellings_of_an_address_share_its_limits(db: TestDb) {
        db.register("hung").await;
        let store = db.store.from_address("203.0.113.1".parse().unwrap());
        let spellings = ["hung@example.com", "HUNG@example.com", "ｈung@example.com", "hung@ＥＸＡＭＰＬＥ.com"];
        let mut outcomes = vec![];
        for spelling in spellings.iter().cycle().take(11) {
            outcomes.push(store.sign_in(spelling, Password::to_compare("wrong"), None, None).await.unwrap());
        }
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == SignIn::Mismatch).count(), 10);
        assert!(matches!(outcomes[10], SignIn::Limited { .. }));
    }

    async fn the_right_password_signs_in_and_nothing_else_does(db: TestDb) {
        let (user, actor) = db.register("hung").await;
        let sign_in = async |email: &str, password: &str| db.sign_in(email, password).await;
        let found = sign_in(" HUNG@example.com", "correct horse battery").await.unwrap();
        assert_eq!((found.id, found.workspace_id), (user.id, Some(actor.workspace_id)));
        assert_eq!(found.auth_stamp, user.auth_stamp);
        for (email, password) in [
            ("hung@example.com", "correct horse batterz"),
            ("hung@example.com", "correct horse battery "),
            ("hung@example.com", ""),
            ("nobody@example.com", "correct horse battery"),
            ("not an address", "correct horse battery"),
            ("' OR 1=1 --", "x"),
            ("", ""),
        ] {
            assert_eq!(sign_in(email, password).await, None, "{email:?} {password:?}");
        }
    }

    /// A1: the hash that is kept, and passwords to their last character.
    async fn passwords_are_kept_as_argon2id(db: TestDb) {
        let phrase: String = "một câu dài mà chỉ mình tôi biết, ".chars().cycle().take(127).collect();
        let long = format!("{phrase}a");
        db.store.register(register_form("long", &long).parse().unwrap(), None).await.unwrap();
        let phc: Vec<String> = db.raw().await.column("SELECT password_hash FROM users").await;
        assert!(phc[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", phc[0]);
        let sign_in = async |password: &str| db.sign_in("long@example.com", password).await.is_some();
        assert!(sign_in(&long).await);
        assert!(!sign_in(&format!("{phrase}b")).await);
        assert!(!sign_in(&long[..long.len() - 1]).await);
    }

    /// A11: whoever is first, exactly one is.
    async fn of_20_registrations_at_once_one_is_the_platform_admin(db: TestDb) {
        let racing: Vec<_> = (0..20)
            .map(|n| {
                let store = db.store.clone();
                tokio::spawn(async move { store.register(register_form(&format!("racer{n}"), "correct horse battery").parse().unwrap(), None).await })
            })
            .collect();
        for racer in racing {
            racer.await.unwrap().unwrap();
        }
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM users").await, 20);
        assert_eq!(raw.number("SELECT count(*) FROM users WHERE is_platform_admin").await, 1);
        db.register("late").await;
        assert_eq!(raw.number("SELECT count(*) FROM users WHERE is_platform_admin").await, 1);
    }

    async fn a_race_for_one_address_has_one_winner(db: TestDb) {
        let racing: Vec<_> = (0..8)
            .map(|_| {
                let store = db.store.clone();
                tokio::spawn(async move { store.register(register_form("same", "correct horse battery").parse().unwrap(), None).await })
            })
            .collect();
        let mut won = 0;
        for racer in racing {
            match racer.await.unwrap() {
                Ok(_) => won += 1,
                Err(error) => assert!(matches!(&error, StoreError::Invalid(errors) if errors.get("email").is_some()), "{error:?}"),
            }
        }
        assert_eq!(won, 1);
    }

    /// C10: accounts are rows, too. Another network is not affected, nor is the machine itself.
    async fn one_network_registers_twenty_accounts_an_hour(db: TestDb) {
        let register = async |n: usize, address: &str| {
            let store = db.store.from_address(address.parse::<std::net::IpAddr>().unwrap());
            store.register(register_form(&format!("user{n}"), "correct horse battery").parse().unwrap(), None).await
        };
        for n in 0..20 {
            register(n, "203.0.113.1").await.unwrap();
            if n == 0 {
                db.clock.advance(chrono::TimeDelta::minutes(17));
            }
        }
        let Err(StoreError::Limited(limit)) = register(20, "203.0.113.1").await else { panic!("the twenty-first") };
        assert!(limit.message.contains("Try again in 43 minutes") && limit.seconds == 43 * 60, "{limit:?}");
        register(21, "203.0.113.2").await.unwrap();
        register(22, "127.0.0.1").await.unwrap();
        db.clock.advance(chrono::TimeDelta::hours(1));
        register(23, "203.0.113.1").await.unwrap();
        assert_eq!(db.store.delete_old_registrations().await, Ok(21), "the others count no more");
        assert_eq!(db.raw().await.number("SELECT count(*) FROM registrations").await, 1);
    }

    /// The limit holds for all processes, however many register at once.
    async fn registrations_at_once_stay_within_the_limit(db: TestDb) {
        let config = DbConfig { max_connections: 4, min_connections: 1, ..DbConfig::new(&db.url) };
        let other = Store::connect(config, db.clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        let mut racing = tokio::task::JoinSet::new();
        for n in 0..26 {
            let store = if n % 2 == 0 { &db.store } else { &other }.from_address("203.0.113.1".parse().unwrap());
            racing.spawn(async move { store.register(register_form(&format!("user{n}"), "correct horse battery").parse().unwrap(), None).await });
        }
        let outcomes = racing.join_all().await;
        let (made, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refused.len()), (20, 6));
        for error in refused.into_iter().filter_map(Result::err) {
            assert!(matches!(&error, StoreError::Limited(_)), "{error:?}");
        }
        assert_eq!(db.raw().await.number("SELECT count(*) FROM users").await, 20, "a refused one leaves nothing");
        other.close().await;
    }

    async fn nothing_secret_is_ever_shown(db: TestDb) {
        let (user, _) = db.register("hung").await;
        let shown = format!("{user:?} {:?}", db.store);
        assert!(shown.contains("AuthStamp(…)"));
        assert!(!shown.contains("argon2") && !shown.contains("://"), "{shown}");
    }
}
