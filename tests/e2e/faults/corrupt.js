// What is stored, by kind. `damage`: an entry of each of some kinds, chosen by `turn` and if possible with one of some names,
// becomes what `how` says; what it was is returned, and `look` says what became of it: "gone", "damaged", "as it was" or
// "other". `back` puts it back. `plant` adds what lasts for a moment only. Without any of these it returns the kinds.
const [{ damage, how, turn = 0, names = [], look, back, plant }] = arguments;
const LOCAL = "lamplight:/:";
const STORES = { library: "records", outbox: "messages" };
const ask = async (name, mode, act) => {
  const db = await new Promise((done, failed) => {
    const request = indexedDB.open(`lamplight:/:${name}`);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  try {
    return await new Promise((done, failed) => {
      const transaction = db.transaction(STORES[name], mode);
      const request = act(transaction.objectStore(STORES[name]));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => failed(transaction.error);
    });
  } finally {
    db.close();
  }
};
const hash = async (bytes) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].join();

// --- Where things are ---
const places = {
  local: {
    read: (key) => localStorage.getItem(key) ?? undefined,
    write: (key, text) => localStorage.setItem(key, text),
    drop: (key) => localStorage.removeItem(key),
  },
  cache: {
    async read(name, path) {
      const found = (await caches.has(name)) ? await (await caches.open(name)).match(path) : undefined;
      return found && new Uint8Array(await found.arrayBuffer());
    },
    async write(name, path, bytes) {
      const cache = await caches.open(name);
      const headers = (await cache.match(path))?.headers ?? { "content-type": "application/json" };
      await cache.put(path, new Response(bytes, { headers }));
    },
    drop: async (name, path) => (await caches.open(name)).delete(path),
  },
};
for (const name of Object.keys(STORES)) {
  places[name] = {
    read: (key) => ask(name, "readonly", (store) => store.get(key)),
    write: (key, text) => ask(name, "readwrite", (store) => store.put(text, key)),
    drop: (key) => ask(name, "readwrite", (store) => store.delete(key)),
  };
}
const read = ([place, ...at]) => places[place].read(...at);
const write = ([place, ...at], what) => places[place].write(...at, what);

// --- Kinds ---
const FOLDER = /^\/(articles|media|assets|archive|machine|search-index|icons|shell)\//;
const PARTS = { app: /^app/, renderer: /^render/, finder: /^(find|search)/, contact: /^contact/, library: /^(library|keep)/ };
const kindOfFile = (name, path) => {
  const folder = FOLDER.exec(path)?.[1];
  if (path.endsWith("/wish")) return "wish for the index";
  if (folder === "media" && name.endsWith(":saved") && !promised.has(path)) return "media of an earlier version";
  if (!name.includes(":app:")) return folder ?? /[^/]+\.[a-z]+$/.exec(path)?.[0] ?? "page";
  if (path.endsWith("?build")) return "what it is";
  const part = folder === "assets" && Object.keys(PARTS).find((part) => PARTS[part].test(path.split("/").at(-1)));
  // Without the script or the program of its own nothing starts.
  return part === "app" ? path.split(".").at(-1) : part ? `the ${part}'s files` : folder ?? /\.[a-z]+$/.exec(path)[0];
};
// What belongs to the articles that are saved, as they are: the site has it, too.
const promised = new Set();
for (const key of await ask("library", "readonly", (store) => store.getAllKeys())) {
  if (!key.startsWith("receipt/")) continue;
  try {
    for (const { url } of JSON.parse(await places.library.read(key)).files) promised.add(url);
  } catch {}
}
const kinds = {};
const add = (name, where) => (kinds[name] ??= []).push(where);
for (const key of Object.keys(localStorage).filter((key) => key.startsWith(LOCAL)).sort()) {
  add(`local storage: ${key.slice(LOCAL.length).split("/")[0]}`, ["local", key]);
}
for (const name of Object.keys(STORES)) {
  for (const key of await ask(name, "readonly", (store) => store.getAllKeys())) {
    add(`${name}: ${name === "outbox" ? "message" : key.split("/")[0]}`, [name, key]);
  }
}
for (const name of (await caches.keys()).sort()) {
  const found = await (await caches.open(name)).keys();
  // In an order of their own, not in that of their coming.
  for (const { url } of found.sort((a, b) => (a.url < b.url ? -1 : 1))) {
    const { pathname, search } = new URL(url);
    const path = pathname + search;
    add(`${name.split(":")[2]} cache: ${kindOfFile(name, path)}`, ["cache", name, path]);
  }
}

// --- Damage ---
const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {}
};
// The same members, each of another type.
const twisted = (value) => Array.isArray(value) ? { of: 7 } : [7];
const other = (text) => {
  const value = parsed(text);
  if (!value || typeof value !== "object" || Array.isArray(value)) return JSON.stringify([{ digest: 7, v: "one" }, null]);
  return JSON.stringify(Object.fromEntries(Object.entries(value).map(([key, own]) => [key, typeof own === "number" ? "one" : twisted(own)])));
};
const later = (text) => {
  const value = parsed(text);
  return JSON.stringify(value && typeof value === "object" && !Array.isArray(value) ? { ...value, v: 999, format: 999 } : { v: 999 });
};
const bad = (text) => ({
  garbage: () => "\u0000\uffff{{<<" + text.slice(3, 40),
  empty: () => "",
  other: () => other(text),
  half: () => text.slice(0, text.length / 2),
  later: () => later(text),
})[how]();
const spoilt = (what) => {
  if (typeof what === "string") return bad(what);
  if (how === "half") return what.slice(0, what.length / 2);
  return new TextEncoder().encode(bad(new TextDecoder().decode(what)));
};
const key = async (what) => typeof what === "string" ? what : hash(what);

if (plant) {
  for (const [where, text] of plant) await write(where, text);
  return true;
}
if (damage) {
  const done = [];
  for (const kind of damage) {
    const all = kinds[kind];
    if (!all) throw new Error(`nothing is stored of the kind ${kind}; there are ${Object.keys(kinds).join(", ")}`);
    const own = all.filter((where) => names.some((name) => where.at(-1).includes(name)));
    const some = own.length ? own : all;
    const where = some[turn % some.length];
    const what = await read(where);
    const damaged = spoilt(what);
    await write(where, damaged);
    done.push({ kind, where, text: typeof what === "string" ? what : "", was: await key(what), is: await key(damaged) });
  }
  return done;
}
if (look) {
  const states = [];
  for (const { where, was, is } of look) {
    const what = await read(where);
    const now = what && (await key(what));
    states.push(what === undefined ? "gone" : now === was ? "as it was" : now === is ? "damaged" : "other");
  }
  return states;
}
if (back) {
  for (const { where, text, planted } of back) await (planted ? places[where[0]].drop(...where.slice(1)) : write(where, text));
  return true;
}
return Object.fromEntries(Object.entries(kinds).map(([kind, all]) => [kind, all.map((where) => where.join(" "))]));
