// Earlier versions of articles: which there are, what changed, and how one becomes the reader's again.
// Entry points: aside (an edition that gave way), versions (the panel), goTo. The program compares. No edition must take
// the place of another before that one is stored as a version.

const readText = (response) => response?.text().catch(() => "");
// The edition that opens, as a record: what is saved or was gone to, what local storage has (the page hands it in), what is
// kept unasked. Of those, what is damaged is passed over.
const ownEdition = async (slug, lang, local) => {
  const { url } = parse(program.place(slug, lang));
  const looks = [
    async () => (await saved()).match(url),
    async () => local && new Response(local.text, { headers: { [STORED]: String(local.saved) } }),
    () => content(url),
  ];
  for (const look of looks) {
    const found = await look();
    const record = found && program.version_of(await readText(found), slug, lang, when(found));
    if (record) return record;
  }
};
// The site's edition, as a record. What was asked a moment ago (`fresh`) is in the large store, where the service worker
// has put it; it lets this question pass unstored.
const siteEdition = async (slug, lang, fresh) => {
  const { url } = parse(program.place(slug, lang));
  const near = fresh && (await content(url));
  const record = near && program.version_of(await readText(near), slug, lang, when(near));
  if (record) return record;
  const { bytes, time } = await ask(url, "no-store", HASTE);
  return program.version_of(decode(bytes), slug, lang, time);
};
// What the site had when the panel was opened; later that is no news of it.
const siteTold = new Map();
const toldOf = (key) => parse(program.version_read(siteTold.get(key) ?? ""));

const prune = async (slug, lang, current) => {
  const spare = parse(program.versions_spare(slug, lang, current));
  if (spare.length) await commit([], spare);
};
// Keeps an edition of which this device was never told to keep it, where there is room for it beside the reader's own (the
// `current` one) and the versions of that.
const guest = async (slug, lang, text, stored, current) => {
  if (!program.versions_fit(slug, lang, current, text.length)) return;
  const revision = parse(program.revision(text, stored, 0));
  if (revision) await commit([revision]);
};
// Stores an edition that gave way to another, `current` being what local storage has by now; whether it may be let go of
// where it lay. What is damaged may, but not what only a later version of the app can read.
const aside = async (key, text, stored, current) => {
  const [slug, lang] = article(key);
  if (!program.version_of(text, slug, lang, stored)) return !(await sealed(text));
  await commit([parse(program.revision(text, stored, Date.now()))]);
  const own = SEAL.exec((await readText(await (await saved()).match(parse(program.place(slug, lang)).url))) ?? "")?.[1];
  // What is saved may be this one still, and about to give way.
  const left = SEAL.exec(text)?.[1];
  await prune(slug, lang, [own, current].find((digest) => digest && digest !== left) ?? "");
  return true;
};

// The panel as HTML, and whether the site was asked in vain. `site`: whether the site was asked a moment ago (`fresh`), is to be asked (`ask`), or what it said
// stands; `which`: what the reader's edition is compared with, the most telling one where nothing is said.
const versions = async (key, local, site, which) => {
  const [slug, lang] = article(key);
  const own = await ownEdition(slug, lang, local);
  if (!own) throw new DOMException(key, "NoCopy");
  if (site) siteTold.set(key, await siteEdition(slug, lang, site === "fresh").catch(() => undefined));
  else if (which === undefined) siteTold.delete(key);
  const { digest } = parse(program.version_read(own));
  const newest = siteTold.get(key);
  const newer = newest && toldOf(key)?.digest !== digest;
  which ??= newer ? "site" : program.versions_newest(slug, lang, digest);
  const other = which && which !== "site" ? await get(`revision/${slug}/${lang}/${which}`) : undefined;
  return { html: program.versions_panel(own, newest, other, which), silent: siteTold.has(key) && !newest };
};

// The page of an edition: the one that is here, or else the site's, with that edition's article in it, and its title;
// nothing where no page can be had.
const rendering = async () => (await import("RENDERER"), self.lamplightRenderer());
const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
const words = async (own) => {
  if (!own) return ENGLISH;
  const response = await fetch(BASE + own);
  const text = await response.text();
  // What a host says where it has no such file is no words.
  if (response.status !== 200 || !JSON.parse(text)) throw new DOMException(own, "NoPage");
  return text;
};
// The page of an article, as (text, response), unless it is cut off, empty or another one.
const entire = async (response) => {
  const text = await readText(response);
  return text && /<article\b[^]*<\/html>\s*$/.test(text) ? { text, response } : undefined;
};
const pageOf = async (url, lang, version) => {
  const asked = () => ask(url, "no-store", HASTE).then(({ response, bytes }) => new Response(bytes, response), () => {});
  const found = (await entire(await (await saved()).match(url))) ?? (await entire(await content(url))) ?? (await entire(await asked()));
  if (!found) return;
  const own = publication.languages.find(({ code }) => code === lang)?.messages;
  try {
    const html = (await rendering()).article(version.text, JSON.stringify(publication), await words(own));
    const page = found.text
      .replace(/<article\b[^]*<\/article>/, () => html.trimEnd())
      .replace(/<title>[^<]* · ([^<]*)<\/title>/, (_, name) => `<title>${escaped(version.title)} · ${name}</title>`);
    // Whatever was found, it is that edition's page now.
    if (page.includes(`data-digest="${version.digest}"`)) return { bytes: new TextEncoder().encode(page).buffer, response: found.response, time: version.stored };
  } catch {}
  throw new DOMException(url, "NoPage");
};

