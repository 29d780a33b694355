// The library's page: the list of what is on the device, what is kept whole, the check before a flight.
// Entry point: show. It shows what the worker says, in steps that never hold up typing or scrolling; it decides nothing.
// press puts it behind library.js and library-history.js.

// The fragment that leads to a wish begins so.
const WISH = "#:keep-";
let host;
let shown = STEP;
let round = 0;
const find = (selector) => host?.querySelector(selector);
const stands = () => !!host?.isConnected;
const said = () => find(".library-said");
const asks = () => {
  const form = find("form[data-list]");
  const value = (name) => form.elements.namedItem(name)?.value ?? "";
  return { text: value("text"), lang: value("lang"), saved: form.elements.namedItem("saved").checked, unread: form.elements.namedItem("unread").checked, sort: value("sort") };
};
// What a control or a link is, wherever it stands.
const itself = (one) => one.getAttribute("href") ?? [one.dataset.do, one.dataset.key, one.dataset.kind, one.dataset.name, one.dataset.lang, one.dataset.slug].join();
// An article's line in whichever place, or the nth of what is in a place.
const placed = (one, n) => one.querySelector(":scope > a")?.getAttribute("href") ?? n;
const unfolded = (line) => line.querySelector("[aria-expanded=true]");
const unfold = (line, open) => {
  line.querySelector("[data-do=menu]").setAttribute("aria-expanded", open);
  line.querySelector(".library-menu").hidden = !open;
};
// Brings an element to what it is to be. Of an article's line what did not change stays, and its menu as it is.
const bring = (old, fresh) => {
  if (unfolded(old) && fresh.querySelector("[data-do=menu]")) unfold(fresh, true);
  if (old.isEqualNode(fresh)) return;
  if (typeof placed(fresh) !== "string") return old.replaceWith(fresh);
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  const parts = [...old.children];
  for (const part of [...fresh.children]) {
    const own = parts.shift();
    if (!own) old.append(part);
    else if (!own.isEqualNode(part)) own.replaceWith(part);
  }
  for (const part of parts) part.remove();
};
// Puts HTML in a place, as far as it is not there: what did not change stays, and a press on it goes on. The focus stays
// where it was, or goes on to what is in its place.
const fill = (element, html) => {
  if (element.lamplight === html) return;
  element.lamplight = html;
  const all = () => [...element.querySelectorAll("a, [data-do]")].filter((one) => !one.closest("[hidden]"));
  const at = element.contains(document.activeElement) ? document.activeElement : undefined;
  const index = all().indexOf(at);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const lines = [...fresh.content.children];
  const own = new Map([...element.children].map((one, n) => [placed(one, n), one]));
  const stay = new Set(lines.map(placed));
  for (const [key, old] of own) if (!stay.has(key)) old.remove();
  let next = element.firstElementChild;
  for (const [n, one] of lines.entries()) {
    const old = own.get(placed(one, n));
    if (old && old === next) next = next.nextElementSibling;
    else element.insertBefore(old ?? one, next);
    if (old) bring(old, one);
  }
  if (!at || at.isConnected) return;
  const rest = all();
  const same = rest.find((one) => itself(one) === itself(at))
    // Saved now, or removed: the same row's.
    ?? rest.find(({ dataset }) => at.dataset.do && dataset.key === at.dataset.key && dataset.kind === at.dataset.kind && dataset.name === at.dataset.name && dataset.lang === at.dataset.lang && dataset.slug === at.dataset.slug);
  (same ?? rest[Math.min(index, rest.length - 1)] ?? find("[type=search]"))?.focus({ preventScroll: true });
};
// Fills a place in steps of their own, so many lines of `length` in each: each is a task, and what did not change is left
// alone. `next` has the lines that begin with one, and says whether there are more; nothing where that is no longer wanted.
const inSteps = async (place, length, next, element, className) => {
  let at = 0;
  for (let from = 0, more = true; more && from < length; from += STEP) {
    const part = await next(from);
    if (!part) return;
    more = part.more;
    if (!part.html) break;
    let block = place.children[at++];
    if (!block) {
      block = document.createElement(element);
      block.className = className;
      place.append(block);
    }
    fill(block, part.html);
  }
  for (const spare of [...place.children].slice(at)) spare.remove();
};
// The list. How many there are is read out where the reader asked, not whenever something comes.
const list = async (question) => {
  find(".library-count").setAttribute("aria-live", question ? "polite" : "off");
  const own = ++round;
  const asked = asks();
  await inSteps(find(".library-lists"), shown, async (from) => {
    const part = await call("shelf", { ...asked, from, count: STEP });
    if (own !== round || !stands()) return;
    const counted = find(".library-count");
    if (counted.textContent !== part.count) counted.textContent = part.count;
    find("[data-do=more]").hidden = !part.more;
    return part;
  }, "ul", "library-list");
};
const whole = async () => {
  const form = find("form[data-whole]");
  const chosen = form.elements.namedItem("lang")?.value ?? lang();
  const on = (name) => form.elements.namedItem(name).checked;
  const html = await call("wishes", chosen, on("images"), on("translations"));
  if (stands()) fill(find(".library-wishes"), html);
};
const space = async () => {
  const html = await call("meter");
  if (stands()) fill(find(".library-space"), html);
};

