//! Chromium without a screen, spoken to through its debugging pipe: no driver, no socket.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A running Chromium; ended when it is dropped.
pub struct Chromium {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last: u64,
    /// Errors its pages reported: scripts that failed, rules of the page that were broken.
    pub troubles: Vec<String>,
    _profile: tempfile::TempDir,
}

/// A window with cookies of its own.
#[derive(Clone)]
pub struct Window(String);

impl Chromium {
    /// Starts it; `None` where it is not installed.
    pub fn start() -> Option<Self> {
        Command::new("chromium").arg("--version").output().ok()?;
        let profile = tempfile::tempdir().expect("a folder");
        // It reads its orders from the third descriptor and answers on the fourth.
        let script = "exec chromium --headless=new --no-sandbox --disable-gpu --no-first-run \
                      --disable-dev-shm-usage --remote-debugging-pipe --user-data-dir=\"$0\" \
                      about:blank 3<&0 4>&1 2>/dev/null";
        let mut child = Command::new("sh")
            .args(["-c", script])
            .arg(profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Some(Self { child, input, output, last: 0, troubles: Vec::new(), _profile: profile })
    }

    /// Opens a window of 1366 × 768.
    pub fn window(&mut self) -> Window {
        let context = self.call(None, "Target.createBrowserContext", &json!({}));
        let target =
            json!({ "url": "about:blank", "browserContextId": context["browserContextId"] });
        let target = self.call(None, "Target.createTarget", &target);
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.call(None, "Target.attachToTarget", &attach);
        let window = Window(attached["sessionId"].as_str().expect("a session").to_owned());
        let size = json!({ "width": 1366, "height": 768, "deviceScaleFactor": 1, "mobile": false });
        for (method, parameters) in [
            ("Page.enable", json!({})),
            ("Runtime.enable", json!({})),
            ("Log.enable", json!({})),
            ("Emulation.setDeviceMetricsOverride", size),
        ] {
            self.call(Some(&window), method, &parameters);
        }
        window
    }

    /// Opens an address and waits until it is there.
    pub fn open(&mut self, window: &Window, address: &str) {
        self.call(Some(window), "Page.navigate", &json!({ "url": address }));
        self.wait(window, "document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// Loads the page again.
    pub fn reload(&mut self, window: &Window) {
        self.value(window, "window.isOld = true");
        self.call(Some(window), "Page.reload", &json!({}));
        self.wait(window, "!window.isOld && document.readyState === 'complete'");
    }

    /// Presses a key.
    pub fn press(&mut self, window: &Window, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            " " => 32,
            letter => u32::from(letter.to_uppercase().as_bytes()[0]),
        };
        let text = match key {
            "Enter" => "\r",
            letter if letter.len() == 1 => letter,
            _ => "",
        };
        let kind = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        let down = json!({ "type": kind, "key": key, "text": text, "windowsVirtualKeyCode": code });
        self.call(Some(window), "Input.dispatchKeyEvent", &down);
        let up = json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code });
        self.call(Some(window), "Input.dispatchKeyEvent", &up);
    }

    /// Shows pages as in a high-contrast mode of the system.
    pub fn force_colours(&mut self, window: &Window) {
        let forced = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        self.call(Some(window), "Emulation.setEmulatedMedia", &forced);
    }

    /// Shows pages as they are printed.
    pub fn for_paper(&mut self, window: &Window) {
        self.call(Some(window), "Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    }

    /// Types a text where the cursor is.
    pub fn write(&mut self, window: &Window, text: &str) {
        self.call(Some(window), "Input.insertText", &json!({ "text": text }));
    }

    /// The value of an expression; nothing while the page changes.
    pub fn value(&mut self, window: &Window, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true });
        self.call(Some(window), "Runtime.evaluate", &asked)["result"]["value"].clone()
    }

    /// Waits until an expression holds.
    pub fn wait(&mut self, window: &Window, expression: &str) {
        let start = Instant::now();
        while self.value(window, expression) != json!(true) {
            if start.elapsed() > Duration::from_secs(20) {
                let page = self.value(window, "location.href + ' ' + document.body.innerText");
                panic!("never: {expression}\n{page}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What the window shows, from the top to a height, as a PNG.
    pub fn picture(&mut self, window: &Window, height: u32) -> Vec<u8> {
        use base64::Engine as _;
        let clip = json!({ "x": 0, "y": 0, "width": 1000, "height": height, "scale": 0.8 });
        let asked = json!({ "format": "png", "clip": clip, "captureBeyondViewport": true });
        let told = self.call(Some(window), "Page.captureScreenshot", &asked);
        let text = told["data"].as_str().expect("a picture");
        base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
    }

    /// Another size of the window.
    pub fn resize(&mut self, window: &Window, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call(Some(window), "Emulation.setDeviceMetricsOverride", &size);
    }

    fn call(&mut self, window: Option<&Window>, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let mut order = json!({ "id": self.last, "method": method, "params": parameters });
        if let Some(Window(session)) = window {
            order["sessionId"] = json!(session);
        }
        let mut bytes = order.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).expect("it listens");
        loop {
            let mut bytes = Vec::new();
            let read = self.output.read_until(0, &mut bytes).expect("it answers");
            assert!(read > 0, "Chromium has ended");
            bytes.pop();
            let told: Value = serde_json::from_slice(&bytes).expect("JSON");
            if told["id"] == json!(self.last) {
                return told["result"].clone();
            }
            self.note(&told);
        }
    }

    fn note(&mut self, told: &Value) {
        let entry = &told["params"]["entry"];
        if told["method"] == "Runtime.exceptionThrown" || entry["level"] == "error" {
            self.troubles.push(told.to_string());
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            self.child.wait().expect("ended");
        }
    }
}
