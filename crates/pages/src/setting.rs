//! Questions with a few answers, on the page of the settings.
//!
//! Entry point: [`setting`]. It must never know what is stored where.

use lamplight_markdown::escape;

use crate::join;

/// An answer.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// What is stored.
    pub value: &'a str,
    /// What is read.
    pub text: &'a str,
    /// In which language.
    pub lang: &'a str,
}

/// A `<fieldset>` of radio buttons of a `name`, the one with the value `chosen` checked, with a `hint` below unless that
/// is empty.
pub fn setting(
    name: &str,
    legend: &str,
    choices: &[Choice<'_>],
    chosen: &str,
    hint: &str,
) -> String {
    let mut out = String::new();
    let legend = escape(legend);
    join(
        &mut out,
        &[
            "<fieldset class=\"setting\"><legend>",
            &legend,
            "</legend><div class=\"choices\">",
        ],
    );
    for choice in choices {
        join(
            &mut out,
            &[
                "<label class=\"choice\"><input type=\"radio\" name=\"",
                name,
                "\" value=\"",
                &escape(choice.value),
                if choice.value == chosen {
                    "\" checked"
                } else {
                    "\""
                },
                "><span dir=\"auto\" lang=\"",
                &escape(choice.lang),
                "\">",
                &escape(choice.text),
                "</span></label>",
            ],
        );
    }
    out.push_str("</div>");
    if !hint.is_empty() {
        join(&mut out, &["<p class=\"hint\">", &escape(hint), "</p>"]);
    }
    out.push_str("</fieldset>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_has_an_answer_for_each_choice_in_its_own_language() {
        let choice = |value, text| Choice {
            value,
            text,
            lang: "fa",
        };
        let html = setting(
            "language",
            "A & B",
            &[choice("", "x"), choice("fa", "فارسی")],
            "fa",
            "",
        );
        assert!(html.contains("<legend>A &amp; B</legend>"), "{html}");
        assert!(
            html.contains(
                "name=\"language\" value=\"fa\" checked><span dir=\"auto\" lang=\"fa\">فارسی</span>"
            ),
            "{html}"
        );
        assert!(!html.contains("hint"));
        assert!(
            setting("a", "b", &[], "", "<c>")
                .ends_with("<p class=\"hint\">&lt;c&gt;</p></fieldset>")
        );
    }
}