// Shows what changed, not more often than anybody reads.
let waiting;
let again = false;
const refresh = async () => {
  if (blocked) return;
  await mark();
  if (!stands()) return;
  const put = await readings();
  if (!stands()) return;
  put();
  await list();
  await days();
  await whole();
  await carryAmount();
};
const changed = () => {
  if (waiting) return void (again = true);
  again = false;
  waiting = refresh().catch(() => {}).then(() => new Promise((done) => setTimeout(done, stands() && find(".library-work")?.dataset.work === "going" ? BUSY : CALM))).finally(() => {
    waiting = undefined;
    if (again) changed();
  });
};
events.changed = changed;

// How the keeping goes, in elements that stay: a press that began on one of them ends on it.
// The last one says in words what the reader waited for.
const CONTROLS = { going: "pause", paused: "go_on", saves_data: "insist", waits_connection: "go_on", waits_site: "go_on", noted: "go_on", full: "go_on", done: "" };
let going;
let wanted = false;
let arrived = 0;
const standing = ({ name, here, all, known }, before) => {
  if (name === "waits") return !known ? "noted" : navigator.onLine ? "waits_site" : "waits_connection";
  return !name && all && here === all && (wanted || ["going", "done"].includes(before)) ? "done" : name;
};
const work = (state) => {
  going = undefined;
  if (!stands()) return;
  const { here, all } = state;
  const place = find(".library-work");
  // The page is not filled in yet.
  if (!place) return;
  const before = place.dataset.says;
  const name = standing(state, before);
  if (name !== "going") wanted = false;
  place.dataset.work = state.name;
  place.dataset.says = name;
  const put = (selector, text) => {
    const element = place.querySelector(selector);
    if (element.textContent !== text) element.textContent = text;
  };
  // That it comes nearer is not read out; that it stopped is.
  put(".library-keeping", name === "going" ? filled("keeping", here, all) : "");
  put(".library-state", name in CONTROLS && name !== "going" ? filled(name === "done" ? "all_here" : name, here, all) : "");
  const bar = place.querySelector("progress");
  bar.hidden = !["going", "paused"].includes(name);
  [bar.max, bar.value] = [Math.max(all, 1), here];
  bar.setAttribute("aria-label", filled("keeping", here, all));
  const at = place.contains(document.activeElement) ? document.activeElement : undefined;
  for (const button of place.querySelectorAll("[data-do]")) button.hidden = button.dataset.do !== CONTROLS[name];
  if (at?.hidden) (place.querySelector("[data-do]:not([hidden])") ?? place.querySelector(".library-state")).focus({ preventScroll: true });
  if (name === "done" && name !== before) setTimeout(read, UNDO);
  if (name !== "going" && name !== before) space().catch(() => {});
  if (name === "done" && name !== before) {
    arrived += 1;
    lookAgain();
  }
};
// That all is here has been read: it goes.
const read = () => {
  const place = stands() && find(".library-work[data-says=done]");
  if (place) place.dataset.says = place.querySelector(".library-state").textContent = "";
};
events.work = (state) => {
  // At once where something else begins, else not more often than anybody reads.
  if (state.name !== "going" || find(".library-work")?.dataset.work !== "going") return work(state);
  if (!going) setTimeout(() => going && work(going), CALM);
  going = state;
};
events.check = (text) => {
  const looked = stands() && find(".library-looked");
  if (looked) looked.textContent = text;
};

