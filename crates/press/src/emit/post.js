// Keeps and delivers messages to the publication, in pages and in the service worker alike. Entry point: lamplightPost.
// Records are texts of the program's (crates/contact), in IndexedDB, where both can reach them. Whoever delivers holds one
// lock, and stores that a message is being sent before it goes out; nothing is changed but in one transaction that first
// looks whether it still is what was read. It must never remove what was not delivered. press fills in names in capitals.
(() => {
  const NAME = OUTBOX;
  const PATIENCE = 30_000;
  const UNKNOWN = -(2 ** 31); // the offset of a zone that this browser does not know

  // What the program asks of the browser.
  const formats = new Map();
  const parts = (zone, at) => {
    const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
    const options = { ...fields, timeZone: zone, hourCycle: "h23", calendar: "gregory", numberingSystem: "latn" };
    if (!formats.has(zone)) formats.set(zone, new Intl.DateTimeFormat("en-US", options));
    return Object.fromEntries(formats.get(zone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  };
  const browser = {
    offset(zone, at) {
      try {
        const { year, month, day, hour, minute, second } = parts(zone, at);
        return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - at) / 60_000);
      } catch {
        return UNKNOWN;
      }
    },
    time(at, form, words) {
      // As the reader writes times in that language: British and American clocks differ.
      const own = navigator.languages.find((own) => own.split("-")[0] === words.split("-")[0]) ?? words;
      // Arabic without a country: in the digits of the interface (crates/model/messages).
      const lang = own === "ar" ? "ar-u-nu-arab" : own;
      const near = Math.abs(at - Date.now()) < 6 * 86_400_000;
      const moment = near ? { weekday: "long", hour: "numeric", minute: "2-digit" } : { dateStyle: "long", timeStyle: "short" };
      const options = { clock: { timeStyle: "short" }, date: { dateStyle: "long" }, moment }[form];
      return new Intl.DateTimeFormat(lang, options).format(at);
    },
    number: (number, lang) => new Intl.NumberFormat(lang).format(number),
  };

  GLUE
  const program = wasm_bindgen;
  let begun;
  const ready = () => (begun ??= (async () => {
    const file = (await self.caches?.match(PROGRAM)) ?? (await fetch(PROGRAM));
    await wasm_bindgen({ module_or_path: await file.arrayBuffer() });
    if (!program.configure(JSON.stringify(CONTACT))) throw new Error("no contact");
  })().catch((error) => {
    begun = undefined;
    throw error;
  }));

  // --- The store ---

  // One connection, as long as nobody wants the database itself.
  let opened;
  const database = () => (opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("messages");
    request.onsuccess = () => {
      const db = request.result;
      db.onclose = () => (opened = undefined);
      db.onversionchange = () => {
        opened = undefined;
        db.close();
      };
      done(db);
    };
    request.onerror = () => {
      opened = undefined;
      failed(request.error);
    };
  }));
  const transact = async (mode, work) => {
    const db = await database();
    return new Promise((done, failed) => {
      const transaction = db.transaction("messages", mode, { durability: "strict" });
      const result = work(transaction.objectStore("messages"));
      transaction.oncomplete = () => done(result);
      transaction.onabort = () => failed(transaction.error);
    });
  };

  // What could not be stored is here, as long as the page is.
  const unsaved = new Map();
  const channel = new BroadcastChannel(NAME);
  const changed = new Set();
  const tell = () => {
    for (const told of changed) told();
  };
  channel.onmessage = tell;

  // All records, pairs of key and text.
  const all = async () => {
    const found = await transact("readonly", (store) => [store.getAllKeys(), store.getAll()]).catch(() => undefined);
    const [keys, texts] = found ? found.map(({ result }) => result) : [[], []];
    return [...new Map([...keys.map((key, at) => [String(key), String(texts[at])]), ...unsaved])];
  };

  // Writes and removes all of it or nothing, if the record `is` is what it was: [key, text], text undefined of a new
  // one. "changed" if it is not, "unsaved" if there is no room: then what was to be written is in memory, unless the
  // change `must` be stored: then nothing is changed.
  const commit = async ({ is: [key, text], write = [], drop = [], must = false }) => {
    let same = true;
    let end;
    const change = (store, act) => {
      const asked = store.get(key);
      asked.onsuccess = () => {
        same = (unsaved.has(key) ? unsaved.get(key) : asked.result) === text;
        if (!same) return;
        try {
          act(store);
        } catch {
          store.transaction.abort();
        }
      };
    };
    const all = (store) => {
      for (const [key, text] of write) store.put(text, key);
      for (const key of drop) store.delete(key);
    };
    try {
      await transact("readwrite", (store) => change(store, all));
      if (!same) return "changed";
      for (const name of [...write.map(([key]) => key), ...drop]) unsaved.delete(name);
      end = "saved";
    } catch {
      if ((unsaved.get(key) ?? text) !== text) return "changed";
      if (must) return "unsaved";
      for (const name of drop) unsaved.delete(name);
      for (const [key, text] of write) unsaved.set(key, text);
      // What was delivered is not to be sent again from what still stands in the store; removing needs no room.
      const over = write.filter(([, text]) => program.get(text, "state") === "delivered").map(([key]) => key);
      const remove = (store) => [...over, ...drop].forEach((key) => store.delete(key));
      await transact("readwrite", remove).catch(() => {});
      end = "unsaved";
    }
    tell();
    channel.postMessage("");
    return end;
  };

  // --- Delivery ---

  // A page that is put away for "back" keeps its locks and does not run: it lets go of this one, and stops.
  let away = new AbortController();
  if (self.document) {
    addEventListener("pagehide", () => away.abort());
    addEventListener("pageshow", () => {
      if (away.signal.aborted) away = new AbortController();
    });
  }
  const gone = (signal) => new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));

  const post = async ({ url, headers, body, follow }, signal) => {
    const patience = new AbortController();
    const stop = () => patience.abort();
    const timer = setTimeout(stop, PATIENCE);
    signal.addEventListener("abort", stop, { once: true });
    const init = { method: "POST", headers, body, credentials: "omit", cache: "no-store", redirect: follow ? "follow" : "manual" };
    try {
      const response = await fetch(url, { ...init, signal: patience.signal });
      if (response.type === "opaqueredirect") return { elsewhere: true };
      const retry = response.headers.get("retry-after") ?? "";
      return { status: response.status, retry, body: (await response.text().catch(() => "")).slice(0, 10_000) };
    } catch {
      return {};
    } finally {
      clearTimeout(timer);
    }
  };

  // Sends what is due, one after the other. `hope`: since when something says that it may work. When to come again.
  const round = async (hope, signal) => {
    for (;;) {
      const records = await all();
      const texts = new Map(records);
      const step = JSON.parse(program.next(JSON.stringify(records), hope, Date.now()));
      for (const [key, text] of step.write) await commit({ is: [key, texts.get(key)], write: [[key, text]] });
      for (const key of step.drop) await commit({ is: [key, texts.get(key)], drop: [key] });
      if (!step.post || signal.aborted) return step.at;
      const { key } = step.post;
      const [, sent] = step.write.find(([own]) => own === key);
      // Unless the reader took it back meanwhile.
      if (new Map(await all()).get(key) !== sent) continue;
      const answer = await post(step.post, signal);
      // Somebody else has it by now.
      if (signal.aborted) return;
      const after = program.answered(sent, JSON.stringify(answer), Date.now());
      await commit({ is: [key, sent], write: [[key, after]] });
      // Nobody is there: the others would wait as long for nothing.
      if (!answer.status && !answer.elsewhere) hope = NaN;
    }
  };
  let timer;
  const deliver = async (hope = NaN) => {
    await ready();
    const { signal } = away;
    const work = () => signal.aborted ? undefined : Promise.race([round(hope, signal), gone(signal)]);
    const at = await (navigator.locks ? navigator.locks.request(`${NAME}:deliver`, work) : work());
    clearTimeout(timer);
    if (at && self.document) timer = setTimeout(deliver, Math.min(Math.max(at - Date.now(), 500), 2 ** 31 - 1));
    return at;
  };

  // The browser asks again later, much later, where this fails.
  const synchronize = async () => {
    for (let at; (at = await deliver(Date.now())); ) {
      const rest = at - Date.now();
      if (rest > 10_000) throw new Error("there is more to deliver");
      await new Promise((done) => setTimeout(done, rest));
    }
  };
  if (!self.document) {
    addEventListener("sync", (event) => {
      if (event.tag === NAME) event.waitUntil(synchronize());
    });
  }
  // Whether somebody delivers just now, here or elsewhere.
  const busy = async () => {
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    return !navigator.locks || held.some(({ name }) => name === `${NAME}:deliver`);
  };

  self.lamplightPost = { NAME, program, ready, all, commit, deliver, busy, changed, unsaved };
})();
