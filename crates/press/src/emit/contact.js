// The form by which readers write to the publication: as a panel on any page (`load`, `open`), as the page of contact, and
// what goes on without either (`resume`). It shows what the program (crates/contact) says and stores what is typed; the
// program decides, post.js stores and delivers. It must never take a typed letter away. press fills in names in capitals.
import "POST";
const { texts, consent, contact, place, base } = CONFIG;
const { NAME, program, ready, all, commit, deliver, busy, changed, unsaved } = self.lamplightPost;
const FIELDS = ["name", "email", "subject", "message", "consent"];

const sheet = () => new Promise((done, failed) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("SHEET", import.meta.url);
  link.onload = done;
  link.onerror = failed;
  document.head.append(link);
});
let begun;
export const load = () => begun ??= Promise.all([sheet(), ready()]).catch((error) => {
  begun = undefined;
  throw error;
});

const speak = () => {
  const lang = document.documentElement.lang;
  const own = { ...contact, consent: consent[lang] ?? consent[""] ?? "" };
  const words = texts[lang] ? lang : "en";
  program.speak(JSON.stringify({ lang, words, place, contact: own, texts: texts[lang] ?? texts[""] }));
};

// --- The form that is shown: its host, what is written in it, and the key of that ---

let host;
let form;
let key = "";
let record;
let stored; // the record as it is in the store
let release = () => {};
const find = (selector) => host.querySelector(selector);
const field = (name) => form.elements.namedItem(name);
const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
  (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

// Says to other tabs that this one writes a draft; what ends that, or nothing where another does.
const hold = (draft) => new Promise((held) => {
  const free = () => held(() => {});
  if (!navigator.locks) return free();
  const own = (lock) => lock ? new Promise((end) => held(end)) : held();
  navigator.locks.request(NAME + draft, { ifAvailable: true }, own).catch(free);
});
const elsewhere = async () => {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const names = held.map(({ name }) => name).filter((name) => name.startsWith(NAME) && name !== NAME + key);
  return names.map((name) => `${name.slice(NAME.length)} `).join("");
};

const say = (text, undo) => {
  const said = find(".contact-said");
  if (said.textContent !== text || undo) said.textContent = text;
  if (!undo) return;
  const button = document.createElement("button");
  button.className = "button";
  button.type = "button";
  button.textContent = program.say("undo");
  button.onclick = async () => {
    if ((await commit({ is: [undo[0], undefined], write: [undo] })) === "changed") return;
    say("");
    if (key || !(await take(...undo))) {
      find(".outbox").focus();
      go();
    } else field("message").focus();
  };
  said.append(" ", button);
  button.focus();
};

const fill = (text) => {
  for (const name of FIELDS) {
    const input = field(name);
    const value = text ? program.get(text, name) : "";
    if (input?.type === "checkbox") input.checked = value === "yes";
    else if (input) input.value = value;
  }
};

const mark = (mistakes) => {
  for (const name of FIELDS) {
    const input = field(name);
    const said = input && document.getElementById(input.getAttribute("aria-describedby"));
    if (!said) continue;
    const words = mistakes.find(([own]) => own === name)?.[1] ?? "";
    said.textContent = words;
    said.hidden = !words;
    input.toggleAttribute("aria-invalid", !!words);
    if (words) input.setAttribute("aria-invalid", "true");
  }
  field(mistakes[0]?.[0])?.focus();
};

// Takes a draft up, if no other tab writes it and this one writes nothing else by now; whether it did.
const take = async (draft, text) => {
  if (program.get(text, "state") !== "draft") return false;
  const before = key;
  const end = await hold(draft);
  if (!end) return false;
  if (key !== before || !host?.isConnected) {
    end();
    return false;
  }
  release();
  [key, record, stored, release] = [draft, text, text, end];
  fill(text);
  mark([]);
  kept(unsaved.has(draft) ? "unsaved" : "saved");
  await show();
  return true;
};
const leave = () => {
  release();
  [key, record, release] = ["", undefined, () => {}];
  fill();
  mark([]);
  find(".contact-draft").hidden = true;
};

// Who writes is who wrote last.
const introduce = ([, text] = []) => {
  for (const name of ["name", "email"]) {
    if (text && !key && field(name) && !field(name).value) field(name).value = program.get(text, name);
  }
};
const byChange = async () => (await all()).sort(([, a], [, b]) => program.get(b, "changed") - program.get(a, "changed"));

// The last draft that no other tab writes; or else who wrote the last message.
const takeUp = async () => {
  const last = await byChange();
  for (const [draft, text] of last) {
    if (key || (await take(draft, text))) return;
  }
  introduce(last[0]);
};

const kept = (how) => {
  find(".contact-draft").hidden = false;
  const said = find(".contact-kept");
  const words = program.say(how === "unsaved" ? "unsaved" : "saved");
  if (said.textContent !== words) said.textContent = words;
  if (how === "unsaved" && !said.classList.contains("contact-lost")) say(words);
  said.classList.toggle("contact-lost", how === "unsaved");
};

// Stores the draft as it is in the form; one after the other, so that the last one stays.
let storing = Promise.resolve();
const write = () => {
  const now = Date.now();
  if (!key) {
    key = uuid();
    stored = undefined;
    record = program.begin(key, document.documentElement.lang, location.href.split("#")[0], now);
    const own = key;
    hold(own).then((end = () => {}) => key === own ? (release = end) : end());
  }
  for (const name of FIELDS) {
    const input = field(name);
    if (input) record = program.set(record, name, input.type === "checkbox" ? (input.checked ? "yes" : "") : input.value, now);
  }
  const own = key;
  return (storing = storing.then(async () => {
    if (own !== key || stored === record) return;
    const text = record;
    const nothing = program.empty(text);
    const how = await commit({ is: [own, stored], write: nothing ? [] : [[own, text]], drop: nothing ? [own] : [] });
    if (own !== key) return;
    // Somebody changed it elsewhere: that stays, and this is another draft.
    if (how === "changed") {
      release();
      key = "";
      return void write();
    }
    stored = nothing ? undefined : text;
    kept(how);
    find(".contact-draft").hidden = nothing;
  }));
};

// --- The list ---

let sent = "";
let shown = "";
const show = async () => {
  if (!host?.isConnected) return;
  const records = await all();
  const keys = [...unsaved.keys()].map((own) => `${own} `).join("");
  const others = await elsewhere();
  if (!host?.isConnected) return;
  const html = program.list(JSON.stringify(records), key, others, keys, navigator.onLine, Date.now());
  const list = find(".outbox");
  if (html !== shown || !list.firstChild) {
    const at = list.contains(document.activeElement) ? document.activeElement.dataset : undefined;
    list.innerHTML = shown = html;
    if (at) (find(`.outbox [data-key="${CSS.escape(at.key)}"][data-do="${at.do}"]`) ?? find(`.outbox [data-key="${CSS.escape(at.key)}"]`) ?? list).focus();
  }
  const own = sent && find(`.outbox [data-key="${CSS.escape(sent)}"]`)?.closest("li");
  if (own) say(own.querySelector(".outbox-state").textContent);
  // Whoever sent it was broken off.
  if (records.some(([, text]) => program.get(text, "state") === "sending") && !(await busy())) deliver();
};
changed.add(show);

// --- What the reader does ---

const send = async (event) => {
  event.preventDefault();
  await write();
  const mistakes = JSON.parse(program.mistakes(record));
  mark(mistakes);
  if (mistakes.length) return say(program.say("fix"));
  if (contact.service === "none") {
    location.href = program.mailto(record);
    return;
  }
  // What is typed from here on would belong to no message.
  form.inert = true;
  const own = key;
  const how = await commit({ is: [own, stored], write: [[own, program.send(record, Date.now())]] });
  form.inert = false;
  if (how === "changed") return;
  sent = own;
  leave();
  introduce((await byChange())[0]);
  await show();
  find(".contact-said").focus();
  go();
};

const save = (text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([program.eml(text, Date.now())], { type: "message/rfc822" }));
  link.download = "message.eml";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(program.plain(text));
  } catch {
    return save(text);
  }
  say(program.say("copied"));
};
const remove = async (own, text) => {
  if ((await commit({ is: [own, text], drop: [own] })) === "changed") return show();
  if (own === key) leave();
  await show();
  say(program.say("thrown"), [own, text]);
};
const edit = async (own, text) => {
  const fresh = program.edit(text, uuid(), Date.now());
  const draft = program.get(fresh, "key");
  // Where it cannot be stored as a draft, it would be sent from what stands in the store.
  const how = await commit({ is: [own, text], write: [[draft, fresh]], drop: draft === own ? [] : [own], must: true });
  if (how === "unsaved") return say(program.say("unsaved"));
  if (how === "changed") return show();
  if (await take(draft, fresh)) field("message").focus();
};
const again = async (own, text) => {
  sent = own;
  await commit({ is: [own, text], write: [[own, program.send(text, Date.now())]] });
  go();
};
const mail = (own, text) => (location.href = program.mailto(text));

