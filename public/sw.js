// The worker: keeps the app and what it was told to keep, and serves it when the site cannot.
// It takes no decision that the app (Rust) could take; one, whether a build of the app starts, none could
// (docs/decisions/updates.md). press fills in BUILD (docs/formats.md), so each build is another worker.
// It must never store an incomplete or foreign answer, and never mix files of two builds.
"use strict";

const BUILD = /*lamplight:build*/null;
const APP_PREFIX = `lamplight:${BUILD.base}:app:`;
const APP_CACHE = APP_PREFIX + BUILD.id;
const CONTENT_CACHE = `lamplight:${BUILD.base}:content`;
const SAVED_CACHE = `lamplight:${BUILD.base}:saved`; // the library's (keep.js), only read here
const APP_FILES = new Map(BUILD.files.map(({ url, digest }) => [BUILD.base + url, digest]));
const ABOUT = `${BUILD.base}?build`; // in the cache of a build: what it is, and how its starts went
const STARTS = 3; // so many starts without a run are enough
const ONE_START = 10_000; // milliseconds: tabs that a browser opens again
const BLOCK = /<!--lamplight:app-->[^]*?<!--\/lamplight:app-->/;
const STORED = "x-lamplight-stored";
const PATIENCE = 10_000; // milliseconds for a whole document
const HASTE = 4_000; // milliseconds for a whole page, before the app looks on the device instead
const FILE_PATIENCE = 60_000; // milliseconds for a whole file

if (BUILD.post) importScripts(BUILD.base + BUILD.post); // delivers messages, also while no page is open
let full = false, leaving; // the device had no space for something; the reader takes the next build, which waits for this one's work
let own, mending; // what is under ABOUT in the cache of this build; what mends it

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate().catch(() => {}).then(() => clients.claim())));
addEventListener("message", (event) => {
  const { type, build, items = [], urls = [] } = event.data ?? {};
  const port = event.ports[0];
  if (type === "skip-waiting") { leaving = true; skipWaiting(); }
  if (type === "keep") event.waitUntil(keep(items, port));
  if (type === "files") event.waitUntil(served().then(({ id, files }) => port.postMessage({ files, cache: APP_PREFIX + id })));
  if (type === "drop") event.waitUntil(drop(urls).then(() => port?.postMessage({ done: true })));
  if (type === "mend") event.waitUntil(caches.open(APP_CACHE).then(installFiles).catch(() => {}));
  if (build === BUILD.id) event.waitUntil(started(type));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const { href, pathname: path } = new URL(request.url);
  // force-cache, no-store: what the app wants to look at, or keeps by itself.
  if (request.method !== "GET" || /force|store/.test(request.cache) || !href.startsWith(location.origin + BUILD.base)) return;
  if (request.mode === "navigate") {
    // A file that a reader opens by its address (a feed, an image) is no page.
    if (!/\.(?!html$)\w+$/.test(path)) event.respondWith(page(event, pageAddress(path)));
  } else if (isImmutable(path)) event.respondWith(immutable(request, path));
  else if (APP_FILES.has(path)) event.respondWith(appFile(path).then((found) => found ?? fetch(request)));
  else if (path.endsWith(".json")) event.respondWith(sealed(event, request, path));
});

// --- The builds of the app, whole or not at all ---------------------------------------------------
async function install() {
  const older = (await caches.keys()).filter((name) => name.startsWith(APP_PREFIX) && name !== APP_CACHE);
  const { id } = await about(APP_CACHE); // where a site goes back to a build that is in use
  const cache = await caches.open(APP_CACHE); // once: what still comes when it is deleted must not make another one
  try {
    await pressing(() => installFiles(cache));
    (await current()).older = older;
    await note();
  } catch (error) {
    if (!id) await caches.delete(APP_CACHE);
    throw error;
  }
}
/** Where it was cleared under the worker all of it comes anew. */
const mend = () => mending ??= about(APP_CACHE).then(({ id }) => id || install()).catch(() => {}).finally(() => (mending = undefined));
const installFiles = (cache) => Promise.all([...APP_FILES].map(([path, digest]) => installFile(cache, path, digest)));
async function installFile(cache, path, digest) {
  const own = await cache.match(path), had = own ?? await caches.match(path);
  if (had && await hash(await had.clone().arrayBuffer()) === digest) return own || cache.put(path, had);
  // Files named by their digest may come from the browser's own cache, where the page left them.
  for (const mode of [isImmutable(path) ? "default" : "no-cache", "reload"]) {
    const { response, bytes } = await whole(path, FILE_PATIENCE, { cache: mode });
    if (response.ok && !response.redirected && await hash(bytes) === digest) return cache.put(path, copy(response, bytes));
  }
  throw new Error(`${path} is not the file of build ${BUILD.id}`);
}

