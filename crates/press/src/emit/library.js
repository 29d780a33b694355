// The library in pages: the list of what is on the device (`show`), the controls that save (`open`), and what goes on
// without either (`resume`). It shows what the worker beside it (keep.js) says and asks it for what the reader wants; it
// decides nothing, and must never hold up typing or scrolling. Its parts are library-history.js, library-page.js,
// library-carry.js and library-versions.js, which press puts behind it. press fills in names in capitals.
const { texts, base } = CONFIG;
const NAME = `lamplight:${base}:library`;
const LOCAL = `lamplight:${base}:`;
// How many lines are put on the page at once, and how often what changes is shown, in milliseconds; less often while
// everything changes.
const STEP = 40;
const CALM = 400;
const BUSY = 1_500;
// How long the service worker may take, or the script of the library's own, and how long a removal can be undone, in milliseconds.
const PATIENCE = 10_000;
const UNDO = 60_000;

const lang = () => document.documentElement.lang;
const say = (name) => (texts[lang()] ?? texts[""])[name];
// The language of the words: English where the page's has none of its own; an element says so.
const words = () => texts[lang()] ? lang() : "en";
const mine = (element) => {
  if (words() === lang()) return;
  element.lang = "en";
  element.dir = "ltr";
};
const digits = (number) => number.toLocaleString(words() === "ar" ? "ar-u-nu-arab" : words());
const filled = (name, done, total) => say(name).replace("{done}", digits(done)).replace("{total}", digits(total));

// --- The worker ---

let worker;
let number = 0;
const calls = new Map();
const events = {};
const call = (name, ...values) => new Promise((done, failed) => {
  calls.set(++number, [done, failed]);
  worker.postMessage([number, name, ...values]);
});
const heard = ({ data: [number, ...answer] }) => {
  if (!number) return events[answer[0]]?.(answer[1]);
  const [done, failed] = calls.get(number);
  calls.delete(number);
  if (answer.length > 1) failed(new Error(answer[1]));
  else done(answer[0]);
};
// What failed is tried again at the next call; what was done stays.
const once = (act) => {
  let done;
  return () => (done ??= act().catch((error) => {
    done = undefined;
    throw error;
  }));
};
const sheet = once(() => new Promise((done, failed) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("SHEET", import.meta.url);
  link.onload = done;
  link.onerror = (event) => {
    link.remove();
    failed(event);
  };
  document.head.append(link);
}));

const metered = () => {
  const { saveData, type } = navigator.connection ?? {};
  return !!saveData || type === "cellular";
};
let spoken;
const site = () => JSON.parse(document.getElementById("lamplight-site").textContent);
const speak = async () => {
  if (spoken === lang()) return;
  const told = { site: site(), lang: lang(), words: words(), texts: texts[lang()] ?? texts[""] };
  if (await call("tell", JSON.stringify(told), innerWidth, devicePixelRatio)) spoken = lang();
};
// Whether this browser stores anything for this site; known once that was tried. A full disk, say, is another trouble, and
// may be none the next time.
const BLOCKED = ["SecurityError", "InvalidStateError"];
let blocked = false;
const begin = once(async () => {
  worker = new Worker(new URL("KEEP", import.meta.url), { type: "module" });
  worker.onmessage = heard;
  const broken = new Promise((_, failed) => {
    worker.onerror = failed;
    // A damaged script may end without a word. From the device it is here at once.
    const silent = setTimeout(failed, navigator.serviceWorker?.controller ? PATIENCE : 6 * PATIENCE, { type: "error" });
    events.here = () => clearTimeout(silent);
  });
  try {
    await Promise.race([call("metered", metered()), broken]);
    blocked = false;
  } catch (error) {
    blocked = BLOCKED.includes(error.message);
    // A script or a program that could not be had says nothing of what the browser stores, nor do records it does not open.
    const absent = error.type === "error" || ["NetworkError", "UnknownError"].includes(error.message);
    if (blocked || absent) worker.terminate();
    if (absent) throw error;
    if (blocked) return;
  }
  addEventListener("online", () => call("goOn").catch(() => {}));
  navigator.connection?.addEventListener?.("change", () => call("metered", metered()).catch(() => {}));
  // Whoever asks for something is told why that fails.
  await speak().catch(() => {});
});
export const load = () => Promise.all([sheet(), self.caches && self.indexedDB ? begin() : (blocked = true)]);

// With the first article of another language come what the app says in it, its front page and the list of that: its readers open
// it there without the site, too.
const accompanied = new Set([lang()]);
const accompany = (code) => {
  if (accompanied.has(code)) return;
  accompanied.add(code);
  const { base, languages } = site();
  const at = languages.findIndex((own) => own.code === code);
  if (at < 0) return;
  const front = at ? `${base}${code.toLowerCase()}/` : base;
  const { messages } = languages[at];
  const items = [front, `${front}feed.json`, ...(messages ? [base + messages] : [])].map((url) => ({ url }));
  navigator.serviceWorker?.controller?.postMessage({ type: "keep", items });
};

// --- Controls that save ---

