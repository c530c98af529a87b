/* ---- <c-bulk>: selection that survives paging; ids or "everything that matches" ---- */
class Bulk extends HTMLElement {
  ids = new Set(); all = false; last = null;
  connectedCallback() {
    const boxes = () => $$("#grid [name=id]");
    const set = (box, on) => { box.checked = on; on ? this.ids.add(box.value) : this.ids.delete(box.value); };
    document.addEventListener("click", e => { // shift: a range, from the box before
      const box = e.target.closest?.("#grid [name=id]"); if (!box) return;
      if (this.all) { this.all = false; boxes().forEach(b => set(b, b.checked)); } // all but some: those that are shown stay
      const list = boxes(), from = list.findIndex(b => b.value === this.last), to = list.indexOf(box);
      (e.shiftKey && from >= 0 ? list.slice(Math.min(from, to), Math.max(from, to) + 1) : [box]).forEach(b => set(b, box.checked));
      this.last = box.value; this.paint();
    });
    document.addEventListener("change", e => { if (e.target.matches("#grid [data-page]")) { this.all = false; boxes().forEach(b => set(b, e.target.checked)); this.paint(); } });
    document.addEventListener("htmx:after:swap", () => this.paint());
    this.addEventListener("click", e => {
      if (e.target.closest("[data-all]")) this.everyone();
      if (e.target.closest("[data-clear]")) this.clear();
      if (e.target.closest("[data-edit]")) this.edit();
    });
  }
  get total() { return +($("#results")?.dataset.total || 0); }
  get n() { return this.all ? this.total : this.ids.size; }
  everyone() { if (this.total) { this.all = true; this.paint(); } }
  clear() { this.ids.clear(); this.all = false; this.paint(); }
  edit() { if (this.n) htmx.ajax("POST", "/bulk", { target: "#drawer-body", swap: "innerHTML", values: this.all ? { query: $("#results").dataset.query, all: 1 } : { query: $("#results").dataset.query, ids: [...this.ids].join(",") } }); }
  paint() {
    const boxes = $$("#grid [name=id]"), on = boxes.filter(c => (c.checked = this.all || this.ids.has(c.value)));
    const head = $("#grid [data-page]"); if (head) { head.checked = boxes.length > 0 && on.length === boxes.length; head.indeterminate = on.length > 0 && on.length < boxes.length; }
    this.hidden = this.n === 0;
    $("[data-count]", this).textContent = num(this.n);
    const btn = $("[data-all]", this);
    btn.hidden = this.all || this.total <= this.ids.size;
    btn.textContent = $("#results")?.dataset.allText ?? "";
  }
}
customElements.define("c-bulk", Bulk);