/** Takes over. The last older build that ran stays: to come back, and for the tabs that still run it. */
async function activate() {
  leaving = false; // it was told of its own turn
  if (!(await about(APP_CACHE)).id) await install(); // it was cleared while it waited
  const [build, before] = [await current(), await older()];
  const kept = before.findLast(({ ran }) => ran);
  for (const name of build.older) if (name !== APP_PREFIX + kept?.id) await caches.delete(name);
  build.turn = 1 + (before.at(-1)?.turn ?? 0);
  await note();
}

/** A page of this build says: it begins to start the app, the reader left it meanwhile, or the app runs. */
async function started(type) {
  await mending; // nothing is noted beside half the files
  const build = await current();
  const recent = Math.abs(Date.now() - build.started) < ONE_START;
  if (build.ran) return;
  if (type === "ran") build.ran = true;
  else if (type === "began" && !recent) { build.starts++; build.started = Date.now(); }
  else if (type === "left" && recent) { build.starts--; build.started = 0; }
  await note().catch(() => {});
  if (build.starts >= STARTS) console.warn(`Build ${BUILD.id} does not start.`);
}

/** The build that pages get: this one; where that was started and never ran, the last one that did. */
async function served() {
  const { ran, starts } = await current().catch(() => BUILD);
  return (!ran && starts >= STARTS && (await older().catch(() => [])).findLast(({ ran }) => ran)) || BUILD;
}
const about = (cacheName) => caches.match(ABOUT, { cacheName }).then((found) => found?.json().catch(() => {})).then((found) => // of another shape: none
  ({ starts: 0, started: 0, ran: false, turn: 0, older: [], ...(found?.older?.map && found) }));
const note = async () => await caches.has(APP_CACHE) // only beside the files: a cache that has it is whole
  && pressing(async () => (await caches.open(APP_CACHE)).put(ABOUT, new Response(JSON.stringify(await current()))));
const current = async () => own ?? about(APP_CACHE).then((found) => (own ??= { ...found, ...BUILD })); // a failure is not kept
/** The builds that were there before this one, as they were taken: a site may go back to one. */
const older = async () => (await Promise.all((await current()).older.map(about))).sort((a, b) => a.turn - b.turn);
const appFile = async (path, build) => caches.match(path, { cacheName: APP_PREFIX + (build ?? await served()).id });

// --- Pages ---------------------------------------------------------------------------------------
async function page(event, path, request = event.request, init) {
  const [build, cached] = await Promise.all([served(), stored(path)]);
  // The page of the app alone: for an address whose page is not on the device, and for its app block.
  const shell = await appFile(BUILD.base + build.shell, build);
  const [alike, kept] = await Promise.all([shell?.text().catch(() => {}), cached?.text()]);
  const [block] = BLOCK.exec(alike) ?? [], alone = shell ? copy(shell, alike) : Response.error(), again = () => page(event, path, path, { cache: "reload" });
  try {
    if (kept?.trimEnd().endsWith("</html>")) {
      event.waitUntil(fetchPage(path).catch(() => {}));
      const when = `<meta name="lamplight-stored" content="${cached.headers.get(STORED)}">\n</head>`;
      return framed(build, block, cached, kept.replace("</head>", when));
    }
    const { response, bytes } = await whole(request, shell ? HASTE : PATIENCE, init);
    if (response.status >= 500) return alone;
    if (response.type === "opaqueredirect") return response;
    if (!isHtml(response)) return init || !response.ok ? copy(response, bytes) : again();
    const text = decode(bytes);
    event.waitUntil(storePage(path, response, text));
    // Half a page, none, one of another address or type, which the browser would keep and the site confirm (304): past that, or the app alone.
    if (isPage(response, text) && !isWhole(text, path, path)) return init ? alone : again();
    return framed(build, block, response, text);
  } catch { return alone; } finally { event.waitUntil(mend()); }
}
const fetchPage = (path, cache = "no-cache") => whole(path, PATIENCE, { cache }).then(async ({ response, bytes }) =>
  await storePage(path, response, decode(bytes)) || response.status !== 200 || cache === "reload" || fetchPage(path, "reload"));
