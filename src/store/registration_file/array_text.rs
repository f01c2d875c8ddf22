//! The text of a JSON array, of which elements are added, replaced and removed while the others stay to the byte.

use serde_json::value::RawValue;

use crate::registration::without_byte_order_mark;

/// An array, and where its elements are.
pub(super) struct ArrayText<'a> {
    text: &'a str,
    elements: Vec<&'a str>,
}

impl<'a> ArrayText<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, serde_json::Error> {
        let elements: Vec<&RawValue> = serde_json::from_str(without_byte_order_mark(text))?;
        Ok(Self {
            text,
            elements: elements.into_iter().map(RawValue::get).collect(),
        })
    }

    pub(super) fn elements(&self) -> &[&'a str] {
        &self.elements
    }

    /// Laid out as the elements that are there are.
    pub(super) fn with_added(&self, element: &str) -> String {
        let (space, end) = match (self.elements.first(), self.elements.last()) {
            (Some(first), Some(last)) => (
                &self.text[self.opening()..self.start(first)],
                self.end(last),
            ),
            _ => {
                let (before, behind) = (&self.text[..self.opening()], self.closing());
                return format!("{before}\n  {element}\n{behind}");
            }
        };
        let space = if space.is_empty() { " " } else { space };
        let (before, behind) = self.text.split_at(end);
        format!("{before},{space}{element}{behind}")
    }

    pub(super) fn with_replaced(&self, index: usize, element: &str) -> String {
        let old = self.elements[index];
        let (before, behind) = (&self.text[..self.start(old)], &self.text[self.end(old)..]);
        format!("{before}{element}{behind}")
    }

    /// Takes the comma between it and its neighbour out, too.
    pub(super) fn with_removed(&self, index: usize) -> String {
        let old = self.elements[index];
        let (from, to) = match (index.checked_sub(1), self.elements.get(index + 1)) {
            (Some(before), _) => (self.end(self.elements[before]), self.end(old)),
            (None, Some(next)) => (self.start(old), self.start(next)),
            (None, None) => return format!("{}{}", &self.text[..self.opening()], self.closing()),
        };
        format!("{}{}", &self.text[..from], &self.text[to..])
    }

    /// Behind the opening bracket: only a byte order mark and white space may stand before it.
    fn opening(&self) -> usize {
        self.text.find('[').map_or(0, |bracket| bracket + 1)
    }

    /// From the closing bracket on: only white space may stand behind it.
    fn closing(&self) -> &'a str {
        let from = self.text.rfind(']').unwrap_or(self.text.len());
        &self.text[from..]
    }

    fn start(&self, element: &str) -> usize {
        element.as_ptr() as usize - self.text.as_ptr() as usize
    }

    fn end(&self, element: &str) -> usize {
        self.start(element) + element.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_spliced_and_all_else_stays_to_the_byte() {
        let added = |text| ArrayText::read(text).unwrap().with_added("9");
        let replaced = |text, index| ArrayText::read(text).unwrap().with_replaced(index, "9");
        let removed = |text, index| ArrayText::read(text).unwrap().with_removed(index);
        assert_eq!(added("[]"), "[\n  9\n]");
        assert_eq!(added(" [ \n ]\n"), " [\n  9\n]\n");
        assert_eq!(added("[{\"a\":\"],[\"}]"), "[{\"a\":\"],[\"}, 9]");
        assert_eq!(
            added("[\r\n\t1 ,\r\n\t[2]\r\n]\r\n"),
            "[\r\n\t1 ,\r\n\t[2],\r\n\t9\r\n]\r\n"
        );
        assert_eq!(added("\u{feff}[]"), "\u{feff}[\n  9\n]");
        assert_eq!(added("\u{feff}[1]"), "\u{feff}[1, 9]");
        assert_eq!(replaced("\u{feff}[1]", 0), "\u{feff}[9]");
        assert_eq!(removed("\u{feff}[1]", 0), "\u{feff}[]");
        assert_eq!(replaced("[1 , [2],3]", 1), "[1 , 9,3]");
        assert_eq!(removed("[ 1 , [2] , 3 ]", 0), "[ [2] , 3 ]");
        assert_eq!(removed("[ 1 , [2] , 3 ]", 1), "[ 1 , 3 ]");
        assert_eq!(removed("[ 1 , [2] , 3 ]", 2), "[ 1 , [2] ]");
        assert_eq!(removed(" [\n  1\n]\n", 0), " []\n");
    }
}
