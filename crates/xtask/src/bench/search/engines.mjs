// The engines of `cargo xtask bench --only search`: how each writes its index (in Node) and is opened in a page, with
// the settings that its own documentation recommends. `open` gives a function from a question to the ids of the first
// hits, which a reader can be shown then: their titles have been fetched.

const json = async (path) => (await fetch(path)).json();

// The finder of the app; `rank` has written the index.
export const lamplight = {
  async open() {
    const [{ load, search }, { search: root }] = await Promise.all([import("/site/search.js"), json("/site/edition.json")]);
    await load("/site/index/", root);
    return async (question) => (await search(question)).hits.map(({ id }) => id);
  },
};

// Prefixes, a fifth of a word's letters as typos and a boost for titles are what its guide shows.
export const minisearch = {
  options: {
    fields: ["title", "text"],
    storeFields: ["title", "lang"],
    searchOptions: { boost: { title: 2 }, prefix: true, fuzzy: 0.2 },
  },
  async write({ default: MiniSearch }, documents, folder) {
    const { writeFileSync } = await import("node:fs");
    const index = new MiniSearch(this.options);
    index.addAll(documents);
    writeFileSync(`${folder}/index.json`, JSON.stringify(index));
  },
  async open() {
    const { default: MiniSearch } = await import("/site/minisearch.js");
    const index = MiniSearch.loadJSON(await (await fetch("/site/index.json")).text(), this.options);
    return async ({ q, lang, k }) =>
      index.search(q, lang ? { filter: (hit) => hit.lang === lang } : {}).slice(0, k).map(({ id }) => id);
  },
};

// Pages of HTML, as it is made for: a heading counts seven times a text's word, and each language has an index.
export const pagefind = {
  async write(pagefind, documents, folder) {
    const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    const { index } = await pagefind.createIndex();
    for (const { id, lang, title, text } of documents) {
      const content = `<!doctype html><html lang="${lang ?? "en"}"><title>${escaped(title)}</title>
<body><main data-pagefind-body><h1>${escaped(title)}</h1><p>${escaped(text)}</p></main>`;
      const { errors } = await index.addHTMLFile({ url: `/${encodeURIComponent(id)}/`, content });
      if (errors.length) throw new Error(errors.join("; "));
    }
    await index.writeFiles({ outputPath: folder });
    await pagefind.close();
  },
  async open() {
    const modules = new Map();
    return async ({ q, lang, k }) => {
      if (!modules.has(lang)) {
        // A module has one worker, and that the stems of the language that the page had at first.
        document.documentElement.lang = lang || "en";
        modules.set(lang, await import(`/site/pagefind.js?${lang}`));
      }
      const { results } = await modules.get(lang).search(q);
      const pages = await Promise.all(results.slice(0, k).map((result) => result.data()));
      return pages.map(({ url }) => decodeURIComponent(url.slice(1, -1)));
    };
  },
};
