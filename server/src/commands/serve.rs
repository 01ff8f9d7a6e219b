//! `minicrm serve`

use super::{CommandError, random};
use crate::{
    config::{Config, ConfigError},
    router::{RouterConfig, router},
    serve::{Limits, listen, serve, shutdown_signal},
};
use app::{
    request::{AppState, Settings},
    shell::assets::Assets,
};
use domain::clock::SystemClock;
use std::{sync::Arc, time::Duration};
use store::Store;
use tokio::time;

/// How often planned contacts whose time has come are counted. Readers see them at once; only the order by last contact waits.
const DUE_CONTACTS_INTERVAL: Duration = Duration::from_secs(60);

/// How often what has expired is deleted.
const CLEAN_UP_INTERVAL: Duration = Duration::from_secs(3_600);

pub(super) async fn run(config: &Config, store: &Store) -> Result<(), CommandError> {
    store.migrate().await?;
    if !store.is_ready().await {
        return Err(CommandError::Other("the database does not answer as it should; the log says why".to_owned()));
    }
    let listener = listen(config.listen_addr)
        .map_err(|error| ConfigError { name: "LISTEN_ADDR", why: format!("{} can't be listened on: {error}", config.listen_addr) })?;
    let router = router(&parts(config, store));
    let background = [tokio::spawn(clean_up(store.clone())), tokio::spawn(refresh_due_contacts(store.clone()))];
    if config.base_url_missing {
        tracing::warn!("BASE_URL is not set: forms sent from other machines' browsers will be refused");
    }
    // Before the line that says it serves: a supervisor may stop it right after.
    let shutdown = shutdown_signal().map_err(|error| CommandError::Other(format!("signals can't be handled: {error}")))?;
    println!("MiniCRM on {}", config.base_url.origin());

    let told_to_stop = async {
        shutdown.await;
        // Boards wait for news without end: they are let go, or nothing would ever be done.
        store.close_subscriptions();
    };
    let limits = Limits::default().with_open_files();
    let all_done = serve(listener, router, config.trusted_proxies.clone().into(), limits, told_to_stop).await;
    for task in background {
        task.abort();
    }
    if !all_done {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
    Ok(())
}

fn parts(config: &Config, store: &Store) -> RouterConfig {
    let assets = Assets::read(&config.site_root);
    app::ui::set_sprite_url(&assets.icons);
    RouterConfig {
        state: AppState {
            store: store.clone(),
            clock: Arc::new(SystemClock),
            settings: Arc::new(Settings { registration_open: config.registration_open, https: config.base_url.is_https() }),
            assets: Arc::new(assets),
            site_map: Arc::new(app::site_map()),
        },
        random: random(),
        base_url: Arc::new(config.base_url.clone()),
        trusted_proxies: config.trusted_proxies.clone().into(),
        site_root: config.site_root.clone(),
    }
}

/// Deletes expired sessions, sign-in attempts that count nowhere any more, and old sign-ins, as long as the server runs.
async fn clean_up(store: Store) {
    let mut ticks = time::interval(CLEAN_UP_INTERVAL);
    loop {
        ticks.tick().await;
        match store.delete_expired_sessions().await {
            Ok(0) => {}
            Ok(deleted) => tracing::info!(deleted, "expired sessions were deleted"),
            Err(error) => tracing::warn!(%error, "expired sessions could not be deleted"),
        }
        if let Err(error) = store.delete_old_sign_in_attempts().await {
            tracing::warn!(%error, "old sign-in attempts could not be deleted");
        }
        if let Err(error) = store.delete_old_sign_ins().await {
            tracing::warn!(%error, "old sign-ins could not be deleted");
        }
    }
}

/// Counts planned contacts whose time has come, as long as the server runs.
async fn refresh_due_contacts(store: Store) {
    let mut ticks = time::interval(DUE_CONTACTS_INTERVAL);
    loop {
        ticks.tick().await;
        if let Err(error) = store.refresh_due_contacts().await {
            tracing::warn!(%error, "planned contacts whose time has come could not be counted");
        }
    }
}
