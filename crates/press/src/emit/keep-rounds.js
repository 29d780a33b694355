// An article, fetched and stored whole (keep); all that is saved, in rounds (goOn); what belongs to nothing saved (sweep).
// It must never put an edition in the place of another before all of it is there, nor write a receipt before that was
// read back.
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
