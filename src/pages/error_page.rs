//! The page of an error.

use html_escape::encode_double_quoted_attribute as escape;

use crate::{
    page_text::PageText,
    pages::{Choice, Escaped, PageWriter, PostForm, choices, texts},
};

/// The sentences of an error page, all of them ours, and where it leads.
pub(crate) struct ErrorPage<'a> {
    pub(crate) heading: PageText,
    pub(crate) message: PageText,
    pub(crate) remedy: PageText,
    pub(crate) next_step: NextStep,
    /// What there is to choose from, in place of a next step.
    pub(crate) choices: &'a [Choice<'a>],
    /// The URL of the course, not escaped yet.
    pub(crate) way_back: Option<&'a str>,
    /// Where a form leads back, and the value of its field `JWT`; in place of a link.
    pub(crate) way_back_form: Option<(&'a str, &'a str)>,
    pub(crate) administrator: Option<PageText>,
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
    fn html(&self, page: &PageWriter) -> String {
        match self {
            Self::None => String::new(),
            Self::NewWindow => format!("<p>{}</p>\n", page.text(texts::IN_NEW_WINDOW)),
            Self::TryAgain => format!("<p><a href=\"\">{}</a></p>\n", page.text(texts::TRY_AGAIN)),
        }
    }
}

impl ErrorPage<'_> {
    /// The page. Where it is read aloud, reading begins with the error.
    pub(crate) fn html(&self, page: &PageWriter) -> String {
        let message = page.text(self.message);
        let remedy = page.text(self.remedy);
        let next_step = self.next_step.html(page);
        let choices = choices::list(self.choices);
        let administrator = self.administrator.map_or_else(String::new, |remedy| {
            let remedy = page.escaped(remedy);
            let sentence = page.fill(texts::ADMINISTRATOR, &[("remedy", remedy)]);
            format!("<p>{sentence}</p>\n")
        });
        let reference = page.fill(
            texts::REFERENCE,
            &[
                ("code", Escaped::text(self.code)),
                ("reference", Escaped::text(self.reference)),
            ],
        );
        let body = format!(
            "<div class=\"alert bad\" tabindex=\"-1\" autofocus>\n<p>{message}</p>\n\
             <p><strong>{remedy}</strong></p>\n</div>\n\
             {choices}{next_step}{}{administrator}<p><small>{reference}</small></p>\n",
            self.way_back(page)
        );
        page.document(self.heading, None, &body)
    }

    fn way_back(&self, page: &PageWriter) -> String {
        let back = page.text(texts::BACK);
        match (self.way_back_form, self.way_back) {
            (Some((action, jwt)), _) => {
                PostForm::new(action, [("JWT", jwt)]).with_button("back", &back)
            }
            (None, Some(url)) => format!("<p><a href=\"{}\">{back}</a></p>\n", escape(url)),
            (None, None) => String::new(),
        }
    }
}
