// Stands before the scripts of pages, of the library's worker and of the service worker in the fault suite: has every
// write ask the test's server first whether there is space, sets the clock, and makes patience short. Where the server is
// gone there is space.
(() => {
  "use strict";
  if (!self.caches) return; // about:blank
  const page = typeof window !== "undefined";
  const base = "BASE";
  const name = page ? "page" : typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope && "skipWaiting" in self ? "service worker" : "library";
  // Installing the app needs more of it, on a busy machine.
  const PATIENCE = name === "library" ? 4_000 : 20_000;
  const address = (what) => `${base}__write?${new URLSearchParams({ where: name, what })}`;
  const fetched = self.fetch.bind(self);
  const later = async (what) => {
    try {
      return (await (await fetched(address(what), { cache: "no-store" })).text()) === "full";
    } catch {
      return false;
    }
  };
  // For which write to local or session storage there is no space, if a test wants that: pages have to know at once. With it, records
  // ask, too, not only files.
  const ARMED = "meddled";
  const plan = () => {
    try {
      return page ? JSON.parse(localStorage.getItem(ARMED)) : /armed=true/.test(location.hash);
    } catch {}
  };
  const full = () => new DOMException("The quota has been exceeded.", "QuotaExceededError");
  const family = (key) => String(key).split("/")[0].replace(/^lamplight:[^:]*:?$/, "");

  // --- Writes ---
  const names = new WeakMap();
  const open = CacheStorage.prototype.open;
  CacheStorage.prototype.open = async function (cache) {
    const found = await open.call(this, cache);
    names.set(found, cache.split(":")[2]);
    return found;
  };
  const keep = Cache.prototype.put;
  Cache.prototype.put = async function (request, response) {
    const path = new URL(request.url ?? request, location.href).pathname.slice(base.length);
    const kind = /^(articles|media|assets|archive|machine|search-index|icons|shell)\//.exec(path)?.[1] ?? (/\.[a-z]+$/.exec(path)?.[0] ?? "page");
    if (await later(`${names.get(this)} cache: ${kind}`)) throw full();
    return keep.call(this, request, response);
  };
  for (const act of ["put", "add"]) {
    const write = IDBObjectStore.prototype[act];
    IDBObjectStore.prototype[act] = function (value, key) {
      const request = key === undefined ? write.call(this, value) : write.call(this, value, key);
      if (!plan()) return request;
      const store = this.transaction.db.name.split(":")[2];
      let answer;
      later(`${store} records: ${store === "outbox" ? "message" : family(key)}`).then((none) => (answer = none));
      // Until that is known the transaction must not end.
      const wait = () => {
        if (answer === undefined) {
          try {
            this.get("").onsuccess = wait;
          } catch {
            // Somebody else has ended it.
          }
          return;
        }
        if (!answer) return;
        // As browsers do it: the transaction ends with this error, and nothing of it is stored.
        Object.defineProperty(this.transaction, "error", { value: full() });
        this.transaction.abort();
      };
      wait();
      return request;
    };
  }
  if (page) {
    const set = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, value) {
      const own = String(key).startsWith("lamplight:") && plan();
      if (own) {
        // What is of the tab alone has no site in its key.
        const what = `${this === localStorage ? "local" : "session"} storage: ${family(String(key).split(":").at(-1))}`;
        fetched(address(what), { cache: "no-store", keepalive: true }).catch(() => {});
        const first = !own.hit && own.full === what;
        if (first) set.call(localStorage, ARMED, JSON.stringify({ ...own, hit: true }));
        if (first || (own.hit && !own.once)) throw full();
      }
      return set.call(this, key, value);
    };
  }

  // --- Time ---
  const timeout = AbortSignal.timeout;
  AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, Math.min(milliseconds, PATIENCE));
  const Real = Date;
  let shift = page ? Number(self.meddledClock ?? 0) : Number(/#clock=(-?\d+)/.exec(location.hash)?.[1] ?? 0);
  self.Date = class extends Real {
    constructor(...values) {
      if (values.length) super(...values);
      else super(Real.now() + shift);
    }
    static now() {
      return Real.now() + shift;
    }
  };
  if (page) {
    const Started = self.Worker;
    self.Worker = class extends Started {
      constructor(url, options) {
        super(`${url}#clock=${shift}&armed=${!!plan()}`, options);
      }
    };
  } else if (name === "service worker") {
    const look = async () => {
      try {
        shift = Number(await (await fetched(`${base}__clock`, { cache: "no-store" })).text()) || 0;
      } catch {}
    };
    look();
    addEventListener("fetch", look);
  }
})();
