// The finder's worker: answers [number, function, ...values] with [number, answer], or with [number] where that
// failed. press writes the names of the files beside it.
const rendering = async () => (await import("RENDERER"), self.lamplightRenderer());
// What the renderer reads in the text of an article's document.
const read = async (text) => JSON.parse((await rendering()).text(text));
// The pieces of the dialog or of the page of results for { q, results, recent, k }, and the addresses of texts that
// would complete them; `near`: what is found without waiting for files.
const reply = async ({ q, results, recent, k }, near) => {
  const { question, lang, locale, results: pieces } = await rendering();
  const asked = question(q, results);
  const found = await search({ q: asked, lang: lang(), k, prefix: !results, near });
  if (!asked.trim()) found.whole = shown(locale());
  const [form, count, notes, list, end, ...lacking] = pieces(JSON.stringify(found), q, results, recent);
  // Where nothing is asked the answer says how much of the index is here, and soon there is more to say.
  if (found.whole?.state === "going") lacking.push("");
  return { form, count, notes, list, end, lacking, size: found.hits.length };
};
const functions = {
  refresh,
  resume,
  whole,
  forget: (id, lang) => program.forget(id, lang),
  put: async (text) => put(await read(text)),
  speak: async (...page) => (await rendering()).speak(...page),
  answer: (asked) => reply(asked, false),
  near: (asked) => reply(asked, true),
  // The same answer with those texts: the service worker lets them pass unstored. What is lacking then cannot be had.
  complete: async (asked, lacking) => {
    if (lacking[0] === "") return (await change(), reply(asked, false));
    const lend = async (url) => put(await read(await (await fetch(url, { cache: "force-cache" })).text()), true);
    await Promise.allSettled(lacking.map(lend));
    return { ...(await reply(asked, false)), lacking: [] };
  },
  marks: async ({ q, results }, lang, texts) => {
    const { question } = await rendering();
    return marks(question(q, results), !results, lang, texts);
  },
};
onmessage = async ({ data: [number, name, ...values] }) => {
  try {
    await ready();
    postMessage([number, await functions[name](...values)]);
  } catch {
    postMessage([number]);
  }
};
