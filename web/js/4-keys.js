/* ---- keyboard --------------------------------------------------------------- */
let cur = -1;
const typing = el => el.matches?.("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
addEventListener("keydown", e => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
  const bulk = $("c-bulk");
  if (e.key === "Escape" && !$("dialog[open]")) { if (typing(e.target)) e.target.blur(); else bulk?.clear(); return; }
  if (typing(e.target) || $("dialog[open]")) return;
  if ($("#callas") && /^[0-9]$/.test(e.key)) { const o = $$("#callas [name=service]")[+e.key]; if (o) { o.click(); o.focus(); e.preventDefault(); } return; }
  if (!$("#results")) return;
  const rows = $$("#grid tbody tr"), go = i => { rows[cur]?.classList.remove("cur"); cur = Math.max(0, Math.min(rows.length - 1, i)); rows[cur]?.classList.add("cur"); rows[cur]?.scrollIntoView({ block: "nearest" }); $(".name", rows[cur])?.focus({ preventScroll: true }); };
  const act = { "/": () => $("#q").focus(), "j": () => go(cur + 1), "k": () => go(cur - 1), "x": () => { const c = $("[name=id]", rows[cur]); c?.click(); }, "X": () => { const c = $("[name=id]", rows[cur]); c?.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true })); }, "b": () => bulk && !bulk.hidden && bulk.edit(), "]": () => $("[rel=next]")?.click(), "[": () => $("[rel=prev]")?.click(), "?": () => $("#keys")?.showModal() }[e.key];
  if (act) { act(); e.preventDefault(); }
});
document.addEventListener("htmx:after:swap", e => { if (e.detail?.ctx?.target?.id === "results") cur = -1; });
