//! The service at the URL that an administrator pastes.

use std::{
    convert::Infallible,
    error::Error,
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use tokio::time::{Instant, timeout_at};
use tower::Service;
use url::Url;

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, InviteError, IssuerPolicy, PlatformConfiguration,
        RegistrationAccess, RegistrationFailure, RegistrationTerms, ToolProfile, ToolProfileError,
        framing, invite, invite::Invite, registration_form::read_handle, turn::Turns,
    },
    live_registrations::LiveRegistrations,
    observe::event,
    outbound::AddressPolicy,
    registration::Registrations,
    tool::LtiTool,
    web_address::is_loopback,
};

/// The longest that a step may take.
pub(super) const DEADLINE: Duration = Duration::from_secs(19);

/// How many registrations may begin in a minute, unless told otherwise.
const A_MINUTE: u32 = 60;

/// How many registrations may wait for approval, unless told otherwise.
const MAX_PENDING: usize = 1_000;

type Hook = Arc<dyn Fn(&PlatformConfiguration, ToolProfile) -> ToolProfile + Send + Sync>;

/// The Tower service at the URL that an administrator pastes into a platform. A leaf service for GET and POST.
///
/// See the [module docs](crate::dynamic_registration). Cheap to clone.
///
/// # Examples
///
/// Mounted, with an invitation for one school:
///
/// ```
/// # #[cfg(feature = "axum")] mod example {
/// use std::{error::Error, time::Duration};
/// use axum::Router;
/// use tower_lti::{
///     LtiLogin, LtiTool,
///     dynamic_registration::{LtiRegistration, RegistrationAccess, RegistrationTerms, ToolProfile},
///     keys::LtiJwks,
///     live_registrations::LiveRegistrations,
/// };
///
/// /// The tool has keys, and looks in these registrations.
/// fn app(tool: LtiTool, registrations: LiveRegistrations) -> Result<Router, Box<dyn Error>> {
///     let profile = ToolProfile::new(
///         "Quizzes",
///         "https://tool.example/lti/login",
///         "https://tool.example/lti/jwks.json",
///     )
///     .uses_grades()
///     .uses_rosters();
///     let registering =
///         LtiRegistration::new(tool.clone(), registrations, profile, RegistrationAccess::Invited)?
///             .approval_required(true);
///
///     let week = Duration::from_secs(7 * 24 * 60 * 60);
///     let school = RegistrationTerms::new().name("The school on Hill Road");
///     let address = registering.invite("https://tool.example/lti/register", week, school)?;
///     println!("send this to the administrator: {address}");
///
///     Ok(Router::new()
///         .route_service("/lti/login", LtiLogin::new(tool.clone()))
///         .route_service("/lti/jwks.json", LtiJwks::new(tool))
///         .route_service("/lti/register", registering))
/// }
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct LtiRegistration(pub(super) Arc<Settings>);

/// What all clones share.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) tool: LtiTool,
    pub(super) registrations: LiveRegistrations,
    pub(super) profile: ToolProfile,
    pub(super) access: RegistrationAccess,
    pub(super) issuers: IssuerPolicy,
    pub(super) needs_approval: bool,
    pub(super) allows_private_networks: bool,
    pub(super) most_a_minute: Option<u32>,
    pub(super) max_pending: Option<usize>,
    /// Tells the service from others of the same tool.
    pub(super) name: String,
    pub(super) frame_ancestors: Vec<String>,
    hook: Option<Hook>,
}

