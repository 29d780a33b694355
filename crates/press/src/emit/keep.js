// The library's worker: keeps what is saved. Entry point: it answers [number, function, ...values] with [number, answer],
// or with [number] where that failed, and tells its page [0, what, ...]. The program (crates/library) decides; this
// fetches, stores, reads back and computes digests. Nothing else writes the cache of what is saved. Nothing must be
// called saved before every file of it was read back and was whole. press fills in names in capitals.
// Its parts are keep-store.js, keep-rounds.js, keep-check.js, keep-carry.js and keep-versions.js: press puts them before
// this one.

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
// What was taken off the device, by the key of its record, so that it can come back. Other tabs know it by a record that
// says when that was.
const forgotten = new Map();
const forgottenKey = (slug, lang) => `forgotten/${slug}/${lang}`;
const article = (key) => [key.slice(key.indexOf("/") + 1), key.slice(0, key.indexOf("/"))];
let publication;
const functions = {
  tell(told, width, density) {
    publication = JSON.parse(told).site;
    return program.tell(told, width, density);
  },
  metered(now) {
    saves = now;
    if (!saves && state.name === "saves_data") goOn();
  },
  say: (...names) => names.map((name) => program.say(name)),
  page: () => program.page(),
  shelf: (question) => parse(program.shelf(JSON.stringify(question), Date.now())),
  wishes: (lang, images, translations) => program.wishes(lang, images, translations),
  meter,
  state: () => state,
  visited: async (entries) => commit(parse(program.visited(entries))),
  // What is read: pages alone reach local storage.
  journal: (stored) => parse(program.journal(JSON.stringify(stored))),
  joined: (key, stored, text) => program.joined(key, stored, text),
  mark: (slug, read) => parse(program.mark(slug, read, Date.now())),
  forgetOpened: (slug) => parse(program.forget(slug, Date.now())),
  clearHistory: () => parse(program.clear_history(Date.now())),
  turnHistory: (off) => parse(program.turn_history(off, Date.now())),
  goingOn: () => program.going_on(),
  history: (from, count) => parse(program.history(from, count, Date.now())),
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
      if (due) {
        await keep(due, local).catch(async (error) => {
          if (error?.name !== "QuotaExceededError") throw error;
          await sweep();
          await keep(due, local);
        });
      }
      if (translations) goOn();
      return standing() && ({ saved: "saved_said", text: "part_said" }[standing()] ?? "waits");
    } catch (error) {
      if (!standing()) return "";
      if (error?.name === "QuotaExceededError") return "full";
      later();
      return standing() === "text" ? "part_said" : "waits";
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
    sweepLater();
    return [name, before, kept];
  },
  async undo(name, before, [images, translations] = [true, false]) {
    const write = parse(program.undo(name, before, images, translations, Date.now()));
    if (write) await commit([write]);
    goOn();
  },
  // The reader took a newer edition, the one with a digest or the one that the site has: of what is saved that one is
  // fetched, also where the page is closed before that is done; what was gone to holds no more.
  async renew(key, digest = toldOf(key)?.digest ?? "", local) {
    const [slug, lang] = article(key);
    siteTold.delete(key);
    if (!program.standing(slug, lang)) return release(slug, lang);
    await commit([parse(program.renew(slug, lang, digest))]);
    await renew(key, await archives(parse(program.languages()), 0), local);
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
    await begins();
    goOn();
  },
  async unwish(kind, name, lang) {
    const key = `saved/${kind}/${name}/${lang}`;
    const before = await get(key);
    const write = parse(program.remove(kind, name, lang, Date.now()));
    if (write) await commit([write]);
    sweepLater();
    return [key, before];
  },
  async pause() {
    await commit([{ key: "paused", text: "1" }]);
    if (state.name === "going") work("paused");
  },
  // `all`: the reader asks for it; `insist`: also where data is saved.
  async goOn(all, however) {
    insist ||= !!however;
    wait = RETRY;
    if (all) await commit([], ["paused"]);
    if (all || state.name === "waits") await begins();
    goOn();
  },
  // Takes an article that is not saved off the device; the page has taken it out of local storage.
  async forget(key) {
    const [slug, lang] = article(key);
    const holding = `holding/${slug}/${lang}`;
    const { url, page } = parse(program.place(slug, lang));
    const held = await get(heldKey(slug, lang));
    const names = held === undefined ? [CONTENT] : [CONTENT, SAVED];
    const files = names.flatMap((name) => [url, page].map((path) => [name, path]));
    const found = await Promise.all(files.map(async ([name, path]) => [name, path, await (await caches.open(name)).match(path)]));
    forgotten.set(holding, { held, found });
    // Before anything goes; without space for it that goes all the same.
    await commit([{ key: forgottenKey(slug, lang), text: String(Date.now()) }]).catch(() => {});
    for (const [name, path] of files) await (await caches.open(name)).delete(path);
    await commit([], [holding, heldKey(slug, lang)]);
    setTimeout(() => forgotten.delete(holding), UNDO);
  },
  // Takes that back.
  async unforget(key) {
    const [slug, lang] = article(key);
    const holding = `holding/${slug}/${lang}`;
    const { held, found } = forgotten.get(holding) ?? { found: [] };
    if (held !== undefined) await commit([parse(program.held(slug, lang, held))]);
    for (const [name, path, response] of found) if (response) await (await caches.open(name)).put(path, response);
    forgotten.delete(holding);
    await stock();
    await commit([], [forgottenKey(slug, lang)]);
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
      await commit([], rest.filter((key) => /^(receipt|holding|revision|renew|held|forgotten)\//.test(key)));
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
  wanting: () => parse(program.due()).map(({ slug, lang }) => `${lang}/${slug}`),
  check,
  aside,
  versions,
  goTo,
  countVersions: (key, digest) => program.versions_count(...article(key), digest),
  prune: (key, digest) => prune(...article(key), digest),
  letGo: (texts) => program.let_go(texts),
  tidy,
  ...carry,
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
onmessage = async ({ data: [number, name, ...values] }) => {
  try {
    await ready();
    postMessage([number, await functions[name](...values)]);
  } catch (error) {
    postMessage([number, undefined, String(error?.name)]);
  }
};
postMessage([0, "here"]);
