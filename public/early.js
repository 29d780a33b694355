// Stands in every page, before the first paint: the reader's colours and text size, so that nothing
// flashes; the browser's offer to install, which may come before the app has started; the controls of parts
// that are fetched when they are used; and the app's start, which must wait for what the reader came for (docs/decisions/boot.md). press takes out the
// comments and tells the policy the rest's hash. Nothing else belongs here.
(() => {
  "use strict";
  const root = document.documentElement;
  const { base, script, program } = document.currentScript.dataset;
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

  // A control that names a part of the app (docs/pages.md) opens it; where it cannot be had it says so, and is
  // the plain link it is without script.
  if ("Translator" in window) root.dataset.translator = "";
  addEventListener("click", async (event) => {
    const control = event.target.closest?.("[data-part]");
    if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const part = document.querySelector(`[name=lamplight-${control.dataset.part}]`);
      await (await import(part.content)).open(control);
    } catch {
      control.removeAttribute("data-part");
      control.after(" ", control.dataset.lacking);
    }
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
  const start = async () => {
    if (!window.WebAssembly) return;
    // With a worker the app comes from the device, and knows better than a hanging site what to show.
    await shown(navigator.serviceWorker?.controller ? 1000 : 5000);
    const [app, module] = await load();
    await app.default({ module_or_path: module });
  };
  start();
})();
