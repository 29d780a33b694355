// The carry file in the worker (`carry`): made in parts of what is stored, and taken in chunk by chunk. The program says
// what it holds and what of it is to be stored. It must never store anything of a file before all of that was read and
// the reader said yes, nor hold all of a file at once, nor write over a message that changed meanwhile. press fills in
// TWICE: whether the publication's endpoint takes a message as often as it is sent.

const OUTBOX = `lamplight:${BASE}:outbox`;
const CHUNK = 1_000_000;

// The messages, as post.js keeps them (it makes the store where there is something to put into it), and the `unsaved`
// ones that it could not store.
const letters = async (unsaved = []) => {
  const known = await indexedDB.databases?.();
  if (known && !known.some(({ name }) => name === OUTBOX)) return new Map(unsaved);
  const work = (store) => [store.getAllKeys(), store.getAll()];
  const [keys, texts] = (await transact("readonly", work, OUTBOX, "messages")).map(({ result }) => result);
  return new Map([...keys.map((key, at) => [String(key), String(texts[at])]), ...unsaved]);
};
// Notes when what has no time of its own was changed; `locals` are records of local storage, pairs of key and text.
const carryLook = async (locals) => {
  const known = await records("noted");
  const notes = locals.map(([key, text]) => parse(program.carry_look(key, text, known.get(`noted/${key}`), Date.now())));
  const fresh = notes.filter(Boolean);
  if (fresh.length) await commit(fresh);
};

// --- Making one ---

const carryMake = async (locals, articles, unsaved) => {
  const now = Date.now();
  // On a full device nothing can be noted, and what is not counts as changed now.
  await carryLook(locals).catch(() => {});
  const parts = [];
  const rest = [];
  let held = 0;
  const add = (part = "") => {
    rest.push(part);
    held += part.length;
    if (held < CHUNK) return;
    parts.push(new Blob(rest.splice(0)));
    held = 0;
  };
  add(program.carry_begin(location.origin, now));
  for (const [key, text] of await records("saved")) add(program.carry_record(key, text, undefined, now));
  const noted = await records("noted");
  for (const [key, text] of locals) add(program.carry_record(key, text, noted.get(`noted/${key}`), now));
  for (const [key, text] of await letters(unsaved)) add(program.carry_record(`outbox/${key}`, text, undefined, now));
  const cache = await saved();
  for (const { url } of articles ? parse(program.orders()) : []) {
    const found = (await cache.match(url)) ?? (await content(url));
    const text = await found?.text().catch(() => undefined);
    if (text) add(program.carry_document(text, when(found)));
  }
  const [first, last, behind] = parse(program.carry_finish());
  return { blob: new Blob([first, ...parts, ...rest, last], { type: "application/json" }), behind };
};

// --- Taking one in ---

let carried; // the file that was read whole
let planned;
let posted; // the messages as they were when that was planned
const carryForget = () => {
  carried = planned = posted = undefined;
  program.carry_read(location.origin, TWICE, Date.now());
};

// What would be stored, by what is stored now.
const carryPlan = async (locals, choices, back) => {
  for (const name of ["saved", "noted"]) for (const [key, text] of await records(name)) program.carry_local(key, text);
  // Of an edition that stands beside the reader's it is enough that it is there.
  const revisions = await transact("readonly", (store) => store.getAllKeys(kind("revision")));
  for (const key of revisions.result) program.carry_local(key, "");
  for (const [key, text] of locals) program.carry_local(key, text);
  posted = await letters();
  for (const [key, text] of posted) program.carry_local(`outbox/${key}`, text);
  // What is kept unasked may go.
  const present = await paths(await saved());
  planned = parse(program.carry_plan(JSON.stringify(present), choices, back, Date.now()));
  const { html, empty, local, gone, articles } = planned;
  return { html, empty, local, gone, articles: articles.map(({ slug, lang }) => `${lang}/${slug}`) };
};
// Reads a file; what to say of it.
const carryRead = async (file, locals) => {
  carryForget();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const feed = (bytes, stream) => {
    try {
      return program.carry_feed(decoder.decode(bytes, { stream }), true);
    } catch (error) {
      if (error?.name !== "TypeError") throw error;
      // What is no text: the program knows whether it began like one.
      return program.carry_feed(new TextDecoder().decode(bytes), false);
    }
  };
  for (let at = 0; at < file.size; at += CHUNK) {
    const html = feed(await file.slice(at, at + CHUNK).arrayBuffer(), true);
    if (html) return { html };
    tell("carry", program.say_of("carry_reading", Math.floor((at / file.size) * 100), 0));
  }
  const html = feed(new ArrayBuffer(0), false) ?? program.carry_end();
  if (html) return { html };
  carried = file;
  return carryPlan(locals, true, false);
};

