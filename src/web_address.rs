//! The one parser for every address that is configured or received.
//!
//! An address is parsed with the crate `url`, which browsers agree with, and kept byte for byte as it
//! was written. What that parser would mend (`https:host`, a missing slash, a tab) or what others read
//! differently (user info, backslashes, dot segments, a host in another spelling) is rejected, so that
//! the text which was checked leads to the same place wherever it is parsed again.

use std::{error::Error, fmt, net::IpAddr};

use url::{Host, Url};

/// How often an escaped percent sign is unescaped before a path is rejected for it.
const MAX_ESCAPE_DEPTH: usize = 3;

/// An absolute http or https URL that no two parsers read differently.
#[derive(Debug)]
pub(crate) struct WebAddress<'a> {
    text: &'a str,
    url: Url,
}

impl<'a> WebAddress<'a> {
    /// Takes an address that somebody sent. Its query and its fragment may hold spaces and characters
    /// beyond ASCII, as users type them into a course; neither decides where it leads.
    pub(crate) fn parse(text: &'a str) -> Result<Self, AddressProblem> {
        let (scheme, after_scheme) = text
            .split_once("://")
            .ok_or(AddressProblem::of("is not an absolute URL"))?;
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err(AddressProblem::of("must be an https URL"));
        }
        let place_ends = after_scheme.find(['?', '#']).unwrap_or(after_scheme.len());
        let (place, behind) = after_scheme.split_at(place_ends);
        check_characters(place, behind)?;
        let (authority, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let url = Url::parse(text).map_err(|_| AddressProblem::of("is not an absolute URL"))?;
        check_authority(authority, &url)?;
        check_path(path)?;
        Ok(Self { text, url })
    }

    /// Takes an address that was configured: ASCII alone, and no fragment.
    pub(crate) fn parse_configured(text: &'a str) -> Result<Self, AddressProblem> {
        let address = Self::parse(text)?;
        if address.url.fragment().is_some() {
            return Err(AddressProblem::of("carries a fragment"));
        }
        check_characters(text, "")?;
        Ok(address)
    }

    /// The same where it is https, or plain http on loopback.
    pub(crate) fn parse_safe(text: &'a str) -> Result<Self, AddressProblem> {
        let address = Self::parse_configured(text)?;
        if address.is_https() || address.is_loopback() {
            Ok(address)
        } else {
            Err(AddressProblem::of("must be https"))
        }
    }

    /// The address exactly as it was written.
    pub(crate) fn as_str(&self) -> &'a str {
        self.text
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn into_url(self) -> Url {
        self.url
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }
}

/// Whether the URL's host is this machine's loopback interface, by name or by address.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_loopback_name(name),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// Whether a name is one for the loopback interface (RFC 6761 §6.3).
pub(crate) fn is_loopback_name(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// What is wrong with an address.
///
/// It quotes one character at most, and nothing else of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AddressProblem {
    problem: &'static str,
    character: Option<char>,
}

impl AddressProblem {
    pub(crate) fn of(problem: &'static str) -> Self {
        Self {
            problem,
            character: None,
        }
    }

    /// The problem in words, without the character.
    pub(crate) fn problem(&self) -> &'static str {
        self.problem
    }
}

impl fmt::Display for AddressProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem)?;
        match self.character {
            Some(character) => write!(
                f,
                ": {character:?} (U+{:04X}) has to be escaped or left out",
                u32::from(character)
            ),
            None => Ok(()),
        }
    }
}

impl Error for AddressProblem {}

