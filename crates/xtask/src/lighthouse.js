// Reads a report of Lighthouse and prints what lighthouse.rs reads: lines of fields parted by tabs.
const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
const line = (...fields) => console.log(fields.map((field) => String(field).replace(/\s+/g, " ")).join("\t"));
if (report.runtimeError) line("error", `${report.runtimeError.code}: ${report.runtimeError.message}`);
line("host", Math.round(report.environment?.benchmarkIndex ?? 0));
const metrics = {
  FCP: "first-contentful-paint",
  LCP: "largest-contentful-paint",
  TBT: "total-blocking-time",
  CLS: "cumulative-layout-shift",
  SI: "speed-index",
};
for (const [name, id] of Object.entries(metrics)) line("metric", name, report.audits[id]?.displayValue ?? "?");
for (const category of Object.values(report.categories)) {
  line("score", category.id, Math.round((category.score ?? 0) * 100));
  for (const { id, weight } of category.auditRefs) {
    const { score, title, displayValue } = report.audits[id];
    // Below 0.9 is what Lighthouse itself does not paint green; without weight, it is a hint.
    if (score !== null && score < 0.9) line("failed", category.id, id, weight > 0 ? "counts" : "hint", title, displayValue ?? "");
  }
}