const press = async ({ target }) => {
  const button = target.closest("[data-do]");
  if (!button) return;
  const act = button.dataset.do;
  if (act === "close") return host.close();
  const own = button.dataset.key || key;
  await storing;
  const text = own === key ? stored : new Map(await all()).get(own);
  if (text === undefined) return show();
  sent = "";
  await { copy: () => copy(text), file: () => save(text), mail, remove, edit, try: again }[act](own, text);
};

// Delivers what is due, and asks the browser to go on with it where the page is closed before that.
const go = async () => {
  const records = await all();
  // Before the first try: the page may be closed in the middle of it.
  if (records.some(([, text]) => ["waiting", "sending"].includes(program.get(text, "state")))) {
    const ready = navigator.serviceWorker?.getRegistration();
    ready?.then((worker) => worker?.active && worker.sync?.register(NAME)).catch(() => {});
  }
  await deliver(Date.now());
};

// --- Where the form is ---

const stand = async (element) => {
  host = element;
  form = find("form");
  form.noValidate = true;
  shown = "";
  if (!find(".outbox")) form.insertAdjacentHTML("afterend", program.below());
  find(".contact-around").textContent = program.around(Date.now());
  host.addEventListener("input", write);
  host.addEventListener("submit", send);
  host.addEventListener("click", press);
  const written = (name) => field(name) && field(name).type !== "checkbox" && field(name).value;
  const known = ([, text]) => FIELDS.every((name) => !field(name) || (written(name) || "") === program.get(text, name));
  if (FIELDS.some(written)) {
    // The browser filled in what it had of this page; or it was typed before this ran, and is a draft of its own.
    const draft = (await all()).find((own) => program.get(own[1], "state") === "draft" && known(own));
    if (!key && !(draft && (await take(...draft)))) await write();
  } else await takeUp();
  await show();
};

