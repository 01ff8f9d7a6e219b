//! `minicrm serve`

use super::{CommandError, random};
use crate::{
    config::{Config, ConfigError},
    mail::Mailer,
    router::{RouterConfig, router},
    serve::{Limits, listen, serve, shutdown_signal},
    worker::{Worker, WorkerLimits, job_handlers},
};
use app::{
    request::{AppState, Settings},
    shell::assets::Assets,
};
use domain::clock::{Clock, SystemClock};
use std::sync::Arc;
use store::{JobHandler, Store};
use tokio::sync::oneshot;

pub(super) async fn run(config: &Config, store: &Store) -> Result<(), CommandError> {
    store.migrate().await?;
    if !store.is_ready().await {
        return Err(CommandError::Other("the database does not answer as it should; the log says why".to_owned()));
    }
    let listener = listen(config.listen_addr)
        .map_err(|error| ConfigError { name: "LISTEN_ADDR", why: format!("{} can't be listened on: {error}", config.listen_addr) })?;
    let router = router(&parts(config, store));
    let mut handlers = job_handlers(&config.data_dir);
    handlers.extend(mail_handler(config)?);
    if config.base_url_missing {
        tracing::warn!("BASE_URL is not set: forms sent from other machines' browsers will be refused");
    }
    // Before the line that says it serves: a supervisor may stop it right after.
    let shutdown = shutdown_signal().map_err(|error| CommandError::Other(format!("signals can't be handled: {error}")))?;
    println!("MiniCRM on {}", config.base_url.origin());

    let (stop_worker, worker_stopped) = oneshot::channel();
    let worker = Worker::new(store.clone(), handlers, WorkerLimits::default());
    let working = tokio::spawn(worker.run(async {
        let _ = worker_stopped.await;
    }));
    let told_to_stop = async {
        shutdown.await;
        // The worker lets its jobs finish while the listening loop lets requests finish.
        let _ = stop_worker.send(());
        // Boards wait for news without end: they are let go, or nothing would ever be done.
        store.close_subscriptions();
    };
    let limits = Limits::default().with_open_files();
    if !serve(listener, router, config.trusted_proxies.clone().into(), limits, told_to_stop).await {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
    match working.await {
        Ok(true) => {}
        Ok(false) => tracing::warn!("some jobs did not finish in time; another process, or the next start, takes them over"),
        Err(error) => tracing::error!(%error, "the worker of background jobs ended early"),
    }
    Ok(())
}

/// Sends mail, if a server is configured.
fn mail_handler(config: &Config) -> Result<Option<JobHandler>, CommandError> {
    let Some(smtp) = &config.smtp else { return Ok(None) };
    if smtp.sends_password_in_clear() {
        tracing::warn!("the password of SMTP_URL travels unencrypted: write smtps://, or add ?tls=required");
    }
    let mailer = Mailer::new(smtp, &config.base_url, Arc::new(SystemClock));
    Ok(Some(mailer.map_err(|error| CommandError::Other(format!("SMTP_URL: {error}")))?.into_handler()))
}

fn parts(config: &Config, store: &Store) -> RouterConfig {
    let assets = Assets::read(&config.site_root);
    app::ui::set_sprite_url(&assets.icons);
    RouterConfig {
        state: AppState {
            store: store.clone(),
            clock: Arc::new(SystemClock),
            settings: Arc::new(Settings {
                registration: config.registration,
                started_at: SystemClock.now(),
                configured: config.configured.clone(),
                origin: config.base_url.origin(),
                data_dir: config.data_dir.clone(),
                https: config.base_url.is_https(),
            }),
            assets: Arc::new(assets),
            site_map: Arc::new(app::site_map()),
        },
        random: random(),
        base_url: Arc::new(config.base_url.clone()),
        trusted_proxies: config.trusted_proxies.clone().into(),
        site_root: config.site_root.clone(),
    }
}
