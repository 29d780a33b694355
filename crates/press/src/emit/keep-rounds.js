// An article, fetched and stored whole (keep); all that is saved, in rounds (goOn); what belongs to nothing saved (sweep).
// It must never put an edition in the place of another before all of it is there, nor write a receipt before that was
// read back.
// --- An article ---

// The document of what is due; not the edition that the reader took a newer one for (`left`).
const document = async ({ url, slug, lang, digest, left }, local) => {
  const passes = async (found) => {
    const text = decode(found.bytes);
    const own = await sealed(text);
    if (!own || own === left || (digest && own !== digest)) return false;
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
    // The site has gone on since its list was asked for, or cannot be asked for the newest: the edition that is saved will
    // do, unless another is asked for; where none is, any whole one.
    if (!digest || error?.name === "QuotaExceededError") throw error;
    digest = "";
    const own = await copied(await (await saved()).match(url));
    if (own && (await passes(own))) return own;
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
  } catch (error) {
    // Page and document of one edition, if that can be had; else the site's, never an earlier one of the device's.
    const found = await ask(page, "no-cache");
    if (!whole(found, false)) throw error;
    return found;
  }
};
const image = async (url) => {
  const passes = async ({ bytes }) => url.includes(await hash(bytes));
  return fetched(url, passes, ["force-cache", "reload"]);
};

// Fetches, stores and reads back all of an article; then, and only then, its records. Page and document of an earlier
// edition stand until all else of the new one is there: images harm none, their names are their digests.
const keepOne = async (due, local) => {
  const found = await document(due, local);
  const images = [];
  let paper;
  try {
    paper = await page(due, found.opened.digest);
    // A page of another edition than the document shows other pictures: whichever opens, they are there.
    const text = decode(paper.bytes);
    const others = text.includes(`data-digest="${found.opened.digest}"`) ? [] : [...text.matchAll(/ src="([^"]*\/media\/[^"]+)"/g)].map(([, url]) => url);
    for (const url of due.images ? new Set([...found.opened.images, ...others]) : []) images.push(await kept(url, await image(url)));
  } catch (error) {
    if (error?.name !== "QuotaExceededError") await partly(due, found);
    throw error;
  }
  await settle(due, found, paper, images, due.images);
};
// Where not all of an article can be had, and no edition of it is stored: its text is, with the images that the device has.
// It opens then; its receipt comes with the rest.
const partly = async ({ url, page, images }, { opened, bytes, response, time }) => {
  const cache = await saved();
  if (await cache.match(url)) return;
  await put(url, bytes, response, time);
  // A page that nothing tells of is of nobody knows which edition.
  await cache.delete(page);
  await commit([opened.holding]);
  if (images) await seen(opened.images);
};
// Stores images that the device has because they were looked at, in whatever width that was.
const seen = async (images) => {
  if (!images.length || !(await caches.has(CONTENT))) return;
  const all = await paths(await caches.open(CONTENT));
  for (const url of images) {
    const picture = `${BASE}media/`.length + 32;
    const own = all.includes(url) ? url : all.find((other) => other.startsWith(url.slice(0, picture)));
    const found = own && (await copied(await content(own)));
    if (found && own.includes(await hash(found.bytes))) await kept(own, found);
  }
};
const kept = async (url, found) => {
  const digest = await hash(found.bytes);
  const bytes = await here(url, digest);
  return bytes ? { url, bytes: bytes.byteLength, digest } : put(url, found.bytes, found.response, found.time);
};
// Puts page and document of an edition in the place of those of another, which is kept as a version, and writes what says
// so. `whole`: all images that were to be stored are.
const settle = async (due, found, paper, images, whole) => {
  const { opened } = found;
  const before = await (await saved()).match(due.url);
  if (before) {
    const text = await before.text();
    if (SEAL.exec(text)?.[1] !== opened.digest) {
      const revision = parse(program.revision(text, when(before), Date.now()));
      if (revision) await commit([revision]);
    }
  }
  const written = await kept(due.page, paper);
  const files = [await kept(due.url, found), written, ...images];
  const receipt = parse(program.done(opened.slug, opened.lang, opened.digest, whole, JSON.stringify(files), Date.now()));
  // What is saved needs nothing else to hold it.
  await commit([opened.holding, receipt], [heldKey(opened.slug, opened.lang)]);
  await prune(opened.slug, opened.lang, opened.digest);
  tell("kept", { key: `${opened.lang}/${opened.slug}`, digest: opened.digest });
};

// Many tabs may store files at once; none while one of them deletes.
const lock = (name, mode, work) => navigator.locks ? navigator.locks.request(`${NAME}:${name}`, { mode }, work) : work();
const keep = (due, local) => lock("files", "shared", () => keepOne(due, local));

// --- What the site has ---