const watch = () => {
  watch.begun ||= [
    addEventListener("online", go),
    document.addEventListener("visibilitychange", () => document.hidden || go()),
    addEventListener("beforeunload", (event) => unsaved.size && event.preventDefault()),
    setInterval(() => host?.isConnected && (find(".contact-around").textContent = program.around(Date.now())), 60_000),
  ];
};

export const open = async () => {
  watch();
  if (document.querySelector("main [data-contact]")) return field("message")?.focus();
  if (document.querySelector("dialog#contact")) return;
  speak();
  const panel = document.createElement("dialog");
  panel.id = "contact";
  panel.className = "contact-panel";
  panel.setAttribute("aria-labelledby", "contact-title");
  panel.innerHTML = program.panel();
  document.body.append(panel);
  panel.addEventListener("close", async () => {
    await storing;
    if (host === panel) leave();
    panel.remove();
  });
  panel.showModal();
  await stand(panel);
  (FIELDS.map(field).find((input) => input && !input.value) ?? field("message")).focus();
  go();
};

// Goes on with what was left: on the page of contact, and with what waits, without anything shown.
export const resume = async () => {
  const page = document.querySelector("main [data-contact]");
  if (!page && !(await all()).length) return;
  await (page ? load() : ready());
  watch();
  if (page) {
    speak();
    await stand(page);
    navigator.serviceWorker?.register(`${base}sw.js`, { scope: base, updateViaCache: "none" }).catch(() => {});
  }
  go();
};
