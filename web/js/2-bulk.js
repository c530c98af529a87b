/* ---- <c-bulk>: selection that survives paging; ids or "everything that matches" ---- */
class Bulk extends HTMLElement {
  ids = new Set(); all = false; last = null;
  connectedCallback() {
    document.addEventListener("change", e => {
      const t = e.target;
      if (t.matches("#grid [name=id]")) { this.all = false; t.checked ? this.ids.add(t.value) : this.ids.delete(t.value); this.last = t; this.paint(); }
      if (t.matches("#grid [data-page]")) { this.all = false; $$("#grid [name=id]").forEach(c => { c.checked = t.checked; t.checked ? this.ids.add(c.value) : this.ids.delete(c.value); }); this.paint(); }
    });
    document.addEventListener("click", e => { // shift-click: range
      const c = e.target.closest?.("#grid [name=id]");
      if (c && e.shiftKey && this.last?.isConnected) { const l = $$("#grid [name=id]"), [a, b] = [l.indexOf(this.last), l.indexOf(c)].sort((x, y) => x - y); l.slice(a, b + 1).forEach(x => { x.checked = c.checked; c.checked ? this.ids.add(x.value) : this.ids.delete(x.value); }); this.paint(); }
    });
    document.addEventListener("htmx:after:swap", () => this.paint());
    this.addEventListener("click", e => {
      if (e.target.closest("[data-all]")) { this.all = true; this.paint(); }
      if (e.target.closest("[data-clear]")) this.clear();
      if (e.target.closest("[data-edit]")) this.edit();
    });
  }
  get n() { return this.all ? +$("#results").dataset.total : this.ids.size; }
  clear() { this.ids.clear(); this.all = false; this.paint(); }
  edit() { const f = new URLSearchParams(this.all ? { query: $("#results").dataset.query, all: 1 } : { ids: [...this.ids].join(",") }); htmx.ajax("POST", "/bulk", { target: "#drawer-body", swap: "innerHTML", values: Object.fromEntries(f) }); }
  paint() {
    const boxes = $$("#grid [name=id]"), on = boxes.filter(c => (c.checked = this.all || this.ids.has(c.value)));
    const head = $("#grid [data-page]"); if (head) { head.checked = boxes.length > 0 && on.length === boxes.length; head.indeterminate = on.length > 0 && on.length < boxes.length; }
    this.hidden = this.n === 0;
    $("[data-count]", this).textContent = num(this.n);
    const total = +($("#results")?.dataset.total || 0), btn = $("[data-all]", this);
    btn.hidden = this.all || total <= this.ids.size || on.length < boxes.length;
    btn.textContent = $("#results")?.dataset.allText ?? "";
  }
}
customElements.define("c-bulk", Bulk);
