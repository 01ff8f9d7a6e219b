//! `minicrm serve`

use super::{CommandError, random};
use crate::{
    config::{Config, ConfigError},
    router::{Parts, router},
    serve::{Limits, serve, until_told_to_stop},
};
use app::{
    assets::Assets,
    state::{AppState, Settings},
};
use domain::clock::SystemClock;
use std::{sync::Arc, time::Duration};
use store::Store;
use tokio::{net::TcpListener, time};

/// How often ended sessions are cleared away.
const CLEAR_SESSIONS_EVERY: Duration = Duration::from_secs(3_600);

pub(super) async fn run(config: &Config, store: &Store) -> Result<(), CommandError> {
    store.migrate().await?;
    if !store.is_ready().await {
        return Err(CommandError::Other("the database does not answer as it should; the log says why".to_owned()));
    }
    let listener = TcpListener::bind(config.listen_addr)
        .await
        .map_err(|error| ConfigError { name: "LISTEN_ADDR", why: format!("{} can't be listened on: {error}", config.listen_addr) })?;
    let router = router(&parts(config, store));
    let clearing = tokio::spawn(clear_sessions(store.clone()));
    if config.base_url_missing {
        tracing::warn!("BASE_URL is not set: forms sent from other machines' browsers will be refused");
    }
    println!("MiniCRM on {}", config.base_url.origin());

    let told_to_stop = async {
        until_told_to_stop().await;
        // Boards wait for news without end: they are let go, or nothing would ever be done.
        store.stop_feeds();
    };
    let all_done = serve(listener, router, Limits::default(), told_to_stop).await;
    clearing.abort();
    if !all_done {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
    Ok(())
}

fn parts(config: &Config, store: &Store) -> Parts {
    let assets = Assets::read(&config.site_root);
    app::ui::name_sprite(&assets.icons);
    Parts {
        state: AppState {
            store: store.clone(),
            clock: Arc::new(SystemClock),
            settings: Arc::new(Settings { registration_open: config.registration_open }),
            assets: Arc::new(assets),
        },
        random: random(),
        base_url: Arc::new(config.base_url.clone()),
        trusted_proxies: config.trusted_proxies.clone().into(),
        site_root: config.site_root.clone(),
    }
}

async fn clear_sessions(store: Store) {
    let mut ticks = time::interval(CLEAR_SESSIONS_EVERY);
    loop {
        ticks.tick().await;
        match store.delete_expired_sessions().await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "ended sessions cleared away"),
            Err(error) => tracing::warn!(%error, "ended sessions could not be cleared away"),
        }
    }
}
