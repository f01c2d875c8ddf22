//! One server: its address, and a connection to it.

use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, RedisError, aio::MultiplexedConnection,
};

/// How many calls the driver queues for the next write. Beyond it callers wait for the queue, which costs more
/// than the write itself; the driver's default of 50 is too small for a burst of launches.
const PIPELINE_BUFFER: usize = 1_024;

/// Connects to one server. Deadlines are the caller's, so the driver's own are off.
pub(super) async fn connect(client: &Client) -> Result<MultiplexedConnection, RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None)
        .set_pipeline_buffer_size(PIPELINE_BUFFER);
    client
        .get_multiplexed_async_connection_with_config(&config)
        .await
}

pub(super) fn address(client: &Client) -> &ConnectionAddr {
    client.get_connection_info().addr()
}

/// The same settings at another address: credentials, database and TLS.
pub(super) fn at_address(client: &Client, host: String, port: u16) -> Result<Client, RedisError> {
    let info = client.get_connection_info();
    let address = match info.addr() {
        ConnectionAddr::TcpTls {
            insecure,
            tls_params,
            ..
        } => ConnectionAddr::TcpTls {
            host,
            port,
            insecure: *insecure,
            tls_params: tls_params.clone(),
        },
        _ => ConnectionAddr::Tcp(host, port),
    };
    Client::open(info.clone().set_addr(address))
}
