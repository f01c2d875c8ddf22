//! Reading the store, and writing what has to be in it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Weak},
};

use tokio::time::sleep;

use crate::{
    key_set::SignatureAlgorithm,
    observe::event,
    tool_key::{ToolKey, ToolKeyError},
    tool_keys::{
        error::ToolKeysError, plan::Plan, record::Record, stored::Stored, timeline::unix_seconds,
        tool_keys::Inner,
    },
};

/// How often the store is read after it was written to: once is enough unless others write, too.
const MAX_ROUNDS: usize = 8;

/// Reads the store again and again, for as long as the keys are in use.
pub(super) async fn keep_fresh(keys: Weak<Inner>) {
    while let Some(interval) = keys
        .upgrade()
        .and_then(|keys| Some(keys.stored.as_ref()?.settings.refresh_interval))
    {
        sleep(interval).await;
        if let Some(keys) = keys.upgrade() {
            // What failed is known to health and log.
            let _ = refresh(&keys, true).await;
        }
    }
}

/// Reads the store, and makes what is missing in it: the first key, with `and_next` the next one, too.
pub(super) async fn refresh(keys: &Inner, and_next: bool) -> Result<(), ToolKeysError> {
    let Some(stored) = &keys.stored else {
        return Ok(());
    };
    let refreshed = rounds(keys, stored, and_next).await;
    let was_failing = keys.change(|state| {
        let fails = refreshed.is_err();
        std::mem::replace(&mut state.health.is_store_failing, fails)
    });
    match &refreshed {
        Err(error) if !was_failing => event::tool_keys_not_read(error),
        Ok(()) if was_failing => event::tool_keys_read_again(),
        _ => {}
    }
    refreshed
}

async fn rounds(keys: &Inner, stored: &Stored, and_next: bool) -> Result<(), ToolKeysError> {
    for _ in 0..MAX_ROUNDS {
        let rows = stored.store.all().await?;
        let now = unix_seconds(stored.clock.now());
        let (plan, unreadable) = keys.change(|state| {
            let before: BTreeSet<String> = state.health.unreadable.drain(..).collect();
            state.merge(rows, &stored.sealer);
            let unreadable = state.health.unreadable.iter();
            let new = unreadable.filter(|kid| !before.contains(*kid)).cloned();
            let new: Vec<String> = new.collect();
            (
                state.plan(&stored.settings, &stored.sealer, now, and_next),
                new,
            )
        });
        for kid in unreadable {
            event::tool_key_unreadable(&kid);
        }
        let plan = plan?;
        stored.carry_out(&plan).await?;
        if !plan.adds() {
            return Ok(());
        }
    }
    Err(ToolKeysError::Contended)
}

impl Stored {
    async fn carry_out(&self, plan: &Plan) -> Result<(), ToolKeysError> {
        for row in &plan.revoke {
            self.store.replace(row).await?;
        }
        for row in &plan.restore {
            self.store.add(row).await?;
        }
        for (slot, signs_from) in &plan.create {
            let key = generate(slot.series.algorithm)
                .await
                .map_err(ToolKeysError::Key)?;
            let record = Record::seal(slot, &key, *signs_from, &self.sealer)?;
            // Where another instance was faster, its key is found when the store is read again.
            self.store.add(&record.to_row(slot)?).await?;
        }
        for slot in &plan.remove {
            self.store.remove(&slot.to_string()).await?;
        }
        Ok(())
    }
}

async fn generate(algorithm: SignatureAlgorithm) -> Result<ToolKey, ToolKeyError> {
    match algorithm {
        SignatureAlgorithm::Es256 => ToolKey::generate_p256(),
        _ => ToolKey::generate().await,
    }
}

/// Starts to read the store in the background.
pub(super) fn start(keys: &Arc<Inner>) {
    tokio::spawn(keep_fresh(Arc::downgrade(keys)));
}