// What the service worker that opens pages says of the app: its files with their digests, and their cache; nothing where
// there is none, or where it does not answer.
const appFiles = async () => {
  const found = await navigator.serviceWorker?.getRegistration(base).catch(() => undefined);
  if (!found?.active) return;
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = ({ data }) => done(data);
    setTimeout(done, PATIENCE);
    found.active.postMessage({ type: "files" }, [port2]);
  });
};
const check = async (button, unasked) => {
  if (button.hasAttribute("aria-disabled")) return;
  // It keeps the focus.
  button.setAttribute("aria-disabled", "true");
  const report = find(".library-report");
  const before = arrived;
  // Whoever did not ask may be reading the last one.
  if (!unasked) report.textContent = report.lamplight = "";
  try {
    const wanting = await call("wanting");
    const here = wanting.map((key) => [key, local(key)]).filter(([, text]) => text);
    const html = await call("check", await appFiles(), here);
    if (stands()) fill(report, html);
  } finally {
    button.removeAttribute("aria-disabled");
    if (stands()) find(".library-looked").textContent = "";
  }
  if (arrived !== before) lookAgain();
};
// What was not ready may be, once all that was to be kept has come.
const lookAgain = () => {
  if (stands() && find("[data-flight]:not([data-flight=ready])")) check(find("[data-do=check]"), true).catch(() => {});
};

/** What is said far from its line names it. */
const named = (key) => {
  const control = find(`.library-lists [data-key="${CSS.escape(key)}"]`);
  const title = control?.closest("li").querySelector(".library-link").textContent;
  return title ? `\u2068${title}\u2069 · ` : "";
};
const forget = async (button) => {
  const { key } = button.dataset;
  const title = named(key);
  const back = home(button);
  const kept = ["doc", "meta"].map((kind) => `${LOCAL}${kind}/${key}`).map((name) => [name, localStorage.getItem(name)]);
  for (const [name] of kept) localStorage.removeItem(name);
  await call("forget", key);
  await call("visited", entries());
  tell(said(), title + say("removed"), async () => {
    try {
      for (const [name, text] of kept) if (text !== null) localStorage.setItem(name, text);
    } catch {
      // Full since: what the large store has of it comes back.
    }
    await call("unforget", key);
    await call("visited", entries());
  }, back);
};
const wish = async (button) => {
  const { kind, name, lang: own } = button.dataset;
  const form = find("form[data-whole]");
  const chosen = own ?? form.elements.namedItem("lang")?.value ?? lang();
  const on = (name) => form.elements.namedItem(name).checked;
  if (button.dataset.do === "keep") {
    wanted = true;
    await call("wish", kind, name, chosen, on("images"), on("translations"));
    persist(said()).catch(() => {});
  } else {
    const back = home(button);
    const before = await call("unwish", kind, name, chosen);
    tell(said(), say("removed"), () => call("undo", ...before), back);
  }
};
const goOn = (however) => {
  wanted = true;
  return call("goOn", true, however);
};
// A menu is done with when something of it was pressed, or something else, or Escape; the focus stays beside it.
const fold = (target) => {
  const menu = find("[data-do=menu][aria-expanded=true]");
  const line = menu?.closest("li");
  if (!line || menu.contains(target)) return;
  if (line.querySelector(".library-menu").contains(document.activeElement)) menu.focus({ preventScroll: true });
  unfold(line, false);
};
// Who removes by keyboard finds what takes it back under the finger, and goes from there to where the line was: this goes
// there, once the list is as it is then. Nothing for who points.
let byKeys = false;
const home = (button) => {
  if (!byKeys) return;
  const place = button.closest(".library-lists, .library-wishes");
  const all = () => [...place.querySelectorAll("li > a, [data-do]")].filter((one) => !one.closest("[hidden]"));
  const at = all().indexOf(button.closest(".library-menu") ? button.closest("li").querySelector("a") : button);
  const own = ({ dataset }) => ["key", "kind", "name", "lang"].every((name) => dataset[name] === button.dataset[name]);
  return async () => {
    await (place.matches(".library-lists") ? list() : whole()).catch(() => {});
    const rest = all();
    (rest.find((one) => one.dataset.do && own(one)) ?? rest[Math.min(at, rest.length - 1)] ?? find("[type=search]")).focus();
  };
};
const press = async ({ target, detail }) => {
  const button = target.closest("[data-do]");
  byKeys = detail === 0;
  fold(target);
  read();
  if (!button) return;
  const { key } = button.dataset;
  const own = {
    ...acts,
    save: () => save(key, said()),
    remove: () => remove(key, said(), named(key), home(button)),
    forget: () => forget(button),
    renew: () => call("renew", key),
    versions: () => versions(button),
    menu: () => unfold(button.closest("li"), !unfolded(button.closest("li"))),
    keep: () => wish(button),
    stop: () => wish(button),
    pause: () => call("pause"),
    go_on: () => goOn(false),
    insist: () => goOn(true),
    check: () => check(button),
    ...carryActs,
    // Never by itself: what stands below the list could not be reached.
    more: () => {
      shown *= 2;
    },
  };
  try {
    await own[button.dataset.do]?.(button);
  } catch (error) {
    tell(said(), say(why(error)));
  }
  changed();
};

