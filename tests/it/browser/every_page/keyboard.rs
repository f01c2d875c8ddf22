//! The keyboard reaches all that can be used on a page.

use fantoccini::key::Key;
use serde_json::Value;

use crate::browser::{course::Person, devtools::press};

/// What can be used, once for each group of radio buttons; and where the focus starts.
const COLLECT: &str = "const wanted = 'a[href], button, input, select, textarea, summary, iframe, [tabindex=\"0\"]'; \
    const isSeen = (element) => element.checkVisibility() && !element.disabled; \
    const names = new Set(); \
    const isFirst = ({type, name}) => type !== 'radio' || !(names.has(name) || !names.add(name)); \
    window.toReach = [...document.querySelectorAll(wanted)].filter((one) => isSeen(one) && isFirst(one)); \
    document.activeElement.blur(); \
    return window.toReach.length";

/// Takes what has the focus off the list. The focus in a frame is that of the frame.
const TICK_OFF: &str = "const focus = document.activeElement; \
    const isIt = (one) => one === focus || (focus.type === 'radio' && one.type === 'radio' && one.name === focus.name); \
    window.toReach = window.toReach.filter((one) => !isIt(one)); \
    return window.toReach.map((one) => one.outerHTML.slice(0, 120))";

/// How many steps more than there are elements: those in frames, and through the browser itself.
const SPARE_STEPS: u64 = 60;

impl Person {
    /// Asserts that Tab leads to all that can be used on the page of the window.
    pub(in crate::browser) async fn assert_reached_by_keyboard(&self, page: &str) {
        let all = self.script(COLLECT).await;
        let all = all.as_u64().expect("a number");
        let mut left = Value::Null;
        for _ in 0..all + SPARE_STEPS {
            press(&self.browser, Key::Tab).await;
            left = self.script(TICK_OFF).await;
            if left.as_array().is_some_and(Vec::is_empty) {
                return;
            }
        }
        assert_eq!(all, 0, "{page}: the keyboard does not lead to {left}");
    }
}
