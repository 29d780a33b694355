// The carry file in the library's page: made and saved or shared, chosen or dropped and taken in. The worker (keep-carry.js)
// reads and writes it, but for what is in local storage, which a worker cannot reach. It must never change anything before
// the reader said yes to what would come. press puts it behind library-page.js.

// What of local storage is the reader's, and what of that has no time of its own.
const CARRIED = /^(settings|searches|history|reading\/.+)$/;
const CHOICES = /^(settings|searches)$/;
// How many records of local storage are written in one step.
const WRITTEN = 100;
const carryLocals = (which = CARRIED) => {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(LOCAL)).map((key) => key.slice(LOCAL.length)).sort();
    return keys.filter((key) => which.test(key)).map((key) => [key, localStorage.getItem(LOCAL + key)]);
  } catch {
    return [];
  }
};
// Lets go of an article's text in local storage, which can be fetched again: the program says of which.
const letGo = async () => {
  const here = Object.keys(localStorage).filter((name) => name.startsWith(`${LOCAL}doc/`)).map((name) => name.slice(LOCAL.length + 4));
  const texts = here.flatMap((key) => [key, localStorage.getItem(`${LOCAL}meta/${key}`) ?? ""]);
  const first = await call("letGo", JSON.stringify(texts));
  if (!here.includes(first)) return false;
  localStorage.removeItem(`${LOCAL}doc/${first}`);
  return true;
};
// As in other tabs: the app looks at it again. Places in articles it reads where it opens one.
const heardLocal = (key, newValue) => key.startsWith("reading/") || dispatchEvent(new StorageEvent("storage", { key: LOCAL + key, newValue, storageArea: localStorage }));
const putLocal = async (key, text) => {
  const before = localStorage.getItem(LOCAL + key);
  for (;;) {
    try {
      localStorage.setItem(LOCAL + key, text);
      break;
    } catch {
      // Another tab may write meanwhile.
      if (!(await letGo()) || localStorage.getItem(LOCAL + key) !== before) return false;
    }
  }
  heardLocal(key, text);
  return true;
};

const carryPlace = () => find(".library-carry-said");
// Shows what the program says, and what can be done about it.
const carryShow = (html) => {
  if (!stands()) return;
  const place = carryPlace();
  place.innerHTML = html;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
};
const carryWords = (name) => {
  const text = document.createElement("p");
  text.className = "library-verdict library-bad";
  text.setAttribute("role", "alert");
  text.textContent = say(name);
  return text;
};
// That something begins is read out, not how far it is.
const carryWork = (text) => {
  if (!stands()) return;
  const line = find(".library-carry-work");
  line.setAttribute("aria-live", line.textContent && text ? "off" : "polite");
  line.textContent = text;
};
events.carry = carryWork;

const carryAmount = async () => {
  const form = find("form[data-carry=make]");
  const text = form?.elements.namedItem("articles").checked ? await call("carryAmount") : "";
  const place = find(".library-carry-size");
  if (place && place.textContent !== text) place.textContent = text;
};

let carrying = false; // one at a time
const carryDo = async (work) => {
  if (carrying) return;
  carrying = true;
  for (const button of host.querySelectorAll("[data-do^=carry]")) button.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    carrying = false;
    for (const button of host.querySelectorAll("[data-do^=carry]")) button.removeAttribute("aria-disabled");
    find("[data-carry=busy]")?.remove();
    carryWork("");
  }
};

// --- Making one ---

