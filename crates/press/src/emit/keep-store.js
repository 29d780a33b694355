// The records and the files of the library's worker, and its words.
// Entry points: commit, readAll (records); put, here, fetched (files). Nothing else writes either. It must never call a
// file stored that was not read back.
import start, * as program from "SCRIPT";
const BASE = CONFIG;
const NAME = `lamplight:${BASE}:library`;
const SAVED = `lamplight:${BASE}:saved`;
const CONTENT = `lamplight:${BASE}:content`;
const APP = `lamplight:${BASE}:app:`;
const STORED = "x-lamplight-stored";
// How long a file may take, and how long until what failed is tried again, in milliseconds.
const PATIENCE = 60_000;
const RETRY = 30_000;
// How long somebody looks at a panel that waits for a file, in milliseconds.
const HASTE = 10_000;
// How many articles are fetched at once: the reader shares the line.
const AT_ONCE = 3;
// How long the browser may take to open its records, in milliseconds: it waits for whoever else has them open before it
// clears them, and whoever asks meanwhile waits behind that.
const OPENING = 10_000;
// How old what the site has may be before it is asked again, in milliseconds; after a removal, how long it can be undone
// without the site.
const CALM = 3_600_000;
const UNDO = 60_000;

const parse = (json) => json === undefined ? undefined : JSON.parse(json);
const tell = (...what) => postMessage([0, ...what]);

// --- Words ---

const formats = new Map();
const format = (kind, lang, options) => {
  const key = kind.name + lang + JSON.stringify(options);
  return formats.get(key) ?? formats.set(key, new kind(lang === "ar" ? "ar-u-nu-arab" : lang, options)).get(key);
};
const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60]];
self.lamplightSpeech = {
  size(bytes, lang) {
    const unit = bytes < 1e6 ? "kilobyte" : bytes < 1e9 ? "megabyte" : "gigabyte";
    const value = bytes / { kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit];
    const maximumFractionDigits = unit === "kilobyte" ? 0 : 1;
    return format(Intl.NumberFormat, lang, { style: "unit", unit, maximumFractionDigits }).format(bytes && unit === "kilobyte" ? Math.max(1, value) : value);
  },
  ago(time, now, lang) {
    const seconds = Math.max(0, (now - time) / 1_000);
    const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ["minute", 60];
    return format(Intl.RelativeTimeFormat, lang, { numeric: "auto" }).format(-Math.floor(seconds / length), unit);
  },
  date: (time, lang) => format(Intl.DateTimeFormat, lang, { dateStyle: "medium", timeStyle: "short" }).format(time),
  // A day as its author wrote it, wherever it is read.
  day(date, lang) {
    const [year, month, day] = date.slice(0, 10).split("-").map(Number);
    const time = Date.UTC(year, month - 1, day);
    return Number.isNaN(time) ? date : format(Intl.DateTimeFormat, lang, { dateStyle: "long", timeZone: "UTC" }).format(time);
  },
  part: (thousandths, lang) => format(Intl.NumberFormat, lang, { style: "percent" }).format(Math.floor(thousandths / 10) / 100),
  dayOf(time, now, lang) {
    const begin = (time) => new Date(time).setHours(0, 0, 0, 0);
    const days = Math.round((begin(time) - begin(now)) / 86_400_000);
    if (days === 0 || days === -1) return format(Intl.RelativeTimeFormat, lang, { numeric: "auto" }).format(days, "day");
    return format(Intl.DateTimeFormat, lang, { dateStyle: "full" }).format(time);
  },
  clock: (time, lang) => format(Intl.DateTimeFormat, lang, { timeStyle: "short" }).format(time),
  number: (number, lang) => format(Intl.NumberFormat, lang, {}).format(number),
};

// --- Records ---