impl LtiRegistration {
    /// Registers what comes in `registrations`, which the tool has to look in.
    ///
    /// # Errors
    ///
    /// Fails when a URL of the profile is neither https nor plain http on loopback, when the profile has no name or no
    /// message, when it asks for scopes and the tool has no keys, and when the tool looks in other registrations: in other
    /// [`LiveRegistrations`], or in a fixed list. Where it looks in a store of the application's own, that store has to look in
    /// these.
    #[doc(alias("dynamic registration", "openid_configuration", "registration_token"))]
    pub fn new(
        tool: LtiTool,
        registrations: LiveRegistrations,
        profile: ToolProfile,
        access: RegistrationAccess,
    ) -> Result<Self, ToolProfileError> {
        profile.check()?;
        if looks_elsewhere(&tool, &registrations) {
            return Err(ToolProfileError::of_tool(
                "the registrations are not those that the tool looks in",
            ));
        }
        if !profile.scopes.is_empty() && tool.tool_keys().is_none() {
            return Err(ToolProfileError::of_tool(
                "the profile asks for scopes, and the tool has no keys to ask for access tokens with",
            ));
        }
        Ok(Self(Arc::new(Settings {
            tool,
            registrations,
            profile,
            access,
            issuers: IssuerPolicy::default(),
            needs_approval: false,
            allows_private_networks: false,
            most_a_minute: Some(A_MINUTE),
            max_pending: Some(MAX_PENDING),
            name: String::new(),
            frame_ancestors: Vec::new(),
            hook: None,
        })))
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Sets whether a registration is kept as pending until it is approved. Default: it counts at once.
    ///
    /// Approve it with [`LiveRegistrations::set_status`].
    pub fn approval_required(self, required: bool) -> Self {
        self.with(|settings| settings.needs_approval = required)
    }

    /// Sets which issuer a configuration may speak for.
    pub fn issuer_policy(self, policy: IssuerPolicy) -> Self {
        self.with(|settings| settings.issuers = policy)
    }

    /// Sets how many registrations may begin in a minute, over all of this tool; `None` for no bound. Default: 60.
    pub fn per_minute(self, most: Option<u32>) -> Self {
        self.with(|settings| settings.most_a_minute = most)
    }

    /// Sets how many registrations may wait for approval; `None` for no bound. Default: 1,000. Where there are as many,
    /// another one that would have to wait is refused (`too_many_pending`).
    pub fn max_pending(self, most: Option<usize>) -> Self {
        self.with(|settings| settings.max_pending = most)
    }

    /// Names this service among several of one tool: an invite or a page of one is then not good at another. Default: no
    /// name.
    ///
    /// # Examples
    ///
    /// ```
    /// # use tower_lti::dynamic_registration::LtiRegistration;
    /// # fn example(for_customers: LtiRegistration, for_staff: LtiRegistration) {
    /// let for_customers = for_customers.approval_required(true).name("customers");
    /// let for_staff = for_staff.name("staff");
    /// # }
    /// ```
    pub fn name(self, name: impl Into<String>) -> Self {
        self.with(|settings| settings.name = name.into())
    }

    /// Changes the profile by what the platform says of itself, such as its product: placements, custom parameters,
    /// members of its own. It is called once for each page that is shown, and what is shown is what is sent.
    ///
    /// # Examples
    ///
    /// ```
    /// # use tower_lti::dynamic_registration::LtiRegistration;
    /// use tower_lti::registration::ProductFamily;
    ///
    /// # fn example(registration: LtiRegistration) -> LtiRegistration {
    /// registration.on_platform(|platform, profile| match platform.product_family() {
    ///     Some(ProductFamily::Canvas) => profile.add_tool_member(
    ///         "https://canvas.instructure.com/lti/privacy_level",
    ///         "public".into(),
    ///     ),
    ///     _ => profile,
    /// })
    /// # }
    /// ```
    pub fn on_platform(
        self,
        hook: impl Fn(&PlatformConfiguration, ToolProfile) -> ToolProfile + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.hook = Some(Arc::new(hook)))
    }

    /// Lets pages of another origin frame the registration, such as `https://canvas.school.example`: a Canvas whose users
    /// know it by a name of the school's own. Default: the vendor's hosts where the cloud's issuer is shared; the origin of
    /// the platform's configuration, unless access is [`Checked`](RegistrationAccess::Checked); and any https page for a
    /// shared cloud that is [`Invited`](RegistrationAccess::Invited).
    ///
    /// What is no https URL, nor http on loopback, is left out.
    pub fn add_frame_ancestor(self, origin: &str) -> Self {
        let url = Url::parse(origin).ok();
        let source = url
            .filter(|url| url.scheme() == "https" || is_loopback(url))
            .and_then(|url| framing::source_of(&url));
        self.with(|settings| settings.frame_ancestors.extend(source))
    }

    /// Lets platforms be at private addresses, where they are hosted in the tool's own network. Default: public
    /// addresses alone. What is registered gets
    /// [`insecure_allow_private_network`](crate::registration::RegistrationBuilder::insecure_allow_private_network).
    ///
    /// # Security
    ///
    /// Whoever may register can then make the tool send requests to https servers in that network, and see parts of what
    /// they answer. Metadata services of clouds stay out of reach.
    pub fn insecure_allow_private_networks(self) -> Self {
        self.with(|settings| settings.allows_private_networks = true)
    }