let carryFile;
let carryAddress;
const fileName = () => {
  const { title } = site();
  const name = title.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 40);
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${[name || location.hostname, ...day].join("-")}.lamplight.json`;
};
const carryMade = () => carryDo(async () => {
  carryWork(say("carry_making"));
  carryPlace().textContent = "";
  try {
    const { checked } = find("form[data-carry=make]").elements.namedItem("articles");
    // What could not be stored is with the script that sends it.
    const unsaved = [...(self.lamplightPost?.unsaved ?? [])];
    const { blob, behind } = await call("carryMake", carryLocals(), checked, unsaved);
    carryFile = new File([blob], fileName(), { type: "application/json" });
    URL.revokeObjectURL(carryAddress);
    carryAddress = URL.createObjectURL(carryFile);
    // An installed app on a phone shares more easily than it saves.
    const shares = !!navigator.canShare?.({ files: [carryFile] });
    carryShow(await call("carryMade", carryFile.name, carryAddress, carryFile.size, shares, behind));
    if (stands()) carryPlace().querySelector("[download]").focus();
  } catch {
    if (stands()) carryPlace().replaceChildren(carryWords("carry_failed"));
  }
});
const carryShare = async () => {
  try {
    await navigator.share({ files: [carryFile], title: carryFile.name });
  } catch (error) {
    if (error.name !== "AbortError") carryPlace().append(carryWords("carry_unshared"));
  }
};
// Beside what is said of a browser that clears what a site has stored.
const carryOffer = (said) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.dataset.do = "carry_make";
  button.textContent = say("carry_offer");
  said.append(" ", button);
};

// --- Taking one in ---

// That another file is not looked at now.
const carryBusy = () => {
  find("[data-carry=busy]")?.remove();
  const text = carryWords("carry_busy");
  text.dataset.carry = "busy";
  carryPlace().append(text);
};
const carryRead = (file) => carrying ? carryBusy() : carryDo(async () => {
  carryPlace().textContent = "";
  try {
    const { html } = await call("carryRead", file, carryLocals());
    carryShow(html);
  } catch (error) {
    if (stands()) carryPlace().replaceChildren(carryWords(error.message === "QuotaExceededError" ? "full" : "carry_unread"));
  }
});
// Stores what is local storage's, a few records at a time: who types or scrolls meanwhile is not held up. Which of them could
// not be stored, and whether everything still was what it was planned by.
const carryStore = async ({ local, gone }, own) => {
  const before = new Map(own);
  const now = (key) => localStorage.getItem(LOCAL + key) ?? undefined;
  const failed = [];
  let same = true;
  for (const [at, { key, text }] of [...local, ...gone.map((key) => ({ key }))].entries()) {
    if (at % WRITTEN === WRITTEN - 1) await new Promise((done) => setTimeout(done));
    if (now(key) !== before.get(key)) {
      same = false;
      failed.push(key);
    } else if (text === undefined) {
      localStorage.removeItem(LOCAL + key);
      heardLocal(key, null);
    } else if (await putLocal(key, text)) before.set(key, text);
    else {
      same &&= now(key) === before.get(key);
      failed.push(key);
    }
  }
  // Places and marks, of which no one is told otherwise.
  news = true;
  // What was cleared meanwhile goes for all places.
  return [failed, same && now("history") === before.get("history")];
};
const carryTake = () => carryDo(async () => {
  const chosen = (name) => find(`form[data-carry=plan] [name=${name}]`)?.checked;
  const [choices, back] = [chosen("settings") ?? true, chosen("back") ?? false];
  let own;
  let coming;
  let failed;
  let same = false;
  // What the reader did meanwhile in another tab is joined, too.
  for (let n = 0; !same && n < 5; n++) {
    own = carryLocals();
    coming = await call("carryPlan", own, choices, back);
    [failed, same] = await carryStore(coming, own);
  }
  const here = coming.articles.map((key) => [key, local(key)]).filter(([, text]) => text);
  const { html, messages, saved } = await call("carryTake", failed, here, own, choices, back);
  carryShow(html);
  if (saved && stands()) persist(said()).catch(() => {});
  // What waits is sent.
  const { content } = document.querySelector("[name=lamplight-contact]") ?? {};
  if (messages && content) import(content).then(({ resume }) => resume()).catch(() => {});
});
const carryLeave = () => carryDo(async () => {
  await call("carryLeave");
  carryPlace().textContent = "";
  find("[data-carry=file]").focus();
});
const carryActs = { carry_make: carryMade, carry_share: carryShare, carry_take: carryTake, carry_leave: carryLeave };

const carryStand = (body) => {
  body.addEventListener("change", ({ target }) => {
    if (target.name === "articles") carryAmount().catch(() => {});
    if (target.dataset.carry !== "file") return;
    const [file] = target.files;
    if (file) carryRead(file);
    // The same file may be chosen again.
    target.value = "";
  });
  body.addEventListener("submit", (event) => event.preventDefault());
  const section = body.querySelector(".library-carry");
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    section.dataset.over = "";
  };
  section.addEventListener("dragenter", over);
  section.addEventListener("dragover", over);
  section.addEventListener("dragleave", ({ relatedTarget }) => section.contains(relatedTarget) || delete section.dataset.over);
  section.addEventListener("drop", (event) => {
    delete section.dataset.over;
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    carryRead(file);
  });
};
