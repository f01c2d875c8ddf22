//! The platform's clock, by the `Date` of its answers.

use crate::{
    doctor::{Finding, probe::Answer},
    service_error::ActionBy,
};

const CHECK: &str = "platform_clock";

/// From here on, launches or tokens may be refused.
pub(super) const WARNING_SECS: u64 = 30;

/// From here on, they are refused.
pub(super) const ERROR_SECS: u64 = 120;

pub(super) fn check(answer: &Answer) -> Option<Finding> {
    let offset = answer.clock_offset()?;
    let seconds = offset.unsigned_abs();
    if seconds < WARNING_SECS {
        return None;
    }
    let side = if offset > 0 { "ahead of" } else { "behind" };
    let seen = format!("the platform's clock is {seconds} s {side} this machine's");
    let finding = match seconds < ERROR_SECS {
        true => Finding::warning(CHECK, seen),
        false => Finding::error(CHECK, seen),
    };
    Some(
        finding
            .wanted("two clocks that differ by less than 30 s")
            .remedy("compare both with the time on a phone, and let NTP set the one that is wrong")
            .by(ActionBy::PlatformAdministrator),
    )
}
