// Versions of articles: the control below a title that has others, the panel that compares them, and what takes an
// edition up that has given way.
// Entry points: versions, markVersions, older, newer. The worker compares and stores; press puts this behind library-page.js.

// The article that is open.
const shownArticle = () => {
  const article = document.querySelector("main article[data-slug]");
  return article && { article, key: `${article.lang}/${article.dataset.slug}`, digest: article.dataset.digest };
};

// The control in the row below the title, where the row does not grow by it: else text that is being read would move.
const markVersions = async () => {
  const shown = shownArticle();
  const row = shown?.article.querySelector(".article-tools");
  if (!row) return;
  const count = await call("countVersions", shown.key, shown.digest);
  let control = shown.article.querySelector("[data-versions=earlier]");
  if (!count || !row.isConnected) return control?.remove();
  if (!control) {
    control = document.createElement("button");
    control.type = "button";
    control.className = "button button-quiet";
    Object.assign(control.dataset, { part: "library", versions: "earlier", lacking: say("waits") });
  }
  const text = say("versions_count").replace("{n}", digits(count));
  if (control.textContent !== text) control.textContent = text;
  mine(control);
  if (control.isConnected) return;
  const height = row.offsetHeight;
  row.append(control);
  if (row.offsetHeight <= height) return;
  const end = document.createElement("p");
  end.className = "article-tools";
  end.append(control);
  shown.article.append(end);
};

// --- What has given way ---

// The digest of the edition that local storage has; empty where it has none.
const localDigest = (key) => {
  try {
    return localStorage.getItem(`${LOCAL}doc/${key}`) === null ? "" : JSON.parse(localStorage.getItem(`${LOCAL}meta/${key}`)).digest;
  } catch {
    return "";
  }
};
// Editions that were put aside in local storage become versions. One that cannot be kept stays where it is.
const takeUp = async () => {
  if (blocked) return;
  const names = Object.keys(localStorage).filter((name) => name.startsWith(`${LOCAL}was/`));
  for (const name of names) {
    const [meta, ...text] = (localStorage.getItem(name) ?? "").split("\n");
    const key = name.slice(LOCAL.length + 4).split("/").slice(0, 2).join("/");
    let stored = 0;
    try {
      stored = JSON.parse(meta).saved;
    } catch {}
    if (await call("aside", key, text.join("\n"), stored, localDigest(key))) localStorage.removeItem(name);
  }
};
export const older = async () => {
  await load();
  watch();
  try {
    await takeUp();
  } catch (error) {
    const control = document.querySelector("main [data-save]");
    if (control) tell(place(control), say(why(error)));
  }
  await mark();
};
// The reader took the newer edition of the open article: of what is saved that is what is to be saved.
export const newer = async () => {
  const key = document.querySelector("main [data-save]")?.dataset.save;
  // Not what local storage has: without space there, that is the edition which was left.
  const shown = shownArticle();
  const digest = shown?.key === key ? shown?.digest : undefined;
  await load();
  watch();
  if (!key || blocked) return;
  try {
    await call("renew", key, digest, local(key));
  } catch (error) {
    const control = document.querySelector(`main [data-save="${CSS.escape(key)}"]`);
    if (control) tell(place(control), say(why(error)));
  }
  changed();
};
// What was saved is what opens: local storage must not have another edition, which would come first.
events.kept = async ({ key, digest }) => {
  accompany(key.split("/")[0]);
  const own = local(key);
  const before = localDigest(key);
  if (!own || before === digest) return;
  try {
    try {
      // In one step with its going: no one finds both, or neither.
      localStorage.setItem(`${LOCAL}was/${key}/${before}`, `${JSON.stringify({ saved: own.saved })}\n${own.text}`);
    } catch {
      // There is no space for it twice.
      if (!(await call("aside", key, own.text, own.saved, ""))) return;
    }
    if (localDigest(key) === before) localStorage.removeItem(`${LOCAL}doc/${key}`);
    await takeUp();
  } catch {
    // It stays where it is.
  }
};

// --- The panel ---

