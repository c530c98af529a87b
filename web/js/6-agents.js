/* ---- agents: rows that are shown and may have changed are asked for anew ------ */
const stale = new Set(); let asking = 0;
const freshen = ids => {
  ids.forEach(id => stale.add(id));
  if (!stale.size || asking) return;
  asking = setTimeout(() => { // what comes together is asked together
    asking = 0;
    const shown = $$("#grid tr[data-id]").map(r => r.dataset.id).filter(id => stale.has(id));
    stale.clear();
    if (shown.length) htmx.ajax("GET", "/agents/rows?ids=" + shown.join(","), { target: "#results", swap: "none" });
  }, 200);
};
const now = id => { // what an open agent may do and does; its forms stay as they are being filled in
  const open = $("#agent")?.dataset.agent;
  if (open && (!id || id.includes(open))) htmx.ajax("GET", "/agents/" + open, { target: "#agent-state", select: "#agent-state", swap: "outerMorph" });
};
const everyRow = () => $$("#grid tr[data-id]").map(r => r.dataset.id);
addEventListener("live:hello", e => { if (e.detail.again) { freshen(everyRow()); now(); } }); // what came between was missed
addEventListener("live:change", ({ detail: c }) => {
  const own = c.edits.filter(x => x.kind === "agent" || x.kind === "session").map(x => x.id);
  const any = own.length < c.edits.length || c.edit_count > c.edits.length; // a service, profile or unit is in any row
  freshen(any ? everyRow() : own); now(any ? null : own);
});
addEventListener("animationend", e => { if (e.animationName === "flash") e.target.closest("tr")?.classList.remove("flash"); });
// The export follows the filter.
document.addEventListener("htmx:after:swap", () => { const r = $("#results"), x = $("#export"); if (r && x) x.href = "/agents.csv" + (r.dataset.query ? "?" + r.dataset.query : ""); });