const answer = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});
const soon = async (request) => {
  let timer;
  const late = new Promise((_, failed) => (timer = setTimeout(() => {
    // What comes after all must not be in others' way.
    request.addEventListener("success", () => request.result?.close());
    failed(new DOMException("", "UnknownError"));
  }, OPENING)));
  try {
    return await Promise.race([answer(request), late]);
  } finally {
    clearTimeout(timer);
  }
};
const database = async (name, kind) => {
  const open = () => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(kind);
    return soon(request);
  };
  const db = await open();
  if (db.objectStoreNames.length) return db;
  // Something else has opened it before it was made: there is nothing in it, nor would there ever be.
  db.close();
  await soon(indexedDB.deleteDatabase(name));
  return open();
};
const transact = async (mode, work, name = NAME, kind = "records") => {
  const db = await database(name, kind);
  try {
    return await new Promise((done, failed) => {
      const transaction = db.transaction(kind, mode, { durability: "strict" });
      const result = work(transaction.objectStore(kind));
      transaction.oncomplete = () => done(result);
      transaction.onabort = () => failed(transaction.error ?? new DOMException("", "AbortError"));
    });
  } finally {
    db.close();
  }
};
const get = async (key) => (await transact("readonly", (store) => store.get(key))).result;
// The records of a kind.
const kind = (name) => IDBKeyRange.bound(`${name}/`, `${name}0`);
const records = async (name) => {
  const asks = (store) => [store.getAllKeys(kind(name)), store.getAll(kind(name))];
  const [keys, texts] = (await transact("readonly", asks)).map(({ result }) => result);
  return new Map(keys.map((key, at) => [key, texts[at]]));
};

const channel = new BroadcastChannel(NAME);
// Other tabs' workers read what was written; so does every page.
const spread = (keys) => {
  channel.postMessage({ keys });
  tell("changed");
};
channel.onmessage = async ({ data: { keys, work, cleared } }) => {
  // Whichever tab keeps: this one, too, knows whether there is something to pause.
  if (work) return tell("work", (state = work));
  await begun;
  // The reader removed everything, and the files with it.
  if (cleared) await readAll();
  for (const key of keys) take(key, await get(key));
  tell("changed");
};
const take = (key, text) => text === undefined ? void program.gone(key) : program.record(key, text);

// Writes and deletes records in one transaction, each joined with what stands by then; the program takes what is stored,
// or, where that failed, all that is.
const commit = async (writes, drops = []) => {
  const stored = new Map();
  const work = (store) => {
    for (const { key, text } of writes) {
      const asked = store.get(key);
      asked.onsuccess = () => {
        const joined = program.joined(key, asked.result, text);
        stored.set(key, joined ?? asked.result);
        if (joined !== undefined) store.put(joined, key);
      };
    }
    for (const key of drops) store.delete(key);
  };
  try {
    await roomy(() => transact("readwrite", work));
  } catch (error) {
    await readAll();
    throw error;
  }
  for (const [key, text] of stored) program.record(key, text);
  for (const key of drops) program.gone(key);
  const keys = [...stored.keys(), ...drops];
  if (keys.length) spread(keys);
};

// Of versions only those that are new: their texts are large, and never change under their keys. All in one transaction,
// so many texts at a time.
const TEXTS = 50;
let noted = new Set();
const readAll = async () => {
  const asks = (store) => {
    const revisions = store.getAllKeys(kind("revision"));
    revisions.onsuccess = () => {
      const due = revisions.result.filter((key) => !noted.has(key));
      const next = () => {
        const step = due.splice(0, TEXTS).map((key) => [key, store.get(key)]);
        for (const [key, asked] of step) asked.onsuccess = () => {
          program.record(key, asked.result);
          noted.add(key);
        };
        step.at(-1)?.[1].addEventListener("success", next);
      };
      next();
    };
    const rest = [IDBKeyRange.upperBound("revision/", true), IDBKeyRange.lowerBound("revision0")];
    return [revisions, ...rest.map((range) => store.getAllKeys(range)), ...rest.map((range) => store.getAll(range))];
  };
  const [revisions, ...found] = (await transact("readonly", asks)).map(({ result }) => result);
  const [keys, texts] = [found.slice(0, 2).flat(), found.slice(2).flat()];
  // From here on in one step: nobody may find half of it. Each version stands by itself.
  program.clear();
  const stand = new Set(revisions);
  for (const key of noted) if (!stand.has(key)) program.gone(key);
  noted = stand;
  const mended = [];
  keys.forEach((key, at) => {
    const mend = program.record(String(key), String(texts[at]));
    if (mend !== undefined) mended.push({ key, text: mend });
  });
  // They are damaged: there is nothing to join.
  if (mended.length) await transact("readwrite", (store) => mended.forEach(({ key, text }) => store.put(text, key)));
};

