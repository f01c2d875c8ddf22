//! A store of one's own: nonces, parked launches, sessions, registrations and deployments in SQLite.
//!
//! The queries are written in what SQLite and PostgreSQL have in common. For PostgreSQL, take its pool
//! in the place of SQLite's, and write four columns of [`SCHEMA`] as noted there.

use std::{
    error::Error,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sqlx::{
    Row,
    query::Query,
    sqlite::{
        Sqlite, SqliteArguments, SqliteConnectOptions, SqliteExecutor, SqliteJournalMode,
        SqlitePool, SqlitePoolOptions, SqliteRow,
    },
};
use tower_lti::{
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOutcome, DeploymentPage,
        DeploymentStatus,
    },
    nonce::{Attempt, NonceUse, OneTimeKey},
    registration::RegistrationId,
    store::{
        DeploymentStore, LaunchStore, NonceStore, ParkedLaunchStore, Persistence, StoreError,
        StoreHealth,
    },
};

/// Ids are text that is compared and sorted byte for byte, as SQLite does unless told otherwise.
/// AUTOINCREMENT, because the number of a customer who was removed must not become somebody else's.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS nonces (
    nonce         TEXT PRIMARY KEY,
    attempt       TEXT NOT NULL,
    expires_at    BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS nonces_by_expiry ON nonces (expires_at);
CREATE TABLE IF NOT EXISTS parked (
    ticket        TEXT PRIMARY KEY,
    sealed        BLOB NOT NULL,         -- PostgreSQL: BYTEA NOT NULL
    expires_at    BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS parked_by_expiry ON parked (expires_at);
CREATE TABLE IF NOT EXISTS sessions (
    session       TEXT PRIMARY KEY,
    sealed        BLOB NOT NULL,         -- PostgreSQL: BYTEA NOT NULL
    expires_at    BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_at);
CREATE TABLE IF NOT EXISTS session_marks (
    scope         TEXT PRIMARY KEY,
    mark          TEXT NOT NULL,
    expires_at    BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS registration_records (
    registration  TEXT PRIMARY KEY,
    login_name    TEXT UNIQUE,
    json          TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS registration_changes (
    number        BIGINT NOT NULL
);
INSERT INTO registration_changes (number)
    SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM registration_changes);
CREATE TABLE IF NOT EXISTS registrations (
    issuer        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    discriminator TEXT NOT NULL,         -- '' for none
    PRIMARY KEY (issuer, client_id, discriminator)
);
CREATE TABLE IF NOT EXISTS deployments (
    -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY
    customer      INTEGER PRIMARY KEY AUTOINCREMENT,
    issuer        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    discriminator TEXT NOT NULL,
    deployment_id TEXT NOT NULL,         -- PostgreSQL: TEXT COLLATE \"C\" NOT NULL
    status        TEXT NOT NULL,
    origin        TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    UNIQUE (issuer, client_id, discriminator, deployment_id)
);
";

/// How long a nonce stays after it has expired, for clocks that differ or are set.
const GRACE: Duration = Duration::from_secs(60 * 60);

/// Who a deployment belongs to in this tool: the number of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Customer {
    pub(crate) id: i64,
}

/// Keeps nonces, parked launches, sessions, registrations and deployments in one SQLite file.
#[derive(Clone, Debug)]
pub(crate) struct SqliteStore {
    pub(crate) pool: SqlitePool,
}

impl SqliteStore {
    /// Opens the file, which is made where there is none.
    pub(crate) async fn open(file: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            // Readers see what was committed last, and wait for no writer. Writers wait for each other.
            // `synchronous` stays at FULL: a nonce that is used up must outlive a power cut.
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            // A launch has ten seconds. Let it fail with an error that says why.
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await?;
        sqlx::raw_sql(SCHEMA).execute(&pool).await?;
        Ok(Self { pool })
    }

    /// Forgets what has expired, and says how many rows that were. To be called now and then.
    pub(crate) async fn sweep(&self, now: SystemTime) -> Result<u64, sqlx::Error> {
        let nonces = sqlx::query("DELETE FROM nonces WHERE expires_at < $1")
            .bind(millis(now.checked_sub(GRACE).unwrap_or(UNIX_EPOCH)))
            .execute(&self.pool)
            .await?;
        let mut rows = nonces.rows_affected();
        for table in ["parked", "sessions", "session_marks"] {
            let delete = format!("DELETE FROM {table} WHERE expires_at < $1");
            let swept = sqlx::query(&delete).bind(millis(now)).execute(&self.pool);
            rows += swept.await?.rows_affected();
        }
        Ok(rows)
    }
}

impl NonceStore for SqliteStore {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        // One statement decides: to look first and insert later would let two launches in. A row
        // counts for as long as it is there, expired or not, so that no clock can free a nonce early.
        let insert = sqlx::query(
            "INSERT INTO nonces (nonce, attempt, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (nonce) DO NOTHING",
        );
        let insert = insert.bind(nonce.to_text()).bind(attempt.as_str());
        let inserted = execute(&self.pool, insert.bind(expiry(ttl))).await?;
        if inserted == 1 {
            return Ok(NonceUse::First);
        }
        // Whose is it? Our own is a retry of an insert whose reply was lost. One that was swept out in
        // between is nobody's, and had been used.
        let holder: Option<String> =
            sqlx::query_scalar("SELECT attempt FROM nonces WHERE nonce = $1")
                .bind(nonce.to_text())
                .fetch_optional(&self.pool)
                .await
                .map_err(StoreError::unavailable)?;
        Ok(if holder.as_deref() == Some(attempt.as_str()) {
            NonceUse::First
        } else {
            NonceUse::Repeated
        })
    }

    async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        let consumed: Option<i64> = sqlx::query_scalar("SELECT 1 FROM nonces WHERE nonce = $1")
            .bind(nonce.to_text())
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::unavailable)?;
        Ok(consumed.is_some())
    }

    fn persistence(&self) -> Persistence {
        Persistence::Persistent
    }

    fn no_data_loss_since(&self, _: &OneTimeKey) -> Option<SystemTime> {
        None
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(StoreHealth::WHOLE)
    }
}

