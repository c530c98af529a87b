/* ---- keyboard --------------------------------------------------------------- */
const typing = el => el.matches?.("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
addEventListener("keydown", e => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
  const bulk = $("c-bulk");
  if (e.key === "Escape" && !$("dialog[open]")) { if (typing(e.target)) { e.target.blur(); e.preventDefault(); } else bulk?.clear(); return; } // what was searched for stays
  if (typing(e.target) || $("dialog[open]")) return;
  if (!$("#results")) return;
  const rows = $$("#grid tbody tr"), row = document.activeElement.closest?.("#grid tbody tr"), at = rows.indexOf(row);
  const go = i => { const r = rows[Math.max(0, Math.min(rows.length - 1, i))]; $(".name", r)?.focus({ preventScroll: true }); r?.scrollIntoView({ block: "nearest" }); };
  const pick = shiftKey => row && $("[name=id]", row)?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey }));
  const act = { "/": () => $("#q").focus(), "j": () => go(at + 1), "k": () => go(at - 1), "x": () => pick(false), "X": () => pick(true), "a": () => bulk?.everyone(), "b": () => bulk?.edit(), "u": () => $("#undo")?.focus(), "]": () => $("[rel=next]")?.click(), "[": () => $("[rel=prev]")?.click(), "?": () => $("#keys")?.showModal() }[e.key];
  if (act) { act(); e.preventDefault(); }
});
