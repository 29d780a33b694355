// MiniSearch on the documents and questions of `cargo xtask bench --only search`, as its guide recommends.
// Arguments: its module, documents, questions (JSON lines). Prints one line of JSON.
const { readFileSync } = require("fs");
const { brotliCompressSync } = require("zlib");
const { performance } = require("perf_hooks");
const [path, documents, questions] = process.argv.slice(2);
const MiniSearch = require(path);
const lines = (file) => readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const options = { fields: ["title", "text"], searchOptions: { boost: { title: 2 }, prefix: true, fuzzy: 0.2 } };
const begun = performance.now();
const index = new MiniSearch(options);
index.addAll(lines(documents));
const json = JSON.stringify(index);
const written = performance.now() - begun;
const asked = lines(questions).map(({ q, k }) => {
  const start = performance.now();
  const ids = index.search(q).slice(0, k).map(({ id }) => id);
  return { ids, ms: performance.now() - start };
});
console.log(JSON.stringify({ written, raw: json.length, brotli: brotliCompressSync(json).length, asked }));
