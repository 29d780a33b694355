// Earlier versions of articles: which there are, what changed, and how one becomes the reader's again.
// Entry points: aside (an edition that gave way), versions (the panel), goTo. The program compares. No edition must take
// the place of another before that one is stored as a version.

// The edition that opens, as a record: what is saved, what local storage has (the page hands it in), what is kept unasked.
const ownEdition = async (slug, lang, local) => {
  const { url } = parse(program.place(slug, lang));
  const looks = [
    async () => (await saved()).match(url),
    async () => local && new Response(local.text, { headers: { [STORED]: String(local.saved) } }),
    () => content(url),
  ];
  for (const look of looks) {
    const found = await look();
    const record = found && program.version_of(await found.text(), slug, lang, when(found));
    if (record) return record;
  }
};
// The site's edition, as a record. What was asked a moment ago (`fresh`) is in the large store, where the service worker
// has put it; it lets this question pass unstored.
const siteEdition = async (slug, lang, fresh) => {
  const { url } = parse(program.place(slug, lang));
  const near = fresh && (await content(url));
  if (near) return program.version_of(await near.text(), slug, lang, when(near));
  const { bytes, time } = await ask(url, "no-store", HASTE);
  return program.version_of(decode(bytes), slug, lang, time);
};
// What the site had when the panel was opened.
const siteTold = new Map();

const prune = async (slug, lang, current) => {
  const spare = parse(program.versions_spare(slug, lang, current));
  if (spare.length) await commit([], spare);
};
// Stores an edition that gave way to the `current` one, unless it is damaged.
const aside = async (key, text, stored, current) => {
  const [slug, lang] = article(key);
  if (!program.version_of(text, slug, lang, stored)) return;
  await commit([parse(program.revision(text, stored))]);
  await prune(slug, lang, current);
};

// The panel as HTML. `site`: whether the site was asked a moment ago (`fresh`), is to be asked (`ask`), or what it said
// stands; `which`: what the reader's edition is compared with, the most telling one where nothing is said.
const versions = async (key, local, site, which) => {
  const [slug, lang] = article(key);
  const own = await ownEdition(slug, lang, local);
  if (!own) throw new DOMException(key, "NotFoundError");
  if (site) siteTold.set(key, await siteEdition(slug, lang, site === "fresh").catch(() => undefined));
  const { digest } = parse(program.version_read(own));
  const newest = siteTold.get(key);
  const newer = newest && parse(program.version_read(newest)).digest !== digest;
  which ??= newer ? "site" : program.versions_newest(slug, lang, digest);
  const other = which && which !== "site" ? await get(`revision/${slug}/${lang}/${which}`) : undefined;
  return program.versions_panel(own, newest, other, which, siteTold.has(key));
};

// The page of an edition: the one that is here with that edition's article in it, and its title.
const rendering = async () => (await import("RENDERER"), self.lamplightRenderer());
const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
const pageOf = async (url, lang, version) => {
  const found = (await (await saved()).match(url)) ?? (await content(url));
  if (!found) return;
  const own = publication.languages.find(({ code }) => code === lang)?.messages;
  const messages = own ? await (await fetch(BASE + own)).text() : ENGLISH;
  const html = (await rendering()).article(version.text, JSON.stringify(publication), messages);
  if (!html) throw new DOMException(url, "DataError");
  const page = (await found.text())
    .replace(/<article\b[^]*<\/article>/, () => html.trimEnd())
    .replace(/<title>[^<]* · ([^<]*)<\/title>/, (_, name) => `<title>${escaped(version.title)} · ${name}</title>`);
  return { bytes: new TextEncoder().encode(page).buffer, response: found, time: version.stored };
};

// Makes a version the reader's own edition: of what is saved, with all its files; else what is kept. What it takes the
// place of is a version from then on. The page does the same in local storage with what this answers.
const goTo = async (key, digest, local) => {
  const [slug, lang] = article(key);
  const record = digest === "site" ? siteTold.get(key) : await get(`revision/${slug}/${lang}/${digest}`);
  const version = parse(program.version_read(record ?? ""));
  if (!version) throw new DOMException(key, "DataError");
  const due = parse(program.order(slug, lang));
  const { url, page } = due ?? parse(program.place(slug, lang));
  const paper = await pageOf(page, lang, version);
  const left = parse(program.version_read((await ownEdition(slug, lang, local)) ?? ""));
  // None goes for it yet: the oldest may be the one that is gone to. Whoever goes back wants no newer one.
  await commit(left ? [parse(program.revision(left.text, left.stored))] : [], [`renew/${key}`]);
  const found = {
    bytes: new TextEncoder().encode(version.text).buffer,
    response: new Response("", { headers: { "content-type": "application/json" } }),
    time: version.stored,
    opened: parse(program.open(version.text, version.stored)),
  };
  if (due && paper) {
    await lock("files", "shared", async () => {
      const images = [];
      let whole = due.images;
      for (const one of whole ? found.opened.images : []) {
        // What cannot be had now is due.
        await image(one).then(async (found) => images.push(await kept(one, found))).catch(() => (whole = false));
      }
      await settle(due, found, paper, images, whole);
    });
  } else {
    const cache = await caches.open(CONTENT);
    for (const [path, { bytes, response } = {}] of [[page, paper], [url, found]]) {
      if (!bytes) continue;
      const headers = new Headers(response.headers);
      for (const name of CODED) headers.delete(name);
      headers.set(STORED, String(version.stored));
      await roomy(() => cache.put(path, new Response(bytes, { headers })), bytes.byteLength);
    }
  }
  return { ...version, saved: !!(due && paper) };
};
// Versions of what is on the device no more.
const pruneAll = async (present) => {
  const orphans = parse(program.versions_orphans(JSON.stringify([...present])));
  if (orphans.length) await commit([], orphans);
};