let panel;
let panelOf;
const inPanel = (selector) => panel.querySelector(selector);
// What the worker says of what it does not have.
const LACKS = { DataError: "version_damaged", LaterVersion: "version_newer", NoVersion: "version_gone", NoCopy: "version_alone", NoPage: "version_unmade" };
const panelFailed = (error) => {
  inPanel(".versions-said").textContent = say(LACKS[error.message] ?? why(error));
};
const showVersions = async (site, which) => {
  const { key } = panelOf;
  const { html, silent } = await call("versions", key, local(key), site, which);
  if (panelOf.key !== key) return;
  inPanel(".versions-said").textContent = silent ? say("version_silent") : "";
  inPanel(".versions-body").innerHTML = html;
  panel.setAttribute("aria-labelledby", "versions-title");
};
// The edition that is now the reader's: in local storage, too, where it is not saved. Whether it stays the reader's.
const makeOwn = (key, { text, title, digest, stored, saved, kept }) => {
  const [doc, meta] = ["doc", "meta"].map((kind) => `${LOCAL}${kind}/${key}`);
  if (saved) return true;
  const [lang, slug] = key.split("/");
  try {
    const before = JSON.parse(localStorage.getItem(meta) ?? "{}");
    localStorage.setItem(doc, text);
    localStorage.setItem(meta, JSON.stringify({ v: 1, lang, slug, opened: 0, ...before, title, digest, saved: stored, units: text.length }));
    return true;
  } catch {
    // Without place there, the large store has it.
    for (const name of [doc, meta]) localStorage.removeItem(name);
    return kept;
  }
};
const goTo = async (digest) => {
  const { key } = panelOf;
  const came = await call("goTo", key, digest, local(key));
  if (makeOwn(key, came)) await call("prune", key, came.digest);
  // The app opens it as it opens any link.
  const link = inPanel(".versions-open");
  panel.close();
  link.click();
  changed();
};
const takeNewer = async () => {
  const { key } = panelOf;
  const here = shownArticle()?.key === key;
  const offer = document.querySelector("[data-evidence] .button-strong");
  if (here && offer) {
    panel.close();
    return offer.click();
  }
  const [standing] = await call("standing", [key]);
  if (!standing) return goTo("site");
  await call("renew", key);
  changed();
  if (!here) return showVersions();
  const link = inPanel(".versions-open");
  panel.close();
  link.click();
};
const panelPressed = async ({ target }) => {
  const button = target.closest("[data-do]");
  if (target === panel || button?.dataset.do === "close") return panel.close();
  if (!button || panel.hasAttribute("aria-busy")) return;
  const acts = {
    compare: async (which) => {
      await showVersions(undefined, which);
      const heading = inPanel("#versions-changes") ?? inPanel(".versions-bad") ?? inPanel("#versions-title");
      heading.tabIndex = -1;
      heading.focus();
    },
    back: goTo,
    take: takeNewer,
  };
  await panelBusy(() => acts[button.dataset.do]?.(button.dataset.digest));
};
const panelBusy = async (work) => {
  panel.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    panelFailed(error);
  } finally {
    panel.removeAttribute("aria-busy");
  }
};
const versions = async (control) => {
  const key = control.dataset.key ?? shownArticle()?.key;
  if (!key) return;
  if (blocked) return tell(place(control), say("blocked"));
  await speak();
  panel?.remove();
  panel = document.createElement("dialog");
  panel.className = "versions";
  panel.setAttribute("translate", "no");
  panel.setAttribute("aria-label", say("what_changed"));
  mine(panel);
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "button", textContent: say("version_close") });
  close.dataset.do = "close";
  const [head, said, body] = ["head", "said", "body"].map((name) => Object.assign(document.createElement("div"), { className: `versions-${name}` }));
  // It stays where it is, so that what it says is read out.
  said.setAttribute("role", "status");
  head.append(close);
  panel.append(head, said, body);
  panel.addEventListener("click", panelPressed);
  document.body.append(panel);
  panelOf = { key };
  panel.showModal();
  const site = { newer: "fresh", earlier: undefined }[control.dataset.versions] ?? ("versions" in control.dataset ? undefined : "ask");
  await panelBusy(() => showVersions(site));
};
