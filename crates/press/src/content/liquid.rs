//! Liquid, as far as a text alone can evaluate it; the rest is left out so that it reads well.
//!
//! Entry point: [`evaluate`]. Known are links, literals, `raw`, `highlight`, `comment` and what an
//! `assign` says about itself. A line that is nothing but an unknown value goes; within a sentence an
//! ellipsis stands for it. What does not look like Liquid is never touched.

use std::collections::BTreeMap;

use crate::content::holes::{HOLE, TAG, tidy};
use crate::content::jekyll::Line;

/// A text without Liquid.
pub(crate) struct Evaluated {
    pub(crate) lines: Vec<Line>,
    /// The first thing that was lost: its line, from 0, and how it is written.
    pub(crate) lost: Option<(usize, String)>,
}

/// Evaluates a text.
pub(crate) fn evaluate(body: &str) -> Evaluated {
    if !body.contains("{{") && !body.contains("{%") {
        let lines = body.split('\n').enumerate();
        return Evaluated {
            lines: lines
                .map(|(number, text)| Line {
                    text: text.into(),
                    number,
                })
                .collect(),
            lost: None,
        };
    }
    let mut run = Run::default();
    run.lines.push(Line::default());
    let mut at = 0;
    while let Some(found) = body[at..]
        .find("{{")
        .into_iter()
        .chain(body[at..].find("{%"))
        .min()
    {
        run.text(&body[at..at + found]);
        at += found;
        at += run.token(&body[at..]);
    }
    run.text(&body[at..]);
    Evaluated {
        lines: tidy(run.lines),
        lost: run.lost,
    }
}

#[derive(Default)]
struct Run {
    lines: Vec<Line>,
    /// The line of the source, from 0.
    number: usize,
    variables: BTreeMap<String, String>,
    blocks: Vec<Block>,
    lost: Option<(usize, String)>,
}

struct Block {
    /// `if`, `for`, …
    name: String,
    /// Whether what it holds is left out.
    skips: bool,
}

impl Run {
    fn skips(&self) -> bool {
        self.blocks.iter().any(|block| block.skips)
    }

