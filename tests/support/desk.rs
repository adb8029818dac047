//! A desk that serves a project, and browsers without a screen that use it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

/// The program under test: the one that was built with the tests, or what `BIDUI_PROGRAM` names, as
/// deploy/windows/example.sh does with one for Windows.
pub fn program() -> OsString {
    std::env::var_os("BIDUI_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_bidui").into())
}

/// A running `bidui review`; ended when it is dropped.
pub struct Desk {
    pub child: Child,
    /// `127.0.0.1:port`.
    pub host: String,
    /// Path of the start address, token included.
    pub start: String,
    is_used: AtomicBool,
    printed: Mutex<mpsc::Receiver<String>>,
}

impl Desk {
    /// Starts the program and reads the first line it prints.
    pub fn open(folder: &Path) -> Self {
        let mut command = Command::new(program());
        let words = ["review", "project.toml", "--quiet"];
        command.args(words).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::started(&mut command)
    }

    /// Starts a program that serves and reads the first line it prints.
    pub fn started(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("http://").expect("an address first");
        let (host, path) = address.split_once('/').expect("a path");
        let (host, start) = (host.to_owned(), format!("/{path}"));
        let printed = Mutex::new(addresses(child.stderr.take().expect("piped"), &host));
        Self { child, host, start, is_used: AtomicBool::new(false), printed }
    }

    /// Path of a start address nobody has used: the first, or one the terminal shows when the first
    /// is asked for again.
    pub fn entrance(&self) -> String {
        if !self.is_used.swap(true, Ordering::Relaxed) {
            return self.start.clone();
        }
        let told = Browser::new(&self.host).get(&self.start);
        assert!(told.status == 401 && told.body.contains("已经用过"), "{}", told.body);
        self.printed().expect("a new address on the terminal")
    }

    /// Path of the next start address on the terminal, if one comes soon.
    pub fn printed(&self) -> Option<String> {
        self.printed.lock().expect("whole").recv_timeout(Duration::from_secs(2)).ok()
    }

    /// A browser that came in by the start address and gave a name.
    pub fn browser(&self, clerk: &str) -> Browser {
        let mut browser = Browser::new(&self.host);
        browser.enter(&self.entrance());
        let told = browser.post("/door", &[("clerk", clerk)]);
        assert_eq!(told.status, 303, "{}", told.body);
        browser
    }

    /// Ends the program the hard way.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

/// Paths of the start addresses a terminal shows.
fn addresses(error: impl std::io::Read + Send + 'static, host: &str) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let mark = format!("http://{host}");
    std::thread::spawn(move || {
        for line in BufReader::new(error).lines().map_while(Result::ok) {
            if let Some(path) = line.strip_prefix(&mark) {
                // Nobody listens when the test is over.
                if sender.send(path.to_owned()).is_err() {
                    return;
                }
            }
        }
    });
    receiver
}

impl Drop for Desk {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            self.child.wait().expect("ended");
        }
    }
}

/// An answer of the server.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The value of a header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let of = |line: &'_ str| -> bool {
            line.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        let line = self.head.lines().find(|line| of(line));
        line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
    }

    /// What stands behind a mark, up to the next quotation mark.
    pub fn after(&self, mark: &str) -> &str {
        let start = self.body.find(mark).unwrap_or_else(|| panic!("no {mark} in {}", self.body));
        let (_, rest) = self.body.split_at(start + mark.len());
        rest.split('"').next().expect("an end")
    }
}

/// A client with a cookie and the secret of the last page.
#[derive(Clone)]
pub struct Browser {
    pub host: String,
    pub cookie: String,
    pub secret: String,
    /// Numbers of the pages that showed questions, by key.
    shown: Arc<Mutex<BTreeMap<String, String>>>,
}

const SHOWN: &str = "name=\"shown\" value=\"";

impl Browser {
    pub fn new(host: &str) -> Self {
        let (cookie, secret) = (String::new(), String::new());
        Self { host: host.to_owned(), cookie, secret, shown: Arc::default() }
    }

    /// Comes in by a start address: it leads to the door, and gives a cookie.
    pub fn enter(&mut self, start: &str) -> Answer {
        let told = self.get(start);
        assert_eq!((told.status, told.header("location")), (303, "/door"), "{}", told.body);
        told.header("set-cookie").split(';').next().expect("a pair").clone_into(&mut self.cookie);
        let page = self.get("/door");
        page.after("name=\"secret\" value=\"").clone_into(&mut self.secret);
        told
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").expect("an answer")
    }

