//! The registrations that are checked, and what is wrong with the text that lists them.

use std::sync::Arc;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::{
    doctor::{Finding, Subject},
    redact,
    registration::{Registration, RegistrationError, Registrations, without_byte_order_mark},
    service_error::ActionBy,
    store::StoreError,
};

const FILE: &str = "registrations_file";
const ENTRY: &str = "registration_entry";
const DUPLICATE: &str = "registration_duplicate";

/// The largest text that is read.
pub(super) const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The registrations that are checked.
#[derive(Clone, Debug, Default)]
pub(super) struct Listed {
    pub(super) entries: Vec<Entry>,
    pub(super) findings: Vec<Finding>,
}

/// One of them, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) registration: Arc<Registration>,
    pub(super) subject: Subject,
}

impl Entry {
    pub(super) fn new(registration: Registration) -> Self {
        Self {
            subject: Subject::of_registration(registration.id()),
            registration: Arc::new(registration),
        }
    }
}

impl Listed {
    /// Reads the JSON form, entry by entry: a bad one is a finding, and the others are read.
    pub(super) fn read(json: &str) -> Self {
        let json = without_byte_order_mark(json);
        let Ok(rows) = serde_json::from_str::<Vec<&RawValue>>(json) else {
            return Self::unreadable(json);
        };
        let (mut read, mut all) = (Self::default(), Registrations::default());
        let mut lines = Lines::of(json);
        for (index, row) in rows.iter().enumerate() {
            let line = lines.of_part(row.get());
            let subject = Subject::of_entry(index + 1, line);
            match Registrations::from_json(&format!("[{row}]")) {
                Ok(registration) => read.extend(registration, &subject, &mut all),
                Err(error) => read.findings.push(bad_entry(&error, subject, line)),
            }
        }
        if rows.is_empty() {
            let empty = Finding::warning(FILE, "the registrations are an empty array");
            read.findings.push(
                empty
                    .wanted("one object for each entry of the tool at a platform")
                    .remedy("register the tool at a platform, and write the values that it shows into this file")
                    .of(&Subject::of_list(None)),
            );
        }
        read
    }

    /// A file that cannot be read at all.
    pub(super) fn no_file(path: &str, why: &str) -> Self {
        let finding = Finding::error(FILE, format!("{path} cannot be read: {why}"));
        let finding = finding
            .wanted("a JSON array of registrations")
            .remedy("give the path of the file that the tool reads, and let this user read it")
            .of(&Subject::of_list(None));
        Self {
            entries: Vec::new(),
            findings: vec![finding],
        }
    }

    /// A store that did not answer.
    pub(super) fn no_store(error: &StoreError) -> Self {
        let finding = Finding::error(FILE, format!("the registrations cannot be listed: {error}"));
        Self {
            entries: Vec::new(),
            findings: vec![
                finding
                    .wanted("a store that answers")
                    .remedy("see to the store, and check again")
                    .of(&Subject::of_list(None)),
            ],
        }
    }

    /// A store that does not show its registrations.
    pub(super) fn not_shown() -> Self {
        let finding = Finding::warning(
            FILE,
            "the store does not show the registrations that it has",
        );
        Self {
            entries: Vec::new(),
            findings: vec![
                finding
                    .wanted("registrations to check")
                    .remedy("give them to the doctor, or let the store show them (`RegistrationStore::show_all`)")
                    .by(ActionBy::Developer)
                    .of(&Subject::of_list(None)),
            ],
        }
    }

    /// Adds that a store has records that cannot be used.
    pub(super) fn with_left_out(mut self, records: usize) -> Self {
        if records > 0 {
            let seen = format!("{records} stored registrations cannot be used, and were left out");
            let finding = Finding::error(ENTRY, seen)
                .wanted("records that this release can read")
                .remedy("look in the tool's log for the reason, and correct or remove them in the store")
                .of(&Subject::of_list(None));
            self.findings.push(finding);
        }
        self
    }

