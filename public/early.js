// Stands in every page, before the first paint: the reader's colours and text size, so that nothing
// flashes; the browser's offer to install, which may come before the app has started; the controls of parts
// that are fetched when they are used; and the app's start, which must wait for what the reader came for (docs/decisions/boot.md). press takes out the
// comments and tells the policy the rest's hash. Nothing else belongs here.
(() => {
  "use strict";
  const root = document.documentElement;
  const { base, script, program, sheet } = document.currentScript.dataset;
  try {
    const settings = JSON.parse(localStorage.getItem(`lamplight:${base}:settings`)) ?? {};
    if (settings.theme === "light" || settings.theme === "dark") root.dataset.theme = settings.theme;
    if (settings.text && settings.text !== "normal") root.dataset.text = settings.text;
  } catch {
    // Blocked or unreadable: the defaults hold.
  }
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    window.lamplightInstall = event;
    dispatchEvent(new Event("lamplight:installable"));
  });

  // A control that names a part of the app (docs/pages.md) opens it. Where that cannot be had it says so, and the
  // next click tries again; a link whose part could not be had twice leads where it does without script.
  const translates = "Translator" in window;
  if (translates) root.dataset.translator = "";
  if ("caches" in window) root.dataset.keeps = "";
  let tries = 0;
  const part = async (name, act) => {
    const { content } = document.querySelector(`[name=lamplight-${name}]`);
    let found;
    try {
      // A browser may remember under its address that a script could not be had.
      const came = await import(tries ? `${content}?${tries}` : content);
      // A damaged one may be a script all the same.
      found = came[act] && came;
      await found[act]();
      return found;
    } catch (error) {
      tries += !found;
      mend();
      throw error;
    }
  };
  addEventListener("click", async (event) => {
    const control = event.target.closest?.("[data-part]");
    if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    let said = control.nextElementSibling;
    if (!said?.matches("[role=status]")) {
      said = document.createElement("span");
      said.setAttribute("role", "status");
      control.after(" ", said);
    }
    const again = said.textContent;
    said.textContent = "";
    let found;
    try {
      found = await part(control.dataset.part, "load");
    } catch {
      said.textContent = control.dataset.lacking;
      if (again && control.href && control.isConnected && navigator.onLine) location.assign(control.href);
      return;
    }
    // The reader may have gone on meanwhile.
    if (control.isConnected) found.open(control);
  });

  const when = (target, kind) => new Promise((done) => target.addEventListener(kind, done, { once: true }));
  const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  // Everything the page names has been loaded and painted; or that takes too long: an image of a site
  // that hangs is not worth more waiting than this. A hidden page has no frames.
  const shown = async (patience) => {
    await when(document, "DOMContentLoaded");
    await Promise.race([when(window, "load"), after(patience)]);
    await Promise.race([frame(), after(500)]);
  };
  // Where a host gives the program another type than its own, the script knows what to do.
  const fetched = () => fetch(program, { priority: "low" });
  const load = () => Promise.all([import(script), WebAssembly.compileStreaming(fetched()).catch(fetched)]);
  // The page of contact is that part's alone; and what a reader once wrote or saved may have to go on.
  const contact = () => document.querySelector("main [data-contact]");
  const has = async (own) => ((await indexedDB.databases?.().catch(() => {})) ?? []).some(({ name }) => name === `lamplight:${base}:${own}`);
  const goOn = async () => {
    if (contact() || (await has("outbox"))) await part("contact", "resume");
    if (await has("library")) await part("library", "resume");
  };
  // What cannot be had now is tried again, less and less often: a browser may lack memory while it holds pages that were left.
  const insist = (act, wait = 5000) => act().catch(() => Promise.race([when(window, "online"), after(wait)]).then(() => insist(act, wait * 2)));
  // The app made a page for that part.
  addEventListener("lamplight:library", () => {
    const host = document.querySelector("[data-library]");
    insist(async () => {
      if (!host.isConnected) return;
      try {
        const { show } = await part("library", "load");
        await show(host);
      } catch (error) {
        if (!host.querySelector(".needs-app, .library-body")) {
          host.append(Object.assign(document.createElement("p"), { className: "needs-app", role: "status", textContent: host.dataset.lacking }));
        }
        throw error;
      }
    });
  });
  // An edition that the reader had was put aside for another: it is kept as an earlier version. Or the reader took another:
  // what is saved is fetched in that one.
  for (const name of ["older", "newer"]) addEventListener(`lamplight:${name}`, async () => {
    try {
      if (name === "newer" ? await has("library") : Object.keys(localStorage).some((key) => key.startsWith(`lamplight:${base}:was/`))) await part("library", name);
    } catch {
      // It lies where it is until the part can be had.
    }
  });
  // The reader has removed everything: what it was must not come back, not even where the part that knows how cannot be
  // had.
  addEventListener("lamplight:clear", async () => {
    if (!(await has("library"))) return;
    part("library", "clear").catch(() => indexedDB.deleteDatabase(`lamplight:${base}:library`));
  });
  // The worker counts the starts that came to nothing (docs/decisions/updates.md). Who leaves meanwhile says nothing of
  // the app, unless something has failed by then.
  const worker = navigator.serviceWorker;
  const { content: build } = document.querySelector("[name=lamplight-build]");
  const tell = (to, type) => to?.postMessage({ type, build });
  // What cannot be started may be damaged on the device.
  const mend = () => tell(worker?.controller, "mend");
  let open = true;
  const close = () => (open = false);
  const begin = () => {
    tell(worker?.controller, "began");
    for (const kind of ["error", "unhandledrejection"]) addEventListener(kind, close);
    addEventListener("pagehide", () => open && tell(worker?.controller, "left"));
  };
  addEventListener("lamplight:ran", () => {
    close();
    // On a first visit there is no worker yet.
    worker?.ready.then(({ active }) => tell(active, "ran"));
  });
  const start = async () => {
    if (!window.WebAssembly) return;
    // With a worker the app comes from the device, and knows better than a hanging site what to show.
    await shown(worker?.controller ? 1000 : 5000);
    insist(goOn);
    if (contact()) return;
    begin();
    try {
      const [app, module] = await load();
      await app.default({ module_or_path: module });
    } catch (error) {
      mend();
      throw error;
    }
    // Nothing that it is for was there before.
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet }));
    // For those who can use it offline, too, once nobody waits for anything else, and a worker is there to keep it.
    if (!translates || !worker || !navigator.onLine || navigator.connection?.saveData) return;
    if (!worker.controller) await when(worker, "controllerchange");
    window.requestIdleCallback?.(() => part("translate", "ahead").catch(() => {}));
  };
  start();
})();
