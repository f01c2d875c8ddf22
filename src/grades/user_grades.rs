//! The grade of one user.

use std::fmt;

use crate::{
    grades::{ActivityProgress, GradeResult, Grades, GradingProgress, Posted, Score},
    launch_context::SubmissionReview,
    service_error::{ServiceError, ServiceErrorKind},
};

/// The grade of one user in one line item, by [`Grades::of_user`] or [`Grades::of_review`]. `Debug` does not show
/// the user.
///
/// Beside scores and results it has what Basic Outcomes of LTI 1.1 had (AGS 2.0 §4.5): a number from 0 to 1 to
/// [`replace`](Self::replace), [`read`](Self::read) and [`delete`](Self::delete).
#[derive(Clone)]
pub struct UserGrades {
    grades: Grades,
    user_id: String,
}

impl Grades {
    /// The grade of one user in the line item.
    #[must_use]
    pub fn of_user(&self, user_id: &str) -> UserGrades {
        UserGrades {
            grades: self.clone(),
            user_id: user_id.to_owned(),
        }
    }

    /// The grade of the user whose submission is under review, in the line item of that launch.
    ///
    /// # Errors
    ///
    /// Fails with [`OtherDeployment`](ServiceErrorKind::OtherDeployment) when the launch came from another
    /// deployment, and with [`LineItemMissing`](ServiceErrorKind::LineItemMissing) when it names no line item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use tower_lti::{
    /// #     grades::GradeResult, launch::SubmissionReview, services::{ServiceError, Services},
    /// # };
    /// # async fn grade(
    /// #     services: Services, review: SubmissionReview
    /// # ) -> Result<Option<GradeResult>, ServiceError> {
    /// let grades = services.grades(review.launch())?;
    /// grades.of_review(&review)?.result().await
    /// # }
    /// ```
    pub fn of_review(&self, review: &SubmissionReview) -> Result<UserGrades, ServiceError> {
        if self.deployment() != review.launch().deployment().key() {
            return Err(ServiceErrorKind::OtherDeployment.into());
        }
        let line_item = review.line_item();
        let line_item = line_item.ok_or(ServiceErrorKind::LineItemMissing)?;
        Ok(self
            .at_line_item(line_item)?
            .of_user(review.for_user().user_id()))
    }
}

impl UserGrades {
    /// The user. Personal data.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The result, as the platform has it; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Fails as [`Results::collect`](crate::grades::Results::collect) does.
    pub async fn result(&self) -> Result<Option<GradeResult>, ServiceError> {
        let results = self.grades.results().user_id(&self.user_id);
        Ok(results.collect().await?.pop())
    }

    /// Sends a final grade.
    ///
    /// # Errors
    ///
    /// Fails as [`Score::of`] and [`Grades::post`] do.
    pub async fn post(&self, given: f64, maximum: f64) -> Result<Posted, ServiceError> {
        let score = Score::of(&self.user_id, given, maximum)?;
        self.grades.post(score).await
    }

    /// Sends a final grade from 0 to 1, as `replaceResult` did.
    ///
    /// # Errors
    ///
    /// Fails as [`Score::of`] and [`Grades::post`] do.
    pub async fn replace(&self, grade: f64) -> Result<Posted, ServiceError> {
        self.post(grade, 1.0).await
    }

    /// The grade as a part of its maximum, as `readResult` did; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Fails as [`result`](Self::result) does.
    pub async fn read(&self) -> Result<Option<f64>, ServiceError> {
        let result = self.result().await?;
        Ok(result.and_then(|result| result.fraction()))
    }

    /// Clears the grade, as `deleteResult` did.
    ///
    /// # Errors
    ///
    /// Fails as [`Grades::post`] does.
    pub async fn delete(&self) -> Result<Posted, ServiceError> {
        let cleared = Score::cleared(&self.user_id)?
            .activity_progress(ActivityProgress::Initialized)
            .grading_progress(GradingProgress::NotReady);
        self.grades.post(cleared).await
    }
}

impl fmt::Debug for UserGrades {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserGrades")
            .field("grades", &self.grades)
            .finish_non_exhaustive()
    }
}
