//! What a request comes with: a launch, a session, several, or nothing.

use std::sync::Arc;

use http::{Request, request::Parts};

use crate::{
    error::{LtiError, LtiErrorKind},
    launch_context::LaunchContext,
    session::{
        LtiSession,
        cross_site::{Sender, check_link, may_change},
        find::find,
        layer::Config,
        lti_session::Carrier,
        misplaced::Misplaced,
        reference::{Named, of_cookies},
        start::start,
        unopened::{Reason, Several, Unopened},
    },
    tool::LtiTool,
};

/// What a request comes with.
pub(super) enum Arrival {
    /// A verified launch: its session starts.
    Launch(LaunchContext),
    /// What names a session.
    Named(Named),
}

/// What stands in the request's extensions by now.
pub(super) enum Standing {
    /// A session that was started by this request.
    Started(LtiSession),
    /// A session that was there.
    Found(LtiSession),
    /// None, and why.
    Unopened(Unopened),
}

impl Arrival {
    /// `None` for a request that has nothing to do with sessions: nothing is allocated for it.
    pub(super) fn of<B>(config: &Arc<Config>, request: &mut Request<B>) -> Option<Self> {
        if !request.extensions().is_empty()
            && let Some(launch) = launch_of(request)
        {
            return Some(Self::Launch(launch));
        }
        let named = Named::by(request.headers(), request.uri(), &config.path_prefixes);
        if named.is_none() {
            Misplaced::note(config, request);
        }
        named.map(Self::Named)
    }

    /// Starts or finds the session, and puts it into the extensions. An error is one to answer with at once; what a
    /// handler may do without is left there for it.
    pub(super) async fn settle(
        self,
        tool: &LtiTool,
        parts: &mut Parts,
    ) -> Result<Standing, LtiError> {
        let named = match self {
            Self::Launch(launch) => {
                let session = start(tool, &launch, &parts.headers).await?;
                parts.extensions.insert(session.clone());
                return Ok(Standing::Started(session));
            }
            Self::Named(named) => named,
        };
        let may_hold_handle = named.may_hold_handle();
        let reason = match open(named, tool, parts).await {
            Ok(Opened::Session(session)) => {
                parts.extensions.insert(session.launch().clone());
                parts.extensions.insert(session.clone());
                return Ok(Standing::Found(session));
            }
            Ok(Opened::Several(several)) => Reason::Several(several),
            Err(error) if error.kind() == LtiErrorKind::CrossSiteRequest && may_change(parts) => {
                return Err(error);
            }
            Err(error) => Reason::Refused(error),
        };
        let unopened = Unopened {
            tool: tool.clone(),
            reason,
            may_hold_handle,
        };
        parts.extensions.insert(unopened.clone());
        Ok(Standing::Unopened(unopened))
    }
}

/// The launch that the launch layer has put there. What others have put there as a session's is removed.
fn launch_of<B>(request: &mut Request<B>) -> Option<LaunchContext> {
    let extensions = request.extensions_mut();
    extensions.remove::<LtiSession>();
    extensions.remove::<Unopened>();
    let launch = extensions.get::<LaunchContext>()?;
    if launch.is_from_session() {
        extensions.remove::<LaunchContext>();
        return None;
    }
    Some(launch.clone())
}

enum Opened {
    Session(LtiSession),
    Several(Arc<Several>),
}

/// Opens what a request names: one session in one call of the store.
async fn open(named: Named, tool: &LtiTool, parts: &Parts) -> Result<Opened, LtiError> {
    let (by_header, (pointer, carrier)) = match named {
        Named::Differing => return Err(LtiErrorKind::SessionReferencesDiffer.into()),
        Named::By(reference) => {
            if reference.is_linked_handle() {
                check_link(&parts.headers)?;
            }
            (reference.by_header, reference.open(&parts.headers, tool)?)
        }
        Named::CookiesAlone => {
            let mut pointers = of_cookies(&parts.headers, tool)?;
            match (pointers.pop(), pointers.is_empty()) {
                (Some(only), true) => (false, (only, Carrier::Cookie)),
                (last, _) => {
                    pointers.extend(last);
                    let sender = Sender::of(parts, false);
                    let several = Several::new(pointers, sender, parts.uri.query());
                    return Ok(Opened::Several(Arc::new(several)));
                }
            }
        }
    };
    let session = find(tool, pointer, carrier).await?;
    let sender = Sender::of(parts, by_header);
    sender.check(&session.0.terms.origin, session.handle().is_some())?;
    Ok(Opened::Session(session))
}
