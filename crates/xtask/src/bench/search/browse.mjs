// Serves an engine and its index to Chromium, which makes the visits asked for. Arguments: the engine, the folder that
// is served, visits (a JSON array of arrays of questions). Prints `{whole, visits}`: the bytes of the whole
// index after brotli, and the answers `{ids, ms, bytes, program}` of each visit, where `bytes` were sent for this
// question (the first has those of opening, too) and `program` were sent of scripts and WebAssembly.
//
// Files are sent as a good host would: by brotli at its best, but for what is compressed or binary. None is kept by
// the browser, so that each visit is a first one.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const [engine, folder, asked] = process.argv.slice(2);
const visits = JSON.parse(readFileSync(asked, "utf8"));
const TYPES = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
const isProgram = (path) => /\.(js|css|wasm)$|\/wasm\.[^/]+\.pagefind$/.test(path);

const known = new Map();
function compressed(path) {
  if (!known.has(path)) {
    const bytes = readFileSync(path);
    const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    known.set(path, gzip ? bytes : brotliCompressSync(bytes));
  }
  return known.get(path);
}

const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
const index = files.filter((path) => statSync(path).isFile() && !isProgram(path));
const whole = index.reduce((sum, path) => sum + compressed(path).length, 0);

const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module" src="/bench/page.mjs"></script>`;
// The headers of an isolated page, whose clock is finer.
const HEADERS = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};
let count = { bytes: 0, program: 0 };
const answers = [];

const server = createServer(async (request, response) => {
  const send = (type, body, more) => response.writeHead(200, { ...HEADERS, "content-type": type, ...more }).end(body);
  const sendJson = (value) => send("application/json", JSON.stringify(value));
  const { pathname } = new URL(request.url, "http://localhost");
  const [, place, ...rest] = decodeURIComponent(pathname).split("/");
  if (request.method === "POST") {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (place === "failed") return end(new Error(body));
    answers.push(JSON.parse(body));
    sendJson({});
    if (answers.length === visits.length) end();
  } else if (place === "") send("text/html", PAGE);
  else if (place === "visit") {
    count = { bytes: 0, program: 0 };
    sendJson({ engine, asked: visits[answers.length] });
  } else if (place === "bytes") {
    sendJson(count);
    count = { bytes: 0, program: 0 };
  } else if (place === "bench") {
    send(TYPES[".mjs"], readFileSync(join(import.meta.dirname, ...rest)));
  } else {
    const path = join(folder, ...rest);
    const type = TYPES[extname(path)];
    const body = type ? compressed(path) : readFileSync(path);
    count[isProgram(path) ? "program" : "bytes"] += body.length;
    send(type ?? "application/octet-stream", body, type && { "content-encoding": "br" });
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

// Removed before the next run: processes of Chromium write on for a moment when it has ended.
const profile = `${folder}-profile`;
rmSync(profile, { recursive: true, force: true });
const browser = spawn(
  process.env.LAMPLIGHT_CHROMIUM,
  ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/`],
  { stdio: "ignore" },
);
// Whatever ends this, ends it, too.
process.on("exit", () => browser.kill());
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
browser.on("exit", () => end(new Error("Chromium has ended")));
browser.on("error", end);

function end(error) {
  browser.removeAllListeners("exit");
  browser.once("exit", () => {
    server.close();
    server.closeAllConnections();
    if (error) console.error(error.message);
    else console.log(JSON.stringify({ whole, visits: answers }));
    process.exitCode = error ? 1 : 0;
  });
  if (browser.exitCode !== null || browser.pid === undefined) browser.emit("exit");
  else browser.kill();
}
