//! What a reader without script sees after the form was posted.

use crate::server::{Answer, Server};

const GOOD: &str = "email=mira%40example.net&message=Hello";

#[tokio::test]
async fn the_reader_gets_a_whole_page_in_the_pages_language() {
    let server = Server::start("site = \"The Harbour Wire\"").await;
    for (lang, dir, title) in [
        ("en", "ltr", "Your message has arrived"),
        ("ar", "rtl", "وصلت رسالتك"),
        ("de", "ltr", "Ihre Nachricht ist angekommen"),
        ("es", "ltr", "Su mensaje ha llegado"),
        ("fa", "rtl", "پیام شما رسید"),
        ("fr", "ltr", "Votre message est arrivé"),
        ("ja", "ltr", "メッセージが届きました"),
        ("pt", "ltr", "A sua mensagem chegou"),
        ("ru", "ltr", "Ваше сообщение получено"),
        ("zh", "ltr", "您的留言已送达"),
    ] {
        let answer = Answer::of(server.form(&format!("{GOOD}&lang={lang}"))).await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        let html = &answer.text;
        assert!(
            html.contains(&format!("<html lang=\"{lang}\" dir=\"{dir}\">")),
            "{html}"
        );
        assert!(
            html.contains(&format!("<title>{title} – The Harbour Wire</title>")),
            "{html}"
        );
        assert!(html.contains(&format!("<h1>{title}</h1>")), "{html}");
    }
    assert_eq!(server.stored().len(), 1);
}

#[tokio::test]
async fn a_refusal_is_a_page_that_says_why() {
    let server = Server::start("[limits]\nper_address = \"1 per hour\"").await;
    let answer = Answer::of(server.form("email=mira&message=Hello&lang=fr")).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.text.contains("Veuillez indiquer une adresse"),
        "{}",
        answer.text
    );
    assert_eq!(Answer::of(server.form(GOOD)).await.status, 200);
    let answer = Answer::of(server.form(&format!("{GOOD}+again"))).await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("3600"))
    );
    assert!(answer.text.contains("Too many messages"), "{}", answer.text);
}

#[tokio::test]
async fn a_refused_letter_is_shown_to_be_copied_and_no_link_leads_to_an_empty_form() {
    let server = Server::start("[limits]\nper_address = \"1 per hour\"").await;
    let page = "&page=https://example.org/contact/";
    let letter = "message=%0D%0ADear+%3C%2Ftextarea%3E%3Cb%3Edesk%3C%2Fb%3E%2C%0D%0Athe+tide+table";
    let shown = "\n\r\nDear &lt;/textarea&gt;&lt;b&gt;desk&lt;/b&gt;,\r\nthe tide table</textarea>";
    let refused = Answer::of(server.form(&format!("email=mira&{letter}{page}"))).await;
    assert_eq!(refused.status, 422);
    let taken = Answer::of(server.form(&format!("{GOOD}{page}"))).await;
    assert!(taken.text.contains("<a href="), "{}", taken.text);
    assert!(!taken.text.contains("<textarea"), "{}", taken.text);
    let too_many = Answer::of(server.form(&format!("email=mira%40example.net&{letter}{page}")));
    let too_many = too_many.await;
    assert_eq!(too_many.status, 429);
    for html in [&refused.text, &too_many.text] {
        assert!(html.contains(shown), "{html}");
        assert!(html.contains(" readonly>"), "{html}");
        assert!(!html.contains("<a "), "{html}");
    }
    // Where nothing was written, there is nothing to copy.
    let empty = Answer::of(server.form(&format!("email=mira%40example.net&message=+{page}"))).await;
    assert_eq!(empty.status, 422);
    assert!(!empty.text.contains("<textarea"), "{}", empty.text);
}

#[tokio::test]
async fn a_link_leads_back_only_to_a_configured_site() {
    let server = Server::start("").await;
    let page = async |page: &str| {
        Answer::of(server.form(&format!("{GOOD}&page={page}")))
            .await
            .text
    };
    assert!(
        page("https://example.org/contact/")
            .await
            .contains("<a href=\"https://example.org/contact/\">")
    );
    for foreign in [
        "https://other.example/",
        "https://example.org.evil.example/",
        "https://example.org%40evil.example/",
        "javascript:alert(1)",
        "//evil.example/",
        "https://example.org/%22%3E%3Cscript%3E",
    ] {
        let html = page(foreign).await;
        assert!(
            !html.contains("<a ") && !html.contains("<script"),
            "{foreign}: {html}"
        );
    }
}

#[tokio::test]
async fn a_page_loads_runs_and_frames_nothing() {
    let server = Server::start("").await;
    let answer = Answer::of(server.form(GOOD)).await;
    let policy = answer.header("content-security-policy").expect("has one");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}
