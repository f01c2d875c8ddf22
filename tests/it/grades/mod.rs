//! Grades: line items, scores and results, before a simulated platform over real sockets.

mod batches;
mod bounded;
mod course;
mod duplicates;
mod line_items;
mod line_items_of_links;
mod lost_answers;
mod moodle;
mod not_gradable;
mod offers;
mod results;
mod reviews;
mod scores;
mod throughput;
mod unanswered;
mod without_a_launch;
