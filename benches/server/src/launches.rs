//! Launches, as the bytes that a browser sends.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tower_lti::{LoginSecret, clock::SystemClock, testing::Platform};

use crate::{
    sample::{self, Posts},
    settings::LOGIN_SECRET,
};

/// How long a token is good for, in seconds.
const TOKEN_LIFETIME: u64 = 300;

/// Makes launches, each after a login of its own. They are good for five minutes from now on.
pub(crate) fn prepare(platform: &Platform, count: usize) -> Vec<Bytes> {
    let secret = LoginSecret::from_bytes(LOGIN_SECRET).expect("it is long enough");
    let tool = sample::tool_builder(platform)
        .login_secret(secret)
        .insecure_allow_volatile_store()
        .clock(SystemClock::new())
        .build()
        .expect("a tool");
    let posts = Posts::new(platform, &tool);
    (0..count).map(|_| request(&posts)).collect()
}

fn request(posts: &Posts) -> Bytes {
    let post = posts.next_with(|token| {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("it is later than 1970")
            .as_secs();
        token.claim("iat", now).claim("exp", now + TOKEN_LIFETIME)
    });
    let request = post.to_request();
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    let length = post.form.len();
    head.extend_from_slice(
        format!("host: tool.test\r\ncontent-length: {length}\r\n\r\n").as_bytes(),
    );
    [head, post.form.to_vec()].concat().into()
}
