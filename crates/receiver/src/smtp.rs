//! The mail server: what a configuration may name, finding it, and handing it a mail.
//!
//! Entry points: [`Address::parse`], [`Server`]. Mail never leaves the machine unencrypted. Names are not
//! looked up by the C library: in a program that is linked statically, that may fail or crash.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use hickory_resolver::TokioResolver;
use lettre::Message as Mail;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use url::Url;

use crate::config::Forward;

/// How long the mail server may take until it is ready for a mail.
const OPEN: Duration = Duration::from_secs(60);
/// How long it may take for one mail.
const MAIL: Duration = Duration::from_secs(300);
/// The variable that holds the password for the mail server.
pub const PASSWORD: &str = "LAMPLIGHT_SMTP_PASSWORD";

/// Where a mail server is, and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// A name or an address.
    host: String,
    port: u16,
    security: Security,
    /// Empty: it asks for none.
    user: String,
    password: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// TLS from the start.
    Tls,
    /// TLS after a few words, or no mail.
    StartTls,
    /// None, on this machine.
    None,
}

impl Address {
    /// Reads `smtps://user@host`, `smtp://user@host?tls=required`, `smtp://127.0.0.1`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        let is_here = match host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host == "localhost",
        };
        let tls = url.query_pairs().find(|(key, _)| key == "tls");
        let tls = tls.map(|(_, value)| value.into_owned());
        let (security, port) = match (url.scheme(), tls.as_deref()) {
            ("smtps", None) => (Security::Tls, 465),
            ("smtp", Some("required")) => (Security::StartTls, 587),
            ("smtp", None) if is_here => (Security::None, 25),
            _ => return None,
        };
        let decoded = |text: &str| {
            let text = percent_encoding::percent_decode_str(text);
            Some(text.decode_utf8().ok()?.into_owned())
        };
        Some(Self {
            host,
            port: url.port().unwrap_or(port),
            security,
            user: decoded(url.username())?,
            password: match url.password() {
                Some(password) => Some(decoded(password)?),
                None => None,
            },
        })
    }
}

/// Why a mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server cannot be reached or does not let us in: no other mail will fare better.
    Server(String),
    /// It does not want this one now, or hung up on it.
    Later(String),
    /// It does not want this one.
    Refused(String),
}

/// A mail server.
pub(crate) struct Server {
    address: Address,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    /// How we call ourselves.
    hello: ClientId,
    /// Which of the server's addresses is tried: another one each time it could not be used.
    turn: AtomicUsize,
}

impl Server {
    /// # Errors
    /// The configuration lacks the password, or the system's certificates cannot be read.
    pub(crate) fn new(forward: &Forward) -> anyhow::Result<Self> {
        let address = Address::parse(&forward.smtp).context("the mail server's address is none")?;
        let credentials = match (address.user.as_str(), &address.password, &forward.password) {
            ("", ..) => None,
            (user, Some(password), _) | (user, None, Some(password)) => {
                Some(Credentials::new(user.to_owned(), password.clone()))
            }
            _ => bail!("the mail server's address names a user but no password: set {PASSWORD}"),
        };
        let parameters = || {
            TlsParameters::new(address.host.clone()).context(
                "TLS cannot be used: are the system's certificates (ca-certificates) there?",
            )
        };
        let tls = match address.security {
            Security::Tls | Security::StartTls => Some(parameters()?),
            Security::None => None,
        };
        Ok(Self {
            address,
            tls,
            credentials,
            hello: ClientId::Domain(forward.from.email.domain().to_owned()),
            turn: AtomicUsize::new(0),
        })
    }

    /// Hands it a mail.
    pub(crate) async fn send(&self, mail: &Mail) -> Result<(), Failure> {
        let opened = tokio::time::timeout(OPEN, self.open()).await;
        let opened = opened.unwrap_or_else(|_| Err("The mail server took too long.".into()));
        let mut connection = opened.map_err(|words| {
            self.turn.fetch_add(1, Ordering::SeqCst);
            Failure::Server(words)
        })?;
        // From here on it is about this mail: a server that let us in and then hangs up may do so because of what it
        // was sent, and must not keep the other mails.
        let text = mail.formatted();
        let sent = tokio::time::timeout(MAIL, connection.send(mail.envelope(), &text)).await;
        match sent {
            Err(_) => Err(Failure::Later("The mail server took too long.".into())),
            Ok(Err(error)) => Err(failure(&error)),
            Ok(Ok(_)) => {
                // It has the mail, whatever it says to this.
                let _ = tokio::time::timeout(OPEN, connection.quit()).await;
                Ok(())
            }
        }
    }

