/* ---- <c-live>: one EventSource, snapshot-first, with an idle watchdog ------ */
// States: connecting → live ⇄ retry → stale. Stale is a promise about truth: "we no longer know".
class Live extends HTMLElement {
  #es; #beat; #seen = 0; #first; #met = false;
  connectedCallback() {
    this.open();
    this.#beat = setInterval(() => this.check(), 1000);
    document.addEventListener("visibilitychange", this);
    addEventListener("online", this); addEventListener("pageshow", this);
  }
  disconnectedCallback() { clearInterval(this.#beat); this.#es?.close(); document.removeEventListener("visibilitychange", this); removeEventListener("online", this); removeEventListener("pageshow", this); }
  handleEvent() { this.check(); if (!document.hidden && Date.now() - this.#seen > 6000) this.open(); }
  open() {
    this.#es?.close();
    const es = this.#es = new EventSource(this.getAttribute("src"));
    this.#first = true;
    const seen = () => { this.#seen = Date.now(); this.state("live"); };
    es.onopen = seen;
    es.addEventListener("beat", e => { seen(); const t = $("#confirmed"); if (t) t.textContent = e.data; });
    es.addEventListener("html", e => { seen(); this.swap(e.data); });
    for (const name of ["hello", "change"]) es.addEventListener(name, e => { seen(); dispatchEvent(new CustomEvent("live:" + name, { detail: { ...JSON.parse(e.data), again: name === "hello" && this.#met } })); this.#met = true; });
    es.addEventListener("bye", () => { es.close(); this.state("retry"); setTimeout(() => this.open(), 400 + Math.random() * 1200); });
    es.addEventListener("out", () => { es.close(); if (this.hasAttribute("leave")) location.reload(); else this.state("stale"); }); // the server sends whoever is signed out to sign in
    es.onerror = () => { this.state("retry"); if (es.readyState === 2) setTimeout(() => es === this.#es && this.open(), 1500 + Math.random() * 1500); };
    this.#seen ||= Date.now();
  }
  check() { const idle = Date.now() - this.#seen; if (idle > 12000) { this.state("stale"); if (idle % 15000 < 1000) this.open(); } }
  state(s) { if (this.getAttribute("state") === s) return; this.setAttribute("state", s); document.dispatchEvent(new Event("live")); const t = $("[data-live-text]", this); if (t) t.textContent = t.dataset[s] ?? t.textContent; }
  swap(html) {
    const target = $(this.getAttribute("target") || "body");
    if (this.#first) { this.#first = false; delete target.dataset.rev; } // a snapshot holds whatever was shown before
    htmx.swap({ sourceElement: target, target, text: html, swap: this.hasAttribute("target") ? "outerMorph" : "none" });
  }
}
customElements.define("c-live", Live);
