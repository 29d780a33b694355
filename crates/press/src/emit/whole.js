// The index on the device: which one is open, which of its files are stored, and the reader's wish to have all of them.
// Entry points: refresh, resume, whole, shown. The files and the wish are in Cache Storage (docs/formats.md); the
// programs decide what a file is and what it leads to. It must never say that everything is there before each file
// was found in the cache again, and never remove unasked what an index in use in any tab leads to.
const BASE = new URL("../", import.meta.url).href;
const STORE = `lamplight:${new URL(BASE).pathname}:content`;
const FOLDER = "search-index/";
const WISH = `${BASE}${FOLDER}wish`;
const AT_ONCE = 4;
const PATIENCE = 60_000;
const RETRY = 30_000;
// The second of two quick clicks on the offer meets the button that came into its place.
const TWICE = 600;

// Opened for each use: a reader who removes everything removes the cache itself.
const store = () => caches.open(STORE);
const match = async (url) => (await store()).match(url);
const urlOf = (name) => BASE + FOLDER + name;
const nameOf = (root) => root.slice(FOLDER.length);
// {root, files}: the index of which every file was found here, and their names; empty before that.
const wish = async () => (await match(WISH).catch(() => {}))?.json();
const note = async (record) => (await store()).put(WISH, new Response(JSON.stringify(record)));
// The names of the files that are here, those that came last at the end.
const files = async () => {
  const keys = await (await store()).keys();
  const here = keys.map(({ url }) => url).filter((url) => url.startsWith(BASE + FOLDER) && url !== WISH);
  return here.map((url) => url.slice(BASE.length + FOLDER.length));
};

// What is known of the wish: none, going (with the part that is here, 0 to 1), failed, full (the device is), waits
// (it saves data), done; empty where nothing is known, or nothing can be stored.
let state = { name: "", part: 0 };
let wakes = [];
const channel = new BroadcastChannel(STORE);
const set = (own) => {
  state = own;
  for (const wake of wakes.splice(0)) wake();
};
channel.onmessage = ({ data }) => set(data);
const tell = (name, part = 0) => {
  if (name === state.name && Math.floor(part * 100) === Math.floor(state.part * 100)) return;
  set({ name, part });
  channel.postMessage(state);
};
const change = () => new Promise((wake) => (wakes.push(wake), setTimeout(wake, 1_000)));

// In words, with the numbers of a locale; empty where nothing can be said or offered.
const shown = (locale) => {
  const bytes = program.size();
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const write = (value, options) => new Intl.NumberFormat(locale, options).format(value);
  return {
    state: bytes ? state.name : "",
    part: write(Math.floor(state.part * 100) / 100, { style: "percent" }),
    size: write(bytes / (bytes < 1e6 ? 1e3 : 1e6), { style: "unit", unit, maximumFractionDigits: bytes < 1e6 ? 0 : 1 }),
  };
};

// --- The open index ---

let release = () => {};
// Says to other tabs that a root is in use, and gives what ends that.
const hold = (root) => new Promise((held) => {
  const free = () => held(() => {});
  if (!navigator.locks) return free();
  navigator.locks.request(STORE + root, { mode: "shared" }, () => new Promise(held)).catch(free);
});
const take = async (root) => {
  const before = program.opened();
  const end = await hold(root);
  const taken = (await open(BASE, root)) === "Open";
  const other = taken && root !== before;
  (other ? release : end)();
  if (other) release = end;
  return taken;
};

// The root that the site has now; empty if it has none, undefined if it cannot be asked.
const current = async () => {
  try {
    const response = await fetch(`${BASE}edition.json`, { cache: "no-cache", signal: AbortSignal.timeout(10_000) });
    return response.ok ? rootOf(await response.text()) : undefined;
  } catch {}
};

// Roots that are here, the best first: of an index that is whole, of the last known edition, the newest.
const atHand = async () => {
  const here = (await files()).filter((name) => name.startsWith("root-")).map((name) => FOLDER + name).reverse();
  const edition = await match(`${BASE}edition.json`);
  const first = [(await wish())?.root, edition && rootOf(await edition.text())];
  return new Set([...first.filter((root) => here.includes(root)), ...here]);
};

// Opens what is here at once, then what the site has now; where that cannot be had, what is whole.
const refresh = async () => {
  if (!program.opened()) {
    for (const root of await atHand().catch(() => [])) if (await take(root)) break;
  }
  const now = await current();
  await take(now ?? (await wish())?.root ?? "");
  if (busy) return;
  try {
    if (!(await wish())) {
      tell("none");
      if (now && program.opened() === now) await tidy();
    } else if (!(await finish(now))) {
      if (saves()) return tell("waits");
      set({ name: "going", part: 0 });
      work();
    }
  } catch {
    // Nothing can be stored here.
    set({ name: "", part: 0 });
  }
};
const resume = () => saves() || refresh();

// --- All of it ---