const pending = new Set();
// What is saved and not here is not called saved.
const paint = (control, standing) => {
  const name = pending.has(control.dataset.save) ? "saving" : { saved: "saved", due: "due", text: "due_text" }[standing] ?? "save";
  const text = say(name);
  if (control.textContent !== text) control.textContent = text;
  mine(control);
  // Not pressed or unpressed: its name says it.
  control.dataset.standing = (standing === "text" ? "due" : standing) || "none";
};
const mark = async () => {
  const controls = [...document.querySelectorAll("[data-save]")];
  if (!controls.length || blocked) return;
  await speak();
  const standings = await call("standing", controls.map((control) => control.dataset.save));
  controls.forEach((control, at) => paint(control, standings[at]));
  await markVersions();
};
// The place behind a control where what came of it is said (the page makes one before it opens a part).
const place = (control) => {
  let said = control.nextElementSibling;
  if (!said?.matches("[role=status]")) {
    said = document.createElement("span");
    said.setAttribute("role", "status");
    control.after(" ", said);
  }
  mine(said);
  return said;
};
// What is to be said of what failed: the site, or the browser's own store.
const ABSENT = ["Error", "TypeError", "TimeoutError", "NetworkError"];
const why = ({ message, name }) => [message, name].includes("QuotaExceededError") ? "full" : ABSENT.includes(message) ? "waits" : BLOCKED.includes(message) ? "blocked" : "failed";
// `back`: where the focus goes from what takes it back, for who pressed by keyboard: it is there at once.
const tell = (said, text, undo, back) => {
  said.textContent = text;
  if (!undo) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.textContent = say("undo");
  // The focus would fall to the page's beginning.
  const leave = () => {
    const control = said.previousElementSibling;
    const next = control?.matches("[data-save]") ? control : said;
    said.tabIndex = -1;
    next.focus({ preventScroll: true });
  };
  // It no longer holds then: the files go.
  setTimeout(() => {
    if (document.activeElement === button) leave();
    button.remove();
  }, UNDO);
  button.onclick = async () => {
    leave();
    said.textContent = "";
    try {
      await undo();
      await back?.();
    } catch (error) {
      tell(said, say(why(error)));
    }
    changed();
  };
  said.append(" ", button);
  if (!back) return;
  button.dataset.back = "";
  button.addEventListener("leave", () => {
    said.textContent = "";
    back();
  });
  button.focus({ preventScroll: true });
};
// Asks the browser once not to clear what is saved, and says so before and after.
const persist = async (said) => {
  const storage = navigator.storage;
  const text = said.textContent;
  const more = (name) => said.textContent.startsWith(text) && (said.textContent = `${text} ${say(name)}`);
  if (storage?.persist && !(await storage.persisted()) && (await call("once", "persist"))) {
    more("persist_ask");
    more((await storage.persist()) ? "persist_yes" : "persist_no");
  }
  if (await clears()) more("seven_days");
};
const local = (key) => {
  try {
    const text = localStorage.getItem(`${LOCAL}doc/${key}`);
    const { saved } = JSON.parse(localStorage.getItem(`${LOCAL}meta/${key}`));
    return text && { text, saved };
  } catch {}
};
// Whether the app is there to open what is saved: a service worker that runs.
const opens = async () => {
  const ready = navigator.serviceWorker?.ready;
  const found = await Promise.race([ready, new Promise((done) => setTimeout(done, PATIENCE))]);
  return !!found?.active;
};
const save = async (key, said) => {
  if (pending.has(key)) return;
  pending.add(key);
  try {
    await mark();
    const end = await call("save", key, local(key));
    tell(said, end && say(end === "saved_said" && !(await opens()) ? "no_app" : end));
    if (end === "saved_said") persist(said).catch(() => {});
  } catch (error) {
    tell(said, say(why(error)));
  } finally {
    pending.delete(key);
    await mark();
    changed();
  }
};
const remove = async (key, said, title = "", back) => {
  const before = await call("remove", key);
  await mark();
  tell(said, title + say("removed"), () => call("undo", ...before), back);
  changed();
};
const saveResults = async (said) => {
  const links = document.querySelectorAll("[data-search-results] a[href], .results a[href]");
  const here = [...links].filter((link) => link.origin === location.origin).map((link) => link.pathname);
  const all = await call("articles", here);
  let done = 0;
  let end = "saved_said";
  for (const key of all) {
    const came = await call("save", key, local(key)).catch(why);
    if (came === "saved_said") done += 1;
    else if (came) end = came;
    const text = filled("results_saved", done, all.length);
    said.textContent = end === "saved_said" ? text : `${text} ${say(end)}`;
    if (end === "full" || end === "blocked") break;
  }
  if (done && !(await opens())) said.textContent += ` ${say("no_app")}`;
  if (done) persist(said).catch(() => {});
  changed();
};

export const open = async (control) => {
  await load();
  watch();
  if ("versions" in control.dataset) return versions(control);
  const said = place(control);
  if (blocked) return tell(said, say("blocked"));
  const key = control.dataset.save;
  // The second click of two quick ones means what the first did.
  if (pending.has(key)) return;
  try {
    await speak();
    if ("saveResults" in control.dataset) return await saveResults(said);
    const [standing] = await call("standing", [key]);
    await (standing ? remove(key, said) : save(key, said));
  } catch (error) {
    tell(said, say(why(error)));
  }
};