    fn text(&mut self, text: &str) {
        let skips = self.skips();
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                self.number += 1;
                if !skips {
                    self.lines.push(Line {
                        text: String::new(),
                        number: self.number,
                    });
                }
            }
            if !skips && let Some(line) = self.lines.last_mut() {
                line.text.push_str(part);
            }
        }
    }

    fn put(&mut self, text: &str) {
        if !self.skips()
            && let Some(line) = self.lines.last_mut()
        {
            line.text.push_str(text);
        }
    }

    fn lose(&mut self, written: &str) {
        if self.lost.is_none() && !self.skips() {
            let written: Vec<&str> = written.split_whitespace().collect();
            self.lost = Some((self.number, format!("`{}`", written.join(" "))));
        }
    }

    /// Handles what begins with `{{` or `{%`; how many bytes it takes.
    fn token(&mut self, rest: &str) -> usize {
        let close = if rest.starts_with("{{") { "}}" } else { "%}" };
        let end = rest[2..].find(close).map(|end| end + 2);
        let Some(end) = end.filter(|end| rest[..*end].matches('\n').count() <= 5) else {
            self.text(&rest[..2]);
            return 2;
        };
        let inner = rest[2..end].trim_matches('-').trim();
        let length = end + 2;
        if close == "}}" {
            if is_expression(inner) {
                self.output(inner, &rest[..length]);
            } else {
                self.text(&rest[..2]);
                return 2;
            }
        } else {
            let (name, arguments) = inner
                .split_once(char::is_whitespace)
                .map_or((inner, ""), |(name, arguments)| (name, arguments.trim()));
            if !is_name(name) {
                self.text(&rest[..2]);
                return 2;
            }
            if matches!(name, "raw" | "comment" | "highlight") {
                return self.verbatim(name, arguments, rest, length);
            }
            self.tag(name, arguments, &rest[..length]);
        }
        self.number += rest[..length].matches('\n').count();
        length
    }

    fn output(&mut self, expression: &str, written: &str) {
        match self.value(expression) {
            Some(value) => self.put(&value),
            None => {
                self.lose(written);
                self.put(&HOLE.to_string());
            }
        }
    }

    /// A value that the text itself tells.
    fn value(&self, expression: &str) -> Option<String> {
        let mut parts = expression.split('|').map(str::trim);
        let first = parts.next()?;
        let harmless = |filter: &str| {
            let name = filter.split(':').next().unwrap_or(filter).trim();
            matches!(
                name,
                "relative_url" | "absolute_url" | "escape" | "strip" | "prepend" | "xml_escape"
            ) && (name != "prepend" || filter.contains("site."))
        };
        if !parts.all(harmless) {
            return None;
        }
        match first {
            // Addresses below them are found again as links of this site.
            "site.url" | "site.baseurl" => Some(String::new()),
            _ => literal(first).or_else(|| self.variables.get(first).cloned()),
        }
    }

    fn tag(&mut self, name: &str, arguments: &str, written: &str) {
        match name {
            "assign" => self.assign(arguments),
            "link" => {
                self.put("/");
                self.put(arguments.trim_start_matches('/'));
                return;
            }
            "post_url" => {
                let name = arguments.rsplit('/').next().unwrap_or(arguments);
                match super::dates::file_prefix(name) {
                    Some((date, slug)) => self.put(&format!("/{}/{slug}/", date.replace('-', "/"))),
                    None => self.put(name),
                }
                return;
            }
            "if" | "unless" | "ifchanged" => {
                self.lose(written);
                self.blocks.push(Block {
                    name: name.into(),
                    skips: false,
                });
            }
            "case" => {
                self.lose(written);
                self.blocks.push(Block {
                    name: name.into(),
                    skips: true,
                });
            }
            "for" | "tablerow" => {
                self.lose(written);
                // The loop's place counts as a lost value, so that a heading above it can go.
                self.put(&HOLE.to_string());
                self.blocks.push(Block {
                    name: name.into(),
                    skips: true,
                });
                return;
            }
            "capture" => self.blocks.push(Block {
                name: name.into(),
                skips: true,
            }),
            "elsif" | "else" => {
                if let Some(block) = self.blocks.last_mut() {
                    block.skips = true;
                }
            }
            "when" => {
                if let Some(block) = self.blocks.last_mut() {
                    // The first branch stands for all of them.
                    block.skips = block.name == "case-taken";
                    block.name = "case-taken".into();
                }
            }
            "include" | "include_relative" | "render" => {
                self.lose(written);
                self.put(&HOLE.to_string());
                return;
            }
            _ if name.starts_with("end") => {
                self.blocks.pop();
            }
            "break" | "continue" | "increment" | "decrement" | "cycle" => {}
            _ => {
                self.lose(written);
                self.put(&HOLE.to_string());
                return;
            }
        }
        self.put(&TAG.to_string());
    }

    /// `x = "text"` tells `x`; `x = … | where: "key", "value" | first` tells `x.key`.
    fn assign(&mut self, arguments: &str) {
        let Some((name, value)) = arguments.split_once('=') else {
            return;
        };
        let (name, value) = (name.trim(), value.trim());
        self.variables
            .retain(|key, _| key != name && !key.starts_with(&format!("{name}.")));
        if let Some(text) = self.value(value) {
            self.variables.insert(name.to_owned(), text);
        }
        for filter in value.split('|').skip(1) {
            if let Some(pair) = filter.trim().strip_prefix("where:")
                && let Some((key, wanted)) = pair.split_once(',')
                && let (Some(key), Some(wanted)) = (literal(key.trim()), literal(wanted.trim()))
            {
                self.variables.insert(format!("{name}.{key}"), wanted);
            }
        }
    }

    /// `raw`, `comment` and `highlight` hold no Liquid; how many bytes they take with their end.
    fn verbatim(&mut self, name: &str, arguments: &str, rest: &str, length: usize) -> usize {
        let (inner_end, end) = closing(rest, length, name).unwrap_or((rest.len(), rest.len()));
        let inner = &rest[length..inner_end];
        match name {
            "raw" => {
                self.text(inner);
                return end + self.after(&rest[inner_end..end]);
            }
            "highlight" => self.highlight(arguments, inner),
            _ => self.put(&TAG.to_string()),
        }
        if name == "comment" {
            self.number += inner.matches('\n').count();
        }
        end + self.after(&rest[inner_end..end])
    }

    /// Counts the lines of a tag that is spread over several.
    fn after(&mut self, tag: &str) -> usize {
        self.number += tag.matches('\n').count();
        0
    }

    fn highlight(&mut self, arguments: &str, inner: &str) {
        let language = arguments.split_whitespace().next().unwrap_or_default();
        let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(3.max(longest + 1));
        let before = self
            .lines
            .last()
            .map(|line| line.text.clone())
            .unwrap_or_default();
        let indent: String = before.chars().take_while(|c| c.is_whitespace()).collect();
        if !before.trim().is_empty() {
            self.lines.push(Line {
                text: indent.clone(),
                number: self.number,
            });
        }
        self.put(&fence);
        self.put(language);
        if !inner.starts_with('\n') {
            self.lines.push(Line {
                text: String::new(),
                number: self.number,
            });
        }
        self.text(inner.trim_end_matches([' ', '\t']));
        let ends_in_line = self.lines.last().is_some_and(|line| !line.text.is_empty());
        if ends_in_line {
            self.lines.push(Line {
                text: String::new(),
                number: self.number,
            });
        }
        self.put(&indent);
        self.put(&fence);
    }
}