    /// A connection that is ready for a mail; else, why there is none.
    async fn open(&self) -> Result<AsyncSmtpConnection, String> {
        let addresses = look_up(&self.address.host)
            .await
            .map_err(|error| format!("The mail server's name is not found: {error:#}"))?;
        let turn = self.turn.load(Ordering::SeqCst) % addresses.len().max(1);
        let Some(&address) = addresses.get(turn) else {
            return Err("The mail server's name has no address.".into());
        };
        self.greet(address)
            .await
            .map_err(|error| crate::in_full(&error))
    }

    async fn greet(&self, address: IpAddr) -> Result<AsyncSmtpConnection, Error> {
        let at_once = match self.address.security {
            Security::Tls => self.tls.clone(),
            Security::StartTls | Security::None => None,
        };
        let place = (address, self.address.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(place, Some(OPEN), &self.hello, at_once, None)
                .await?;
        if let (Security::StartTls, Some(tls)) = (self.address.security, &self.tls) {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// The addresses of a name, those of IPv4 first: fewer machines have a way to the others.
async fn look_up(host: &str) -> anyhow::Result<Vec<IpAddr>> {
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    // Made anew each time: /etc/resolv.conf may have changed since the last mail.
    let resolver = TokioResolver::builder_tokio()?.build()?;
    let mut addresses: Vec<IpAddr> = resolver.lookup_ip(host).await?.iter().collect();
    addresses.sort_by_key(IpAddr::is_ipv6);
    Ok(addresses)
}

/// What went wrong with a mail, once the server had let us in.
fn failure(error: &Error) -> Failure {
    let words = crate::in_full(error);
    let code = error.status().map(|code| code.to_string());
    // Who we are, not what we send (RFC 4954, section 6).
    let is_server = code.is_some_and(|code| ["530", "534", "535", "538"].contains(&code.as_str()));
    if is_server {
        Failure::Server(words)
    } else if error.is_permanent() || error.is_client() {
        Failure::Refused(words)
    } else {
        Failure::Later(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_goes_over_tls_or_stays_on_the_machine() {
        for (right, host, port, security) in [
            (
                "smtps://user@mail.example.org",
                "mail.example.org",
                465,
                Security::Tls,
            ),
            (
                "smtps://user:secret@192.0.2.1:4465",
                "192.0.2.1",
                4465,
                Security::Tls,
            ),
            (
                "smtp://mail.example.org?tls=required",
                "mail.example.org",
                587,
                Security::StartTls,
            ),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Security::None),
            ("smtp://localhost", "localhost", 25, Security::None),
            ("smtp://[::1]:25", "::1", 25, Security::None),
        ] {
            let address = Address::parse(right).unwrap_or_else(|| panic!("{right}"));
            assert_eq!(
                (address.host.as_str(), address.port),
                (host, port),
                "{right}"
            );
            assert_eq!(address.security, security, "{right}");
        }
        for wrong in [
            "mail.example.org",
            "smtp://mail.example.org",
            "smtp://user:secret@192.0.2.1:25",
            "smtp://localhost.example.org",
            "smtp://mail.example.org?tls=none",
            // Whoever stands between could say that the server has no TLS, and read mail and password.
            "smtp://user:secret@mail.example.org?tls=opportunistic",
            "smtp://mail.example.org:587?tls=opportunistic",
            "smtp://127.0.0.1?tls=opportunistic",
            "https://mail.example.org",
            "smtps://",
        ] {
            assert_eq!(Address::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn user_and_password_are_read_as_addresses_write_them() {
        let address = Address::parse("smtps://site%40example.org:p%3Aw%20d@mail.example.org")
            .expect("is one");
        assert_eq!(
            (address.user.as_str(), address.password.as_deref()),
            ("site@example.org", Some("p:w d"))
        );
    }

    #[test]
    fn a_user_without_a_password_is_told_at_the_start() {
        let mut forward = Forward {
            to: "desk@example.org".parse().expect("is an address"),
            from: "site@example.org".parse().expect("is an address"),
            smtp: "smtp://user@127.0.0.1:2525".into(),
            password: None,
        };
        let told = Server::new(&forward).err().map(|error| error.to_string());
        assert!(told.is_some_and(|told| told.contains(PASSWORD)));
        forward.password = Some("p@ss/w:rd".into());
        assert!(Server::new(&forward).is_ok());
    }
}