impl DeploymentStore for SqliteStore {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        fetch(&self.pool, key, by_key(FIND, key)).await
    }

    async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let key = deployment.key();
        let mut transaction = self.pool.begin().await.map_err(StoreError::unavailable)?;
        // Creations of one registration queue up here, or two of them would count the same number. The
        // conflict locks the row in PostgreSQL. SQLite has one writer at a time, and a transaction that
        // begins with a write is as good as BEGIN IMMEDIATE: none that has read fails for a newer write.
        let lock = sqlx::query(
            "INSERT INTO registrations (issuer, client_id, discriminator) VALUES ($1, $2, $3)
             ON CONFLICT (issuer, client_id, discriminator) DO UPDATE SET issuer = excluded.issuer",
        );
        let lock = of_registration(lock, key.registration());
        execute(&mut *transaction, lock).await?;
        // DO NOTHING, and never DO UPDATE: a deployment that was disabled would be revived.
        let insert = by_key(
            "INSERT INTO deployments
             (issuer, client_id, discriminator, deployment_id, status, origin, created_at)
             SELECT $1, $2, $3, $4, $5, $6, $7
             WHERE (SELECT COUNT(*) FROM deployments
                    WHERE issuer = $1 AND client_id = $2 AND discriminator = $3) < $8
             ON CONFLICT (issuer, client_id, discriminator, deployment_id) DO NOTHING
             RETURNING *",
            key,
        )
        .bind(deployment.status().as_str())
        .bind(deployment.origin().as_str())
        .bind(millis(deployment.created_at()))
        .bind(quota.map_or(i64::MAX, count));
        let answer = match fetch(&mut *transaction, key, insert).await? {
            Some(created) => (created, DeploymentOutcome::Created),
            // What is there is returned whatever the quota says. Otherwise nothing is kept: a
            // transaction that is dropped is rolled back, as it is when the launch is given up.
            None => match fetch(&mut *transaction, key, by_key(FIND, key)).await? {
                Some(there) => (there, DeploymentOutcome::Existing),
                None => return Err(StoreError::quota_reached()),
            },
        };
        transaction
            .commit()
            .await
            .map_err(StoreError::unavailable)?;
        Ok(answer)
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        let change = by_key(
            "UPDATE deployments SET status = $5
             WHERE issuer = $1 AND client_id = $2 AND discriminator = $3 AND deployment_id = $4
             RETURNING *",
            key,
        )
        .bind(status.as_str());
        fetch(&self.pool, key, change).await
    }

    async fn approve(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        // To read the status and write another one later could open what was shut in between.
        let approve = by_key(
            "UPDATE deployments SET status = CASE status WHEN $5 THEN $6 ELSE status END
             WHERE issuer = $1 AND client_id = $2 AND discriminator = $3 AND deployment_id = $4
             RETURNING *",
            key,
        )
        .bind(DeploymentStatus::Pending.as_str())
        .bind(DeploymentStatus::Active.as_str());
        fetch(&self.pool, key, approve).await
    }

    async fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> Result<DeploymentPage, StoreError> {
        // No caller may have a page of a million. It begins after an id and not at an offset, which removals
        // would shift. One row more than the page tells whether there is another.
        let limit = DeploymentPage::bounded(limit);
        let query = sqlx::query(
            "SELECT * FROM deployments
             WHERE issuer = $1 AND client_id = $2 AND discriminator = $3
             AND ($4 IS NULL OR deployment_id > $4)
             ORDER BY deployment_id LIMIT $5",
        );
        let mut rows = of_registration(query, registration)
            .bind(after.map(DeploymentId::as_str))
            .bind(count(limit + 1))
            .fetch_all(&self.pool)
            .await
            .map_err(StoreError::unavailable)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let page = rows
            .iter()
            .map(|row| read(registration, row))
            .collect::<Result<Vec<_>, _>>()?;
        let next = page.last().filter(|_| more).map(|last| last.id().clone());
        Ok(DeploymentPage::new(page, next))
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        let delete = by_key(
            "DELETE FROM deployments
             WHERE issuer = $1 AND client_id = $2 AND discriminator = $3 AND deployment_id = $4",
            key,
        );
        Ok(execute(&self.pool, delete).await? > 0)
    }
}

