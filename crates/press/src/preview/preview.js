// In previews alone: loads the page again when the content changed, and shows what press says of it.
//
// The app and its worker keep copies for the day the site is gone; while somebody writes, those would
// be in the way. So they go with each new generation of the site. What a reader made (settings,
// positions) stays. Nothing here is ever published.
(() => {
  "use strict";
  const { generation, revision } = document.currentScript.dataset;
  const unbuilt = document.documentElement.dataset.press === "unbuilt";
  const CLEAN = "press-preview:clean"; // the generation since which no older copies are about
  const TRIES = "press-preview:tries";
  let leaving = false;

  new EventSource("/__press/events").addEventListener("message", async (event) => {
    const news = JSON.parse(event.data);
    if (leaving) return;
    if (unbuilt) {
      if (news.shown || String(news.revision) !== revision) reload(`${news.generation}/${news.revision}`);
      return;
    }
    show(news);
    let stale = news.generation !== generation;
    if (remembered(localStorage, CLEAN) !== news.generation) {
      await forget(news.base);
      const renewed = await renewWorker(news.base);
      // Not before: a page that is left meanwhile has renewed nothing, and the next one must.
      if (renewed !== undefined) remember(localStorage, CLEAN, news.generation);
      stale = renewed || stale;
    }
    if (stale) reload(news.generation);
  });

  /** Loads the page again, where the reader is in it; not for ever, if that should not help. */
  function reload(what) {
    const [of, tries] = (remembered(sessionStorage, TRIES) ?? "").split(" ");
    const next = of === what ? Number(tries) + 1 : 1;
    if (next > 3) return;
    remember(sessionStorage, TRIES, `${what} ${next}`);
    leaving = true;
    location.reload();
  }

  /** Removes the copies that app and worker keep of the site's texts. */
  async function forget(base) {
    const prefix = `lamplight:${base}:`;
    try {
      await window.caches?.delete(`${prefix}content`);
      for (const key of Object.keys(localStorage)) {
        const copy = ["doc/", "meta/", "feed/", "kept/"].some((kind) => key.startsWith(prefix + kind));
        if (copy) localStorage.removeItem(key);
      }
    } catch {
      // Storage is blocked, so there are no copies.
    }
  }

  /**
   * Lets a new worker take over at once: it comes with every change of site.toml. Says whether one did;
   * undefined if that could not be found out.
   */
  async function renewWorker(base) {
    try {
      const registration = await navigator.serviceWorker?.getRegistration(base);
      if (!registration?.active) return false;
      await registration.update();
      const next = registration.installing ?? registration.waiting;
      if (!next) return false;
      await until(next, ["installed", "activated", "redundant"]);
      if (next.state === "redundant") return false;
      next.postMessage({ type: "skip-waiting" });
      await until(next, ["activated", "redundant"]);
      return next.state === "activated";
    } catch {
      return undefined; // The next page tries again.
    }
  }

  function until(worker, states) {
    return new Promise((resolve) => {
      const look = () => states.includes(worker.state) && resolve();
      worker.addEventListener("statechange", look);
      look();
    });
  }

  function remembered(storage, key) {
    try {
      return storage.getItem(key);
    } catch {
      return null;
    }
  }

  function remember(storage, key, value) {
    try {
      storage.setItem(key, value);
    } catch {
      // Blocked or full: the page goes on without.
    }
  }

  // --- What press says ---------------------------------------------------------------------------

  let host;

  function show(news) {
    host?.remove();
    host = undefined;
    if (!news.broken && news.problems.length === 0) return;
    host = document.createElement("div");
    host.dataset.pressPreview = news.broken ? "errors" : "warnings";
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const box = element("details", news.broken ? "errors" : "warnings");
    box.open = news.broken;
    const summary = element("summary", "", title(news));
    box.append(summary);
    const list = element("ul");
    for (const problem of news.problems) {
      const item = element("li", problem.error ? "error" : "warning");
      if (problem.place) item.append(element("code", "", problem.place), " ");
      item.append(problem.message);
      if (problem.remedy) item.append(element("p", "", problem.remedy));
      list.append(item);
    }
    box.append(list);
    const region = element("section");
    region.setAttribute("role", news.broken ? "alert" : "status");
    region.append(box);
    root.append(region);
    document.body.append(host);
  }

  function title({ broken, problems }) {
    const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
    const errors = problems.filter((problem) => problem.error).length;
    if (broken) return `${count(errors, "error")}: this is the last good version`;
    return count(problems.length, "warning");
  }

  function element(name, kind = "", text = "") {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    made.textContent = text;
    return made;
  }

  const STYLE = `
    :host { all: initial; position: fixed; inset: auto 0 0 auto; z-index: 2147483647; max-width: 100%; }
    details { box-sizing: border-box; margin: 12px; width: 34rem; max-width: calc(100vw - 24px);
      border-radius: 8px; border: 1px solid; box-shadow: 0 4px 24px #0004;
      font: 15px/1.45 system-ui, sans-serif; color: #1c1a17; background: #fffdf8; border-color: #b8860b; }
    details.errors { border-color: #c62828; }
    details:not([open]) { width: max-content; }
    summary { padding: 8px 14px; cursor: pointer; font-weight: 600; }
    .errors summary { color: #fff; background: #b3261e; border-radius: 6px 6px 0 0; }
    .errors:not([open]) summary { border-radius: 6px; }
    ul { margin: 0; padding: 4px 14px 10px; max-height: 40vh; overflow: auto; list-style: none; }
    li { margin: 8px 0; padding-left: 10px; border-left: 3px solid #b8860b; overflow-wrap: anywhere; }
    li.error { border-color: #b3261e; }
    code { font: 600 13px ui-monospace, monospace; }
    p { margin: 2px 0 0; opacity: .8; }
    @media print { :host { display: none } }
    @media (prefers-color-scheme: dark) { details { color: #eee8de; background: #2a2622; } }
  `;
})();
