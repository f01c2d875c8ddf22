//! Checks a file of registrations and the tool's own side.

fn main() {
    todo!()
}
