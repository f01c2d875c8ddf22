//! The services behind a socket.

use std::io;

use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};
use tower::Service;

use super::{platform_services::PlatformServices, service::CutConnection};

/// A server that ends when it is dropped.
pub(super) struct Server(AbortHandle);

impl Server {
    /// Serves, over HTTP/1.1, whatever arrives here.
    pub(super) fn start(listener: TcpListener, services: PlatformServices) -> Self {
        let serving = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            // The connections end with the task.
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, services.clone()));
                while connections.try_join_next().is_some() {}
            }
        });
        Self(serving.abort_handle())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn serve(stream: TcpStream, services: PlatformServices) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut services = services.clone();
        async move {
            let Ok(response) = services.call(request).await;
            match response.extensions().get::<CutConnection>() {
                Some(CutConnection) => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
                None => Ok(response),
            }
        }
    });
    // How a connection ends is the client's matter, or the fault's.
    let _ended = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
