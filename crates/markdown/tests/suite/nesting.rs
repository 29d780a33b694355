//! A checker for HTML that is well nested and harmless, for generated input.

/// Elements without an end tag.
const VOID: [&str; 5] = ["br", "hr", "img", "input", "wbr"];

/// Says what is wrong with a piece of output, if anything is.
pub(crate) fn fault(html: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>']) {
        if !rest[at..].starts_with('<') {
            return Some(format!("a stray > before {}", &rest[at..]));
        }
        let Some(end) = rest[at..].find('>') else {
            return Some("a tag does not end".to_owned());
        };
        let tag = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Some(format!("</{name}> closes something else"));
            }
            continue;
        }
        let name = tag.split(' ').next().unwrap_or_default();
        if name == "script" || name == "style" || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Some(format!("<{tag}>"));
        }
        if let Some(fault) = attributes_fault(&tag[name.len()..]) {
            return Some(format!("{fault} in <{tag}>"));
        }
        if name == "a" && open.contains(&"a") {
            return Some("a link within a link".to_owned());
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    (!open.is_empty()).then(|| format!("open at the end: {open:?}"))
}

fn attributes_fault(attributes: &str) -> Option<String> {
    let mut rest = attributes;
    while !rest.is_empty() {
        let Some((name, value)) = rest.strip_prefix(' ').and_then(|r| r.split_once("=\"")) else {
            return Some(format!("no attribute: {rest}"));
        };
        let Some((value, after)) = value.split_once('"') else {
            return Some("a value does not end".to_owned());
        };
        if name.starts_with("on") || name == "style" {
            return Some(format!("the attribute {name}"));
        }
        let address = value.trim_start().to_ascii_lowercase();
        if matches!(name, "href" | "src" | "cite")
            && ["javascript:", "data:", "vbscript:"]
                .iter()
                .any(|scheme| address.starts_with(scheme))
        {
            return Some(format!("the address {value}"));
        }
        if name == "src" && !value.starts_with("/base/media/") {
            return Some(format!("the source {value}"));
        }
        let sources = value.split(", ").filter(|_| name == "srcset");
        for source in sources {
            if !source.starts_with("/base/media/") || !source.ends_with('w') {
                return Some(format!("the source {source}"));
            }
        }
        rest = after;
    }
    None
}

#[test]
fn the_checker_finds_faults() {
    assert_eq!(fault("<p>a<br>b</p>"), None);
    for bad in [
        "<p>",
        "</p>",
        "<p><b></p></b>",
        "<script></script>",
        "<p onx=\"\"></p>",
        "a > b",
        "<a href=\"javascript:x\"></a>",
        "<p a=b></p>",
        "<img src=\"//x\">",
        "<img srcset=\"/base/media/a 1w, //x 2w\">",
    ] {
        assert!(fault(bad).is_some(), "{bad}");
    }
}
