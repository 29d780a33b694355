// The space on the device, and the check before a flight (check).
// It must never call ready what was not opened.
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
  await unlist(go);
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
// What a reader takes off the device meanwhile must not come back into the list.
const stock = async () => {
  const cache = await caches.open(CONTENT);
  const held = await records("holding");
  const receipts = new Set((await transact("readonly", (store) => store.getAllKeys(kind("receipt")))).result);
  const present = new Set();
  const own = new Set(await paths(await saved()));
  const writes = [];
  const write = (gone = []) => {
    const own = writes.splice(0).filter(({ key }) => !forgotten.has(key));
    return (own.length || gone.length) && commit(own, gone);
  };
  // Those that the program has; what is damaged it has not.
  const known = (path) => parse(program.stale(JSON.stringify([path]))).length > 0;
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(`${BASE}articles/`)) continue;
    const found = await openedIn(await cache.match(request));
    if (!found) continue;
    const { digest, holding } = found;
    present.add(holding.key);
    // What is saved, or on its way, has a record of what is saved.
    if (own.has(pathname)) continue;
    if (!known(pathname) || !held.get(holding.key)?.includes(digest)) writes.push(holding);
    if (writes.length >= 50) await write();
  }
  // Made when that was stored; a damaged one is made again.
  for (const path of own) {
    if (!path.startsWith(`${BASE}articles/`) || known(path)) continue;
    const found = await openedIn(await (await saved()).match(path));
    if (found) writes.push(found.holding);
    if (writes.length >= 50) await write();
  }
  const gone = [];
  for (const key of held.keys()) {
    if (present.has(key) || receipts.has(key.replace("holding/", "receipt/"))) continue;
    const [, slug, lang] = key.split("/");
    if (!own.has(parse(program.place(slug, lang)).url)) gone.push(key);
  }
  await write(gone);
  await pruneAll(present);
};

// --- Ready for the flight ---

const look = async (app, shell) => {
  for (let urls; (urls = parse(program.inspect_next(8))).length; ) {
    await Promise.all(urls.map(async (url) => {
      const found = await (app.has(url) ? shell : await saved()).match(url);
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
// `told`: what the service worker that opens pages says of the app, its files with their digests and their cache. Where it
// says nothing, nothing is ready; and no other cache will do, since builds are never mixed. `locals`: what local storage has
// of articles that are due (pairs of key and text).
const check = async (told, locals = []) => {
  const own = new Map(locals);
  looked = 0;
  await archives(parse(program.languages()), 0);
  const sure = told?.cache?.startsWith(APP) && (await caches.has(told.cache));
  const shell = sure ? await caches.open(told.cache) : undefined;
  const files = sure ? told.files.map(({ url, digest }) => ({ url: BASE + url, digest })) : [];
  const app = new Map(files.map(({ url, digest }) => [url, digest]));
  program.inspect(JSON.stringify(files), JSON.stringify(await paths(await saved())));
  await look(app, shell);
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
    const orders = new Map(parse(program.orders()).flatMap((due) => [[due.url, due], [due.page, due]]));
    const done = new Set();
    for (const [url, digest] of parse(program.inspect_repairs())) {
      const due = orders.get(url);
      if (due && done.has(due)) continue;
      const local = due && own.get(`${due.lang}/${due.slug}`);
      const again = async () => {
        if (due && url === due.page && digest) {
          // It is not what was stored. Without it the app shows the document, which stays in the reader's edition.
          await (await saved()).delete(url);
          return keepOne({ ...due, digest: "" }, local);
        }
        if (due) return keepOne(due, local);
        const found = await image(url);
        await put(url, found.bytes, found.response, found.time);
      };
      const well = await mend(again);
      // What could not be mended whole may have been stored in part, or taken away.
      if (!well && !due) continue;
      if (well && due) done.add(due);
      for (const one of due ? [due.url, due.page] : [url]) program.inspect_again(one);
    }
    await look(app, shell);
  }
  for (const [url] of parse(program.inspect_report()).app) {
    const again = async () => {
      // Past the service worker, which has the one that fails.
      const { response, bytes } = await ask(url, "no-store");
      if ((await hash(bytes)) !== app.get(url)) throw new Error(`${url} is of another build`);
      await shell.put(url, new Response(bytes, { headers: { "content-type": response.headers.get("content-type") } }));
    };
    if (await mend(again)) program.inspect_again(url);
  }
  await look(app, shell);
  if (mended) tell("changed");
  const html = program.flight(mended, navigator.onLine);
  // What does not open is not saved.
  const failing = parse(program.failing());
  if (failing.length) {
    await commit([], failing);
    later();
  }
  return html;
};
