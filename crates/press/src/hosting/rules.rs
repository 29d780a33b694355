//! The format of `_headers`, written and read.
//!
//! Entry points: [`write`], [`parse`], [`matching`]. What Netlify and Cloudflare Pages agree on: a
//! pattern at the start of a line, its headers on indented lines below it, `#` for comments; `*` stands
//! for anything, `:name` for one segment. <https://docs.netlify.com/manage/routing/headers/>,
//! <https://developers.cloudflare.com/pages/configuration/headers/>

/// Headers for the addresses that match a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// A path from the host's root.
    pub(crate) pattern: String,
    /// Names and values.
    pub(crate) headers: Vec<(String, String)>,
}

impl Rule {
    /// Whether the rule is for a path.
    pub(crate) fn matches(&self, path: &str) -> bool {
        matches(self.pattern.as_str(), path)
    }
}

/// The file's text.
pub(crate) fn write(rules: &[Rule]) -> String {
    let mut out = String::from(
        "# Headers for hosts that read this file (Netlify, Cloudflare Pages); press writes it.\n",
    );
    for rule in rules {
        out.push('\n');
        out.push_str(&rule.pattern);
        out.push('\n');
        for (name, value) in &rule.headers {
            out.push_str(&format!("  {name}: {value}\n"));
        }
    }
    out
}

/// Reads a file; lines that are neither pattern nor header are passed over.
pub(crate) fn parse(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if line.starts_with('/') {
            rules.push(Rule {
                pattern: trimmed.to_owned(),
                headers: Vec::new(),
            });
        } else if let (Some(rule), Some((name, value))) =
            (rules.last_mut(), trimmed.split_once(':'))
        {
            rule.headers
                .push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    rules
}

/// The headers of a path; values of several rules for one name are joined by a comma.
pub(crate) fn matching(rules: &[Rule], path: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for (name, value) in rules
        .iter()
        .filter(|rule| rule.matches(path))
        .flat_map(|rule| &rule.headers)
    {
        match out
            .iter_mut()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
        {
            Some((_, values)) => {
                values.push_str(", ");
                values.push_str(value);
            }
            None => out.push((name.clone(), value.clone())),
        }
    }
    out
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut wanted = pattern.split('/');
    let mut given = path.split('/');
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) => {
                if let Some(start) = part.strip_suffix('*') {
                    // At the end of a pattern, the splat takes all that follows.
                    return wanted.next().is_none() && segment.starts_with(start);
                }
                let placeholder = part.len() > 1 && part.starts_with(':');
                if !(if placeholder {
                    !segment.is_empty()
                } else {
                    part == segment
                }) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_splat_takes_the_rest_and_a_placeholder_one_segment() {
        for (pattern, path, expected) in [
            ("/*", "/", true),
            ("/*", "/a/b", true),
            ("/assets/*", "/assets/a/b.js", true),
            ("/assets/*", "/assets", false),
            ("/assets/*", "/other/assets/a", false),
            ("/:a/feed.json", "/fr/feed.json", true),
            ("/:a/feed.json", "/feed.json", false),
            ("/:a/feed.json", "//feed.json", false),
            ("/:a/:b/feed.json", "/fr/feed.json", false),
            ("/", "/", true),
            ("/", "/a", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn values_of_several_rules_are_joined() {
        let rules = parse("# a\n/*\n  X-A: 1\n  X-B: a: b\nnonsense\n\n/x/*\n\tx-a: 2\n");
        assert_eq!(
            matching(&rules, "/x/y"),
            [
                ("X-A".to_owned(), "1, 2".to_owned()),
                ("X-B".to_owned(), "a: b".to_owned())
            ]
        );
    }
}
