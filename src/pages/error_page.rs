//! The page of an error.

use html_escape::encode_double_quoted_attribute as escape;

use crate::pages::{Choice, PostForm, choices, document::document};

/// What leads back says.
const BACK: &str = "Back to your course";

/// The sentences of an error page, all of them ours, and where it leads.
pub(crate) struct ErrorPage<'a> {
    pub(crate) heading: &'a str,
    pub(crate) message: &'a str,
    pub(crate) remedy: &'a str,
    pub(crate) next_step: NextStep,
    /// What there is to choose from, in place of a next step.
    pub(crate) choices: &'a [Choice<'a>],
    /// The URL of the course, not escaped yet.
    pub(crate) way_back: Option<&'a str>,
    /// Where a form leads back, and the value of its field `JWT`; in place of a link.
    pub(crate) way_back_form: Option<(&'a str, &'a str)>,
    pub(crate) administrator: Option<&'a str>,
    pub(crate) code: &'a str,
    pub(crate) reference: &'a str,
}

/// What the page offers beside the way back.
pub(crate) enum NextStep {
    None,
    /// Another window, where cookies are not blocked.
    NewWindow,
    /// The same address, with its query, once more.
    TryAgain,
}

impl NextStep {
    fn html(&self) -> &'static str {
        match self {
            Self::None => "",
            Self::NewWindow => {
                "<p>If the tool was shown inside a page of your course, choose &ldquo;open in new window&rdquo; there; if there is no such choice, allow cookies for the tool in your browser.</p>\n"
            }
            Self::TryAgain => "<p><a href=\"\">Try again</a></p>\n",
        }
    }
}

impl ErrorPage<'_> {
    pub(crate) fn html(&self) -> String {
        let Self {
            message,
            remedy,
            code,
            reference,
            ..
        } = self;
        let next_step = self.next_step.html();
        let choices = choices::list(self.choices);
        let back = match (self.way_back_form, self.way_back) {
            (Some((action, jwt)), _) => {
                PostForm::new(action, [("JWT", jwt)]).with_button("back", BACK)
            }
            (None, Some(url)) => format!("<p><a href=\"{}\">{BACK}</a></p>\n", escape(url)),
            (None, None) => String::new(),
        };
        let administrator = self.administrator.map_or_else(String::new, |remedy| {
            format!("<p>If you run the course or the platform: {remedy}</p>\n")
        });
        let body = format!(
            "<p>{message}</p>\n<p><strong>{remedy}</strong></p>\n{choices}{next_step}{back}{administrator}\
             <p><small>Code {code}, reference {reference}</small></p>\n"
        );
        document(self.heading, None, &body)
    }
}
