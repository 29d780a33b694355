// Writes a peer's index. Arguments: the engine, the module of its package, documents (JSON lines), the folder to
// fill. Prints how many milliseconds that took, the start of Node and the reading of the documents included.
import { readFileSync } from "node:fs";
import * as engines from "./engines.mjs";

const [engine, path, source, folder] = process.argv.slice(2);
const lines = readFileSync(source, "utf8").split("\n").filter(Boolean);
await engines[engine].write(await import(path), lines.map((line) => JSON.parse(line)), folder);
console.log(performance.now());
