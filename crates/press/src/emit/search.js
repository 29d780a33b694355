// Search over an index: the finder's program, and the files that it asks for.
// Entry points: load and search, for any page; the worker uses the rest, too. The program decides what is answered, and
// whether a file is what its name promises; this fetches. It must never hand it a file under another name.
import start, * as program from "SCRIPT";
// How long a file may take, in milliseconds.
const LONGEST = 10_000;
// How many times an answer may ask for more files: each step knows more than the one before.
const STEPS = 16;

// Whoever asks after a failure begins again.
let begun;
const begin = () => start({ module_or_path: new URL("PROGRAM", import.meta.url) });
const ready = () => (begun ??= begin().catch((error) => ((begun = undefined), Promise.reject(error))));

// Fetches until `use` takes the bytes: a damaged copy that the browser has stored is fetched again past it.
const fetched = async (url, use) => {
  try {
    for (const cache of ["default", "reload"]) {
      const response = await fetch(url, { cache, signal: AbortSignal.timeout?.(LONGEST) });
      if (!response.ok) break;
      const taken = use(new Uint8Array(await response.arrayBuffer()));
      if (taken) return taken;
    }
  } catch {}
};

// The address of the open index's folder.
let folder;
const coming = new Map();
// A file on its way into the program, whoever asked for it first.
const bring = async (name) => {
  if (!(await fetched(folder + name, (bytes) => program.give(name, bytes)))) program.miss(name, Date.now());
  coming.delete(name);
};
const brought = (name) => coming.get(name) ?? coming.set(name, bring(name)).get(name);

// Opens the index whose root is at `root` below `base`, an address that ends with `/` (`root` empty: there is none
// now), unless it is open. What came of it: "Open", "Absent", "Damaged" or "Newer" (made by a newer press); what was
// open stays open where that fails.
const open = async (base, root) => {
  if (program.knows(root)) return "Open";
  const opened = (root && (await fetched(base + root, (bytes) => program.open(root, bytes)))) || program.open(root);
  if (opened === "Open") folder = base + root.slice(0, root.lastIndexOf("/") + 1);
  return opened;
};

// Opens the index whose root is the file `root` in the folder at `base`; how many documents it has. What was put stays:
// without it only that is found. It fails with an Error whose name is Absent, Damaged or Newer.
export const load = async (base, root) => {
  await ready();
  const name = await open(base, root);
  if (name !== "Open") throw Object.assign(new Error(`the search index: ${name}`), { name });
  return program.documents();
};

// Answers { q, lang, k, offset, prefix, near }, of which all but `q` may be left out; `near`: by what is at hand,
// without waiting for files. The answer is the program's, with `ms`, the engine's own time.
export const search = async ({ q = "", lang, k = 10, offset = 0, prefix, near }) => {
  await ready();
  for (let ms = 0, step = 0; ; step++) {
    const asked = performance.now();
    const found = program.search(q, lang || "", k, offset, !!prefix, !!near || step >= STEPS, Date.now());
    ms += performance.now() - asked;
    const { need, ...answer } = JSON.parse(found);
    if (!need) return { ...answer, ms };
    await Promise.all(need.map(brought));
  }
};

// Makes a document of the device findable: { id, lang, title, headings, description, body, tags, categories, date },
// what is left out is empty. One of the same `id` and `lang` is replaced. `lent`: its text is for snippets only.
const put = (document, lent = false) => {
  const texts = ["id", "lang", "title", "headings", "description", "body", "date"].map((name) => document[name] ?? "");
  program.put(lent, ...texts, ...["tags", "categories"].map((name) => (document[name] ?? []).join("\0")));
};

// What to mark in texts of one language for a question as `search` took it: for each text places, from, to, from, to, …
const marks = (question, prefix, lang, texts) => {
  const list = texts.map((text) => text.replaceAll("\0", " ")).join("\0");
  return texts.length ? JSON.parse(program.marks(question, prefix, lang, list)) : [];
};

// The files that a file names; undefined if the bytes are not the file's.
const contents = (name, bytes) => program.contents(name, bytes)?.split("\n").filter(Boolean);

// The root of the index that an edition (the text of edition.json) names, relative to the site's base; empty if it
// names none, undefined if the text is damaged.
const rootOf = (edition) => {
  try {
    if (program.sealed(edition)) return String(JSON.parse(edition).search ?? "");
  } catch {}
};
