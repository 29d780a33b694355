// The worker: keeps the app and what it was told to keep, and serves it when the site cannot.
//
// It takes no decision that the app (Rust) could take: the app says what to keep, when to check and
// when to update. press fills in BUILD (docs/formats.md), so each build of the app is another worker.
// It must never store an incomplete or foreign answer, and never mix files of two builds.
"use strict";

const BUILD = /*lamplight:build*/null;

const APP_PREFIX = `lamplight:${BUILD.base}:app:`;
const APP_CACHE = APP_PREFIX + BUILD.id;
const CONTENT_CACHE = `lamplight:${BUILD.base}:content`;
const SAVED_CACHE = `lamplight:${BUILD.base}:saved`; // the library's (keep.js), only read here
const APP_FILES = new Map(BUILD.files.map(({ url, digest }) => [BUILD.base + url, digest]));
const BLOCK = /<!--lamplight:app-->[^]*?<!--\/lamplight:app-->/;
const STORED = "x-lamplight-stored";
const PATIENCE = 10_000; // milliseconds for a whole document
const HASTE = 4_000; // milliseconds for a whole page, before the app looks on the device instead
const FILE_PATIENCE = 60_000; // milliseconds for a whole file

if (BUILD.post) importScripts(BUILD.base + BUILD.post); // delivers messages, also while no page is open
let full = false; // the device had no space for something

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => {
  const { type, items = [], urls = [] } = event.data ?? {};
  const port = event.ports[0];
  if (type === "skip-waiting") skipWaiting();
  if (type === "keep") event.waitUntil(keep(items, port));
  if (type === "files") port.postMessage({ files: BUILD.files, cache: APP_CACHE });
  if (type === "drop") event.waitUntil(drop(urls, port));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  // force-cache, no-store: what the app wants to look at, or keeps by itself.
  if (request.method !== "GET" || /force|store/.test(request.cache) || !url.href.startsWith(location.origin + BUILD.base)) return;
  const path = url.pathname;
  if (request.mode === "navigate") {
    // A file that a reader opens by its address (a feed, an image) is no page.
    if (!/\.(?!html$)[a-z0-9]+$/i.test(path)) event.respondWith(page(event, pageAddress(path)));
  } else if (APP_FILES.has(path)) event.respondWith(appFile(request, path));
  else if (isImmutable(path)) event.respondWith(immutable(request, path));
  else if (path.endsWith(".json")) event.respondWith(sealed(event, request, path));
});

// --- The app's own files -------------------------------------------------------------------------

/** Stores every file of this build, each checked against its digest, or nothing. */
async function install() {
  const cache = await caches.open(APP_CACHE);
  try {
    await Promise.all([...APP_FILES].map(async ([path, digest]) => {
      // Files named by their digest may come from the browser's own cache, where the page left them.
      const modes = isImmutable(path) ? ["default", "reload"] : ["no-cache", "reload"];
      for (const mode of modes) {
        const { response, bytes } = await whole(path, FILE_PATIENCE, { cache: mode });
        if (!response.ok || response.redirected) throw new Error(`${path}: status ${response.status}`);
        if (await hash(bytes) === digest) return cache.put(path, copy(response, bytes));
      }
      throw new Error(`${path} is not the file of build ${BUILD.id}`);
    }));
  } catch (error) {
    await caches.delete(APP_CACHE);
    throw error;
  }
}

/** Takes over: older builds' files go, and pages opened before the first worker are served, too. */
async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(APP_PREFIX) && name !== APP_CACHE) await caches.delete(name);
  }
  await clients.claim();
}

const appFile = async (request, path) => (await (await caches.open(APP_CACHE)).match(path)) ?? fetch(request);

/** The page of the app alone, for an address whose page is not on the device. */
const shell = async () => (await (await caches.open(APP_CACHE)).match(BUILD.base + BUILD.shell)) ?? Response.error();

// --- Pages ---------------------------------------------------------------------------------------

async function page(event, path) {
  const cached = await stored(path);
  if (cached) {
    event.waitUntil(fetchPage(path, "no-cache").catch(() => {}));
    const text = await cached.text();
    const when = `<meta name="lamplight-stored" content="${cached.headers.get(STORED)}">`;
    return framed(cached, text.replace("</head>", `${when}\n</head>`));
  }
  try {
    const { response, bytes } = await whole(event.request, HASTE);
    if (response.status >= 500) return shell();
    if (response.type === "opaqueredirect") return response;
    if (!isHtml(response)) return copy(response, bytes);
    const text = decode(bytes);
    if (isWholePage(response, text)) event.waitUntil(store(path, copy(response, text)));
    return framed(response, text);
  } catch {
    return shell();
  }
}

/** Fetches a page and stores it if it arrived whole; says whether it did. */
async function fetchPage(path, mode) {
  const { response, bytes } = await whole(path, PATIENCE, { cache: mode });
  if (!isHtml(response)) return false;
  const text = decode(bytes);
  return isWholePage(response, text) && store(path, copy(response, text));
}

function isWholePage(response, text) {
  return response.status === 200 && !response.redirected && BLOCK.test(text) && text.trimEnd().endsWith("</html>");
}

/** A page with the app block of this worker's build, and the policy that goes with it. */
const framed = (response, text) => copy(response, text.replace(BLOCK, () => BUILD.block), BUILD.policy);