    /// A text that is no array: broken, or something else.
    fn unreadable(json: &str) -> Self {
        // What the parser says may quote the text; where it stopped does not.
        let broken = serde_json::from_str::<IgnoredAny>(json).err();
        let line = broken.as_ref().map_or(1, serde_json::Error::line);
        let (seen, remedy) = match broken {
            _ if json.trim_start().is_empty() => (
                "the registrations are empty".to_owned(),
                "write `[]`, and registrations in it",
            ),
            None => (
                "the registrations are no array".to_owned(),
                "put them in square brackets: `[{ … }, { … }]`",
            ),
            Some(error) if error.is_eof() => (
                format!(
                    "the JSON ends early, at line {line} column {}",
                    error.column()
                ),
                "close what is open: a quote, `}` or `]`",
            ),
            Some(error) => (
                format!(
                    "the JSON is broken at line {line} column {}",
                    error.column()
                ),
                "look there and just before it: a comma too many or too few, a quote, a comment",
            ),
        };
        let finding = Finding::error(FILE, seen)
            .wanted("a JSON array of objects")
            .remedy(remedy)
            .of(&Subject::of_list(Some(line.max(1))));
        Self {
            entries: Vec::new(),
            findings: vec![finding],
        }
    }

    /// Adds the one of a row.
    fn extend(&mut self, row: Registrations, subject: &Subject, all: &mut Registrations) {
        for registration in row.iter() {
            self.add(registration, subject.clone(), all);
        }
    }

    fn add(&mut self, registration: &Registration, subject: Subject, all: &mut Registrations) {
        let subject = subject.with_registration(registration.id());
        if let Err(error) = all.add(registration.clone()) {
            let finding = Finding::error(DUPLICATE, error.to_string())
                .wanted("each issuer and client id once, and each login name once")
                .remedy("remove the entry that is too much, or tell the two apart as it says")
                .of(&subject);
            self.findings.push(finding);
        }
        self.entries.push(Entry {
            registration: Arc::new(registration.clone()),
            subject,
        });
    }
}

/// The finding where no registration has the name that was asked for.
pub(super) fn none_named(name: &str) -> Finding {
    Finding::warning(FILE, format!("no registration is named {name:?}"))
        .wanted("the issuer, the client id or the login name of a registration")
        .remedy(
            "write it as the registration has it; nothing else was checked of the registrations",
        )
        .of(&Subject::of_list(None))
}

fn bad_entry(error: &RegistrationError, subject: Subject, line: usize) -> Finding {
    let RegistrationError::Json { source } = error else {
        return Finding::error(ENTRY, error.to_string())
            .wanted("a registration that can be used")
            .remedy(remedy_of(error))
            .of(&subject);
    };
    // The parser has seen this entry alone.
    let within = source.line().max(1);
    let said = redact::without_queries(&source.to_string());
    let said = said.split(" at line ").next().unwrap_or_default();
    Finding::error(ENTRY, format!("the entry cannot be read: {said}"))
        .wanted("an object with `issuer`, `client_id`, `authorization_endpoint` and `jwks_url`")
        .remedy("write what the platform shows for its side of the registration")
        .of(&subject.at_line(line + within - 1))
}

fn remedy_of(error: &RegistrationError) -> &'static str {
    match error {
        RegistrationError::UnknownMember { .. } => "correct the member's name, or remove it",
        RegistrationError::Missing { .. } => "copy it from the platform's page of this tool",
        RegistrationError::Endpoint { .. } => {
            "copy the URL from the platform once more: https, whole, and without a fragment"
        }
        RegistrationError::Identifier { .. } | RegistrationError::LoginName { .. } => {
            "copy it once more, without the spaces around it"
        }
        RegistrationError::ReservedParameter { .. } => "take the parameter out of the URL",
        RegistrationError::CertificateAuthorities { .. } => {
            "paste the certificate of the platform's authority as PEM, never a private key"
        }
        _ => "correct what is named",
    }
}

/// Lines of a text, told for one part after the other.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    /// The line that a part of the text begins at, from one. It lies behind those that were asked for before.
    fn of_part(&mut self, part: &str) -> usize {
        let at = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let between = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        self.line += between.iter().filter(|byte| **byte == b'\n').count();
        self.at = at;
        self.line
    }
}
