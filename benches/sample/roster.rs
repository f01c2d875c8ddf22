//! A roster as platforms send it: members of 374 bytes, and a `Link` header of 300.

use std::fmt::Write as _;

/// A page of so many members, the first of them with this number.
pub(crate) fn page(first: usize, members: usize) -> String {
    let mut json = String::with_capacity(200 + 400 * members);
    json.push_str(
        "{\"id\":\"https://lms.example.edu/api/lti/courses/201/names_and_roles\",\
         \"context\":{\"id\":\"c4a9b6f8e2d1\",\"label\":\"MATH-201\",\"title\":\"Analytical Engines\"},\"members\":[",
    );
    for number in first..first + members {
        if number > first {
            json.push(',');
        }
        write!(
            json,
            "{{\"status\":\"Active\",\"name\":\"Ada {number:06} King\",\"given_name\":\"Ada {number:06}\",\
             \"family_name\":\"King\",\"email\":\"ada.king.{number:06}@students.example.edu\",\
             \"picture\":\"https://lms.example.edu/images/{number:06}.png\",\
             \"user_id\":\"8a5f4c1e-93d2-4b7a-9f60-2d1c7e{number:06}\",\
             \"lis_person_sourcedid\":\"sis-{number:06}\",\
             \"roles\":[\"http://purl.imsglobal.org/vocab/lis/v2/membership#Learner\"]}}"
        )
        .expect("memory");
    }
    json.push_str("]}");
    json
}

/// A `Link` header of 300 bytes.
pub(crate) const LINK: &str = "<https://lms.example.edu/api/lti/courses/201/names_and_roles?page=1&per_page=50>; \
    rel=\"current\",<https://lms.example.edu/api/lti/courses/201/names_and_roles?page=2&per_page=50>; rel=\"next\",\
    <https://lms.example.edu/api/lti/courses/201/names_and_roles?page=1&per_page=50>; rel=\"first\"; title=\"p\"     ";
