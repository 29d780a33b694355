//! Writing JSON: the finder's answers as one text, which costs less than an object of JavaScript for each part.
//!
//! Entry point: [`Json`]. It must never write what `JSON.parse` cannot read, whatever the texts are.

use std::ops::Range;

use lamplight_search::digits;

/// A text of JSON being written. Commas are set by what comes before.
#[derive(Default)]
pub(crate) struct Json {
    text: String,
}

impl Json {
    /// What was written.
    pub(crate) fn text(self) -> String {
        self.text
    }

    /// Opens an object or an array, by its sign.
    pub(crate) fn open(&mut self, sign: char) -> &mut Self {
        self.part();
        self.text.push(sign);
        self
    }

    /// Closes an object or an array, by its sign.
    pub(crate) fn close(&mut self, sign: char) -> &mut Self {
        self.text.push(sign);
        self
    }

    /// The name of the member that comes next.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        self.string(name);
        self.text.push(':');
        self
    }

    pub(crate) fn string(&mut self, text: &str) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.part();
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                '\0'..' ' => {
                    let code = character as usize;
                    self.text.push_str("\\u00");
                    self.text
                        .extend([HEX[code >> 4], HEX[code & 15]].map(char::from));
                }
                _ => self.text.push(character),
            }
        }
        self.text.push('"');
    }

    pub(crate) fn number(&mut self, number: u32) {
        self.part();
        digits(number, 1, &mut self.text);
    }

    pub(crate) fn truth(&mut self, truth: bool) {
        self.part();
        self.text.push_str(if truth { "true" } else { "false" });
    }

    pub(crate) fn null(&mut self) {
        self.part();
        self.text.push_str("null");
    }

    pub(crate) fn strings(&mut self, texts: &[String]) {
        self.open('[');
        for text in texts {
            self.string(text);
        }
        self.close(']');
    }

    /// Ranges of bytes as places in a text, counted in UTF-16 code units: from, to, from, to, …
    pub(crate) fn places(&mut self, text: &str, ranges: &[Range<usize>]) {
        self.open('[');
        let (mut at, mut units) = (0, 0);
        for byte in ranges.iter().flat_map(|range| [range.start, range.end]) {
            if let Some(between) = text.get(at..byte) {
                units += between.encode_utf16().count() as u32;
                at = byte;
            }
            self.number(units);
        }
        self.close(']');
    }

    fn part(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_read_as_it_was() {
        let texts = ["", "\"q\" \\ \u{1}\n", "été 🌊 {[:,", "{", "a:"].map(String::from);
        let mut json = Json::default();
        json.open('{').name("a").strings(&texts);
        json.name("b").number(0);
        json.name("c").truth(true);
        json.name("d").null();
        json.name("e").open('[').close(']').close('}');
        let read: serde_json::Value = serde_json::from_str(&json.text()).expect("JSON");
        let expected = serde_json::json!({ "a": texts, "b": 0, "c": true, "d": null, "e": [] });
        assert_eq!(read, expected);
    }

    #[test]
    fn places_are_counted_as_javascript_does() {
        let places = |text: &str, ranges: &[Range<usize>]| {
            let mut json = Json::default();
            json.places(text, ranges);
            json.text()
        };
        // «é» is two bytes and one unit, the wave four bytes and two units.
        assert_eq!(places("été 🌊 sea", &[0..5, 11..14]), "[0,3,7,10]");
        let beyond = 1..9;
        assert_eq!(places("é", &[beyond]), "[0,0]");
    }
}
