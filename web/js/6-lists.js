/* ---- regions that ask anew when something they show was changed ---------------- */
// [data-shows] names the kinds of rows that a region shows. What comes together is asked together.
const moved = new Set(); let repainting = 0;
const repaint = kinds => {
  kinds.forEach(k => moved.add(k));
  repainting ||= setTimeout(() => {
    repainting = 0;
    $$("[data-shows]").filter(r => moved.has("*") || r.dataset.shows.split(" ").some(k => moved.has(k))).forEach(r => htmx.trigger(r, "repaint"));
    moved.clear();
  }, 500);
};
addEventListener("live:change", ({ detail: c }) => repaint(c.edit_count > c.edits.length ? ["*"] : c.edits.map(e => e.kind)));
addEventListener("live:hello", e => { if (e.detail.again || performance.now() > 3000) repaint(["*"]); }); // what came between was missed