impl ParkedLaunchStore for SqliteStore {
    async fn park_launch(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<(), StoreError> {
        // A ticket stands for one launch, so a row that is there is this very one, kept by a call whose
        // reply was lost. It is a table of its own: the same ticket is used up among the nonces.
        let insert = sqlx::query(
            "INSERT INTO parked (ticket, sealed, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (ticket) DO NOTHING",
        );
        let insert = insert.bind(ticket.to_text()).bind(sealed);
        execute(&self.pool, insert.bind(expiry(ttl))).await?;
        Ok(())
    }

    async fn parked_launch(&self, ticket: &OneTimeKey) -> Result<Option<Vec<u8>>, StoreError> {
        sqlx::query_scalar("SELECT sealed FROM parked WHERE ticket = $1 AND expires_at > $2")
            .bind(ticket.to_text())
            .bind(millis(SystemTime::now()))
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::unavailable)
    }

    async fn remove_parked(&self, ticket: &OneTimeKey) -> Result<(), StoreError> {
        let delete = sqlx::query("DELETE FROM parked WHERE ticket = $1").bind(ticket.to_text());
        execute(&self.pool, delete).await?;
        Ok(())
    }
}

/// Asks one after the other, which costs nothing with a file. Over a network, one query could do both.
impl LaunchStore for SqliteStore {}

const FIND: &str = "SELECT * FROM deployments
    WHERE issuer = $1 AND client_id = $2 AND discriminator = $3 AND deployment_id = $4";

pub(crate) type Asked<'q> = Query<'q, Sqlite, SqliteArguments<'q>>;

/// A query whose first four parameters are the key: two registrations may have a deployment of the
/// same id, and so may two clients of one issuer.
fn by_key<'q>(sql: &'q str, key: &'q DeploymentKey) -> Asked<'q> {
    of_registration(sqlx::query(sql), key.registration()).bind(key.id().as_str())
}

/// A query whose first three parameters identify a registration. No discriminator is empty.
fn of_registration<'q>(query: Asked<'q>, registration: &'q RegistrationId) -> Asked<'q> {
    query
        .bind(registration.issuer().as_str())
        .bind(registration.client_id().as_str())
        .bind(registration.discriminator().unwrap_or_default())
}

pub(crate) async fn execute(
    database: impl SqliteExecutor<'_>,
    query: Asked<'_>,
) -> Result<u64, StoreError> {
    let done = query.execute(database).await;
    Ok(done.map_err(StoreError::unavailable)?.rows_affected())
}

async fn fetch(
    database: impl SqliteExecutor<'_>,
    key: &DeploymentKey,
    query: Asked<'_>,
) -> Result<Option<Deployment>, StoreError> {
    let row = query.fetch_optional(database).await;
    let row = row.map_err(StoreError::unavailable)?;
    row.map(|row| read(key.registration(), &row)).transpose()
}

/// The deployment of a row, with its customer beside it for the handler.
fn read(registration: &RegistrationId, row: &SqliteRow) -> Result<Deployment, StoreError> {
    let read = || -> Result<Deployment, Box<dyn Error + Send + Sync>> {
        let id: String = row.try_get("deployment_id")?;
        let created_at: i64 = row.try_get("created_at")?;
        let mut deployment = Deployment::new(
            DeploymentKey::new(registration.clone(), id.into()),
            row.try_get::<&str, _>("status")?.parse()?,
            row.try_get::<&str, _>("origin")?.parse()?,
            UNIX_EPOCH + Duration::from_millis(created_at.try_into()?),
        );
        let id = row.try_get("customer")?;
        deployment.extensions_mut().insert(Customer { id });
        Ok(deployment)
    };
    read().map_err(StoreError::unavailable)
}

/// All who open the file share the clock of this machine. Where the machines are several, ask the
/// database for its time instead, or keep their clocks within [`GRACE`] of each other.
pub(crate) fn expiry(ttl: Duration) -> i64 {
    millis(SystemTime::now()).saturating_add(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX))
}

/// Milliseconds since 1970.
pub(crate) fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
