//! Registrations in SQLite, which are added, changed and removed while the tool runs.

use tower_lti::{
    registration::RegistrationRecord,
    store::{LoadedRegistrations, RegistrationRecordStore, RegistrationsRevision, StoreError},
};

use super::store::{Asked, SqliteStore, execute};

impl SqliteStore {
    /// Counts a change and makes it, both or neither; `false` where no row was changed.
    async fn change_registration(&self, change: Asked<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await.map_err(StoreError::unavailable)?;
        // Changes queue up here: the row is locked in PostgreSQL, and the file in SQLite.
        let count = sqlx::query("UPDATE registration_changes SET number = number + 1");
        execute(&mut *transaction, count).await?;
        let is_changed = execute(&mut *transaction, change).await? > 0;
        let ended = match is_changed {
            true => transaction.commit().await,
            false => transaction.rollback().await,
        };
        ended.map_err(StoreError::unavailable)?;
        Ok(is_changed)
    }

    async fn holds_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        let held: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM registration_records WHERE registration = $1 AND json = $2",
        )
        .bind(record.id().to_text())
        .bind(record.json())
        .fetch_optional(&self.pool)
        .await
        .map_err(StoreError::unavailable)?;
        Ok(held.is_some())
    }
}

impl RegistrationRecordStore for SqliteStore {
    async fn registrations_revision(&self) -> Result<RegistrationsRevision, StoreError> {
        let number = sqlx::query_scalar("SELECT number FROM registration_changes");
        let number = number.fetch_one(&self.pool).await;
        let number: i64 = number.map_err(StoreError::unavailable)?;
        Ok(RegistrationsRevision::new(number.to_string()))
    }

    async fn load_registrations(&self) -> Result<LoadedRegistrations, StoreError> {
        // First the revision: what is changed in between is read again.
        let revision = self.registrations_revision().await?;
        let records = sqlx::query_scalar("SELECT json FROM registration_records");
        let records = records.fetch_all(&self.pool).await;
        Ok(LoadedRegistrations {
            revision,
            records: records.map_err(StoreError::unavailable)?,
        })
    }

    async fn check_registrations_writable(&self) -> Result<(), StoreError> {
        // Made and taken back: a file that can only be read is found here.
        let mut transaction = self.pool.begin().await.map_err(StoreError::unavailable)?;
        let count = sqlx::query("UPDATE registration_changes SET number = number + 1");
        execute(&mut *transaction, count).await?;
        let ended = transaction.rollback().await;
        ended.map_err(StoreError::unavailable)
    }

    async fn add_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        // No DO UPDATE: a registration that is there would be taken over.
        let insert = sqlx::query(
            "INSERT INTO registration_records (registration, login_name, json) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        );
        let insert = insert.bind(record.id().to_text());
        let insert = insert.bind(record.registration().login_name());
        let insert = insert.bind(record.json());
        // What is there to the byte was added: by a call whose reply was lost.
        Ok(self.change_registration(insert).await? || self.holds_registration(record).await?)
    }

    async fn replace_registration(
        &self,
        old: &RegistrationRecord,
        new: &RegistrationRecord,
    ) -> Result<bool, StoreError> {
        // What somebody else has changed meanwhile is not overwritten, and no login name is taken away.
        let update = sqlx::query(
            "UPDATE registration_records SET login_name = $3, json = $4
             WHERE registration = $1 AND json = $2 AND NOT EXISTS (
                 SELECT 1 FROM registration_records WHERE login_name = $3 AND registration <> $1)",
        );
        let update = update.bind(new.id().to_text()).bind(old.json());
        let update = update.bind(new.registration().login_name());
        self.change_registration(update.bind(new.json())).await
    }

    async fn remove_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        let delete =
            sqlx::query("DELETE FROM registration_records WHERE registration = $1 AND json = $2");
        let delete = delete.bind(record.id().to_text()).bind(record.json());
        self.change_registration(delete).await
    }
}