// A browser that clears what a site has stored when it was not opened for a week, unless it is on the home screen.
const clears = async () => /^Apple/.test(navigator.vendor) && !navigator.standalone
  && !matchMedia("(display-mode: standalone)").matches && !(await navigator.storage?.persisted?.());

export const show = async (element) => {
  await load();
  // The app may have put a page of its own in the place of the one that was there.
  if (!element?.isConnected) element = document.querySelector("[data-library]");
  watch();
  if (!element || (host === element && find(".library-body"))) return;
  host = element;
  for (const old of host.querySelectorAll(".needs-app, .library-body")) old.remove();
  const body = document.createElement("div");
  body.className = "library-body";
  body.setAttribute("translate", "no");
  mine(body);
  host.append(body);
  if (blocked) return void (body.innerHTML = `<p class="library-said" role="status">${say("blocked")}</p>`);
  let html;
  let put;
  let chosen;
  try {
    await speak();
    html = await call("page");
    news = true;
    put = await readings();
    // The reader's last choice.
    chosen = await call("extent");
  } catch (error) {
    body.innerHTML = `<p class="library-said" role="status">${say(why(error))}</p>`;
    return;
  }
  if (host !== element) return;
  const [images, translations] = chosen;
  body.innerHTML = html;
  put();
  shown = STEP;
  const form = find("form[data-whole]");
  form.elements.namedItem("images").checked = images;
  form.elements.namedItem("translations").checked = translations;
  form.addEventListener("change", () => {
    const on = (name) => form.elements.namedItem(name).checked;
    call("extent", on("images"), on("translations")).then(whole).catch((error) => tell(said(), say(why(error))));
  });
  const search = find("form[data-list]");
  search.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", () => {
    shown = STEP;
    list(true).catch(() => {});
  });
  find("[data-history-off]").addEventListener("change", ({ target }) => turn(target));
  body.addEventListener("click", press);
  body.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape") return;
    fold();
    read();
    // What can be taken back is let go.
    target.closest(".library-said")?.querySelector("[data-back]")?.dispatchEvent(new Event("leave"));
  });
  carryStand(body);
  if (await clears()) {
    tell(said(), say("seven_days"));
    carryOffer(said());
  }
  const wishes = find(".library-wishes");
  wishes.setAttribute("aria-busy", "true");
  try {
    await refresh();
  } catch (error) {
    // Who tries again finds nothing that looks done.
    body.remove();
    throw error;
  }
  const row = led();
  await call("carryLook", carryLocals(CHOICES)).catch(() => {});
  work(await call("state"));
  space().catch(() => {});
  await call("stock").catch(() => {});
  try {
    await call("archives", site().languages.map(({ code }) => code));
  } finally {
    wishes.removeAttribute("aria-busy");
  }
  await call("goOn");
  await refresh();
  // Its row may have been made anew, and the list above it has grown.
  if (row && (row.contains(document.activeElement) || document.activeElement === document.body)) led();
};
// The fragment of a link of a category's page leads to its wish (docs/pages.md).
const led = () => {
  const is = ({ dataset }) => dataset.wish && location.hash === new URL(WISH + dataset.wish, location).hash;
  const row = [...find(".library-wishes").children].find(is);
  if (!row) return;
  row.classList.add("library-led");
  row.scrollIntoView({ block: "center" });
  row.tabIndex = -1;
  (row.querySelector("button") ?? row).focus({ preventScroll: true });
  return row;
};

// What stands on the page now: another article, or the library's page in the place of one that is gone.
const looked = (records) => {
  if (!records.some(({ target }) => !target.closest?.(".library-body, dialog"))) return;
  const page = document.querySelector("[data-library]");
  if (page && page !== host) show(page).catch(() => {});
  else changed();
};
const watch = () => {
  watch.begun ||= [
    addEventListener("storage", overheard),
    new MutationObserver(looked).observe(document.body, { childList: true, subtree: true }),
    document.addEventListener("visibilitychange", () => document.hidden || blocked || call("goOn").catch(() => {})),
    // What waits, waits for something else now.
    addEventListener("offline", () => blocked || call("state").then(work, () => {})),
  ];
};

// Goes on with what was left, where something is saved.
export const resume = async () => {
  const stores = (await indexedDB.databases?.()) ?? [];
  if (!stores.some(({ name }) => name === NAME)) return;
  await load();
  if (blocked) return;
  await older();
  await call("goOn");
  await call("tidy");
};

// Takes everything off the device that was saved: the reader wants nothing kept.
export const clear = async () => {
  const stores = (await indexedDB.databases?.()) ?? [];
  if (!stores.some(({ name }) => name === NAME)) return;
  await load();
  if (!blocked) await call("clear");
};