    /// A page that shows everybody, once they have been read.
    pub fn get_whole(&self, path: &str) -> Answer {
        loop {
            let page = self.get(path);
            if !page.body.contains("正在读取全部名单") {
                return page;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Posts a form as a page of ours does.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_post(path, fields).expect("an answer")
    }

    /// The same where the server may be gone.
    pub fn try_post(&self, path: &str, fields: &[(&str, &str)]) -> std::io::Result<Answer> {
        let origin = format!("Origin: http://{}", self.host);
        let shown = self.shown_for(path)?;
        let mut fields = [fields, &[("secret", &self.secret)]].concat();
        if !shown.is_empty() && !fields.iter().any(|(name, _)| *name == "shown") {
            fields.push(("shown", &shown));
        }
        self.send("POST", path, &[&origin], &form(&fields))
    }

    /// Number of the last page that showed the question a form answers; empty for other forms.
    fn shown_for(&self, path: &str) -> std::io::Result<String> {
        let key = path.strip_prefix("/case/").and_then(|rest| rest.strip_suffix("/verdict"));
        let Some(key) = key else { return Ok(String::new()) };
        let known = || self.shown.lock().expect("whole").get(key).cloned();
        if let Some(number) = known() {
            return Ok(number);
        }
        self.send("GET", &format!("/case/{key}"), &[], "")?;
        Ok(known().unwrap_or_default())
    }

    /// Keeps the number of a page that shows a question.
    fn note(&self, path: &str, answer: &Answer) {
        let key = path.strip_prefix("/case/").and_then(|rest| rest.split(['?', '/']).next());
        if let Some(key) = key
            && answer.body.contains(SHOWN)
        {
            let number = answer.after(SHOWN).to_owned();
            self.shown.lock().expect("whole").insert(key.to_owned(), number);
        }
    }

    /// Follows the answer to a form.
    pub fn follow(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let told = self.post(path, fields);
        assert_eq!(told.status, 303, "{path}: {}", told.body);
        self.get(told.header("location"))
    }

    /// Presses the button for a new run and waits for what the page says at its end.
    pub fn run_again(&self) -> Answer {
        let begun = self.post("/run", &[]);
        assert_eq!((begun.status, begun.header("location")), (303, "/changes"));
        loop {
            let page = self.get("/changes");
            if !page.body.contains("http-equiv=\"refresh\"") {
                return page;
            }
            assert!(
                page.body.contains("<noscript><meta http-equiv=\"refresh\""),
                "in nobody's way"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &str,
    ) -> std::io::Result<Answer> {
        self.send_bytes((method, path), headers, body.as_bytes())
    }

    /// Hands files over as a page of ours does: fields first, then the files with their names.
    pub fn upload(&self, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        let mut part = |head: String, content: &[u8]| {
            body.extend_from_slice(
                format!("--mark\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        for (name, value) in fields {
            part(format!("name=\"{name}\""), value.as_bytes());
        }
        for (name, content) in files {
            part(format!("name=\"files\"; filename=\"{name}\""), content);
        }
        body.extend_from_slice(b"--mark--\r\n");
        let origin = format!("Origin: http://{}", self.host);
        let headers = [origin.as_str(), "Content-Type: multipart/form-data; boundary=mark"];
        self.send_bytes(("POST", "/upload"), &headers, &body).expect("an answer")
    }

    fn send_bytes(
        &self,
        (method, path): (&str, &str),
        headers: &[&str],
        body: &[u8],
    ) -> std::io::Result<Answer> {
        let mut lines = vec![format!("{method} {path} HTTP/1.1"), "Connection: close".to_owned()];
        if !headers.iter().any(|line| line.starts_with("Host:")) {
            lines.push(format!("Host: {}", self.host));
        }
        if !self.cookie.is_empty() {
            lines.push(format!("Cookie: {}", self.cookie));
        }
        let has_type = headers.iter().any(|line| line.starts_with("Content-Type:"));
        if method == "POST" && !has_type {
            lines.push("Content-Type: application/x-www-form-urlencoded".to_owned());
        }
        if method == "POST" {
            lines.push(format!("Content-Length: {}", body.len()));
        }
        lines.extend(headers.iter().map(|line| (*line).to_owned()));
        let mut stream = TcpStream::connect(&self.host)?;
        stream.write_all(format!("{}\r\n\r\n", lines.join("\r\n")).as_bytes())?;
        stream.write_all(body)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let cut = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let cut = cut.ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let head = String::from_utf8(bytes[..cut].to_vec()).expect("UTF-8");
        let bytes = bytes[cut + 4..].to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
        let answer = Answer { status, head, body, bytes };
        self.note(path, &answer);
        Ok(answer)
    }
}

/// Every byte as `%XX`: what an address may hold does not matter.
pub fn form(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        for (mark, part) in [('&', name), ('=', value)] {
            text.push(mark);
            for byte in part.bytes() {
                write!(text, "%{byte:02X}").expect("writing to a string");
            }
        }
    }
    text
}
