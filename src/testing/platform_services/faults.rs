//! Which faults are still to come.

use crate::testing::{Call, Fault};

/// Faults that wait for their requests, in order.
#[derive(Default)]
pub(super) struct Faults(Vec<Pending>);

struct Pending {
    /// Of this call only, where there is one.
    call: Option<Call>,
    /// For so many requests, or for ever.
    left: Option<usize>,
    fault: Fault,
}

impl Faults {
    pub(super) fn add(&mut self, call: Option<Call>, left: Option<usize>, fault: Fault) {
        self.0.push(Pending { call, left, fault });
    }

    /// The fault of the next request of this kind.
    pub(super) fn take(&mut self, call: Call) -> Option<Fault> {
        let fits = |pending: &Pending| pending.call.is_none_or(|wanted| wanted == call);
        let position = self.0.iter().position(fits)?;
        let pending = &mut self.0[position];
        let fault = pending.fault.clone();
        if let Some(left) = &mut pending.left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.0.remove(position);
            }
        }
        Some(fault)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
