//! Every store of registrations against the contract.

use tower_lti::{MemoryStore, testing::contract};

// N45
#[tokio::test(flavor = "multi_thread")]
async fn the_memory_store_keeps_registrations_as_the_contract_says() {
    contract::check_registrations(&MemoryStore::default()).await;
}
