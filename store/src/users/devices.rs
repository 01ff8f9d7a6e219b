//! Devices: browsers that have signed in before, recognised by a sealed cookie.
//!
//! Nothing about a device is stored. Its cookie names it and the users who signed in there, and only this install can have
//! sealed it. Failed sign-ins from a device are counted by themselves, so a guesser elsewhere can't lock its user out.

use crate::{Store, StoreError};
use chrono::TimeDelta;
use domain::ids::UserId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Days that a device is recognised after its last sign-in. Browsers cut longer cookies to 400 days.
pub const DEVICE_DAYS: i64 = 400;
/// Most users listed in one device cookie, as several people may share a computer. The oldest is dropped.
const USERS_MAX: usize = 8;
/// What the cookie is sealed for.
const PURPOSE: &str = "device";

/// A browser and the users who have signed in there, the latest one last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    id: Uuid,
    users: Vec<Uuid>,
}

impl Device {
    /// Key under which failed sign-ins of this user from this device are counted; `None` if the user never signed in there.
    pub(crate) fn hash_for(&self, user: UserId) -> Option<Vec<u8>> {
        let is_listed = self.users.contains(&user.0);
        is_listed.then(|| Sha256::new().chain_update(self.id).chain_update(user.0).finalize().to_vec())
    }

    fn add(&mut self, user: UserId) {
        self.users.retain(|known| *known != user.0);
        self.users.push(user.0);
        let surplus = self.users.len().saturating_sub(USERS_MAX);
        self.users.drain(..surplus);
    }

    fn to_bytes(&self) -> Vec<u8> {
        [self.id].iter().chain(&self.users).flat_map(|id| *id.as_bytes()).collect()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (ids, rest) = bytes.as_chunks::<16>();
        let (id, users) = ids.split_first()?;
        rest.is_empty().then(|| Self { id: Uuid::from_bytes(*id), users: users.iter().copied().map(Uuid::from_bytes).collect() })
    }
}

impl Store {
    /// Reads a device's cookie; `None` if this install did not seal it or it has expired.
    pub async fn open_device(&self, cookie: &str) -> Result<Option<Device>, StoreError> {
        Ok(self.unseal(PURPOSE, cookie).await?.as_deref().and_then(Device::from_bytes))
    }

    /// The cookie of a device on which `user` has just signed in; a new one without `device`.
    pub async fn seal_device(&self, device: Option<Device>, user: UserId) -> Result<String, StoreError> {
        let mut device = device.unwrap_or_else(|| Device { id: self.new_id(), users: Vec::new() });
        device.add(user);
        self.seal(PURPOSE, &device.to_bytes(), TimeDelta::days(DEVICE_DAYS)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    #[test]
    fn a_device_knows_its_latest_users_apart() {
        let mut device = Device { id: Uuid::from_u128(99), users: vec![] };
        for n in 1..=10 {
            device.add(user(n));
        }
        device.add(user(3));
        let same = Device::from_bytes(&device.to_bytes()).expect("what was written is read");
        assert_eq!(same, device);
        assert_eq!(same.users.len(), USERS_MAX);
        assert!(same.hash_for(user(3)).is_some() && same.hash_for(user(4)).is_some());
        assert_ne!(same.hash_for(user(3)), same.hash_for(user(4)), "each user is counted by itself");
        assert_eq!((same.hash_for(user(1)), same.hash_for(user(2))), (None, None), "the oldest are forgotten");
        assert_ne!(Device { id: Uuid::from_u128(98), ..same.clone() }.hash_for(user(3)), same.hash_for(user(3)));
    }

    #[test]
    fn other_bytes_are_no_device() {
        assert_eq!(Device::from_bytes(&[]), None);
        assert_eq!(Device::from_bytes(&[0; 17]), None);
    }
}
