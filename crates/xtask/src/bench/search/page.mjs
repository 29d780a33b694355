// One visit of `cargo xtask bench --only search`: asks what the server says, tells it the answers, and starts anew.
import * as engines from "./engines.mjs";

try {
  const { engine, asked } = await (await fetch("/visit")).json();
  const search = await engines[engine].open();
  const answers = [];
  for (const question of asked) {
    const begun = performance.now();
    const ids = await search(question);
    const ms = performance.now() - begun;
    answers.push({ ids, ms, ...(await (await fetch("/bytes")).json()) });
  }
  await fetch("/answers", { method: "POST", body: JSON.stringify(answers) });
  location.reload();
} catch (error) {
  await fetch("/failed", { method: "POST", body: String(error.stack ?? error) });
}
