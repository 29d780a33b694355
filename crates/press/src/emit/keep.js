// The library's worker: keeps what is saved. Entry point: it answers [number, function, ...values] with [number, answer],
// or with [number] where that failed, and tells its page [0, what, ...]. The program (crates/library) decides; this
// fetches, stores, reads back and computes digests. Nothing else writes the cache of what is saved. Nothing must be
// called saved before every file of it was read back and was whole. press fills in names in capitals.
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
// How many articles are fetched at once: the reader shares the line.
const AT_ONCE = 3;
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
  number: (number, lang) => format(Intl.NumberFormat, lang, {}).format(number),
};

// --- Records ---

const database = () => new Promise((done, failed) => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("records");
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});
const transact = async (mode, work) => {
  const db = await database();
  try {
    return await new Promise((done, failed) => {
      const transaction = db.transaction("records", mode, { durability: "strict" });
      const result = work(transaction.objectStore("records"));
      transaction.oncomplete = () => done(result);
      transaction.onabort = () => failed(transaction.error ?? new DOMException("", "AbortError"));
    });
  } finally {
    db.close();
  }
};
const get = async (key) => (await transact("readonly", (store) => store.get(key))).result;

const channel = new BroadcastChannel(NAME);
// Other tabs' workers read what was written; so does every page.
const spread = (keys) => {
  channel.postMessage({ keys });
  tell("changed");
};
channel.onmessage = async ({ data: { keys, work, cleared } }) => {
  if (work) return tell("work", work);
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

const readAll = async () => {
  const [keys, texts] = (await transact("readonly", (store) => [store.getAllKeys(), store.getAll()])).map(({ result }) => result);
  program.clear();
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
  if (keys.some((key) => /^(saved|receipt)\//.test(key)) || !(await caches.has(SAVED))) return;
  const cache = await saved();
  for (const request of await cache.keys()) {
    const response = new URL(request.url).pathname.startsWith(`${BASE}articles/`) && (await cache.match(request));
    const text = response && (await response.text());
    const opened = text && (await sealed(text)) && parse(program.open(text, when(response)));
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

// Stores a file and reads it back; what a receipt says of it.
const put = async (url, bytes, from, time) => {
  const digest = await hash(bytes);
  const headers = new Headers(from?.headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding", "set-cookie"]) headers.delete(name);
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

const ask = async (url, cache) => {
  const response = await fetch(url, { cache, signal: AbortSignal.timeout(PATIENCE) });
  if (response.status !== 200 || response.redirected) throw new Error(`${url}: ${response.status}`);
  return { response, bytes: await response.arrayBuffer(), time: Date.now() };
};
const copied = async (response) => response && { response, bytes: await response.arrayBuffer(), time: when(response) };

// A file that passes a test: of what the device has, or else what the site answers. The service worker lets the first
// way pass unstored, the second goes past what the browser has of it.
const fetched = async (url, passes, ways, own) => {
  for (const found of [await copied(await content(url)).catch(() => undefined), await own]) {
    if (found && (await passes(found))) return found;
  }
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

// --- An article ---

const document = async ({ url, slug, lang, digest }, local) => {
  const passes = async (found) => {
    const text = decode(found.bytes);
    const own = await sealed(text);
    if (!own || (digest && own !== digest)) return false;
    const opened = parse(program.open(text, found.time));
    if (opened?.slug !== slug || opened.lang !== lang) return false;
    Object.assign(found, { opened });
    return true;
  };
  const text = local && { bytes: new TextEncoder().encode(local.text), time: local.saved };
  if (text) text.response = new Response("", { headers: { "content-type": "application/json" } });
  try {
    return await fetched(url, passes, digest ? ["force-cache", "no-store"] : ["no-store"], text);
  } catch (error) {
    // The site has gone on since its list was asked for, or cannot be asked for the newest: any whole edition will do.
    if (!digest || error?.name === "QuotaExceededError") throw error;
    digest = "";
    return fetched(url, passes, ["no-store"], text);
  }
};
const BLOCK = /<!--lamplight:app-->[^]*?<!--\/lamplight:app-->/;
const page = async ({ page, slug }, digest) => {
  const whole = ({ response, bytes }, edition) => {
    const text = typed(response, "text/html") ? decode(bytes) : "";
    return BLOCK.test(text) && text.trimEnd().endsWith("</html>") && text.includes(`data-slug="${slug.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`)
      && (!edition || text.includes(`data-digest="${digest}"`));
  };
  try {
    return await fetched(page, (found) => whole(found, true), ["no-cache", "reload"]);
  } catch {
    // Page and document of one edition, if that can be had; the app shows the document.
    return fetched(page, (found) => whole(found, false), ["no-cache"]);
  }
};
const image = async (url) => {
  const passes = async ({ bytes }) => url.includes(await hash(bytes));
  return fetched(url, passes, ["force-cache", "reload"]);
};

// Fetches, stores and reads back all of an article; then, and only then, its records.
const keepOne = async (due, local) => {
  const found = await document(due, local);
  const { opened } = found;
  const kept = async (url, found, from) => {
    const digest = await hash(found.bytes);
    const bytes = await here(url, digest);
    return bytes ? { url, bytes: bytes.byteLength, digest } : put(url, found.bytes, from ?? found.response, found.time);
  };
  const files = [];
  const before = await (await saved()).match(due.url);
  if (before) {
    const text = await before.text();
    if (SEAL.exec(text)?.[1] !== opened.digest) {
      const revision = parse(program.revision(text, when(before)));
      if (revision) await commit([revision]);
    }
  }
  files.push(await kept(due.url, found));
  files.push(await kept(due.page, await page(due, opened.digest)));
  for (const url of due.images ? opened.images : []) {
    const stored = await (await saved()).match(url);
    const bytes = stored && (await stored.arrayBuffer());
    const digest = bytes && (await hash(bytes));
    files.push(digest && url.includes(digest) ? { url, bytes: bytes.byteLength, digest } : await kept(url, await image(url)));
  }
  const receipt = parse(program.done(opened.slug, opened.lang, opened.digest, due.images, JSON.stringify(files), Date.now()));
  await commit([opened.holding, receipt]);
};

// Many tabs may store files at once; none while one of them deletes.
const lock = (name, mode, work) => navigator.locks ? navigator.locks.request(`${NAME}:${name}`, { mode }, work) : work();
const keep = (due, local) => lock("files", "shared", () => keepOne(due, local));

// --- What the site has ---

let asked = 0;
const archives = async (languages, age = CALM) => {
  const cache = await saved();
  await Promise.all(languages.map(async (lang) => {
    const url = `${BASE}archive/${lang.toLowerCase()}.json`;
    const own = await cache.match(url);
    if (own) program.archive(await own.clone().text());
    if (own && Date.now() - when(own) < age && asked) return;
    try {
      const { response, bytes, time } = await ask(url, "no-cache");
      if (program.archive(decode(bytes))) await put(url, bytes, response, time);
    } catch {}
  }));
  asked = Date.now();
};

// --- All that is saved ---

let busy;
let state = { name: "", here: 0, all: 0 };
let insist = false;
let saves = false; // the page says whether the line is metered
const work = (name, more = {}) => {
  const [here, all] = parse(program.count());
  state = { name, here, all, ...more };
  tell("work", state);
  channel.postMessage({ work: state });
};
const goOn = () => {
  busy ??= lock("keep", "exclusive", round).catch(() => {}).finally(() => (busy = undefined));
  return busy;
};
let timer;
const later = () => {
  clearTimeout(timer);
  timer = setTimeout(goOn, RETRY);
};
// A browser that was stopped while it replaced a file has neither the old one nor the new one: that article is due again.
const audit = async () => {
  const keys = (await (await saved()).keys()).map(({ url }) => new URL(url).pathname);
  const lacking = parse(program.lacking(JSON.stringify(keys)));
  if (lacking.length) await commit([], lacking);
};
// Why what only a wish covers is not fetched now. The reader may pause in any tab, and means at once.
const held = async () => ((await get("paused")) !== undefined && "paused") || (saves && !insist && "saves_data");
let audited;
const round = async () => {
  if (!audited) await lock("files", "exclusive", audit);
  audited = true;
  const wanted = parse(program.languages());
  if (!wanted.length) return;
  await archives(wanted);
  const failed = new Set();
  let end = "";
  const next = () => parse(program.due()).filter(({ url }) => !failed.has(url));
  for (let due = next(); due.length; due = next()) {
    const bulk = await held();
    const queue = bulk ? due.filter(({ own }) => own) : due;
    if (!queue.length) return work(bulk);
    work("going");
    // In steps: what is saved may change meanwhile.
    const step = queue.slice(0, 30);
    const one = async () => {
      for (let item = step.shift(); item && !end; item = step.shift()) {
        if (!item.own && (await held())) return;
        try {
          await keep(item);
          if (!(await held())) work("going");
        } catch (error) {
          if (error?.name === "QuotaExceededError") end = "full";
          failed.add(item.url);
          // Nobody is there: the others would wait as long for nothing.
          if (failed.size > 5 && failed.size * 2 > due.length) end ||= "waits";
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    if (end) break;
  }
  if (failed.size) later();
  work(end || (failed.size ? "waits" : ""));
  if (!end) await sweep();
};

// Deletes what belongs to nothing saved any more.
const sweep = () => lock("files", "exclusive", async () => {
  const cache = await saved();
  const keys = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const { forget, files } = parse(program.sweep(JSON.stringify(keys)));
  if (forget.length) await commit([], forget);
  for (const url of files) await cache.delete(url);
});
let sweeping;

// --- Space ---

const estimate = async () => (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
const sizes = new Map();
const size = async (response, key) => {
  if (!sizes.has(key)) sizes.set(key, (await response.blob()).size);
  return sizes.get(key);
};
const contents = async (name) => {
  const cache = await caches.open(name);
  const files = [];
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    if (!response) continue;
    const used = Number(response.headers.get(STORED)) || 0;
    files.push({ url: new URL(request.url).pathname, bytes: await size(response, `${name} ${request.url} ${used}`), used });
  }
  return files;
};
// Deletes what is not saved; whether that made room.
const makeRoom = async (incoming) => {
  if (!(await caches.has(CONTENT))) return false;
  const { usage = 0, quota = 0 } = await estimate();
  const needed = Math.max(incoming, program.needed(incoming, usage, quota));
  const files = await contents(CONTENT);
  let go = parse(program.evict(JSON.stringify(files), needed, Date.now()));
  // Where that is not enough for all of it, it may be enough for this.
  if (!go.length) go = parse(program.evict(JSON.stringify(files), incoming, Date.now()));
  const cache = await caches.open(CONTENT);
  for (const url of go) await cache.delete(url);
  return go.length > 0;
};
const tidy = async () => {
  const { usage = 0, quota = 0 } = await estimate();
  if (quota && program.needed(0, usage, quota)) await makeRoom(0);
};
const sum = (files) => files.reduce((all, { bytes }) => all + bytes, 0);
const meter = async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith(APP));
  const app = await Promise.all(names.map(contents));
  const kept = (await caches.has(CONTENT)) ? await contents(CONTENT) : [];
  const { usage = 0, quota = 0 } = await estimate();
  return program.meter(sum(kept), app.reduce((all, files) => all + sum(files), 0), usage, quota);
};

// Records of what is on the device unasked, so that it can be listed: each document is opened once.
const stock = async () => {
  if (!(await caches.has(CONTENT))) return;
  const cache = await caches.open(CONTENT);
  const all = new Map((await transact("readonly", (store) => [store.getAllKeys(), store.getAll()]).then(([keys, texts]) => keys.result.map((key, at) => [key, texts.result[at]]))));
  const present = new Set();
  let writes = [];
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(`${BASE}articles/`)) continue;
    const response = await cache.match(request);
    const text = response && (await response.text());
    const digest = text && SEAL.exec(text)?.[1];
    const opened = digest && (await sealed(text)) && parse(program.open(text, when(response)));
    if (!opened) continue;
    const { holding } = opened;
    present.add(holding.key);
    // What is saved has a record of what is saved.
    if (program.standing(opened.slug, opened.lang) === "saved") continue;
    if (!all.get(holding.key)?.includes(digest)) writes.push(holding);
    if (writes.length >= 50) await commit(writes.splice(0));
  }
  const gone = [...all.keys()].filter((key) => key.startsWith("holding/") && !present.has(key) && !all.has(key.replace("holding/", "receipt/")));
  if (writes.length || gone.length) await commit(writes, gone);
};

// --- Ready for the flight ---

// The app's files with their digests: as its service worker tells, or by their names.
const appFiles = async (told) => {
  if (told?.length) return told.map(({ url, digest }) => ({ url: BASE + url, digest }));
  const names = (await caches.keys()).filter((name) => name.startsWith(APP));
  const found = new Map();
  for (const name of names) {
    for (const { url } of await (await caches.open(name)).keys()) {
      const path = new URL(url).pathname;
      const digest = /-([0-9a-f]{32})\.[a-z0-9]+$/.exec(path)?.[1];
      if (digest) found.set(path, digest);
    }
  }
  return [...found].map(([url, digest]) => ({ url, digest }));
};
const fromApp = async (url) => {
  for (const name of await caches.keys()) {
    const found = name.startsWith(APP) && (await (await caches.open(name)).match(url));
    if (found) return found;
  }
};
const look = async (app) => {
  for (let urls; (urls = parse(program.inspect_next(8))).length; ) {
    await Promise.all(urls.map(async (url) => {
      const found = app.has(url) ? await fromApp(url) : await (await saved()).match(url);
      const bytes = await found?.arrayBuffer().catch(() => undefined);
      if (!bytes) return program.inspect_found(url, undefined, undefined);
      if (app.has(url) || !url.endsWith(".json")) return program.inspect_found(url, undefined, await hash(bytes));
      const text = decode(bytes);
      const seal = SEAL.exec(text);
      const digest = seal && (await hash(new TextEncoder().encode(text.slice(seal[0].length))));
      program.inspect_found(url, text, digest ?? "");
    }));
    looked += urls.length;
    tell("check", program.say_of("checking", looked, 0));
  }
};
let looked = 0;
const check = async (told) => {
  looked = 0;
  await archives(parse(program.languages()), 0);
  const files = await appFiles(told);
  const app = new Map(files.map(({ url, digest }) => [url, digest]));
  const stored = (await (await saved()).keys()).map(({ url }) => new URL(url).pathname);
  program.inspect(JSON.stringify(files), JSON.stringify(stored));
  await look(app);
  let mended = 0;
  const mend = async (work) => {
    try {
      await lock("files", "shared", work);
      mended += 1;
      return true;
    } catch {
      return false;
    }
  };
  // A document that is mended may show images that were not looked for.
  for (let pass = 0; pass < 2; pass++) {
    const orders = new Map(parse(program.orders()).map((due) => [due.url, due]));
    for (const [url] of parse(program.inspect_repairs())) {
      const due = orders.get(url);
      const again = async () => {
        if (due) return keepOne(due);
        const found = await image(url);
        await put(url, found.bytes, found.response, found.time);
      };
      if (await mend(again)) program.inspect_again(url);
    }
    await look(app);
  }
  for (const { url, digest } of parse(program.pages())) {
    if (await here(url, digest)) continue;
    looked += 1;
    const due = [...parse(program.orders())].find((due) => due.page === url);
    if (due) await mend(() => keepOne(due));
  }
  for (const [url] of parse(program.inspect_report()).app) {
    const [name] = (await caches.keys()).filter((name) => name.startsWith(APP)).slice(-1);
    const again = async () => {
      const { response, bytes } = await ask(url, "reload");
      if (!name || (await hash(bytes)) !== app.get(url)) throw new Error(`${url} is of another build`);
      await (await caches.open(name)).put(url, new Response(bytes, { headers: { "content-type": response.headers.get("content-type") } }));
    };
    if (await mend(again)) program.inspect_again(url);
  }
  await look(app);
  if (mended) tell("changed");
  return program.flight(mended, navigator.onLine);
};

// --- What a page asks for ---

const save = async (kind, name, lang, images = true, translations = false) => {
  const write = parse(program.save(kind, name, lang, images, translations, Date.now()));
  if (write) await commit([write]);
};
const extent = async () => {
  try {
    const [images, translations] = JSON.parse(await get("extent"));
    return [!!images, !!translations];
  } catch {
    return [true, false];
  }
};
const forgotten = new Map();
const article = (key) => [key.slice(key.indexOf("/") + 1), key.slice(0, key.indexOf("/"))];
const functions = {
  tell: (told, width, density) => program.tell(told, width, density),
  metered(now) {
    saves = now;
  },
  say: (...names) => names.map((name) => program.say(name)),
  page: () => program.page(),
  shelf: (question) => parse(program.shelf(JSON.stringify(question), Date.now())),
  wishes: (lang, images) => program.wishes(lang, images),
  meter,
  state: () => state,
  visited: async (entries) => commit(parse(program.visited(entries))),
  stock,
  archives: (languages) => archives(languages, 0),
  standing: (keys) => keys.map((key) => program.standing(...article(key))),
  articles: (paths) => [...new Set(paths.map((path) => program.article_at(path)).filter(Boolean))],
  // Saves an article and fetches it; whether it is here then, or why not.
  async save(key, local) {
    const [slug, lang] = article(key);
    const [images, translations] = await extent();
    await save("article", slug, lang, images, translations);
    const due = parse(program.order(slug, lang));
    // Nothing is to be said where the reader removed it meanwhile.
    const standing = () => program.standing(slug, lang);
    try {
      if (due) await keep(due, local);
      if (translations) goOn();
      return standing() && (standing() === "saved" ? "saved_said" : "waits");
    } catch (error) {
      if (!standing()) return "";
      if (error?.name === "QuotaExceededError") return "full";
      later();
      return "waits";
    }
  },
  // Removes it; what brings it back.
  async remove(key) {
    const [slug, lang] = article(key);
    const name = `saved/article/${slug}/${lang}`;
    const before = await get(name);
    const kept = parse(program.extent(slug, lang));
    const write = parse(program.remove("article", slug, lang, Date.now()));
    if (write) await commit([write]);
    clearTimeout(sweeping);
    sweeping = setTimeout(sweep, UNDO);
    return [name, before, kept];
  },
  async undo(name, before, [images, translations] = [true, false]) {
    const write = parse(program.undo(name, before, images, translations, Date.now()));
    if (write) await commit([write]);
    goOn();
  },
  async renew(key) {
    await archives(parse(program.languages()), 0);
    const due = parse(program.order(...article(key)));
    if (due) await keep(due);
  },
  // Whether the reader wants images and translations with what is saved.
  async extent(...chosen) {
    if (chosen.length) await commit([{ key: "extent", text: JSON.stringify(chosen) }]);
    return extent();
  },
  // Whether something is done for the first time on this device.
  async once(name) {
    const key = `once/${name}`;
    if ((await get(key)) !== undefined) return false;
    await commit([{ key, text: "1" }]);
    return true;
  },
  async wish(kind, name, lang, images, translations) {
    await save(kind, name, lang, images, translations);
    await commit([], ["paused"]);
    goOn();
  },
  async unwish(kind, name, lang) {
    const key = `saved/${kind}/${name}/${lang}`;
    const before = await get(key);
    const write = parse(program.remove(kind, name, lang, Date.now()));
    if (write) await commit([write]);
    clearTimeout(sweeping);
    sweeping = setTimeout(sweep, UNDO);
    return [key, before];
  },
  async pause() {
    await commit([{ key: "paused", text: "1" }]);
    if (state.name === "going") work("paused");
  },
  // `all`: the reader asks for it; `insist`: also where data is saved.
  async goOn(all, however) {
    insist ||= !!however;
    if (all) await commit([], ["paused"]);
    goOn();
  },
  // Takes an article that is not saved off the device; the page has taken it out of local storage.
  async forget(key) {
    const [slug, lang] = article(key);
    const cache = await caches.open(CONTENT);
    const { url, page } = parse(program.place(slug, lang));
    forgotten.set(key, await Promise.all([url, page].map(async (path) => [path, await cache.match(path)])));
    for (const path of [url, page]) await cache.delete(path);
    await commit([], [`holding/${slug}/${lang}`]);
  },
  // Takes that back.
  async unforget(key) {
    const cache = await caches.open(CONTENT);
    for (const [path, response] of forgotten.get(key) ?? []) if (response) await cache.put(path, response);
    forgotten.delete(key);
    await stock();
  },
  // Takes everything off the device that was saved, and what tells of it; that it was removed is remembered.
  async clear() {
    const keys = (await transact("readonly", (store) => store.getAllKeys())).result;
    const own = keys.filter((key) => key.startsWith("saved/"));
    // What a later version of the app wrote cannot be marked as removed.
    const drops = [];
    const gone = own.map((key) => parse(program.remove(...key.split("/").slice(1), Date.now())) ?? void drops.push(key)).filter(Boolean);
    // First of all: whatever goes on meanwhile fetches no more of it.
    await commit(gone, drops);
    await lock("files", "exclusive", async () => {
      const rest = (await transact("readonly", (store) => store.getAllKeys())).result;
      await commit([], rest.filter((key) => /^(receipt|holding|revision)\//.test(key)));
      const cache = await saved();
      for (const request of await cache.keys()) await cache.delete(request);
      await caches.delete(SAVED);
    });
    program.visited("[]");
    await readAll();
    channel.postMessage({ keys: [], cleared: true });
    tell("changed");
    work("");
  },
  check: (told) => check(told),
  tidy,
};

let begun;
const ready = () => (begun ??= (async () => {
  // The browser may well store something: this is another trouble.
  await start({ module_or_path: new URL("PROGRAM", import.meta.url) }).catch((error) => {
    throw new DOMException(String(error), "NetworkError");
  });
  await caches.has(SAVED);
  await readAll();
  await recover();
})().catch((error) => {
  begun = undefined;
  throw error;
}));
addEventListener("online", () => state.name === "waits" && goOn());
onmessage = async ({ data: [number, name, ...values] }) => {
  try {
    await ready();
    postMessage([number, await functions[name](...values)]);
  } catch (error) {
    postMessage([number, undefined, String(error?.name)]);
  }
};
