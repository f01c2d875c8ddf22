//! [`RegistrationRecordStore`] for Redis.

use std::collections::HashMap;

use redis::Value;

use super::change::{Change, Outcome};
use crate::{
    nonce::Attempt,
    registration::RegistrationRecord,
    store::{
        LoadedRegistrations, MAX_REGISTRATIONS, RegistrationRecordStore, RegistrationsRevision,
        StoreError,
        redis::{
            RedisStore, call_error::CallError, connection::DedicatedConnection, reply::bulk_string,
        },
    },
};

/// About how many records a page has: up to 64 KiB each.
const PER_PAGE: usize = 200;

/// How often the records are read page by page. After that, in one reply.
const MAX_READINGS_BY_PAGE: usize = 3;

/// More than there are records: a page that has them all.
const ALL: usize = 10 * MAX_REGISTRATIONS;

/// Where a scan begins, and what it ends with.
const FIRST_PAGE: &[u8] = b"0";

/// Records by their fields.
type Records = HashMap<Vec<u8>, Vec<u8>>;

fn loaded(revision: RegistrationsRevision, records: Records) -> LoadedRegistrations {
    // What is no text is no record either, and takes no other down.
    let text = |record: Vec<u8>| String::from_utf8_lossy(&record).into_owned();
    let records = records.into_values().map(text).collect();
    LoadedRegistrations { revision, records }
}

impl RedisStore {
    async fn change_registration(&self, change: &Change<'_>) -> Result<bool, StoreError> {
        let caller = Attempt::new().map_err(StoreError::unavailable)?;
        match self.make(change, caller.as_str()).await? {
            Outcome::Made => Ok(true),
            Outcome::Refused => Ok(false),
            Outcome::Full => Err(StoreError::full()),
        }
    }

    /// By a script; without scripts, or to wait, on a dedicated connection.
    async fn make(&self, change: &Change<'_>, caller: &str) -> Result<Outcome, CallError> {
        if self.durability.is_none() {
            let mut commands = redis::pipe();
            commands.add_command(change.script(&self.keys, caller));
            let made = |replies: &mut dyn Iterator<Item = Value>| Outcome::read(replies.next());
            match self.connection.send_retrying(&commands, made).await {
                Err(error) if error.is_command_unavailable() => {
                    self.connection.capabilities().warn_no_scripts();
                }
                made => return made,
            }
        }
        match self.make_dedicated(change, caller).await {
            Err(error) if error.is_connection_fatal() => self.make_dedicated(change, caller).await,
            made => made,
        }
    }

    async fn make_dedicated(
        &self,
        change: &Change<'_>,
        caller: &str,
    ) -> Result<Outcome, CallError> {
        let (keys, settings) = (&self.keys, self.connection.settings());
        let mut dedicated = DedicatedConnection::to(settings, &keys.registrations()).await?;
        let made = dedicated.send(&change.script(keys, caller)).await;
        let outcome = match made {
            Err(error) if error.is_command_unavailable() => {
                self.connection.capabilities().warn_no_scripts();
                let made = change.make_by_transaction(&mut dedicated, keys, caller);
                made.await?
            }
            made => Outcome::read(Some(made?))?,
        };
        if let (Outcome::Made, Some(durability)) = (outcome, &self.durability) {
            let check = keys.check_of_registrations();
            dedicated.wait_until_durable(&check, durability).await?;
        }
        Ok(outcome)
    }

    /// All records, if the pages were those of one server and nothing changed meanwhile. A cursor means something on the
    /// server that gave it alone: after a failover or a resharding the next page leaves records out.
    async fn load_by_pages(&self) -> Result<Option<LoadedRegistrations>, CallError> {
        let revision = self.revision().await?;
        let (mut records, mut cursor) = (Records::new(), FIRST_PAGE.to_vec());
        loop {
            cursor = self.page(&cursor, PER_PAGE, &mut records).await?;
            if cursor == FIRST_PAGE {
                break;
            }
        }
        let is_whole =
            (self.revision().await?, self.count().await?) == (revision.clone(), records.len());
        Ok(is_whole.then(|| loaded(revision, records)))
    }