// What is not saved and was gone to lies where what is saved lies, which comes first: it stays what opens, whatever the site
// has, until the reader takes that. A record says so.
const heldKey = (slug, lang) => parse(program.held(slug, lang, "")).key;
const release = async (slug, lang, always) => {
  const key = heldKey(slug, lang);
  if (!always && (await get(key)) === undefined) return;
  await lock("files", "exclusive", async () => {
    await commit([], [key]);
    // Saved meanwhile.
    if (program.standing(slug, lang)) return;
    const { url, page } = parse(program.place(slug, lang));
    for (const path of [url, page]) await (await saved()).delete(path);
  });
};
// Where no page could be had for what was gone to, or it is damaged, it is made as soon as one can: else the site's would open
// in its place.
const papers = async () => {
  for (const [key, digest] of await records("held")) {
    const [, slug, lang] = key.split("/");
    const { url, page } = parse(program.place(slug, lang));
    const cache = await saved();
    const found = await cache.match(url);
    const stands = async () => (await entire(await cache.match(page)))?.text.includes(`data-digest="${digest}"`);
    if (!found || program.standing(slug, lang) || (await stands())) continue;
    const version = parse(program.version_read(program.version_of(await readText(found), slug, lang, when(found)) ?? ""));
    const made = version?.digest === digest && (await pageOf(page, lang, version).catch(() => undefined));
    if (!made) continue;
    await lock("files", "shared", async () => {
      // The reader may have gone on meanwhile.
      if ((await get(key)) === digest && !program.standing(slug, lang) && !(await stands())) await put(page, made.bytes, made.response, made.time);
    });
  }
};
// Whether what is kept unasked is that edition, and opens where nothing else is in its place.
const unasked = async ({ url, page }, digest) => {
  const [text, html] = [await readText(await content(url)), await readText(await content(page))];
  return !!text && SEAL.exec(text)?.[1] === digest && !!html?.includes(`data-digest="${digest}"`);
};

// Makes a version the reader's own edition, with all its files where it is saved. What it takes the place of is a version
// from then on. The page does the same in local storage with what this answers; `kept`: it stays without that, too.
const goTo = async (key, digest, local) => {
  const [slug, lang] = article(key);
  const record = digest === "site" ? siteTold.get(key) : await get(`revision/${slug}/${lang}/${digest}`);
  if (record === undefined) throw new DOMException(key, "NoVersion");
  const version = parse(program.version_read(record));
  if (!version) throw new DOMException(key, program.version_later(record) ? "LaterVersion" : "DataError");
  const due = parse(program.order(slug, lang));
  const place = due ?? parse(program.place(slug, lang));
  const near = !due && (await unasked(place, version.digest));
  const paper = near ? undefined : await pageOf(place.page, lang, version);
  // What is saved opens by its page.
  if (due && !paper) throw new DOMException(key, "NoPage");
  const left = parse(program.version_read((await ownEdition(slug, lang, local)) ?? ""));
  const writes = left && left.digest !== version.digest ? [parse(program.revision(left.text, left.stored, Date.now()))] : [];
  if (!due && !near) writes.push(parse(program.held(slug, lang, version.digest)));
  // None goes for it yet: the oldest may be the one that is gone to. Whoever goes back wants no newer one. What is not saved
  // and can still be undone is not there as it was.
  await commit(writes, [`renew/${key}`, ...(due ? [] : [`receipt/${slug}/${lang}`])]);
  const found = {
    bytes: new TextEncoder().encode(version.text).buffer,
    response: new Response("", { headers: { "content-type": "application/json" } }),
    time: version.stored,
    opened: parse(program.open(version.text, version.stored)),
  };
  if (near) {
    await release(slug, lang, true);
  } else {
    await lock("files", "shared", async () => {
      if (!due) {
        await put(place.url, found.bytes, found.response, found.time);
        if (paper) await put(place.page, paper.bytes, paper.response, paper.time);
        else await (await saved()).delete(place.page);
        return commit([found.opened.holding]);
      }
      const images = [];
      let whole = due.images;
      for (const one of whole ? found.opened.images : []) {
        // What cannot be had now is due.
        await image(one).then(async (found) => images.push(await kept(one, found))).catch(() => (whole = false));
      }
      await settle(due, found, paper, images, whole);
    });
  }
  siteTold.delete(key);
  return { ...version, saved: !!due, kept: !near };
};
// Versions of what is on the device no more. What was taken off it a moment ago, in whichever tab, can come back.
const pruneAll = async (present) => {
  const now = Date.now();
  // A clock that was set back says nothing.
  const [young, old] = [[], []];
  for (const [key, text] of await records("forgotten")) (now - text >= 0 && now - text < UNDO ? young : old).push(key);
  const all = [...present, ...young].map((key) => key.split("/")).map(([, slug, lang]) => `${lang}/${slug}`);
  const drops = [...old, ...parse(program.versions_orphans(JSON.stringify(all), UNDO, now))];
  if (drops.length) await commit([], drops);
};