// Where the browser has lost the records and not the files, those are saved all the same.
const recover = async () => {
  const keys = (await transact("readonly", (store) => store.getAllKeys())).result;
  if (keys.some((key) => /^(saved|receipt|held)\//.test(key)) || !(await caches.has(SAVED))) return;
  const cache = await saved();
  for (const request of await cache.keys()) {
    const opened = new URL(request.url).pathname.startsWith(`${BASE}articles/`) && (await openedIn(await cache.match(request)));
    if (opened) await save("article", opened.slug, opened.lang);
  }
};

// --- Files ---

/** The first 16 bytes of the SHA-256, hexadecimal. */
const hash = async (bytes) => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, 16);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
};
const decode = (bytes) => new TextDecoder().decode(bytes);
const typed = (response, type) => (response.headers.get("content-type") ?? "").startsWith(type);
const SEAL = /^\{(?:"_lamplight":\{)?"digest":"([0-9a-f]{32})"/;
// The digest that a sealed text carries, if it is whole.
const sealed = async (text) => {
  const seal = SEAL.exec(text);
  return seal && (await hash(new TextEncoder().encode(text.slice(seal[0].length)))) === seal[1] ? seal[1] : undefined;
};
// What the program says of a document that is stored, if it is whole.
const openedIn = async (response) => {
  const text = await response?.text();
  return text && (await sealed(text)) && parse(program.open(text, when(response)));
};
const saved = () => caches.open(SAVED);
const content = async (url) => (await caches.has(CONTENT)) ? (await caches.open(CONTENT)).match(url) : undefined;
const when = (response) => Number(response.headers.get(STORED)) || Date.now();

// Does it once more after making room, where there is none.
const roomy = async (work, incoming = 0) => {
  try {
    return await work();
  } catch (error) {
    if (error?.name !== "QuotaExceededError" || !(await makeRoom(Math.max(incoming, 1_000_000)))) throw error;
    return work();
  }
};

// What an answer's headers say that does not hold for what is stored of it.
const CODED = ["content-encoding", "content-length", "transfer-encoding", "set-cookie"];
// Stores a file and reads it back; what a receipt says of it.
const put = async (url, bytes, from, time) => {
  const digest = await hash(bytes);
  const headers = new Headers(from?.headers);
  for (const name of CODED) headers.delete(name);
  headers.set(STORED, String(time));
  const cache = await saved();
  await roomy(() => cache.put(url, new Response(bytes, { headers })), bytes.byteLength);
  if (!(await here(url, digest))) throw new Error(`${url} was not stored as it is`);
  return { url, bytes: bytes.byteLength, digest };
};
// Whether a file is in the cache of what is saved, and whole; its bytes.
const here = async (url, digest) => {
  const found = await (await saved()).match(url);
  const bytes = found && (await found.arrayBuffer().catch(() => undefined));
  return bytes && (await hash(bytes)) === digest ? bytes : undefined;
};

const ask = async (url, cache, patience = PATIENCE) => {
  const response = await fetch(url, { cache, signal: AbortSignal.timeout(patience) });
  if (response.status !== 200 || response.redirected) throw new Error(`${url}: ${response.status}`);
  return { response, bytes: await response.arrayBuffer(), time: Date.now() };
};
const copied = async (response) => response && { response, bytes: await response.arrayBuffer(), time: when(response) };

// A file that passes a test: of what the device has, what is saved first, or else what the site answers. The service worker lets the first
// way pass unstored, the second goes past what the browser has of it.
const fetched = async (url, passes, ways, own) => {
  for (const look of [async () => (await saved()).match(url), () => content(url)]) {
    const found = await look().then(copied).catch(() => undefined);
    if (found && (await passes(found))) return found;
  }
  if (own && (await passes(own))) return own;
  let last;
  for (const way of ways) {
    try {
      const found = await ask(url, way);
      if (await passes(found)) return found;
      last = new Error(`${url} is not what it should be`);
    } catch (error) {
      last = error;
    }
  }
  throw last;
};
