// Runs before the first paint: the reader's colours and text size, so that nothing flashes; and the
// browser's offer to install, which may come before the app has started. Nothing else belongs here.
(() => {
  "use strict";
  const root = document.documentElement;
  const base = new URL("..", document.currentScript.src).pathname;
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
})();