// --- Documents, media and other files named by their digest --------------------------------------

/** A copy at once, refreshed behind it; straight from the site where the app asks for a check. */
async function sealed(event, request, path) {
  const check = request.cache !== "default" && request.destination === "";
  const cached = check ? undefined : await stored(path);
  if (cached) {
    event.waitUntil(fetchSealed(path, "no-cache").catch(() => {}));
    return cached;
  }
  const { response, text } = await fetchSealed(path, request.cache);
  return copy(response, text);
}

async function fetchSealed(path, mode) {
  const { response, bytes } = await whole(path, PATIENCE, { cache: mode });
  const text = decode(bytes);
  const seal = /^\{(?:"_lamplight":\{)?"digest":"([0-9a-f]{32})"/.exec(text);
  const sound = response.status === 200 && !response.redirected && seal !== null && isJson(response)
    && await hash(new TextEncoder().encode(text.slice(seal[0].length))) === seal[1];
  // A bad answer in the browser's own cache would be confirmed by the site (304) for ever.
  if (!sound && response.status === 200 && mode !== "reload") return fetchSealed(path, "reload");
  const kept = sound && await store(path, copy(response, text));
  return { response, text, kept };
}

const isImmutable = (path) => /^(assets|media|search-index)\//.test(path.slice(BUILD.base.length));

async function immutable(request, path) {
  const cached = await stored(path);
  if (cached) return cached;
  const { response = Response.error(), bytes } = await whole(request, FILE_PATIENCE).catch(() => ({}));
  if (response.status === 200 && path.includes(await hash(bytes))) await store(path, copy(response, bytes));
  return (!response.ok && await otherWidth(path)) || (response.status ? copy(response, bytes) : response);
}

/** The widest stored file of the same picture: their names begin with the digest of its original. */
async function otherWidth(path) {
  const keys = await Promise.all([CONTENT_CACHE, SAVED_CACHE].map(async (name) => (await caches.open(name)).keys()));
  const files = keys.flat().filter(({ url }) => url.includes(path.slice(0, BUILD.base.length + 38)));
  const width = ({ url }) => /-(\d+)-[0-9a-f]+\.webp$/.exec(url)?.[1] ?? Infinity;
  const [widest] = files.sort((a, b) => width(b) - width(a));
  return widest && stored(widest);
}

// --- Keeping and dropping ------------------------------------------------------------------------

/** Stores what the app asks for, two at a time (the reader shares the line), and reports the end. */
async function keep(items, port) {
  full = false;
  const queue = [...items];
  const work = async () => {
    for (let item = queue.shift(); item; item = queue.shift()) {
      await keepOne(item).catch(() => false);
    }
  };
  await Promise.all([work(), work()]);
  port?.postMessage({ done: true, full });
}

async function keepOne({ url, digest }) {
  if (isImmutable(url)) {
    if (await stored(url)) return true;
    await immutable(new Request(url), url);
    return (await stored(url)) !== undefined;
  }
  if (!url.endsWith(".json")) return fetchPage(url, "no-cache");
  const cached = digest ? await stored(url) : undefined;
  if (cached && (await cached.text()).slice(0, 80).includes(digest)) return true;
  return (await fetchSealed(url, "no-cache")).kept;
}

async function drop(urls, port) {
  const cache = await caches.open(CONTENT_CACHE);
  for (const url of urls) await cache.delete(url);
  port?.postMessage({ done: true });
}

// --- Small things --------------------------------------------------------------------------------

/** What is saved comes first: that edition is whole, with its images. */
const stored = async (path) => (await (await caches.open(SAVED_CACHE)).match(path))
  ?? (await caches.open(CONTENT_CACHE)).match(path);

/** Stores an answer; says whether that worked (a full device is no reason to show nothing). */
async function store(path, response) {
  response.headers.set(STORED, String(Date.now()));
  try {
    await (await caches.open(CONTENT_CACHE)).put(path, response);
    return true;
  } catch (error) {
    full ||= error.name === "QuotaExceededError";
    return false;
  }
}

/** An answer with its whole body, or an error when that takes too long. */
async function whole(request, patience, init) {
  const response = await fetch(request, { ...init, signal: AbortSignal.timeout(patience) });
  return { response, bytes: await response.arrayBuffer() };
}

const decode = (bytes) => new TextDecoder().decode(bytes);

/** The same answer with a body that was already read: decoded, so without its encoding; another policy. */
function copy(response, body, policy) {
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name);
  if (policy && headers.has("content-security-policy")) headers.set("content-security-policy", policy);
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

function pageAddress(path) {
  const folder = path.replace(/index\.html$/, "");
  return folder.endsWith("/") || folder.endsWith(".html") ? folder : `${folder}/`;
}

const isHtml = (response) => (response.headers.get("content-type") ?? "").startsWith("text/html");

/** Some hosts serve .json as plain text or without a type. */
function isJson(response) {
  const type = (response.headers.get("content-type") ?? "").split(";")[0].trim();
  return type === "" || type.endsWith("json") || ["text/plain", "application/octet-stream"].includes(type);
}

/** The first 16 bytes of the SHA-256, hexadecimal. */
async function hash(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, 16);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
