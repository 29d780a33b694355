// What is stored: every receipt with those of its files that are not in the cache of what is saved as they were, what the
// reader wishes to have saved, and what the reader made. It makes no store that is not there.
const [base] = arguments;
const names = (await indexedDB.databases()).map(({ name }) => name);
const records = async (name, store) => {
  if (!names.includes(name)) return [];
  const db = await new Promise((done) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
    request.onerror = () => done();
    // It went a moment ago.
    request.onupgradeneeded = () => request.transaction.abort();
  });
  if (!db) return [];
  try {
    if (!db.objectStoreNames.contains(store)) return [];
    const [keys, texts] = await new Promise((done, failed) => {
      const transaction = db.transaction(store);
      const all = [transaction.objectStore(store).getAllKeys(), transaction.objectStore(store).getAll()];
      transaction.oncomplete = () => done(all.map(({ result }) => result));
      transaction.onabort = () => failed(transaction.error);
    });
    return keys.map((key, at) => [key, texts[at]]);
  } finally {
    db.close();
  }
};
const hash = async (bytes) => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, 16);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
};
const parse = (text) => {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
};
const saved = (await caches.has(`lamplight:${base}:saved`)) ? await caches.open(`lamplight:${base}:saved`) : undefined;
const receipts = {};
const wishes = {};
const own = {};
for (const [key, text] of await records(`lamplight:${base}:library`, "records")) {
  const record = parse(text);
  if (key.startsWith("saved/")) wishes[key] = !!record.removed;
  if (!key.startsWith("receipt/") || !record.files) continue;
  const bad = [];
  for (const { url, digest } of record.files) {
    const found = await saved?.match(url);
    if (!found || (await hash(await found.arrayBuffer())) !== digest) bad.push(url);
  }
  receipts[`${record.lang}/${record.slug}`] = { images: record.images, digest: record.digest, bad };
}
for (const [key, text] of await records(`lamplight:${base}:outbox`, "messages")) {
  const { name, email, message } = parse(text);
  own[`message ${key}`] = JSON.stringify({ name, email, message });
}
for (const [key, text] of Object.entries({ ...localStorage })) {
  const name = key.slice(`lamplight:${base}:`.length);
  const record = parse(text);
  if (name === "settings") own[name] = JSON.stringify({ theme: record.theme, text: record.text, keep: record.keep_newest, language: record.language });
  if (name === "searches") own[name] = text;
  if (name === "history") own[name] = JSON.stringify({ off: record.off, cleared: record.cleared });
  // Who opens an article goes on from there: a place may be noted where none was, and what was not read is.
  if (name.startsWith("reading/") && record.block) own[`${name}, the place`] = record.block;
  if (name.startsWith("reading/") && record.read) own[`${name}, read`] = "yes";
}
const said = [...document.querySelectorAll("[data-standing=saved]")]
  .map((element) => element.dataset.save ?? element.querySelector("[data-key]")?.dataset.key).filter(Boolean);
return { receipts, wishes, own, said };
