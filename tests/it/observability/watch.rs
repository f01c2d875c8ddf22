//! Keeps every span, event and metric of one piece of work.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    future::Future,
    sync::{Arc, LazyLock, Mutex},
};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use tower_lti::{error::LtiErrorKind, services::ServiceErrorKind};
use tracing::{
    Dispatch, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

use super::guide;

/// What is seen of a piece of work.
pub(super) async fn watch<T>(work: impl Future<Output = T>) -> (T, Seen) {
    // With one subscriber alone, what is first met on a thread without one is off for all.
    static ANOTHER: LazyLock<Dispatch> =
        LazyLock::new(|| Dispatch::new(tracing_subscriber::registry()));
    LazyLock::force(&ANOTHER);
    let seen = Seen::default();
    let subscriber = tracing_subscriber::registry().with(seen.clone());
    let answer = {
        let _spans = tracing::subscriber::set_default(subscriber);
        let _metrics = metrics::set_default_local_recorder(&seen);
        work.await
    };
    seen.assert_words();
    (answer, seen)
}

#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    pub(super) name: &'static str,
    pub(super) parent: Option<&'static str>,
    pub(super) follows: Vec<&'static str>,
    pub(super) fields: BTreeMap<&'static str, String>,
    declared: BTreeSet<String>,
}

impl Span {
    /// The fields beside the outcome that say something.
    pub(super) fn known(&self) -> Vec<&'static str> {
        let fields = self.fields.keys().copied();
        fields.filter(|field| *field != "outcome").collect()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) level: &'static str,
    pub(super) within: Vec<&'static str>,
    pub(super) fields: BTreeMap<&'static str, String>,
}

/// A metric's name and labels.
type Series = (String, BTreeMap<String, String>);

/// Spans that were closed, events, and metrics.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    spans: Vec<Span>,
    events: Vec<Event>,
    counters: BTreeMap<Series, u64>,
    histograms: BTreeMap<Series, Vec<f64>>,
    described: BTreeMap<String, BTreeSet<String>>,
}

impl Seen {
    pub(super) fn spans(&self, name: &str) -> Vec<Span> {
        let kept = self.0.lock().unwrap();
        let spans = kept.spans.iter().filter(|span| span.name == name);
        spans.cloned().collect()
    }

    pub(super) fn only(&self, name: &str) -> Span {
        let mut spans = self.spans(name);
        assert_eq!(spans.len(), 1, "{name}: {spans:?}");
        spans.remove(0)
    }

    pub(super) fn event(&self, message: &str) -> Event {
        let mut told = self.events(message);
        assert_eq!(told.len(), 1, "{message}: {:?}", self.0.lock().unwrap());
        told.remove(0)
    }

    /// All events of that message.
    pub(super) fn events(&self, message: &str) -> Vec<Event> {
        let kept = self.0.lock().unwrap();
        let told = kept.events.iter();
        told.filter(|event| event.fields["message"] == message)
            .cloned()
            .collect()
    }

    pub(super) fn count(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let kept = self.0.lock().unwrap();
        kept.counters
            .get(&series(name, labels))
            .copied()
            .unwrap_or(0)
    }

    pub(super) fn total(&self, name: &str) -> u64 {
        let kept = self.0.lock().unwrap();
        let all = kept.counters.iter();
        all.filter(|((of, _), _)| of == name)
            .map(|(_, count)| count)
            .sum()
    }

    /// How many times were kept, each of them one that can be.
    pub(super) fn timed(&self, name: &str, labels: &[(&str, &str)]) -> usize {
        let kept = self.0.lock().unwrap();
        let times = kept
            .histograms
            .get(&series(name, labels))
            .map_or(&[][..], |times| times);
        assert!(
            times.iter().all(|seconds| (0.0..60.0).contains(seconds)),
            "{times:?}"
        );
        times.len()
    }

    pub(super) fn declared_spans(&self) -> BTreeMap<String, BTreeSet<String>> {
        let kept = self.0.lock().unwrap();
        let spans = kept.spans.iter();
        spans
            .map(|span| (span.name.to_owned(), span.declared.clone()))
            .collect()
    }

    /// Each metric that was used, with the names of its labels.
    pub(super) fn labels(&self) -> BTreeMap<String, BTreeSet<String>> {
        let kept = self.0.lock().unwrap();
        let used = kept.counters.keys().chain(kept.histograms.keys());
        used.map(|(name, labels)| (name.clone(), labels.keys().cloned().collect()))
            .collect()
    }

