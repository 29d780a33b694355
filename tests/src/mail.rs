//! A real mail server on this machine, Debian's aiosmtpd, which keeps what it gets in a folder.
//!
//! Entry point: [`MailServer::start`].

use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use tempfile::TempDir;

use crate::ports;
use crate::process::{self, Process};

/// A mail server, and its folder.
pub struct MailServer {
    running: Option<Process>,
    program: PathBuf,
    folder: TempDir,
    port: u16,
    /// Whether all is encrypted, by a certificate that the folder holds.
    tls: bool,
}

const CERTIFICATE: &str = "certificate.pem";
const KEY: &str = "key.pem";

impl MailServer {
    /// Starts one.
    ///
    /// # Errors
    /// It is not installed, or does not answer.
    pub fn start() -> Result<Self> {
        Self::begin(false)
    }

    /// Starts one that speaks TLS only, as `localhost`, with a certificate that it made itself.
    ///
    /// # Errors
    /// It or openssl is not installed, or it does not answer.
    pub fn start_tls() -> Result<Self> {
        Self::begin(true)
    }

    fn begin(tls: bool) -> Result<Self> {
        let mut server = Self {
            running: None,
            program: process::program("LAMPLIGHT_SMTPD", &["aiosmtpd"])?,
            folder: tempfile::Builder::new()
                .prefix("lamplight-mail-")
                .tempdir()?,
            port: ports::free()?,
            tls,
        };
        if tls {
            server.certify()?;
        }
        server.up()?;
        Ok(server)
    }

    /// Its address, as configurations have it.
    pub fn url(&self) -> String {
        if self.tls {
            format!("smtps://localhost:{}", self.port)
        } else {
            format!("smtp://127.0.0.1:{}", self.port)
        }
    }

    /// The file of its certificate, for those who are to trust it.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join(CERTIFICATE)
    }

    /// Makes a certificate for `localhost`.
    fn certify(&self) -> Result<()> {
        let output = Command::new(process::program("LAMPLIGHT_OPENSSL", &["openssl"])?)
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
            ])
            .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .args([
                "-addext",
                "subjectAltName=DNS:localhost",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
            ])
            .args(["-out", CERTIFICATE, "-keyout", KEY])
            .current_dir(self.folder.path())
            .output()?;
        let words = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "openssl: {words}");
        Ok(())
    }

    /// Starts (again), on the same port.
    ///
    /// # Errors
    /// It does not answer.
    pub fn up(&mut self) -> Result<()> {
        let mut command = process::command(&self.program);
        command
            .args(["--nosetuid", "--smtputf8", "--listen"])
            .arg(format!("127.0.0.1:{}", self.port))
            .args(["--class", "aiosmtpd.handlers.Mailbox"])
            .arg(self.folder.path().join("mails"));
        if self.tls {
            let key = self.folder.path().join(KEY);
            command.arg("--smtpscert").arg(self.certificate());
            command.arg("--smtpskey").arg(key);
        }
        let mut running = Process::spawn(&mut command)?;
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            running.alive()?;
            if start.elapsed() > Duration::from_secs(30) {
                bail!("the mail server does not answer on port {}", self.port);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.running = Some(running);
        Ok(())
    }

    /// Stops: connections are closed, new ones are refused.
    pub fn down(&mut self) {
        self.running = None;
    }

    /// The mails it took, each as it was sent, with the envelope's sender and recipients in the headers
    /// `X-MailFrom` and `X-RcptTo`.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn mails(&self) -> Result<Vec<String>> {
        let folder = self.folder.path().join("mails/new");
        let mut mails = Vec::new();
        for entry in fs::read_dir(folder)? {
            mails.push(fs::read_to_string(entry?.path())?);
        }
        Ok(mails)
    }
}