    /// All records in one reply, for a store that changes all the time.
    async fn load_at_once(&self) -> Result<LoadedRegistrations, CallError> {
        let revision = self.revision().await?;
        let mut records = Records::new();
        match self.page(FIRST_PAGE, ALL, &mut records).await? == FIRST_PAGE {
            true => Ok(loaded(revision, records)),
            false => Err(CallError::UnexpectedReply),
        }
    }

    /// A page of the hash: where the next one begins, and fields with their values.
    async fn page(
        &self,
        cursor: &[u8],
        count: usize,
        records: &mut Records,
    ) -> Result<Vec<u8>, CallError> {
        let mut commands = redis::pipe();
        commands.cmd("HSCAN").arg(self.keys.registrations());
        commands.arg(cursor).arg("COUNT").arg(count);
        let page = |replies: &mut dyn Iterator<Item = Value>| match replies.next() {
            Some(Value::Array(page)) => {
                <[Value; 2]>::try_from(page).map_err(|_| CallError::UnexpectedReply)
            }
            _ => Err(CallError::UnexpectedReply),
        };
        let [next, fields] = self.connection.send_retrying(&commands, page).await?;
        let text = |value| bulk_string(Some(value))?.ok_or(CallError::UnexpectedReply);
        let Value::Array(fields) = fields else {
            return Err(CallError::UnexpectedReply);
        };
        let mut fields = fields.into_iter();
        while let (Some(id), Some(record)) = (fields.next(), fields.next()) {
            // A page may repeat what another one has had.
            records.insert(text(id)?, text(record)?);
        }
        text(next)
    }

    async fn count(&self) -> Result<usize, CallError> {
        let mut commands = redis::pipe();
        commands.cmd("HLEN").arg(self.keys.registrations());
        let count = |replies: &mut dyn Iterator<Item = Value>| match replies.next() {
            Some(Value::Int(count)) => Ok(usize::try_from(count).unwrap_or_default()),
            _ => Err(CallError::UnexpectedReply),
        };
        self.connection.send_retrying(&commands, count).await
    }

    async fn revision(&self) -> Result<RegistrationsRevision, CallError> {
        let mut commands = redis::pipe();
        commands.cmd("GET").arg(self.keys.registrations_revision());
        let revision = |replies: &mut dyn Iterator<Item = Value>| bulk_string(replies.next());
        let revision = self.connection.send_retrying(&commands, revision).await?;
        let revision = String::from_utf8(revision.unwrap_or_default());
        let revision = revision.map_err(|_| CallError::UnexpectedReply)?;
        Ok(RegistrationsRevision::new(revision))
    }
}

impl RegistrationRecordStore for RedisStore {
    async fn registrations_revision(&self) -> Result<RegistrationsRevision, StoreError> {
        Ok(self.revision().await?)
    }

    async fn load_registrations(&self) -> Result<LoadedRegistrations, StoreError> {
        for _ in 0..MAX_READINGS_BY_PAGE {
            if let Some(loaded) = self.load_by_pages().await? {
                return Ok(loaded);
            }
        }
        Ok(self.load_at_once().await?)
    }

    /// Writes a key that expires, in the slot of the records: refused by a replica, a full server and an access list.
    async fn check_registrations_writable(&self) -> Result<(), StoreError> {
        let mut commands = redis::pipe();
        let set = commands.cmd("SET").arg(self.keys.check_of_registrations());
        set.arg("1").arg("PX").arg(1_000);
        let done = |replies: &mut dyn Iterator<Item = Value>| match replies.next() {
            Some(Value::Okay) => Ok(()),
            _ => Err(CallError::UnexpectedReply),
        };
        self.connection.send_retrying(&commands, done).await?;
        match self.count().await? < MAX_REGISTRATIONS {
            true => Ok(()),
            false => Err(StoreError::full()),
        }
    }

    async fn add_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        self.change_registration(&Change {
            old: None,
            new: Some(record),
        })
        .await
    }

    async fn replace_registration(
        &self,
        old: &RegistrationRecord,
        new: &RegistrationRecord,
    ) -> Result<bool, StoreError> {
        if old.id() != new.id() {
            return Ok(false);
        }
        self.change_registration(&Change {
            old: Some(old),
            new: Some(new),
        })
        .await
    }

    async fn remove_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        self.change_registration(&Change {
            old: Some(record),
            new: None,
        })
        .await
    }
}