// Writes the messages, unless one changed meanwhile: then all is planned anew. How many could not be written.
const carryLetters = async (...again) => {
  for (let n = 0; n < 5; n++) {
    const all = [...planned.letters.map(({ key, text }) => [key, text]), ...planned.dropped.map((key) => [key])];
    if (!all.length) return 0;
    let changed = false;
    const work = (store) => {
      for (const [key, text] of all) {
        const asked = store.get(key);
        asked.onsuccess = () => {
          if (asked.result !== posted.get(key)) changed = true;
          else if (text === undefined) store.delete(key);
          else store.put(text, key);
        };
      }
    };
    try {
      await roomy(() => transact("readwrite", work, OUTBOX, "messages"));
    } catch {
      break;
    }
    const others = new BroadcastChannel(OUTBOX);
    others.postMessage("");
    others.close();
    if (!changed) return 0;
    await carryPlan(...again);
  }
  return planned.letters.length;
};
// Stores an article: its page and its images come when the site can be asked, and its receipt then. `here` is what local
// storage has of it.
const carryArticle = async ({ slug, lang, url, digest, stored }, text, here) => {
  // The reader's own edition is here with all that belongs to it, or was gone to, and goes on opening: the other one stands
  // beside it.
  const receipt = await get(`receipt/${slug}/${lang}`);
  const opens = receipt === undefined ? await get(heldKey(slug, lang)) : /"digest":"([0-9a-f]{32})"/.exec(receipt)?.[1] ?? "";
  if (opens !== undefined) return opens === digest || guest(slug, lang, text, stored, opens);
  const cache = await saved();
  const before = await cache.match(url);
  const own = await before?.text();
  if (own && SEAL.exec(own)?.[1] !== digest) {
    const revision = parse(program.revision(own, when(before), Date.now()));
    if (revision) await commit([revision]);
  }
  // Of what is here unasked a later edition is not to disappear behind an earlier one.
  const [came, since, other] = [text, stored, digest];
  const unasked = await content(url);
  for (const [later, time] of [[here?.text, here?.saved], unasked ? [await unasked.text(), when(unasked)] : []]) {
    const whole = time > stored && (await sealed(later));
    if (whole) [text, stored, digest] = [later, time, whole];
  }
  // It stands beside that one then.
  if (digest !== other) await guest(slug, lang, came, since, digest);
  const from = new Response("", { headers: { "content-type": "application/json" } });
  await put(url, new TextEncoder().encode(text), from, stored);
  // The page is of another edition.
  await cache.delete(parse(program.place(slug, lang)).page);
  const opened = parse(program.open(text, stored));
  await commit([opened.holding]);
  const [images] = parse(program.extent(slug, lang)) ?? [];
  // The text has come, whatever comes of these.
  if (images) await seen(opened.images).catch(() => {});
  await prune(slug, lang, digest);
  tell("kept", { key: `${lang}/${slug}`, digest });
};
// Stores what was planned; what came of it. The page has stored what is local storage's, but for the keys `failed`; `here`
// is what it has there of the articles that come.
const carryTake = async (failed, here, ...again) => {
  // No other tab must believe that one record was changed because another could not be written.
  const own = planned.own.filter(({ key }) => !failed.includes(key.replace(/^noted\//, "")));
  let lists = 0;
  await commit(own).catch(() => {
    lists = own.filter(({ key }) => key.startsWith("saved/")).length;
  });
  const came = planned.letters.length;
  const messages = await carryLetters(...again);
  const { articles } = planned;
  const locals = new Map(here);
  let lacking = lists ? articles.length : 0;
  for (const [at, coming] of lists ? [] : articles.entries()) {
    tell("carry", program.say_of("carry_taking", at, articles.length));
    try {
      // One that was changed since it was read is not the one that was agreed to.
      const text = program.carry_article(at, await carried.slice(coming.offset, coming.offset + coming.bytes).text());
      if (text === undefined) throw new Error(`${coming.url} is not in the file any more`);
      await lock("files", "exclusive", () => carryArticle(coming, text, locals.get(`${coming.lang}/${coming.slug}`)));
    } catch (error) {
      lacking += 1;
      if (error?.name !== "QuotaExceededError") continue;
      lacking += articles.length - at - 1;
      break;
    }
  }
  goOn();
  tell("changed");
  carryForget();
  const saved = !lists && (articles.length > lacking || own.some(({ key }) => key.startsWith("saved/")));
  return { html: program.carry_taken(lists, failed.length, messages, lacking), messages: came - messages, saved };
};

const carry = {
  carryAmount: () => program.carry_amount(),
  carryLook,
  carryMake,
  carryMade: (...made) => program.carry_made(...made),
  carryRead,
  carryPlan,
  carryTake,
  carryLeave: carryForget,
};