const isPage = (response, text) => response.status === 200 && !response.redirected && isHtml(response) && /^\s*$|<!--lamplight:app-->/.test(text);
const isWhole = (text, path, unsaid = "") => text.trimEnd().endsWith("</html>") // and of this address; some say none and are not stored
  && (/ rel="canonical" href="\w+:\/\/[^"/]*([^"]*)/.exec(text)?.[1] ?? unsaid).toLowerCase() === path.toLowerCase();
const storePage = async (path, response, text) => isPage(response, text) && isWhole(text, path) && (await store(path, copy(response, text)), true);
/** A page with the app block of a build, as its shell has it, and the policy that goes with it; or with its own. */
const framed = ({ policy }, block, response, text) => copy(response, text.replace(BLOCK, (own) => block ?? own), block && policy);

// --- Documents, media and other files named by their digest --------------------------------------
/** A copy at once, refreshed behind it; straight from the site where the app asks for a check. */
async function sealed(event, request, path) {
  const cached = (request.cache === "default" || request.destination) && await stored(path);
  if (!cached) return fetchSealed(path, request.cache);
  event.waitUntil(fetchSealed(path, "no-cache").catch(() => {}));
  return cached;
}

async function fetchSealed(path, mode) {
  const { response, bytes } = await whole(path, PATIENCE, { cache: mode });
  const text = decode(bytes);
  const seal = /^\{(?:"_lamplight":\{)?"digest":"(\w{32})"/.exec(text);
  const sound = response.status === 200 && !response.redirected && seal !== null && isJson(response)
    && await hash(new TextEncoder().encode(text.slice(seal[0].length))) === seal[1];
  // A bad answer in the browser's own cache would be confirmed by the site (304) for ever.
  if (!sound && response.status === 200 && mode !== "reload") return fetchSealed(path, "reload");
  if (sound) await store(path, copy(response, text));
  return copy(response, text);
}

const isImmutable = (path) => /^(assets|media|search-index)\//.test(path.slice(BUILD.base.length));

async function immutable(request, path) {
  // A file of the app may be in the cache of any build: it is the same one. Of others no start tells that they are damaged.
  const own = await stored(path), had = await own?.arrayBuffer(); // no clone: until both were read this worker could not give way
  const found = own ? path.includes(await hash(had)) && copy(own, had) : await caches.match(path);
  if (found) return found;
  const { response = Response.error(), bytes } = await whole(request, FILE_PATIENCE).catch(() => ({}));
  if (response.status === 200 && path.includes(await hash(bytes))) await store(path, copy(response, bytes));
  return (!response.ok && await otherWidth(path)) || (response.status ? copy(response, bytes) : response);
}

/** The widest stored file of the same picture: their names begin with the digest of its original. */
async function otherWidth(path) {
  const keys = await Promise.all([CONTENT_CACHE, SAVED_CACHE].map(async (name) => (await caches.open(name)).keys()));
  const files = keys.flat().filter(({ url }) => url.includes(path.slice(0, BUILD.base.length + 38)));
  const width = ({ url }) => /-(\d+)-\w+\.webp$/.exec(url)?.[1] ?? Infinity;
  const [widest] = files.sort((a, b) => width(b) - width(a));
  return widest && stored(widest);
}

// --- Keeping and dropping ------------------------------------------------------------------------
/** Stores what the app asks for, two at a time (the reader shares the line), and reports the end. */
async function keep(items, port) {
  full = false;
  const rest = items.values();
  const work = async () => { for (const item of rest) if (!leaving) await keepOne(item).catch(() => {}); };
  await Promise.all([work(), work()]);
  port?.postMessage({ done: true, full });
}

async function keepOne({ url, digest }) {
  if (isImmutable(url)) return immutable(new Request(url), url);
  if (!url.endsWith(".json")) return fetchPage(url);
  const text = digest && await (await stored(url))?.text();
  if (!text?.slice(0, 80).includes(digest)) return fetchSealed(url, "no-cache");
}

const content = () => caches.open(CONTENT_CACHE), drop = (urls) => content().then((cache) => Promise.all(urls.map((url) => cache.delete(url))));
/** Does what matters more than what was fetched: on a full device once more, without the older half of that (not what the site could not send again). */
const pressing = (work) => work().catch(async (error) => {
  if (!isFull(error)) throw error;
  const urls = (await (await content()).keys()).filter(({ url }) => !/\/machine\/|\/wish$/.test(url));
  await drop(urls.slice(0, Math.ceil(urls.length / 2)));
  return work();
});

// --- Small things --------------------------------------------------------------------------------
/** What is saved comes first: that edition is whole, with its images. */
const stored = async (path) => (await caches.match(path, { cacheName: SAVED_CACHE }))
  ?? caches.match(path, { cacheName: CONTENT_CACHE });

/** Stores an answer; a full device is no reason to show nothing. */
async function store(path, response) {
  response.headers.set(STORED, Date.now());
  await content().then((cache) => cache.put(path, response)).catch((error) => (full ||= isFull(error)));
}

/** An answer with its whole body, or an error when that takes too long. */
async function whole(request, patience, init) {
  const response = await fetch(request, { ...init, signal: AbortSignal.timeout(patience) });
  return { response, bytes: await response.arrayBuffer() };
}

/** The same answer with a body that was already read: decoded, so without its encoding; another policy. */
function copy({ status, statusText, headers: had }, body, policy) {
  const headers = new Headers(had);
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name);
  if (policy && headers.has("content-security-policy")) headers.set("content-security-policy", policy);
  return new Response(body, { status, statusText, headers });
}

const isFull = ({ name }) => /^Quota/.test(name), decode = (bytes) => new TextDecoder().decode(bytes);
const pageAddress = (path) => path.replace(/index\.html$/, "").replace(/^(?!.*(\/|\.html)$).*$/, "$&/");
const isHtml = (response) => /html$/.test(typeOf(response));
const isJson = (response) => /^$|json$|plain$|octet-stream$/.test(typeOf(response)); // as some hosts serve it
const typeOf = (response) => /[^ ;]*/.exec(response.headers.get("content-type") ?? "")[0];
const hash = async (bytes) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes), 0, 16)]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");