    /// Invites somebody to register one platform: the address that they paste into it, which is the registration URL
    /// with `invite` in its query.
    ///
    /// It is good for `lifetime`, at most 90 days, and once: where the tool's store forgets at a restart, until then and
    /// no longer. An attempt that the platform refuses uses it up, too. A registration by it waits for approval where
    /// [`approval_required`](Self::approval_required) is set here or where it is used.
    ///
    /// # Errors
    ///
    /// Fails when `registration_url` is neither https nor plain http on loopback, when the lifetime is zero or longer than
    /// 90 days, when a registration cannot have the terms (a name of 1 to 255 characters without control characters, a
    /// login name that is a segment of a path, a discriminator of printable ASCII that comes with a login name), when
    /// another registration is known to have the login name, and when the operating system has no random bytes.
    pub fn invite(
        &self,
        registration_url: &str,
        lifetime: Duration,
        terms: RegistrationTerms,
    ) -> Result<String, InviteError> {
        let settings = &self.0;
        let text = Invite::seal(
            &settings.tool,
            &settings.name,
            lifetime,
            settings.needs_approval,
            terms,
        )?;
        invite::address(registration_url, &text)
    }

    async fn answer<B>(self, request: Request<B>) -> Response<Full<Bytes>>
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        let began = Instant::now();
        let ends = began + DEADLINE;
        let step = async {
            match parts.method {
                Method::GET => self.0.show(&parts, began, ends).await,
                Method::POST => {
                    let terms = self.0.terms_of(&parts).await?;
                    let turns = self.0.turns();
                    let (tool, headers) = (&self.0.tool, &parts.headers);
                    let handle = read_handle(tool, &turns.bodies, headers, body).await?;
                    let settings = Settings::clone(&self.0);
                    let page = tool.pages().writer(headers);
                    settings.confirm(handle, terms, page, began, ends).await
                }
                _ => Err(RegistrationFailure::MethodNotAllowed.into()),
            }
        };
        let answered = timeout_at(ends, step).await;
        match answered.unwrap_or_else(|_| Err(RegistrationFailure::TooLong.into())) {
            Ok(response) => response,
            Err(error) => {
                self.0.log(&error);
                error.answer(self.0.tool.pages(), &parts.headers)
            }
        }
    }
}

/// Whether a tool looks in other registrations, as far as that can be told.
fn looks_elsewhere(tool: &LtiTool, registrations: &LiveRegistrations) -> bool {
    let looks_in = tool.registrations();
    match looks_in.downcast_ref::<LiveRegistrations>() {
        Some(known) => !known.is_same(registrations),
        None => looks_in.downcast_ref::<Registrations>().is_some(),
    }
}

impl Settings {
    /// The turns of this tool.
    pub(super) fn turns(&self) -> Arc<Turns> {
        self.tool.shared()
    }

    /// Whether answers tell nothing of the names in the tool's own network.
    pub(super) fn hides_names(&self) -> bool {
        matches!(self.access, RegistrationAccess::InsecureAnybody)
    }

    /// Where requests to a platform may go whose configuration is there.
    pub(super) fn addresses(&self, configuration: &Url) -> AddressPolicy {
        AddressPolicy {
            private_networks: self.allows_private_networks,
            loopback_http: self.tool.allows_loopback_http() && is_loopback(configuration),
            ..AddressPolicy::default()
        }
    }

    /// The profile for this platform.
    pub(super) fn profile_for(&self, configuration: &PlatformConfiguration) -> ToolProfile {
        let profile = self.profile.clone();
        match &self.hook {
            Some(hook) => hook(configuration, profile),
            None => profile,
        }
    }

    pub(super) fn log(&self, error: &DynamicRegistrationError) {
        let turns = self.turns();
        let now = self.tool.clock().monotonic();
        let permit = turns.failures.permit_nth(error.kind() as usize, now);
        event::platform_not_registered(
            error,
            error.code(),
            error.action_by(),
            error.reference(),
            error.platform_status().map(|status| status.as_u16()),
            permit,
        );
    }
}

impl<B> Service<Request<B>> for LtiRegistration
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let registration = self.clone();
        Box::pin(async move { Ok(registration.answer(request).await) })
    }
}

impl fmt::Debug for LtiRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LtiRegistration")
            .field("tool", &self.0.tool)
            .field("access", &self.0.access)
            .field("issuers", &self.0.issuers)
            .field("needs_approval", &self.0.needs_approval)
            .field("most_a_minute", &self.0.most_a_minute)
            .field("max_pending", &self.0.max_pending)
            .finish_non_exhaustive()
    }
}
