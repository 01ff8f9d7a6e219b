//! Links that act for an account: new passwords and confirmed addresses, once, in time, for the right person (threats A2, A8, A14).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::{TestDb, outbox::*, register_form};
use domain::{
    access::Actor,
    account::{EmailChange, PasswordChange},
    account_links::{ENDED_LINK_DAYS, LinkFault, LinkPurpose, LinkToken, TOKEN_BYTES},
    ids::UserId,
    sign_in_limits::PER_ACCOUNT_AND_NETWORK,
    users::{Email, Password},
};
use std::sync::Arc;
use store::{
    EmailChanged, EmailConfirmed, EmailStatus, FoundLink, SessionContent, Store, StoreError, TokenHash, job_handlers, verify_chain,
};
use support::everything;
use tokio::{sync::Barrier, task::JoinSet};

const OLD: &str = "correct horse battery";
const NEW: &str = "mighty unusual phrase";

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn new_password() -> Password {
    Password::parse_new(NEW).unwrap()
}

async fn session(store: &Store, actor: &Actor, n: u8) -> TokenHash {
    let token = TokenHash::of(&[actor.user_id.0.as_bytes().as_slice(), &[n]].concat());
    let content = SessionContent { data: serde_json::Value::Null, user_id: Some(actor.user_id), workspace_id: Some(actor.workspace_id) };
    assert!(store.create_session(token, content, None).await.unwrap());
    token
}

/// Registers a user of an install that sends mail, whose first mail has gone.
async fn registered(db: &TestDb, name: &str) -> Actor {
    db.store.enable_mail();
    let (_, actor) = db.register(name).await;
    deliver(db).await;
    actor
}

/// Asks for a new password and returns the token that was mailed.
async fn reset_token(db: &TestDb, address: &str) -> LinkToken {
    db.store.request_password_reset(&email(address)).await.unwrap();
    let mails = deliver(db).await;
    assert_eq!(envelopes(&mails), [(address, "Choose a new password")]);
    token_in(&mails[0])
}

/// The message at a field of a refusal.
fn message<T: std::fmt::Debug>(outcome: Result<T, StoreError>, field: &str) -> String {
    match outcome {
        Err(StoreError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("{errors:?}")).to_owned(),
        other => panic!("{other:?}"),
    }
}

fn change_to(address: &str, current: &str) -> EmailChange {
    EmailChange { new: email(address), current: Password::to_compare(current) }
}

async fn status(db: &TestDb, actor: &Actor) -> (String, bool, Option<String>) {
    let EmailStatus { email, is_verified, pending } = db.store.email_status(actor).await.unwrap();
    (email, is_verified, pending)
}

async fn actions(db: &TestDb) -> Vec<String> {
    let column = "SELECT action || ' ' || CASE WHEN actor_id IS NULL THEN 'operator' ELSE 'user' END FROM audit_log WHERE entity = 'account' ORDER BY at, seq";
    db.raw().await.column(column).await
}

