//! Where a deep linking response arrives.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::Full;

use super::simulated_platform::SimulatedPlatform;

impl SimulatedPlatform {
    /// Takes a response, and leads back to the course; a reload there posts nothing. One that is wrong is refused with
    /// everything that is wrong.
    pub(super) async fn take_response(
        &self,
        number: usize,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Response<Full<Bytes>> {
        let findings = match self.services.receive_form(number, headers, body).await {
            Ok(response) => return self.to_the_course(response.number()),
            Err(findings) => findings,
        };
        let list: String = findings
            .iter()
            .map(|finding| {
                let finding = finding.to_string();
                format!(
                    "<li><code>{}</code></li>\n",
                    html_escape::encode_text(&finding)
                )
            })
            .collect();
        let body = format!(
            "<p role=\"alert\">This platform does not take the tool's response:</p>\n<ul id=\"findings\">\n{list}</ul>\n\
             <p><a href=\"{}/platform/course\">To the course</a></p>\n",
            self.root()
        );
        let mut response = self.page("Nothing was added", &body);
        *response.status_mut() = StatusCode::BAD_REQUEST;
        response
    }

    fn to_the_course(&self, response: usize) -> Response<Full<Bytes>> {
        let mut answer = self.page("The course", "");
        *answer.status_mut() = StatusCode::SEE_OTHER;
        let location = format!("{}/platform/course?response={response}", self.root());
        if let Ok(location) = HeaderValue::try_from(location) {
            answer.headers_mut().insert(header::LOCATION, location);
        }
        answer
    }
}
