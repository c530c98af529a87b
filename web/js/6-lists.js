/* ---- regions that ask anew when something they show was changed ---------------- */
// [data-shows] names the kinds of rows that a region shows. What comes together is asked together.
let moved = "", repainting;
const repaint = kinds => {
  moved += kinds;
  repainting ||= setTimeout(() => {
    $$("[data-shows]").forEach(r => moved.match(r.dataset.shows.replaceAll(" ", "|") + "|all") && htmx.trigger(r, "repaint"));
    moved = repainting = "";
  }, 500);
};
addEventListener("live:change", ({ detail: c }) => repaint(c.edit_count > c.edits.length ? "all" : c.edits.map(e => e.kind)));
addEventListener("live:hello", e => (e.detail.again || performance.now() > 3000) && repaint("all")); // what came between was missed
