// What is read and how far, and the history: what local storage has of it is handed to the program, and written as that
// says. Entry points: readings and days (what is shown), acts (what controls do). It decides nothing, and must never write over what
// another tab has written. press puts it behind library.js.

const READING = `${LOCAL}reading/`;
const HISTORY = `${LOCAL}history`;
const META = `${LOCAL}meta/`;
// How many of the articles that were opened are shown.
let length = STEP;
let turns = 0;
// Whether local storage has what the program has not heard of.
let news = true;

const keys = (prefix) => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
// What local storage has of articles that were opened.
const entries = () => {
  const all = [];
  try {
    for (const key of keys(META)) {
      try {
        all.push(JSON.parse(localStorage.getItem(key)));
      } catch {}
    }
  } catch {}
  return JSON.stringify(all);
};
const records = () => {
  try {
    const all = [...keys(READING), HISTORY].map((key) => [key.slice(LOCAL.length), localStorage.getItem(key)]);
    return all.filter(([, text]) => text !== null);
  } catch {
    return [];
  }
};
// Writes a record joined with what stands at that moment; what can be fetched again makes room for it.
const note = async ({ key, text }) => {
  for (;;) {
    const stands = localStorage.getItem(LOCAL + key);
    const joined = await call("joined", key, stands ?? undefined, text);
    if (localStorage.getItem(LOCAL + key) !== stands) continue;
    // Also where nothing is written, as over a later version's: the program then takes for so what is not.
    news = true;
    if (joined === undefined) return;
    try {
      return localStorage.setItem(LOCAL + key, joined);
    } catch (error) {
      if (!(await letGo())) throw error;
    }
  }
};
// Has the program know what is read.
const readRecords = async () => {
  if (!news) return;
  news = false;
  // On a full device nothing can be noted, and what is there is shown all the same.
  await call("visited", entries()).catch(() => {});
  const read = records();
  const { writes, drops } = await call("journal", read);
  const before = new Map(read);
  try {
    // What another tab has written meanwhile stays.
    for (const key of drops) if (localStorage.getItem(LOCAL + key) === before.get(key)) localStorage.removeItem(LOCAL + key);
    for (const write of writes) await note(write);
  } catch {
    // Full: it is asked for again the next time.
  }
};
// When an article was opened, by which what goes first is found, is history, too.
const unopen = (own) => {
  for (const key of keys(META)) {
    try {
      const entry = JSON.parse(localStorage.getItem(key));
      if (entry.opened && own(entry.slug)) localStorage.setItem(key, JSON.stringify({ ...entry, opened: 0 }));
    } catch {}
  }
};
const readings = async () => {
  await readRecords();
  const going = await call("goingOn");
  return () => fill(find(".library-reading"), going);
};
// The history, in steps as the list is.
const days = () => {
  const own = ++turns;
  return inSteps(find(".library-days"), length, async (from) => {
    const part = await call("history", from, STEP);
    if (own !== turns || !stands()) return;
    find("[data-do=older]").hidden = !part.more;
    find("[data-history-off]").checked = part.off;
    return part;
  }, "div", "library-part");
};
const acts = {
  read: async ({ dataset: { slug } }) => note(await call("mark", slug, true)),
  unread: async ({ dataset: { slug } }) => note(await call("mark", slug, false)),
  forget_opened: async ({ dataset: { slug } }) => {
    unopen((own) => own === slug);
    await note(await call("forgetOpened", slug));
  },
  clear_history: async () => {
    const write = await call("clearHistory");
    // That it is cleared first, so that no tab takes what it still finds for what was opened before there was a history;
    // where there is no space for that, it is made.
    const full = await note(write).then(() => false, () => true);
    for (const key of keys(READING)) localStorage.removeItem(key);
    unopen(() => true);
    if (full) await note(write);
    news = true;
    length = STEP;
    const confirm = find(".library-history .clear");
    confirm.open = false;
    confirm.querySelector("summary").focus({ preventScroll: true });
    tell(said(), say("history_cleared"));
  },
  older: () => {
    length *= 2;
  },
};
const turn = async (control) => {
  try {
    await note(await call("turnHistory", control.checked));
  } catch (error) {
    tell(said(), say(why(error)));
  }
  changed();
};
const overheard = ({ key }) => {
  if (key !== null && ![READING, HISTORY, META].some((prefix) => key.startsWith(prefix))) return;
  news = true;
  if (stands()) changed();
};
