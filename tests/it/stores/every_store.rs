//! One case, over each kind of store.

/// Tries a case over each kind of store: two that share what they keep, as two instances would.
macro_rules! over_every_store {
    ($case:ident) => {
        println!("in memory");
        let store = tower_lti::MemoryStore::default();
        $case([store.clone(), store]).await;
        println!("in Redis");
        let server = crate::redis_server::RedisServer::start().await;
        let store = async || tower_lti::RedisStore::connect(&server.url()).await.unwrap();
        $case([store().await, store().await]).await;
        println!("in SQLite");
        let database = crate::stores::Database::new();
        $case([database.open().await, database.open().await]).await;
    };
}

pub(crate) use over_every_store;