on_both_databases! {
    async fn a_link_sets_a_new_password_and_ends_everything_older(db: TestDb) {
        let hung = registered(&db, "hung").await;
        let lan = registered(&db, "lan").await;
        let (here, hers) = (session(&db.store, &hung, 1).await, session(&db.store, &lan, 1).await);
        db.store.change_email(&hung, change_to("other@example.com", OLD), None).await.unwrap();
        let mails = deliver(&db).await;
        let pending = token_in(mails.iter().find(|mail| mail.email == "other@example.com").unwrap());
        let token = reset_token(&db, "hung@example.com").await;
        let dump = everything(&db.raw().await).await.join("\n");
        assert!(!dump.contains(token.expose()), "only a hash is kept");

        let easy = db.store.reset_password(token.clone(), Password::parse_new("hung1234").unwrap(), None).await;
        assert!(message(easy, "password").contains("guess"), "and the link still works");
        db.store.reset_password(token.clone(), new_password(), None).await.unwrap();
        assert_eq!(envelopes(&deliver(&db).await), [("hung@example.com", "Your password was changed")]);
        assert!(db.sign_in("hung@example.com", OLD).await.is_none());
        assert_eq!(db.sign_in("hung@example.com", NEW).await.unwrap().id, hung.user_id);
        assert_eq!(db.store.load_session(here).await.unwrap(), None);
        assert!(db.store.load_session(hers).await.unwrap().is_some(), "others stay signed in");
        assert_eq!(status(&db, &hung).await, ("hung@example.com".to_owned(), true, None), "the mail proved the address");
        assert!(!status(&db, &lan).await.1);
        assert_eq!(message(db.store.confirm_email(pending, None).await, ""), LinkFault::Replaced.sentence());
        assert_eq!(message(db.store.reset_password(token, new_password(), None).await, ""), LinkFault::Used.sentence());
        assert_eq!(actions(&db).await, ["reset-password user"]);
        assert!(verify_chain(&db.store, hung.workspace_id).await.unwrap().is_none());
    }

    /// Who has failed as often as is allowed asks for a new password, and signs in with it at once.
    async fn a_new_password_ends_the_wait_after_failures(db: TestDb) {
        registered(&db, "hung").await;
        for _ in 0..PER_ACCOUNT_AND_NETWORK.max {
            assert!(db.sign_in("hung@example.com", "a wrong password").await.is_none());
        }
        let token = reset_token(&db, "hung@example.com").await;
        db.store.reset_password(token, new_password(), None).await.unwrap();
        assert!(db.sign_in("hung@example.com", NEW).await.is_some());
    }

    async fn of_20_uses_at_once_one_succeeds(db: TestDb) {
        registered(&db, "hung").await;
        let token = reset_token(&db, "hung@example.com").await;
        let stores = [db.another_store().await, db.another_store().await];
        stores.iter().for_each(Store::enable_mail);
        let start = Arc::new(Barrier::new(20));
        let mut racers = JoinSet::new();
        for n in 0..20 {
            let (store, token, start) = (stores[n % 2].clone(), token.clone(), Arc::clone(&start));
            let password = Password::parse_new(&format!("{NEW} {n}")).unwrap();
            racers.spawn(async move {
                start.wait().await;
                (n, store.reset_password(token, password, None).await)
            });
        }
        let outcomes = racers.join_all().await;
        let won: Vec<usize> = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).map(|(n, _)| *n).collect();
        assert_eq!(won.len(), 1, "{outcomes:?}");
        for (_, outcome) in outcomes.into_iter().filter(|(_, outcome)| outcome.is_err()) {
            assert_eq!(message(outcome, ""), LinkFault::Used.sentence());
        }
        assert!(db.sign_in("hung@example.com", &format!("{NEW} {}", won[0])).await.is_some());
        assert_eq!(envelopes(&deliver(&db).await).iter().filter(|(_, subject)| *subject == "Your password was changed").count(), 1);
        for store in stores {
            store.close().await;
        }
    }

    async fn a_link_that_does_not_work_says_why_and_changes_nothing(db: TestDb) {
        let hung = registered(&db, "hung").await;
        let lan = registered(&db, "lan").await;
        let older = reset_token(&db, "hung@example.com").await;
        let newer = reset_token(&db, "hung@example.com").await;
        let unknown = LinkToken::new([7; TOKEN_BYTES]);
        let raw = db.raw().await;
        let before = everything(&raw).await;
        let look = async |page, token: &LinkToken, user: Option<UserId>| match db.store.find_link(page, token, user).await.unwrap() {
            FoundLink::Works(link) => Ok(link.email),
            FoundLink::Fault(fault) => Err(fault),
        };
        use LinkPurpose::{ConfirmEmail, ResetPassword};
        for (what, page, token, user, fault) in [
            ("an older one", ResetPassword, &older, None, LinkFault::Replaced),
            ("a guess", ResetPassword, &unknown, None, LinkFault::Unknown),
            ("another purpose", ConfirmEmail, &newer, None, LinkFault::Unknown),
            ("by another user", ResetPassword, &newer, Some(lan.user_id), LinkFault::OtherUser),
        ] {
            assert_eq!(look(page, token, user).await, Err(fault), "{what}");
            let outcome = match page {
                ResetPassword => db.store.reset_password(token.clone(), new_password(), user).await,
                _ => db.store.confirm_email(token.clone(), user).await.map(drop),
            };
            assert_eq!(message(outcome, ""), fault.sentence(), "{what}");
        }
        for user in [None, Some(hung.user_id)] {
            assert_eq!(look(ResetPassword, &newer, user).await.as_deref(), Ok("hung@example.com"));
        }
        assert!(everything(&raw).await == before, "looking and refusing write nothing");
        db.clock.advance(LinkPurpose::ResetPassword.lifetime() - TimeDelta::seconds(1));
        assert!(look(ResetPassword, &newer, None).await.is_ok());
        db.clock.advance(TimeDelta::seconds(1));
        assert_eq!(look(ResetPassword, &newer, None).await, Err(LinkFault::Expired));
        assert_eq!(message(db.store.reset_password(newer, new_password(), None).await, ""), LinkFault::Expired.sentence());
        assert!(db.sign_in("hung@example.com", OLD).await.is_some());
    }

    async fn ended_links_and_old_requests_are_deleted(db: TestDb) {
        registered(&db, "hung").await;
        let token = reset_token(&db, "hung@example.com").await;
        db.clock.advance(TimeDelta::minutes(60));
        assert_eq!(db.store.delete_old_link_requests().await, Ok(1));
        db.clock.advance(TimeDelta::days(ENDED_LINK_DAYS) - TimeDelta::minutes(1));
        assert_eq!(db.store.delete_old_links().await, Ok(0));
        assert_eq!(db.store.find_link(LinkPurpose::ResetPassword, &token, None).await, Ok(FoundLink::Fault(LinkFault::Expired)));
        db.clock.advance(TimeDelta::minutes(1));
        assert_eq!(db.store.delete_old_links().await, Ok(1), "the one of the registration lasts longer");
        assert_eq!(db.store.find_link(LinkPurpose::ResetPassword, &token, None).await, Ok(FoundLink::Fault(LinkFault::Unknown)));
    }

    /// A2: what is written for an address without an account is what is written for one with an account.
    async fn an_unknown_address_is_counted_and_enqueued_and_gets_no_mail(db: TestDb) {
        registered(&db, "hung").await;
        let raw = db.raw().await;
        let rows = async || (raw.number("SELECT count(*) FROM jobs WHERE done_at IS NULL").await, raw.number("SELECT count(*) FROM link_requests").await);
        let before = rows().await;
        for address in ["hung@example.com", "nobody@example.com"] {
            db.store.request_password_reset(&email(address)).await.unwrap();
        }
        assert_eq!(rows().await, (before.0 + 2, before.1 + 2));
        let dump = everything(&raw).await.into_iter().filter(|row| row.starts_with("jobs:") || row.starts_with("link_requests:"));
        assert!(dump.into_iter().all(|row| !row.contains("nobody") && !row.contains("hung@")), "no address stands there");
        assert_eq!(envelopes(&deliver(&db).await), [("hung@example.com", "Choose a new password")]);
        assert_eq!(raw.number("SELECT count(*) FROM account_links WHERE purpose = 'reset-password'").await, 1);
    }

    async fn an_account_is_found_by_any_spelling_and_mailed_at_its_own(db: TestDb) {
        db.store.enable_mail();
        db.store.register(register_form("Đức.An", OLD).parse().unwrap(), None).await.unwrap();
        deliver(&db).await;
        db.store.request_password_reset(&email("đức.AN@EXAMPLE.com")).await.unwrap();
        assert_eq!(envelopes(&deliver(&db).await), [("Đức.An@example.com", "Choose a new password")]);
    }

    /// D15: the process may die after the link was made and before that was written down.
    async fn a_request_that_is_done_twice_makes_one_link_and_one_mail(db: TestDb) {
        registered(&db, "hung").await;
        db.store.request_password_reset(&email("hung@example.com")).await.unwrap();
        let handler = job_handlers().into_iter().find(|handler| handler.kind == "send-reset-link").unwrap();
        for _ in 0..2 {
            let jobs = db.store.take_jobs(vec![handler.kind], 10, TimeDelta::minutes(1)).await.unwrap();
            assert_eq!(jobs.len(), 1);
            handler.run(db.store.clone(), jobs[0].clone()).await.unwrap();
            db.clock.advance(TimeDelta::minutes(1));
        }
        db.clock.advance(TimeDelta::minutes(1));
        let mails = deliver(&db).await;
        assert_eq!(mails.len(), 1);
        db.store.reset_password(token_in(&mails[0]), new_password(), None).await.unwrap();
    }

    async fn a_password_changed_in_the_settings_ends_open_links(db: TestDb) {
        let hung = registered(&db, "hung").await;
        let token = reset_token(&db, "hung@example.com").await;
        let change = PasswordChange { current: Password::to_compare(OLD), new: Password::to_compare("another unusual phrase") };
        db.store.change_password(&hung, change, None).await.unwrap();
        assert_eq!(message(db.store.reset_password(token, new_password(), None).await, ""), LinkFault::Replaced.sentence());
    }

    async fn an_administrators_link_is_told_at_the_next_sign_in_and_confirms_no_address(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        assert_eq!(db.store.make_reset_link(&email("nobody@example.com"), None).await, Err(StoreError::NotFound));
        let unused = db.store.make_reset_link(&email("hung@example.com"), None).await.unwrap();
        let told = async |password| db.sign_in("hung@example.com", password).await.unwrap().untold_reset_link;
        assert!(told(OLD).await, "whether or not it is used");
        assert!(!told(OLD).await, "once");
        let token = db.store.make_reset_link(&email("HUNG@example.com"), Some(hung.user_id)).await.unwrap();
        assert_eq!(message(db.store.reset_password(unused, new_password(), None).await, ""), LinkFault::Replaced.sentence());
        db.store.reset_password(token, new_password(), None).await.unwrap();
        assert!(told(NEW).await);
        assert!(!status(&db, &hung).await.1, "whoever handed the link over, it did not go by mail");
        assert_eq!(db.raw().await.number("SELECT count(*) FROM jobs").await, 0, "no mail without a mail server");
        db.store.end_all_sessions(&email("hung@example.com")).await.unwrap();
        assert_eq!(actions(&db).await, ["make-reset-link operator", "make-reset-link user", "reset-password user", "end-sessions operator"]);
        assert!(verify_chain(&db.store, hung.workspace_id).await.unwrap().is_none());

        db.store.enable_mail();
        db.store.make_reset_link(&email("hung@example.com"), None).await.unwrap();
        assert_eq!(envelopes(&deliver(&db).await), [("hung@example.com", "A link to your account was made")]);
    }

    async fn without_a_mail_server_nothing_is_enqueued(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let store = db.store.from_address("203.0.113.9".parse().unwrap());
        store.sign_in("hung@example.com", Password::to_compare(OLD), None, Some("Firefox")).await.unwrap();
        assert!(message(db.store.request_password_reset(&email("hung@example.com")).await, "").contains("sends no mail"));
        assert!(message(db.store.send_confirmation(&hung).await, "").contains("sends no mail"));
        let raw = db.raw().await;
        for table in ["jobs", "account_links", "link_requests"] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
    }

    async fn a_registration_is_confirmed_by_its_newest_link(db: TestDb) {
        db.store.enable_mail();
        let (_, hung) = db.register("hung").await;
        let mails = deliver(&db).await;
        assert_eq!(envelopes(&mails), [("hung@example.com", "Confirm your address")]);
        let first = token_in(&mails[0]);
        assert_eq!(status(&db, &hung).await, ("hung@example.com".to_owned(), false, None));
        db.store.send_confirmation(&hung).await.unwrap();
        let second = token_in(&deliver(&db).await[0]);
        assert_eq!(message(db.store.confirm_email(first, None).await, ""), LinkFault::Replaced.sentence());
        let here = session(&db.store, &hung, 1).await;
        db.clock.advance(LinkPurpose::ConfirmEmail.lifetime() - TimeDelta::seconds(1));
        assert_eq!(db.store.confirm_email(second.clone(), Some(hung.user_id)).await, Ok(EmailConfirmed::Confirmed));
        assert_eq!(message(db.store.confirm_email(second, None).await, ""), LinkFault::Used.sentence());
        assert!(status(&db, &hung).await.1);
        assert!(db.store.load_session(here).await.unwrap().is_some(), "nobody is signed out");
        db.store.send_confirmation(&hung).await.unwrap();
        assert!(deliver(&db).await.is_empty(), "there is nothing left to confirm");
        assert_eq!(actions(&db).await, ["confirm-email user"]);
    }

    async fn an_address_changes_when_the_new_one_is_confirmed(db: TestDb) {
        let hung = registered(&db, "hung").await;
        let here = session(&db.store, &hung, 1).await;
        assert_eq!(message(db.store.change_email(&hung, change_to("new@example.com", "wrong"), None).await, "password_current"), "This is not your current password");
        assert_eq!(message(db.store.change_email(&hung, change_to("hung@example.com", OLD), None).await, "email"), "This is your address already");
        assert!(deliver(&db).await.is_empty());
        assert_eq!(db.store.change_email(&hung, change_to("first@example.com", OLD), None).await, Ok(EmailChanged::ToBeConfirmed));
        let replaced = deliver(&db).await;
        let replaced = token_in(replaced.iter().find(|mail| mail.email == "first@example.com").unwrap());
        assert_eq!(db.store.change_email(&hung, change_to("Mới@example.com", OLD), None).await, Ok(EmailChanged::ToBeConfirmed));
        let mails = deliver(&db).await;
        assert_eq!(envelopes(&mails), [("Mới@example.com", "Confirm your new address"), ("hung@example.com", "A change of your address was asked for")]);
        assert_eq!(status(&db, &hung).await, ("hung@example.com".to_owned(), false, Some("Mới@example.com".to_owned())));
        assert!(db.store.load_session(here).await.unwrap().is_some(), "nothing has changed yet");
        assert!(db.sign_in("Mới@example.com", OLD).await.is_none());
        assert_eq!(message(db.store.confirm_email(replaced, None).await, ""), LinkFault::Replaced.sentence());

        let token = token_in(mails.iter().find(|mail| mail.email == "Mới@example.com").unwrap());
        let reset = reset_token(&db, "hung@example.com").await;
        let Ok(EmailConfirmed::Changed(user)) = db.store.confirm_email(token.clone(), None).await else { panic!("not changed") };
        assert_eq!(user.id, hung.user_id);
        assert_eq!(envelopes(&deliver(&db).await), [("hung@example.com", "Your address was changed")]);
        assert_eq!(status(&db, &hung).await, ("Mới@example.com".to_owned(), true, None));
        assert_eq!(db.store.load_session(here).await.unwrap(), None, "whoever was signed in is out");
        assert_eq!(message(db.store.reset_password(reset, new_password(), None).await, ""), LinkFault::Replaced.sentence(), "it went to the old address");
        assert!(db.sign_in("hung@example.com", OLD).await.is_none());
        assert_eq!(db.sign_in("MỚI@example.com", OLD).await.map(|user| user.id), Some(hung.user_id));
        assert_eq!(db.store.recompute_email_keys().await, Ok(0), "its key is right");
        assert_eq!(message(db.store.confirm_email(token, None).await, ""), LinkFault::Used.sentence());
        assert_eq!(actions(&db).await, ["change-email user"]);
    }

    async fn an_address_that_has_an_account_is_not_revealed(db: TestDb) {
        let hung = registered(&db, "hung").await;
        let lan = registered(&db, "lan").await;
        assert_eq!(db.store.change_email(&hung, change_to("LAN@example.com", OLD), None).await, Ok(EmailChanged::ToBeConfirmed));
        assert_eq!(envelopes(&deliver(&db).await), [("hung@example.com", "A change of your address was asked for"), ("lan@example.com", "You already have an account")]);
        assert_eq!(status(&db, &hung).await.2.as_deref(), Some("LAN@example.com"), "pending, as any other");
        // Taken between the request and the confirmation.
        db.store.change_email(&hung, change_to("free@example.com", OLD), None).await.unwrap();
        let mails = deliver(&db).await;
        let token = token_in(mails.iter().find(|mail| mail.email == "free@example.com").unwrap());
        registered(&db, "free").await;
        let before = everything(&db.raw().await).await;
        assert!(message(db.store.confirm_email(token, None).await, "").contains("already an account"));
        assert!(everything(&db.raw().await).await == before);
        assert_eq!(status(&db, &lan).await.0, "lan@example.com");
    }

    async fn another_spelling_of_the_own_address_is_free(db: TestDb) {
        let hung = registered(&db, "hung").await;
        db.store.change_email(&hung, change_to("Hung@Example.com", OLD), None).await.unwrap();
        let mails = deliver(&db).await;
        let token = token_in(mails.iter().find(|mail| mail.email == "Hung@Example.com").unwrap());
        assert!(matches!(db.store.confirm_email(token, None).await, Ok(EmailConfirmed::Changed(_))));
        assert_eq!(status(&db, &hung).await, ("Hung@Example.com".to_owned(), true, None));
    }

    async fn without_mail_the_address_changes_at_once_and_unverified(db: TestDb) {
        let (before, hung) = db.register("hung").await;
        db.register("lan").await;
        let here = session(&db.store, &hung, 1).await;
        assert!(message(db.store.change_email(&hung, change_to("Lan@example.com", OLD), None).await, "email").contains("already an account"));
        let Ok(EmailChanged::Changed(user)) = db.store.change_email(&hung, change_to("new@example.com", OLD), None).await else { panic!("not changed") };
        assert!(user.id == hung.user_id && user.auth_stamp != before.auth_stamp);
        assert_eq!(status(&db, &hung).await, ("new@example.com".to_owned(), false, None));
        assert_eq!(db.store.load_session(here).await.unwrap(), None);
        assert!(db.sign_in("new@example.com", OLD).await.is_some());
        db.register("hung").await;
        assert_eq!(actions(&db).await, ["change-email user"]);
    }

    /// A5, C10: shared by all processes, and by many requests at once.
    async fn links_of_one_address_are_limited_over_all_processes(db: TestDb) {
        registered(&db, "hung").await;
        let other = db.another_store().await;
        other.enable_mail();
        let mut racers = JoinSet::new();
        for n in 0..12 {
            let store = if n % 2 == 0 { &db.store } else { &other }.from_address(std::net::Ipv4Addr::new(203, 0, 113, n).into());
            racers.spawn(async move { store.request_password_reset(&email("hung@example.com")).await });
        }
        let outcomes = racers.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5, "{outcomes:?}");
        for refusal in outcomes.into_iter().filter_map(Result::err) {
            let StoreError::Limited(limit) = refusal else { panic!("{refusal:?}") };
            assert_eq!((limit.seconds, limit.message.contains("Try again in 60 minutes")), (3_600, true));
        }
        // Whether or not the address has an account, and each purpose by itself.
        let nobody = async || other.request_password_reset(&email("nobody@example.com")).await;
        for _ in 0..5 {
            nobody().await.unwrap();
        }
        assert!(matches!(nobody().await, Err(StoreError::Limited(_))));
        db.clock.advance(TimeDelta::minutes(60));
        assert_eq!(nobody().await, Ok(()));
        assert_eq!(other.request_password_reset(&email("hung@example.com")).await, Ok(()));
        other.close().await;
    }

    async fn one_network_asks_for_thirty_links_an_hour(db: TestDb) {
        let hung = registered(&db, "hung").await;
        let ask = async |n: usize, address: &str| db.store.from_address(address.parse().unwrap()).request_password_reset(&email(&format!("user{n}@example.com"))).await;
        for n in 0..30 {
            ask(n, &format!("2001:db8:1:2::{n:x}")).await.unwrap();
        }
        assert!(matches!(ask(30, "2001:db8:1:2:3::1").await, Err(StoreError::Limited(_))));
        let same_network = db.store.from_address("2001:db8:1:2:4::1".parse().unwrap());
        assert!(matches!(same_network.send_confirmation(&hung).await, Err(StoreError::Limited(_))), "of all kinds");
        assert!(matches!(same_network.change_email(&hung, change_to("new@example.com", OLD), None).await, Err(StoreError::Limited(_))));
        ask(31, "2001:db8:1:3::1").await.unwrap();
        ask(32, "127.0.0.1").await.unwrap();
    }

    async fn a_new_device_is_told_by_mail_once(db: TestDb) {
        registered(&db, "hung").await;
        let raw = db.raw().await;
        raw.run("UPDATE users SET time_zone = 'Asia/Tokyo'").await.unwrap();
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        let sign_in = async |address: &str, password: &str| {
            let store = db.store.from_address(address.parse().unwrap());
            store.sign_in("hung@example.com", Password::to_compare(password), None, Some(chrome)).await.unwrap();
        };
        sign_in("2001:db8:1:2:3::9", "wrong").await;
        assert!(deliver(&db).await.is_empty(), "a failure is told in the settings alone");
        sign_in("2001:db8:1:2:3::9", OLD).await;
        let mails = deliver(&db).await;
        assert_eq!(envelopes(&mails), [("hung@example.com", "Your account was signed in to from a new device")]);
        let text = mails[0].to_text("https://crm.example.com");
        assert!(text.contains("Time: Mon 2 Mar 2026, 12:04 (UTC+09:00)\nDevice: Chrome on Windows\nAddress: 2001:db8:1:2::\n"), "{text}");
        sign_in("2001:db8:1:2:3::9", OLD).await;
        assert!(deliver(&db).await.is_empty(), "once");
    }
}
