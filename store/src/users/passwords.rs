//! Password hashes: argon2id, off the async threads, a few at a time.

use crate::{
    error::StoreError,
    users::fair_queue::{FairQueue, Permit, QueueFull},
};
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{self, SaltString},
};
use domain::{client_network::ClientNetwork, random::Random, users::Password};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// Memory of one hash, in KiB: OWASP's first choice together with two passes and one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Callers that may wait for their turn. A hash takes about 20 ms, so the last of them waits well under two seconds.
const QUEUE_MAX: usize = 64;

/// Hash that is compared for unknown addresses. It has the parameters of the real ones, and so takes the same time.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCE$hs+CUt92oC8Q2tEs4Q3iMNbaKTBXHUJlC4zdSxxAkds";

/// The right to have one hash computed.
pub(crate) type HashPermit = Permit<Option<ClientNetwork>>;

/// Hashes and compares passwords.
#[derive(Clone)]
pub(crate) struct Passwords {
    random: Arc<dyn Random>,
    /// By the site of the client's network; `None` for commands of the operator.
    queue: FairQueue<Option<ClientNetwork>>,
}

impl Passwords {
    /// Half of the cores hash, so that the other half serves pages.
    pub fn new(random: Arc<dyn Random>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { random, queue: FairQueue::new((cores / 2).max(1), QUEUE_MAX) }
    }

    /// Waits for the turn of this network to have a hash computed; in front of the network's other callers for a browser
    /// that has signed in before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if too many callers wait.
    pub async fn turn(&self, network: Option<ClientNetwork>, is_known_device: bool) -> Result<HashPermit, StoreError> {
        self.queue.acquire(network.map(ClientNetwork::site), is_known_device).await.map_err(|QueueFull| StoreError::Unavailable)
    }

    /// The hash to store, as a PHC string.
    pub async fn hash(&self, permit: HashPermit, password: Password) -> Result<SecretString, StoreError> {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        run(permit, move || {
            let salt = SaltString::encode_b64(&salt).map_err(hash_error)?;
            let hash = argon2()?.hash_password(password.expose().as_bytes(), &salt).map_err(hash_error)?;
            Ok(SecretString::from(hash.to_string()))
        })
        .await
    }

    /// Whether the password matches the hash. Without a hash it is compared with [`DUMMY_HASH`], and the result is `false`.
    pub async fn matches(&self, permit: HashPermit, password: Password, hash: Option<SecretString>) -> Result<bool, StoreError> {
        run(permit, move || {
            let phc = hash.as_ref().map_or(DUMMY_HASH, |hash| hash.expose_secret());
            let phc = PasswordHash::new(phc).map_err(hash_error)?;
            match argon2()?.verify_password(password.expose().as_bytes(), &phc) {
                Ok(()) => Ok(hash.is_some()),
                Err(password_hash::Error::Password) => Ok(false),
                Err(error) => Err(hash_error(error)),
            }
        })
        .await
    }
}

/// Runs one hash on a blocking thread. The permit goes with it: a caller that goes away doesn't make room before the work is
/// done.
async fn run<T: Send + 'static>(
    permit: HashPermit,
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    })
    .await
    .map_err(|_| StoreError::Internal)?
}

fn argon2() -> Result<Argon2<'static>, StoreError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| hash_error(error.into()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_error(error: password_hash::Error) -> StoreError {
    tracing::error!(%error, "a password could not be hashed");
    StoreError::Internal
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::secrets::random::SystemRandom;
    use std::{any::Any, task::Poll};

    fn passwords() -> Passwords {
        Passwords::new(Arc::new(SystemRandom))
    }

    async fn hash_of(password: Password) -> Result<SecretString, StoreError> {
        let passwords = passwords();
        passwords.hash(passwords.turn(None, false).await?, password).await
    }

    async fn matches(password: Password, hash: Option<SecretString>) -> Result<bool, StoreError> {
        let passwords = passwords();
        passwords.matches(passwords.turn(None, false).await?, password, hash).await
    }

    fn parts(phc: &str) -> (String, Option<u32>, Params, usize, usize) {
        let phc = PasswordHash::new(phc).unwrap();
        let mut salt = [0; 64];
        let salt = phc.salt.unwrap().decode_b64(&mut salt).unwrap().len();
        (phc.algorithm.to_string(), phc.version, Params::try_from(&phc).unwrap(), salt, phc.hash.unwrap().len())
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_with_our_parameters() {
        let hash = hash_of(Password::parse_new("mật khẩu dài").unwrap()).await.unwrap();
        let (algorithm, version, params, salt, length) = parts(hash.expose_secret());
        assert_eq!((algorithm.as_str(), version), ("argon2id", Some(19)));
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19_456, 2, 1));
        assert_eq!((salt, length), (16, 32));
        let again = hash_of(Password::parse_new("mật khẩu dài").unwrap()).await.unwrap();
        assert_ne!(hash.expose_secret(), again.expose_secret(), "each hash has a salt of its own");
    }

    #[tokio::test]
    async fn dummy_hash_takes_as_long_as_a_real_one_and_never_matches() {
        let real = hash_of(Password::parse_new("password of someone").unwrap()).await.unwrap();
        let (algorithm, version, params, ..) = parts(real.expose_secret());
        let (dummy_algorithm, dummy_version, dummy_params, ..) = parts(DUMMY_HASH);
        assert_eq!((dummy_algorithm, dummy_version), (algorithm, version));
        assert_eq!(
            (dummy_params.m_cost(), dummy_params.t_cost(), dummy_params.p_cost()),
            (params.m_cost(), params.t_cost(), params.p_cost())
        );
        assert!(!matches(Password::to_compare("nobody's password"), None).await.unwrap());
    }

    #[tokio::test]
    async fn long_passwords_that_differ_in_the_last_character_are_two() {
        let (long, other) = (format!("{}a", "x".repeat(127)), format!("{}b", "x".repeat(127)));
        let hash = hash_of(Password::parse_new(&long).unwrap()).await.unwrap();
        assert!(matches(Password::to_compare(&long), Some(hash.clone())).await.unwrap());
        assert!(!matches(Password::to_compare(&other), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_queue_is_unavailable() {
        let passwords = passwords();
        let mut held: Vec<Box<dyn Any>> = Vec::new();
        // As many as may run and wait, of one client; none is run to its end.
        let full = loop {
            let queue = passwords.queue.clone();
            let mut caller = Box::pin(async move { queue.acquire(None, false).await });
            match std::future::poll_fn(|context| Poll::Ready(caller.as_mut().poll(context))).await {
                Poll::Ready(Ok(permit)) => held.push(Box::new(permit)),
                Poll::Pending => held.push(Box::new(caller)),
                Poll::Ready(Err(full)) => break full,
            }
        };
        assert_eq!((full, held.len() > QUEUE_MAX), (QueueFull, true));
        assert_eq!(passwords.turn(None, false).await.err(), Some(StoreError::Unavailable));
        drop(held);
        assert!(passwords.turn(None, false).await.is_ok());
    }
}
