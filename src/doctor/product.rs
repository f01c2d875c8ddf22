//! What is easily got wrong at one product.

use url::Url;

use crate::{
    doctor::{Finding, site::is_below},
    key_set::KeySource,
    redact,
    registration::{BRIGHTSPACE_AUDIENCE, ProductFamily, Registration},
};

const CHECK: &str = "product";

const BLACKBOARD_ISSUER: &str = "https://blackboard.com";
const CANVAS_ISSUERS: [&str; 3] = [
    "https://canvas.instructure.com",
    "https://canvas.beta.instructure.com",
    "https://canvas.test.instructure.com",
];
pub(super) const SCHOOLOGY_ISSUER: &str = "https://schoology.schoology.com";

/// Which product it is: as the registration says, or by its endpoints.
pub(super) fn family(registration: &Registration) -> Option<ProductFamily> {
    if let Some(family) = registration.product_family() {
        return Some(family.clone());
    }
    let url = registration.authorization_endpoint();
    let path = Url::parse(url).ok()?.path().to_owned();
    if is_below(url, "brightspace.com") || path.ends_with("/d2l/lti/authenticate") {
        Some(ProductFamily::Brightspace)
    } else if path.ends_with("/mod/lti/auth.php") {
        Some(ProductFamily::Moodle)
    } else if path.ends_with("/api/lti/authorize_redirect") {
        Some(ProductFamily::Canvas)
    } else if is_below(url, "blackboard.com") {
        Some(ProductFamily::Blackboard)
    } else if is_below(url, "schoology.com") {
        Some(ProductFamily::Schoology)
    } else {
        None
    }
}

pub(super) fn check(registration: &Registration) -> Vec<Finding> {
    match family(registration) {
        Some(ProductFamily::Brightspace) => brightspace(registration).into_iter().collect(),
        Some(ProductFamily::Canvas) => canvas(registration),
        Some(ProductFamily::Blackboard) => blackboard(registration),
        Some(ProductFamily::Moodle) => moodle(registration).into_iter().collect(),
        Some(ProductFamily::Schoology) => {
            wrong_issuer(registration, "Schoology", &[SCHOOLOGY_ISSUER])
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

fn wrong_issuer(registration: &Registration, product: &str, right: &[&str]) -> Option<Finding> {
    let issuer = registration.id().issuer().as_str();
    if right.contains(&issuer) {
        return None;
    }
    let finding = Finding::error(CHECK, format!("the issuer of a {product} is {issuer:?}"));
    Some(
        finding
            .wanted(format!("{}, the same for all schools", right.join(" or ")))
            .remedy("write that issuer; the client id tells the schools apart"),
    )
}

fn brightspace(registration: &Registration) -> Option<Finding> {
    let endpoint = registration.token_endpoint()?;
    let audience = registration.token_audience().unwrap_or_default();
    if !is_below(endpoint, "brightspace.com") || audience == BRIGHTSPACE_AUDIENCE {
        return None;
    }
    let finding = Finding::error(
        CHECK,
        format!(
            "the token audience for Brightspace is {:?}",
            redact::url(audience)
        ),
    );
    Some(
        finding
            .wanted(format!(
                "{BRIGHTSPACE_AUDIENCE:?}, which is not the token endpoint"
            ))
            .remedy(format!(
                "add `\"token_audience\": \"{BRIGHTSPACE_AUDIENCE}\"` to the registration"
            )),
    )
}

fn canvas(registration: &Registration) -> Vec<Finding> {
    let mut findings = Vec::new();
    let hosted = is_below(registration.authorization_endpoint(), "instructure.com")
        || is_below(registration.authorization_endpoint(), "canvaslms.com");
    if hosted {
        findings.extend(wrong_issuer(
            registration,
            "Canvas that Instructure hosts",
            &CANVAS_ISSUERS,
        ));
    }
    let (endpoint, audience) = (registration.token_endpoint(), registration.token_audience());
    if let (Some(endpoint), Some(audience)) = (endpoint, audience)
        && endpoint != audience
    {
        findings.push(
            Finding::error(CHECK, format!("the token audience for Canvas is {:?}", redact::url(audience)))
                .wanted(format!("the token endpoint itself, {:?}", redact::url(endpoint)))
                .remedy(
                    "remove `token_audience`: the bare host that Canvas calls its authorization server is no audience",
                ),
        );
    }
    findings
}

fn blackboard(registration: &Registration) -> Vec<Finding> {
    let mut findings: Vec<Finding> = wrong_issuer(registration, "Blackboard", &[BLACKBOARD_ISSUER])
        .into_iter()
        .collect();
    let client_id = registration.id().client_id().as_str();
    if let KeySource::Url(url) = registration.key_source()
        && let Some((_, rest)) = url.as_str().split_once("/management/applications/")
        && let Some(application) = rest.split('/').next()
        && application != client_id
    {
        findings.push(
            Finding::error(CHECK, format!("the key set is that of the application {application:?}, and the client id is {client_id:?}"))
                .wanted("the key set of this very application")
                .remedy("copy both from the same application in the developer portal"),
        );
    }
    findings
}

/// Moodle's endpoints are below its issuer, which may have a path.
fn moodle(registration: &Registration) -> Option<Finding> {
    let issuer = registration.id().issuer().as_str();
    let endpoint = registration.authorization_endpoint();
    let root = endpoint.strip_suffix("/mod/lti/auth.php")?;
    if root == issuer {
        return None;
    }
    let finding = Finding::error(
        CHECK,
        format!(
            "the issuer of a Moodle is {issuer:?}, and its endpoint is {:?}",
            redact::url(endpoint)
        ),
    );
    Some(
        finding
            .wanted(format!(
                "{root:?}: Moodle calls itself by the address that its endpoints are below"
            ))
            .remedy("write that issuer, with its path and without a slash at its end"),
    )
}