let asked = false;
const saves = () => !asked && navigator.connection?.saveData;
let busy;
const work = () => {
  const run = () => fetchAll().catch(failed);
  busy ??= (navigator.locks ? navigator.locks.request(`${STORE}:whole`, run) : run()).catch(() => {}).finally(() => (busy = undefined));
};
const failed = async (error) => {
  if (!(await wish())) {
    await remove();
    return tell("none");
  }
  tell(error?.name === "QuotaExceededError" ? "full" : "failed");
  setTimeout(goOn, RETRY);
};
const goOn = async () => state.name === "failed" && !saves() && (await wish()) && work();
addEventListener("online", goOn);

// Whether what is wished for is here: all files of the root that the site has `now`, or, if that cannot be known, of
// the one that was whole.
const finish = async (now) => {
  const own = await wish();
  const here = new Set(await files());
  if (!own?.root || own.root !== (now ?? own.root) || !own.files.every((name) => here.has(name))) return false;
  await take(own.root);
  tell("done");
  if (now) await tidy().catch(() => {});
  return true;
};

const fetchAll = async () => {
  const root = await current();
  if (await finish(root)) return;
  if (!root) throw new Error("the site cannot be asked");
  tell("going", state.part);
  const first = nameOf(root);
  const known = new Set([first]);
  let [done, most] = [0, 0];
  for (let round = [first]; round.length; ) {
    const next = [];
    await each(round, async (name) => {
      const bytes = await kept(name);
      if (name === first) most = program.files(bytes);
      for (const other of contents(name, bytes)) if (!known.has(other)) next.push(other), known.add(other);
      done += 1;
      if (state.name === "going") tell("going", Math.min(0.99, done / Math.max(most + 1, known.size)));
    });
    round = next;
  }
  if (!(await wish())) throw new Error("taken back");
  await note({ root, files: [...known] });
  if (!(await finish(root))) throw new Error("some of it is gone again");
};

// A few at a time; the first failure ends it.
const each = async (items, use) => {
  const queue = [...items];
  const one = async () => {
    try {
      while (queue.length) await use(queue.shift());
    } catch (error) {
      queue.length = 0;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, one));
  const end = ends.find(({ reason }) => reason);
  if (end) throw end.reason;
};

// The bytes of a file as they are in the cache, where it is put if it is not there or damaged.
const kept = async (name) => {
  const url = urlOf(name);
  const here = async () => {
    const found = await match(url);
    const bytes = found && new Uint8Array(await found.arrayBuffer());
    return bytes && contents(name, bytes) && bytes;
  };
  const own = await here();
  if (own) return own;
  // The service worker lets the first pass unstored; the second goes past what the browser has of it, even an error.
  for (const mode of ["force-cache", "reload"]) {
    const response = await fetch(url, { cache: mode, signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) continue;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!contents(name, bytes)) continue;
    if (!(await wish())) break;
    const headers = { "content-type": "application/octet-stream", "x-lamplight-stored": String(Date.now()) };
    await (await store()).put(url, new Response(bytes, { headers }));
    const back = await here();
    if (back) return back;
  }
  throw new Error(`${name} cannot be had`);
};

// --- Less of it ---

// Removes all but the open root.
const remove = async () => {
  const cache = await store();
  const open = nameOf(program.opened());
  for (const name of await files()) if (name !== open) await cache.delete(urlOf(name));
};

// Removes what no index in use leads to. Of a dictionary that is here in part, lists that none of its parts here
// names are of no use, either.
let tidied;
const tidy = async () => {
  const open = program.opened();
  if (!navigator.locks || tidied === open) return;
  const here = await files();
  const { held } = await navigator.locks.query();
  const locks = held.map(({ name }) => name.slice(STORE.length)).filter((name) => name.startsWith(FOLDER));
  const used = new Set();
  const roots = new Set([open, ...locks]);
  for (const root of roots) {
    // What it leads to cannot be known.
    if (!here.includes(nameOf(root))) return;
    for (let round = [nameOf(root)]; round.length; ) {
      const next = [];
      for (const name of round) {
        used.add(name);
        const found = /^(root|words)-/.test(name) && here.includes(name) && (await match(urlOf(name)));
        if (found) next.push(...(contents(name, new Uint8Array(await found.arrayBuffer())) ?? []));
      }
      round = next;
    }
  }
  const cache = await store();
  for (const name of here) if (!used.has(name)) await cache.delete(urlOf(name));
  if (roots.size === 1) tidied = open;
};

// What the reader wishes: to "keep" everything, which begins or goes on with it, or to "drop" it.
let keptAt = -TWICE;
const whole = async (what) => {
  if (what === "keep") {
    asked = true;
    keptAt = performance.now();
    if (state.name === "none") await busy;
    if (!(await wish())) await note({ root: "", files: [] });
    set({ name: "going", part: state.part });
    work();
  } else if (state.name !== "going" || performance.now() - keptAt > TWICE) {
    await (await store()).delete(WISH);
    await remove();
    tell("none");
  }
};
