// Starts the translator when a page's control is used for the first time, with its style sheet (`load`), and opens it
// with what it has to know: where the site is, the services, and its texts in the language of the page, or in English.
// `ahead` only fetches it, for later. press fills in the names in capitals.
import start, * as translator from "SCRIPT";
const { texts, ...site } = CONFIG;
const [styles, binary] = ["SHEET", "PROGRAM"].map((name) => new URL(name, import.meta.url));
const sheet = () => new Promise((done, failed) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = styles;
  link.onload = done;
  link.onerror = failed;
  document.head.append(link);
});
const program = () => start({ module_or_path: binary });
let begun;
export const load = () => begun ??= Promise.all([sheet(), program()]).catch((error) => {
  begun = undefined;
  throw error;
});
export const ahead = () => Promise.all([styles, binary].map((file) => fetch(file, { priority: "low" })));
export const open = (control) => {
  const page = document.documentElement.lang;
  const lang = texts[page] ? page : "en";
  translator.open(control, JSON.stringify({ ...site, lang, texts: texts[page] ?? texts[""] }));
};