let asked = 0;
// Takes what the site has, as the device knows it and as the site tells; whether the site told, where it was to be asked.
const archives = async (languages, age = CALM) => {
  const cache = await saved();
  const told = await Promise.all(languages.map(async (lang) => {
    const url = `${BASE}archive/${lang.toLowerCase()}.json`;
    const own = await cache.match(url);
    if (own) program.archive(await own.clone().text());
    if (own && Date.now() - when(own) < age && asked) return true;
    try {
      const { response, bytes, time } = await ask(url, "no-cache");
      return program.archive(decode(bytes)) && !!(await put(url, bytes, response, time));
    } catch {
      return false;
    }
  }));
  asked = Date.now();
  return told.every(Boolean);
};

// --- All that is saved ---

let busy;
let state = { name: "", here: 0, all: 0 };
let insist = false;
let saves = false; // the page says whether the line is metered
const work = (name) => {
  const [here, all] = parse(program.count());
  // Nobody may know yet what a wish covers.
  state = { name, here, all, known: !parse(program.unknown()).length };
  tell("work", state);
  channel.postMessage({ work: state });
};
let again = false;
const goOn = () => {
  // What is saved now may have come too late for the round that is under way.
  if (busy) {
    again = true;
    return busy;
  }
  again = false;
  busy = lock("keep", "exclusive", round).catch(later).finally(() => {
    busy = undefined;
    if (again) goOn();
  });
  return busy;
};
// What failed is tried again, less and less often while nothing changes.
let timer;
let wait = RETRY;
const later = () => {
  clearTimeout(timer);
  timer = setTimeout(goOn, wait);
  wait = Math.min(wait * 2, CALM);
};
const paths = async (cache) => (await cache.keys()).map(({ url }) => new URL(url).pathname);
// A browser that was stopped while it replaced a file has neither the old one nor the new one: that article is due again.
const audit = () => lock("files", "exclusive", async () => {
  // Other tabs may have stored what this one has not heard of yet.
  await readAll();
  const lacking = parse(program.lacking(JSON.stringify(await paths(await saved()))));
  if (lacking.length) await commit([], lacking);
});
// Why what only a wish covers is not fetched now. The reader may pause in any tab, and means at once.
const held = async () => ((await get("paused")) !== undefined && "paused") || (saves && !insist && "saves_data");
// Says at once that it goes on: a round looks at what is there first.
const begins = async () => {
  if (parse(program.due()).length && !(await held())) work("going");
};
// The newer edition that the reader has taken of what is saved, as long as it is wanted and not here. `told`: the site's
// list is of now.
const renew = async (key, told, local) => {
  const wish = `renew/${key}`;
  const wanted = async () => parse(program.renewal(...article(key), (await get(wish)) ?? "", told));
  const due = (await get(wish)) !== undefined && (await wanted());
  if (due) await keep(due, local);
  if (!(await wanted())) await commit([], [wish]);
};
const renewals = async () => (await transact("readonly", (store) => store.getAllKeys())).result
  .filter((key) => key.startsWith("renew/")).map((key) => key.slice("renew/".length));
const round = async () => {
  await audit();
  const wanted = parse(program.languages());
  const told = await archives(wanted);
  for (const key of await renewals()) await renew(key, told).catch(() => {});
  await sweep();
  await papers();
  if (!wanted.length) return work("");
  const failed = new Set();
  let end = "";
  let swept = false;
  const next = () => parse(program.due()).filter(({ url }) => !failed.has(url));
  for (let due = next(); due.length; due = next()) {
    const bulk = await held();
    const queue = bulk ? due.filter(({ own }) => own) : due;
    if (!queue.length) {
      end = bulk;
      break;
    }
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
    if (end === "full" && !swept) {
      swept = true;
      end = "";
      failed.clear();
      await sweep();
    }
    if (end) break;
  }
  if (failed.size || !told) later();
  else wait = RETRY;
  // Where nobody knows what a wish covers, nobody knows that it is here.
  work(end || (failed.size || parse(program.unknown()).length ? "waits" : ""));
};

// Deletes what belongs to nothing saved any more, and not to what can still be undone.
const sweep = () => lock("files", "exclusive", async () => {
  await readAll();
  // Nor while nobody knows what a wish covers.
  if (parse(program.unknown()).length) return;
  const cache = await saved();
  const { forget, files } = parse(program.sweep(JSON.stringify(await paths(cache)), UNDO, Date.now()));
  if (forget.length) await commit([], forget);
  for (const url of files) await cache.delete(url);
  await unlist(files);
});
// What is on the device no more is no longer listed.
const unlist = async (urls) => {
  const gone = [];
  for (const url of urls) {
    if (url.startsWith(`${BASE}articles/`) && !(await content(url)) && !(await (await saved()).match(url))) gone.push(url);
  }
  const keys = parse(program.stale(JSON.stringify(gone)));
  if (keys.length) await commit([], keys);
};
let sweeping;
// When it can be undone no more.
const sweepLater = () => {
  clearTimeout(sweeping);
  sweeping = setTimeout(() => sweep().catch(() => {}), UNDO + 1_000);
};
