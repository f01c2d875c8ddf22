//! Where the sessions are kept that this instance has seen, and whose they are.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use crate::session::pointer::Pointer;

/// The maximum number of sessions of one generation; there are two, of up to 500 bytes a session.
const MOST: usize = 8_192;

/// Pointers by the store keys of their sessions: what a cookie does not hold. They never change, and open nothing.
#[derive(Default)]
pub(super) struct KnownPointers(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<[u8; 32], Arc<Pointer>>,
    old: HashMap<[u8; 32], Arc<Pointer>>,
}

impl KnownPointers {
    pub(super) fn get(&self, key: &[u8; 32]) -> Option<Arc<Pointer>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pointer) = known.young.get(key) {
            return Some(Arc::clone(pointer));
        }
        let pointer = known.old.remove(key)?;
        known.add(*key, Arc::clone(&pointer));
        Some(pointer)
    }

    pub(super) fn add(&self, key: [u8; 32], pointer: Arc<Pointer>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.add(key, pointer);
    }
}

impl Generations {
    /// What was not asked for in two generations is forgotten.
    fn add(&mut self, key: [u8; 32], pointer: Arc<Pointer>) {
        if self.young.len() >= MOST {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, pointer);
    }
}