/// Looks at each character: of the part that says where an address leads, and of what is behind it.
fn check_characters(place: &str, behind: &str) -> Result<(), AddressProblem> {
    if place.bytes().all(is_plain) && behind.bytes().all(is_plain) {
        return Ok(());
    }
    let reject = |problem, character| {
        Err(AddressProblem {
            problem,
            character: Some(character),
        })
    };
    for character in place.chars().chain(behind.chars()) {
        match character {
            // What ends a line somewhere could end a header or a line in a log.
            '\u{2028}' | '\u{2029}' => return reject("holds a control character", character),
            control if control.is_control() => {
                return reject("holds a control character", control);
            }
            '\\' => return reject("holds a backslash", '\\'),
            _ => {}
        }
    }
    for character in place.chars() {
        match character {
            ' ' => return reject("holds a space", ' '),
            beyond if !beyond.is_ascii() => {
                return reject("holds a character beyond ASCII", beyond);
            }
            _ => {}
        }
    }
    // Parsers cut it off.
    if behind.ends_with(' ') {
        return reject("ends in a space", ' ');
    }
    Ok(())
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'\\'
}

/// Whether host names hold it (RFC 1123 §2.1), or an underscore. Parsers take more, such as `;`, `*` and `,`, which say
/// something else where a host stands among other words.
fn is_in_host_names(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// The host as it is written is the host that it leads to, and there is nothing else but a port.
fn check_authority(authority: &str, url: &Url) -> Result<(), AddressProblem> {
    if authority.contains('@') || !url.username().is_empty() || url.password().is_some() {
        return Err(AddressProblem::of("carries a user name or password"));
    }
    let (host, port) = match authority.rfind(':') {
        Some(at) if !authority[at..].contains(']') => authority.split_at(at),
        _ => (authority, ""),
    };
    if host.is_empty() {
        return Err(AddressProblem::of("has no host"));
    }
    let as_written = match url.host() {
        Some(Host::Ipv6(address)) => host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .is_some_and(|host| host.parse() == Ok(address)),
        // Short and hexadecimal spellings lead to one address; where it may lie is asked of that one.
        Some(Host::Ipv4(_)) => !host.contains('%'),
        Some(Host::Domain(read)) => read.eq_ignore_ascii_case(host),
        None => false,
    };
    if !as_written {
        return Err(AddressProblem::of(
            "has a host that is spelt in a way that differs between readers",
        ));
    }
    if matches!(url.host(), Some(Host::Domain(name)) if !name.bytes().all(is_in_host_names)) {
        return Err(AddressProblem::of(
            "has a host with a character that no host name has",
        ));
    }
    let number = port.strip_prefix(':').unwrap_or("80");
    let is_port = !number.starts_with(['0', '+']) && number.parse::<u16>().is_ok();
    if !is_port {
        return Err(AddressProblem::of("has a port that is none"));
    }
    Ok(())
}

/// A path has no segment that leads up or nowhere, however it is escaped: what is escaped is plain again
/// to a server that decodes the path first.
fn check_path(path: &str) -> Result<(), AddressProblem> {
    let dots = AddressProblem::of("has a dot segment in its path");
    let has_dots = |path: &str| {
        path.split('/').any(|segment| {
            // Some servers cut off what is behind a semicolon.
            let name = segment.split(';').next().unwrap_or_default();
            matches!(name, "." | "..")
        })
    };
    if has_dots(path) {
        return Err(dots);
    }
    if !path.contains('%') {
        return Ok(());
    }
    let mut decoded = path.to_ascii_lowercase();
    for _ in 0..MAX_ESCAPE_DEPTH {
        let once_more = decoded
            .replace("%2f", "/")
            .replace("%5c", "/")
            .replace("%2e", ".")
            .replace("%3b", ";")
            .replace("%25", "%");
        if has_dots(&once_more) {
            return Err(dots);
        }
        if once_more == decoded {
            return Ok(());
        }
        decoded = once_more;
    }
    Err(AddressProblem::of(
        "has a path that is escaped over and over",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    // N21
    #[test]
    fn an_address_that_readers_could_take_for_another_is_none() {
        for text in [
            "",
            "https:",
            "https://",
            "https:///tool.test/app",
            "https:tool.test",
            "https:/tool.test",
            "https:@tool.test/app?://x",
            "https:\\\\tool.test",
            "https://tool.test\\app",
            "https://tool.test/app\\x",
            "//tool.test",
            "/app",
            "tool.test",
            " https://tool.test",
            "https://tool.test ",
            "https://tool.test/?x ",
            "\thttps://tool.test",
            "https://tool.test\n",
            "ht\ntps://tool.test",
            "https://tool\t.test",
            "https://tool.test/a b",
            "https://tool.test/a\u{e9}",
            "https://tool.test/?x=\r\nSet-Cookie:%20a",
            "https://tool.test/?x=\u{85}",
            "https://tool.test/?x=\u{2028}",
            "https://tool.test/#\u{7f}",
            "https://user@tool.test",
            "https://@tool.test",
            "https://:@tool.test",
            "https://user:pass@tool.test",
            "https://t\u{f6}\u{f6}l.test",
            "https://tool\u{3002}test",
            "https://tool%2etest",
            "https://%74ool.test",
            "https://tool.test:",
            "https://tool.test:0",
            "https://tool.test:0443",
            "https://tool.test:+443",
            "https://tool.test:65536",
            "https://tool.test:port",
            "https://tool.test;x/",
            "https://tool.test;sandbox/",
            "https://*/",
            "https://*.tool.test/",
            "https://tool.test,x/",
            "https://'none'/",
            "https://tool!test/",
            "https://$(x).test/",
            "https://tool.test&x/",
            "https://tool\"test/",
            "https://{tool}.test/",
            "https://tool`~=+test/",
            "https://?x",
            "https://#x",
            "https://:443",
            "https://127%2e1",
            "https://[::1",
            "https://::1",
            "https://[::1]x",
            "https://tool.test/.",
            "https://tool.test/a/..",
            "https://tool.test/a/./b",
            "https://tool.test/%2e%2E/b",
            "https://tool.test/a/..%2fb",
            "https://tool.test/a/..%5Cb",
            "https://tool.test/a/%252e%252e/b",
            "https://tool.test/a/..;/b",
            "https://tool.test/a/..;x=1/b",
            "https://tool.test/a/..%3b/b",
            "ftp://tool.test",
            "javascript://tool.test/%0aalert(1)",
            "data:text/html,x://y",
            "file:///etc/passwd",
        ] {
            assert!(WebAddress::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_is_kept_as_it_was_written() {
        for text in [
            "https://tool.test",
            "HTTPS://Tool.Test:443/A?b=c&d=%zz#part",
            "http://127.0.0.1:3000/lti/launch",
            "https://[2001:DB8:0::1]:8443/",
            "https://xn--tl-fkaa.test/a%2Fb..c",
            "https://tool.test/app/...;x?title=Foo Bar&\u{fc}=\u{1f600}#an \u{e4}",
            "https://tool.test/a//b/",
            "https://tool_1.test./a?x=https://user@evil.test/../",
        ] {
            assert_eq!(WebAddress::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_configured_address_is_ascii_without_a_fragment() {
        for text in [
            "https://tool.test/?x=a b",
            "https://tool.test/?x=\u{fc}",
            "https://tool.test/#x",
            "https://tool.test/#",
        ] {
            assert!(WebAddress::parse_configured(text).is_err(), "{text:?}");
        }
        assert!(WebAddress::parse_configured("https://tool.test/?x=%20").is_ok());
        assert!(WebAddress::parse_safe("http://tool.test/").is_err());
        assert!(WebAddress::parse_safe("http://localhost:3000/").is_ok());
    }

    #[test]
    fn a_problem_names_the_character_and_nothing_else() {
        let problem = WebAddress::parse("https://tool.test/\u{fc}ber").unwrap_err();
        assert_eq!(
            problem.to_string(),
            "holds a character beyond ASCII: 'ü' (U+00FC) has to be escaped or left out"
        );
    }
}