    pub(super) fn described(&self) -> BTreeMap<String, BTreeSet<String>> {
        self.0.lock().unwrap().described.clone()
    }

    pub(super) fn assert_nothing(&self) {
        let kept = self.0.lock().unwrap();
        let nothing = kept.spans.is_empty()
            && kept.events.is_empty()
            && kept.counters.is_empty()
            && kept.histograms.is_empty();
        assert!(nothing, "{kept:?}");
    }

    pub(super) fn assert_free_of(&self, secrets: &[String]) {
        let all = format!("{:?}", self.0.lock().unwrap());
        for secret in secrets {
            assert!(!all.contains(secret.as_str()), "{secret} in {all}");
        }
    }

    /// Every label is a word of the guide's, and every event of ours stands there.
    fn assert_words(&self) {
        let kept = self.0.lock().unwrap();
        for (name, labels) in kept.counters.keys().chain(kept.histograms.keys()) {
            for word in labels.values() {
                assert!(guide::knows(word), "{name}: {word}");
            }
        }
        for event in &kept.events {
            let message = &event.fields["message"];
            let refusal = LtiErrorKind::ALL
                .iter()
                .any(|kind| kind.reason() == message);
            let refusal = refusal
                || ServiceErrorKind::ALL
                    .iter()
                    .any(|kind| message.starts_with(kind.message()));
            let ours = !message.ends_with(" runs");
            assert!(!ours || refusal || guide::knows(message), "{message}");
        }
    }
}

fn series(name: &str, labels: &[(&str, &str)]) -> Series {
    let labels = labels
        .iter()
        .map(|(label, word)| ((*label).to_owned(), (*word).to_owned()));
    (name.to_owned(), labels.collect())
}

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Seen {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let found = context.span(id).unwrap();
        let declared = attributes.metadata().fields().iter();
        let mut span = Span {
            name: found.name(),
            parent: found.parent().map(|parent| parent.name()),
            declared: declared.map(|field| field.name().to_owned()).collect(),
            ..Span::default()
        };
        attributes.record(&mut Fields(&mut span.fields));
        found.extensions_mut().insert(span);
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let found = context.span(id).unwrap();
        let mut extensions = found.extensions_mut();
        let span = extensions.get_mut::<Span>().unwrap();
        record.record(&mut Fields(&mut span.fields));
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        let followed = context.span(follows).unwrap().name();
        let found = context.span(id).unwrap();
        let mut extensions = found.extensions_mut();
        extensions.get_mut::<Span>().unwrap().follows.push(followed);
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        // The HTTP client has events of its own.
        let target = event.metadata().target();
        if !target.starts_with("tower_lti") && !target.starts_with("it") {
            return;
        }
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        let within = context.event_scope(event).into_iter().flatten();
        self.0.lock().unwrap().events.push(Event {
            level: event.metadata().level().as_str(),
            within: within.map(|span| span.name()).collect(),
            fields,
        });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let found = context.span(&id).unwrap();
        let span = found.extensions_mut().remove::<Span>().unwrap();
        self.0.lock().unwrap().spans.push(span);
    }
}

/// One metric, to be written to.
struct Handle(Seen, Series);

impl Handle {
    fn new(seen: &Seen, key: &Key) -> Arc<Self> {
        let labels: Vec<_> = key
            .labels()
            .map(|label| (label.key(), label.value()))
            .collect();
        Arc::new(Self(seen.clone(), series(key.name(), &labels)))
    }
}

impl CounterFn for Handle {
    fn increment(&self, by: u64) {
        let mut kept = self.0.0.lock().unwrap();
        *kept.counters.entry(self.1.clone()).or_default() += by;
    }

    fn absolute(&self, _: u64) {
        panic!("ours only ever grow");
    }
}

impl HistogramFn for Handle {
    fn record(&self, seconds: f64) {
        let mut kept = self.0.0.lock().unwrap();
        kept.histograms
            .entry(self.1.clone())
            .or_default()
            .push(seconds);
    }
}

impl Seen {
    fn describe(&self, kind: &str, name: KeyName, text: &SharedString) {
        assert!(!text.is_empty());
        let mut kept = self.0.lock().unwrap();
        let kinds = kept.described.entry(name.as_str().to_owned()).or_default();
        kinds.insert(kind.to_owned());
    }
}

impl Recorder for Seen {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, text: SharedString) {
        self.describe("counter", name, &text);
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, text: SharedString) {
        self.describe("gauge", name, &text);
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, text: SharedString) {
        self.describe("histogram", name, &text);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Handle::new(self, key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        panic!("there are no gauges");
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Handle::new(self, key))
    }
}
