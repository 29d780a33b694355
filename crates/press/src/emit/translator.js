// Starts the translator when a page's control is used for the first time, with its style sheet, and opens it with
// what it has to know: the services, and its texts in the language of the page. press fills in the names in capitals.
import start, * as translator from "SCRIPT";
const { base, services, texts } = CONFIG;
const sheet = () => new Promise((done, failed) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("SHEET", import.meta.url);
  link.onload = done;
  link.onerror = failed;
  document.head.append(link);
});
const program = () => start({ module_or_path: new URL("PROGRAM", import.meta.url) });
let begun;
export const open = async (control) => {
  await (begun ??= Promise.all([sheet(), program()]).catch((error) => {
    begun = undefined;
    throw error;
  }));
  const config = { base, services, texts: texts[document.documentElement.lang] ?? texts[""] };
  await translator.open(control, JSON.stringify(config));
};
