//! The platforms that are known: `LTI_REGISTRATIONS`, or the simulated one.

use std::error::Error;

use tower_lti::{
    MemoryStore,
    live_registrations::LiveRegistrations,
    registration::{RegistrationRecord, Registrations, ToolKeyAlgorithm},
    store::RegistrationFile,
    testing::SimulatedPlatform,
    tool::LtiToolBuilder,
};

use crate::settings::chain;

/// The platforms that are known.
pub(crate) enum Known {
    /// As they were at the start.
    Fixed(Registrations),
    /// More may come, and others go.
    Live(LiveRegistrations),
}

impl Known {
    pub(crate) fn given_to(&self, builder: LtiToolBuilder) -> LtiToolBuilder {
        match self {
            Self::Fixed(registrations) => builder.registrations(registrations.clone()),
            Self::Live(registrations) => builder.registrations(registrations.clone()),
        }
    }
}

/// Reads the file once.
pub(crate) fn fixed(path: &str) -> Result<Known, Box<dyn Error>> {
    let registrations = Registrations::from_path(path)
        .map_err(|error| format!("LTI_REGISTRATIONS {path}: {}", chain(&error)))?;
    Ok(Known::Fixed(registrations))
}

/// Keeps up with the file, and adds to it. A file that does not exist is made, for its owner alone.
pub(crate) async fn watched(path: &str) -> Result<Known, Box<dyn Error>> {
    let wrong = |error: &dyn Error| format!("LTI_REGISTRATIONS {path}: {}", chain(error));
    let file = RegistrationFile::open_or_create(path).map_err(|error| wrong(&error))?;
    let registrations = LiveRegistrations::new(file);
    // What could not be kept had better be known now than when a platform registers.
    let writable = registrations.check_writable().await;
    writable.map_err(|error| {
        let asked = "and LTI_REGISTER asks to add to it: its folder has to be writable, too";
        format!(
            "LTI_REGISTRATIONS {path} cannot be written, {asked}: {}",
            chain(&error)
        )
    })?;
    registrations.list().await.map_err(|error| wrong(&error))?;
    match registrations.left_out() {
        0 => {}
        left_out => {
            let reason =
                format!("LTI_REGISTRATIONS {path}: {left_out} of its entries cannot be used");
            return Err(reason.into());
        }
    }
    Ok(Known::Live(registrations))
}

/// The simulated platform alone, or beside whatever is registered for as long as the tool runs.
pub(crate) async fn simulated(
    platform: &SimulatedPlatform,
    algorithm: ToolKeyAlgorithm,
    more_may_come: bool,
) -> Result<Known, Box<dyn Error>> {
    let record = RegistrationRecord::from_json(&platform.services().registration_json())?;
    let algorithm = match algorithm {
        ToolKeyAlgorithm::Es256 => "\"ES256\"",
        _ => "\"RS256\"",
    };
    let record = record.with_members([("tool_key_algorithm", Some(algorithm))])?;
    if !more_may_come {
        let registrations = Registrations::new([record.registration().clone()])?;
        return Ok(Known::Fixed(registrations));
    }
    let registrations = LiveRegistrations::new(MemoryStore::default());
    registrations.add(record).await?;
    Ok(Known::Live(registrations))
}