/// Where a block's end tag begins and ends.
fn closing(rest: &str, from: usize, name: &str) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let start = at + rest[at..].find("{%")?;
        let end = start + rest[start..].find("%}")? + 2;
        let inner = rest[start + 2..end - 2].trim_matches('-').trim();
        if inner.strip_prefix("end") == Some(name) {
            return Some((start, end));
        }
        at = start + 2;
    }
}

fn literal(text: &str) -> Option<String> {
    ['"', '\''].into_iter().find_map(|mark| {
        let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inner.contains(mark)).then(|| inner.to_owned())
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `page.title`, `site.posts[0] | filter`, `"text"`: no `{{1=>2}}` of another language.
fn is_expression(text: &str) -> bool {
    let first = text.split('|').next().unwrap_or_default().trim();
    literal(first).is_some()
        || (first.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && first
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_.-[]\"'".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(liquid: &str, plain: &str) {
        let evaluated = evaluate(liquid);
        let text: Vec<&str> = evaluated
            .lines
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(text.join("\n"), plain);
    }

    #[test]
    fn links_become_paths_that_are_looked_up_later() {
        check(
            "[a]({% link en/_posts/2016-10-28-a.md %})",
            "[a](/en/_posts/2016-10-28-a.md)",
        );
        check("[a]({%link b.md %}#c)", "[a](/b.md#c)");
        check(
            "[a]({% post_url 2016-10-28-a-b %})",
            "[a](/2016/10/28/a-b/)",
        );
        check("[1]: {{ site.url }}/en/", "[1]: /en/");
        check("{{ \"/about\" | relative_url }}", "/about");
    }

    #[test]
    fn raw_text_and_code_of_other_languages_are_not_touched() {
        check(
            "a {% raw %}{{ x }} {% y %}{% endraw %} b",
            "a {{ x }} {% y %} b",
        );
        check("`{{1=>2}}` `{{}}` 100{% \n", "`{{1=>2}}` `{{}}` 100{% \n");
        check(
            "```\nprintf(\"{{\\n\");\n```",
            "```\nprintf(\"{{\\n\");\n```",
        );
    }

    #[test]
    fn highlighted_code_becomes_a_fence_that_its_own_backticks_do_not_close() {
        check(
            "{% highlight ruby linenos %}\nputs `{{ x }}`\n{% endhighlight %}\nb",
            "```ruby\nputs `{{ x }}`\n```\nb",
        );
        check(
            "* a\n\n  {% highlight md %}\n  ```\n  {% endhighlight %}",
            "* a\n\n  ````md\n  ```\n  ````",
        );
    }

    #[test]
    fn a_list_of_lost_values_vanishes_with_its_heading() {
        check(
            "Text\n\n## Files\n\n{% assign r = site.data.r | first %}\n\n* <{{ r.url }}>\n\n      SIZE: {{ r.size }}\n      SHA: {{ r.sha }}\n\n## Thanks\n\nAll",
            "Text\n\n## Thanks\n\nAll",
        );
        check("* {{ r.url }}\n  Some words\n", "* …\n  Some words\n");
    }

    #[test]
    fn an_assignment_tells_what_it_selects_by() {
        check(
            "{% assign r = site.data.r | where: \"version\", \"3.2\" | first %}\n{% assign n = 'x' %}\nRuby {{ r.version }} {{ n }} {{ r.other }}",
            "Ruby 3.2 x …",
        );
    }

    #[test]
    fn a_link_whose_address_is_lost_leaves_its_words() {
        check(
            "With [{{ a.n }} files, [b]]({{ a.url }}/x) and [c](d).",
            "With … files, [b] and [c](d).",
        );
        check(
            "See [it][1] and [that][2].\n\n[1]: {{ x.y }}\n[2]: /b",
            "See it and [that][2].\n\n[2]: /b",
        );
    }

    #[test]
    fn of_branches_the_first_stays_and_a_loop_goes() {
        check("{% if a %}\nA\n{% else %}\nB\n{% endif %}\nC", "A\nC");
        check("{% case a %}{% when 1 %}A{% when 2 %}B{% endcase %}", "A");
        check("A\n{% for x in y %}\n* {{ x }}\n{% endfor %}\nB", "A\nB");
        check("A{% comment %} {{ x }} {% endcomment %}B", "AB");
    }

    #[test]
    fn every_line_knows_where_it_came_from() {
        let evaluated = evaluate(
            "{% comment %}\na\n{% endcomment %}\nb\n{% highlight c %}\nd\n{% endhighlight %}\n{{ e.f }}\ng",
        );
        let found: Vec<(&str, usize)> = evaluated
            .lines
            .iter()
            .map(|line| (line.text.as_str(), line.number))
            .collect();
        assert_eq!(
            found,
            [("b", 3), ("```c", 4), ("d", 5), ("```", 6), ("g", 8)]
        );
        assert_eq!(evaluated.lost, Some((7, "`{{ e.f }}`".to_owned())));
    }
}
