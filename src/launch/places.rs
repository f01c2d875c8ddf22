//! Where launches arrive: at the path of their registration's redirect URI, as the layer sees it.

use std::{borrow::Cow, collections::HashMap};

use url::Url;

use crate::{observe::event, tool::LtiTool};

/// The redirect URIs that are known, and what is stripped from their paths before the layer sees them.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// That of the tool first. URIs that differ in their hosts alone, such as one for each tenant, are one.
    known: Vec<Place>,
    /// Where each redirect URI is in `known`.
    by_redirect_uri: HashMap<String, usize>,
    mount: Mount,
}

/// A redirect URI, as far as it tells one handler from another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    path: String,
    query: Option<String>,
}

impl Place {
    fn of(redirect_uri: &str) -> Option<Self> {
        let url = Url::parse(redirect_uri).ok()?;
        Some(Self {
            path: url.path().to_owned(),
            query: url.query().map(str::to_owned),
        })
    }
}

/// What is stripped from a path before the layer sees it.
#[derive(Clone, Debug)]
enum Mount {
    /// Exactly this, as the layer is configured.
    At(String),
    /// Nothing, or so much of this as fits: all redirect URIs begin with it.
    Within(String),
}

impl Places {
    /// Finds out where launches arrive, and logs what cannot be right.
    pub(super) fn of(tool: &LtiTool, mounted_at: Option<&str>, layer_paths: &[String]) -> Self {
        let own = tool.own_launch_urls();
        let urls = [tool.launch_url()].into_iter();
        let urls = urls.chain(own.unwrap_or_default().iter().map(String::as_str));
        let (known, by_redirect_uri) = parse_all(urls);
        let sees_whole_paths = layer_paths
            .iter()
            .any(|path| known.iter().any(|place| place.path == *path));
        let mount = match mounted_at {
            Some(prefix) => Mount::At(prefix.trim_end_matches('/').to_owned()),
            None if sees_whole_paths => Mount::Within(String::new()),
            None => Mount::Within(shared_folder(&known)),
        };
        let places = Self {
            known,
            by_redirect_uri,
            mount,
        };
        // Where registrations are looked up, they may have redirect URIs that are not known here.
        let leads_nowhere = |path: &&String| !places.is_known(path);
        if own.is_some()
            && let Some(path) = layer_paths.iter().find(leads_nowhere)
        {
            event::launch_path_unknown(path, &places.known[0].path);
        }
        if matches!(places.mount, Mount::At(_)) && !places.any_is_seen() {
            event::launch_path_unknown(mounted_at.unwrap_or_default(), &places.known[0].path);
        }
        places
    }

    /// Whether a launch of this redirect URI may arrive there.
    pub(super) fn is_arrival_of(
        &self,
        redirect_uri: &str,
        path: &str,
        query: Option<&str>,
    ) -> bool {
        // Parsed when the layer was put on, unless its registration is looked up.
        let known = self.by_redirect_uri.get(redirect_uri);
        let place = known.map(|&index| Cow::Borrowed(&self.known[index]));
        let Some(place) = place.or_else(|| Place::of(redirect_uri).map(Cow::Owned)) else {
            return false;
        };
        let query = query.filter(|query| !query.is_empty());
        let is_here = self.is_seen_as(&place.path, path);
        let of_another = || {
            let mut here = self
                .known
                .iter()
                .filter(|one| self.is_seen_as(&one.path, path));
            query.is_some() && here.any(|one| one.query.as_deref() == query)
        };
        is_here
            && match &place.query {
                Some(named) => query == Some(named),
                None => !of_another(),
            }
    }

    /// Whether launches that are known of arrive at this path.
    pub(super) fn is_known(&self, path: &str) -> bool {
        self.known
            .iter()
            .any(|place| self.is_seen_as(&place.path, path))
    }

    /// Whether a launch path ends like this, so that a layer was probably meant to cover it.
    #[cfg(feature = "axum")]
    pub(super) fn is_like_a_known_one(&self, path: &str) -> bool {
        path.len() > 1 && self.known.iter().any(|place| place.path.ends_with(path))
    }

    /// The path of the tool's own launch URL.
    #[cfg(feature = "axum")]
    pub(super) fn of_the_tool(&self) -> &str {
        self.known.first().map_or("/", |place| &place.path)
    }

    fn any_is_seen(&self) -> bool {
        let Mount::At(prefix) = &self.mount else {
            return true;
        };
        self.known
            .iter()
            .any(|place| below(&place.path, prefix).is_some())
    }

    /// Whether the layer sees a path of a redirect URI as this one.
    fn is_seen_as(&self, path: &str, seen: &str) -> bool {
        match &self.mount {
            Mount::At(prefix) => below(path, prefix) == Some(seen),
            Mount::Within(_) if path == seen => true,
            // What is a redirect URI's own path was not shortened.
            Mount::Within(_) if self.known.iter().any(|place| place.path == seen) => false,
            Mount::Within(most) => path.strip_suffix(seen).is_some_and(|stripped| {
                seen.starts_with('/') && !stripped.is_empty() && is_folder_of(stripped, most)
            }),
        }
    }
}

