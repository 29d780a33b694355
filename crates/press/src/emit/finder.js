// The finder's worker: answers [number, function, ...values] with [number, answer as JSON], or with
// [number, null, the error's name]. press writes the names of the files beside it.
import start, * as finder from "SCRIPT";
const ready = start({ module_or_path: new URL("PROGRAM", import.meta.url) });
let rendering;
// What the renderer reads in the text of an article's document.
const read = async (text) => {
  rendering ??= import("RENDERER").then(() => self.lamplightRenderer);
  return JSON.parse((await rendering).text(text));
};
const functions = {
  ...finder,
  put: async (text) => finder.put(await read(text)),
  // A text for a snippet only: the service worker lets it pass unstored.
  lend: async (url) => finder.lend(await read(await (await fetch(url, { cache: "force-cache" })).text())),
};
onmessage = async ({ data: [number, name, ...values] }) => {
  try {
    await ready;
    postMessage([number, JSON.stringify((await functions[name](...values)) ?? null)]);
  } catch (error) {
    if (name === "put" || name === "lend") rendering = undefined;
    postMessage([number, null, error.name]);
  }
};
