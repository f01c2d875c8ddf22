//! The frame of the course page that links open in, and the switch for the tool's cookies there.

use html_escape::encode_double_quoted_attribute as attribute;

use super::{
    cookie_switch::FrameCookies,
    login::{Login, Opening},
    simulated_platform::{RESOURCE_LINK, SimulatedPlatform},
};

/// How the switch can stand: the parameter, what the link says, what the tool then does.
const POSITIONS: [(FrameCookies, &str, &str, &str); 3] = [
    (
        FrameCookies::Work,
        "work",
        "Cookies work",
        "A cookie says at each click whose session it is.",
    ),
    (
        FrameCookies::Blocked,
        "blocked",
        "Cookies are blocked",
        "The platform keeps a value for the tool, which shows that the launch was begun in this browser. After the launch the \
         session is in the addresses of the tool's pages.",
    ),
    (
        FrameCookies::BlockedWithoutAnswer,
        "blocked-no-answer",
        "Cookies are blocked, and the platform does not answer",
        "The tool cannot tell whether the launch was begun in this browser, and lets nobody in. Where it is the browser that \
         blocks cookies, the page has a button that opens a window of its own.",
    ),
];

impl SimulatedPlatform {
    /// The frame, with the tool in it where that is wanted at once; nothing where links open elsewhere.
    pub(super) fn frame_of_links(&self, opening: Opening, at_once: bool) -> String {
        if opening != Opening::Frame {
            return String::new();
        }
        let (source, hint) = match at_once {
            true => (format!(" src=\"{}\"", attribute(&self.first_link())), ""),
            false => {
                let hint = "<p>Nothing is open yet: press one of the buttons below.</p>\n";
                (String::new(), hint)
            }
        };
        let switch = match self.cookies.has_switch() {
            true => self.switch(),
            false => String::new(),
        };
        format!(
            "{switch}{hint}<iframe id=\"tool\" name=\"tool\" title=\"The tool\"{source}></iframe>\n"
        )
    }

    /// The address that opens the first link of the course in the frame, as the learner.
    fn first_link(&self) -> String {
        self.login_address(&Login {
            login_hint: "learner",
            message_hint: RESOURCE_LINK.0,
            target: None,
            opening: Opening::Frame,
        })
    }

    fn switch(&self) -> String {
        let root = self.root();
        let (mut links, mut words) = (String::new(), "");
        for (cookies, parameter, name, what) in POSITIONS {
            let current = match cookies == self.cookies.cookies() {
                true => {
                    words = what;
                    " aria-current=\"true\""
                }
                false => "",
            };
            links += &format!(
                "<a id=\"cookies-{parameter}\" href=\"{root}/platform/course?open=frame&amp;cookies={parameter}\"{current}>{name}</a>\n"
            );
        }
        format!(
            "<h2>The tool in a frame</h2>\n<nav aria-label=\"Cookies of the tool in the frame\">\n{links}</nav>\n\
             <p>{words}</p>\n\
             <p><small>This page and the tool are on one host, where browsers block nothing. The example drops the cookies \
             of what opens in the frame, as a browser does that blocks them.</small></p>\n"
        )
    }
}