/// The places of these redirect URIs, each once, and which is whose.
fn parse_all<'a>(urls: impl Iterator<Item = &'a str>) -> (Vec<Place>, HashMap<String, usize>) {
    let (mut known, mut by_redirect_uri) = (Vec::<Place>::new(), HashMap::new());
    for url in urls {
        let Some(place) = Place::of(url) else {
            continue;
        };
        let index = known.iter().position(|known| *known == place);
        let index = index.unwrap_or_else(|| {
            known.push(place);
            known.len() - 1
        });
        by_redirect_uri.insert(url.to_owned(), index);
    }
    (known, by_redirect_uri)
}

/// What is left of a path without a prefix of whole segments.
fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    match path.strip_prefix(prefix)? {
        "" => Some("/"),
        rest => rest.starts_with('/').then_some(rest),
    }
}

/// Whether `folder` is `path`, or whole segments of its beginning.
fn is_folder_of(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folder that all of these lie in, without a slash at its end.
fn shared_folder(places: &[Place]) -> String {
    let mut folders = places.iter().map(|place| {
        let (folder, _) = place.path.rsplit_once('/').unwrap_or_default();
        folder
    });
    let mut shared = folders.next().unwrap_or_default();
    for folder in folders {
        while !is_folder_of(shared, folder) {
            shared = shared.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
    shared.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(paths: &[&str], mount: Option<&str>) -> Places {
        let urls: Vec<String> = paths
            .iter()
            .map(|path| format!("https://tool.test{path}"))
            .collect();
        let (known, by_redirect_uri) = parse_all(urls.iter().map(String::as_str));
        let mount = mount.map_or_else(
            || Mount::Within(shared_folder(&known)),
            |prefix| Mount::At(prefix.to_owned()),
        );
        Places {
            known,
            by_redirect_uri,
            mount,
        }
    }

    #[test]
    fn redirect_uris_that_differ_in_their_hosts_alone_are_one_place() {
        let urls = ["https://a.test/l", "https://b.test/l", "https://a.test/m"];

        let (known, by_redirect_uri) = parse_all(urls.into_iter());

        assert_eq!(known.len(), 2, "every request is compared with each");
        assert_eq!(urls.map(|url| by_redirect_uri[url]), [0, 0, 1]);
    }

    // N18
    #[test]
    fn a_path_is_that_of_its_redirect_uri_less_what_a_mount_strips_from_all() {
        let two = &["/t/a/launch", "/t/launch"][..];
        for (paths, mount, redirect, seen, is_arrival) in [
            (two, None, "/t/a/launch", "/t/a/launch", true),
            (two, None, "/t/a/launch", "/a/launch", true),
            (two, None, "/t/launch", "/launch", true),
            (two, None, "/t/a/launch", "/launch", false),
            (two, None, "/t/a/launch", "/t/launch", false),
            (two, None, "/t/launch", "/t/a/launch", false),
            (two, Some("/t"), "/t/launch", "/launch", true),
            (two, Some("/t"), "/t/launch", "/t/launch", false),
            (&["/x/x/l", "/x/l"], None, "/x/x/l", "/x/l", false),
            (&["/x/x/l", "/x/l"], Some("/x"), "/x/x/l", "/x/l", true),
            (&["/lti/launch"], None, "/lti/launch", "/launch", true),
            (&["/lti/launch"], None, "/lti/launch", "launch", false),
            (&["/lti/launch"], None, "/lti/launch", "/lti/launch/", false),
            (
                &["/lti/launch"],
                Some("/lti/launch"),
                "/lti/launch",
                "/",
                true,
            ),
            (&["/lti/launch"], None, "/a/launch", "/launch", false),
            (&["/launch"], None, "/launch", "/launch", true),
        ] {
            let places = places(paths, mount);
            let redirect_uri = format!("https://tool.test{redirect}");
            let found = places.is_arrival_of(&redirect_uri, seen, None);
            assert_eq!(
                found, is_arrival,
                "{redirect} seen as {seen} of {paths:?} {mount:?}"
            );
        }
    }

    // N18
    #[test]
    fn a_query_of_a_redirect_uri_is_part_of_it() {
        let places = places(&["/l", "/l?t=a", "/l?t=b"], None);
        for (redirect, query, is_arrival) in [
            ("/l", None, true),
            ("/l", Some(""), true),
            ("/l", Some("other=1"), true),
            ("/l", Some("t=a"), false),
            ("/l?t=a", Some("t=a"), true),
            ("/l?t=a", Some("t=b"), false),
            ("/l?t=a", None, false),
            ("/l?t=a", Some("t=a&t=b"), false),
        ] {
            let redirect_uri = format!("https://tool.test{redirect}");
            let found = places.is_arrival_of(&redirect_uri, "/l", query);
            assert_eq!(found, is_arrival, "{redirect} with {query:?}");
        }
    }
}
