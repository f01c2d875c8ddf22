//! The claim, of which nothing is proven yet.

use std::fmt;

use crate::{
    launch_context::LaunchContext,
    migration::{
        FormerIds, MigrationError, ToolConsumer, signature::SignedText, tool_consumer::Standing,
    },
};

/// What a platform says of its time under LTI 1.1: **unverified** until [`verify`](Self::verify). Cheap to clone.
///
/// It says under which consumer key to look, and nothing else. `Debug` shows nothing of it.
#[doc(alias = "lti1p1")]
#[derive(Clone)]
pub struct MigrationClaim {
    launch: LaunchContext,
    consumer_key: Box<str>,
    signature: Box<str>,
}

impl LaunchContext {
    /// What the platform says of its time under LTI 1.1 (claim `lti1p1`), to be verified.
    ///
    /// It is there in the launch, and in a session after it.
    ///
    /// # Errors
    ///
    /// Fails when there is no such claim, when it names no consumer key, and when it is not signed.
    ///
    /// # Examples
    ///
    /// See [`migration`](crate::migration).
    #[doc(alias = "lti1p1")]
    #[doc(alias = "oauth_consumer_key_sign")]
    pub fn migration_claim(&self) -> Result<MigrationClaim, MigrationError> {
        let claim = self.claims().unverified_lti1p1();
        let claim = claim.ok_or(MigrationError::NoClaim)?;
        let text = |name| {
            let text = claim.get(name).and_then(serde_json::Value::as_str);
            text.filter(|text| !text.is_empty())
        };
        let consumer_key = text("oauth_consumer_key").ok_or(MigrationError::NoConsumerKey)?;
        let signature = text("oauth_consumer_key_sign").ok_or(MigrationError::NotSigned)?;
        Ok(MigrationClaim {
            launch: self.clone(),
            consumer_key: consumer_key.into(),
            signature: signature.into(),
        })
    }
}

impl MigrationClaim {
    /// The consumer key that the platform says it had, **unverified**: for looking up its secrets, and nothing else.
    #[must_use]
    pub fn unverified_consumer_key(&self) -> &str {
        &self.consumer_key
    }

    /// Proves that the platform of this launch is one of these consumers, and returns what ids it used under LTI 1.1.
    ///
    /// Consumers with another key than the claim's are passed over: one school's secret proves nothing of another
    /// school's users.
    ///
    /// # Errors
    ///
    /// Fails when none of the consumers has the claim's key, when those that have moved elsewhere or name no place, and
    /// when the signature is not theirs or was made for another token. For the handler that means: go on without former ids.
    pub fn verify<'a>(
        &self,
        consumers: impl IntoIterator<Item = &'a ToolConsumer>,
    ) -> Result<FormerIds, MigrationError> {
        let mut problem = MigrationError::UnknownConsumer;
        let named = consumers
            .into_iter()
            .filter(|one| *one.key() == *self.consumer_key);
        for consumer in named {
            match self.verify_one(consumer) {
                Ok(()) => return Ok(FormerIds::proven(self.launch.clone())),
                // Of several, one in the right place says more than one elsewhere.
                Err(_) if problem == MigrationError::WrongSignature => {}
                Err(other) => problem = other,
            }
        }
        Err(problem)
    }

    fn verify_one(&self, consumer: &ToolConsumer) -> Result<(), MigrationError> {
        let deployment = self.launch.deployment().key();
        match consumer.standing_in(deployment) {
            Standing::Allowed => {}
            Standing::Elsewhere => return Err(MigrationError::OtherPlace),
            // Of two platforms with one issuer and client id, one could have the other sign for its own login. The launch
            // does not know whether there is another one.
            Standing::Unplaced => return Err(MigrationError::PlaceNeeded),
        }
        let client_id = self.launch.client_id().as_str();
        let text = SignedText::of(&self.consumer_key, client_id, self.launch.claims().all());
        let is_signed =
            text.is_some_and(|text| text.is_signed_with(consumer.secret(), &self.signature));
        is_signed
            .then_some(())
            .ok_or(MigrationError::WrongSignature)
    }
}

impl fmt::Debug for MigrationClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MigrationClaim").finish_non_exhaustive()
    }
}
