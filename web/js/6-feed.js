/* ---- <c-feed>: a stream that adds to a list, and waits while somebody reads it ------------ */
class Feed extends Live {
  #held = []; #much = false; #over = false; #paused = false; #off = new AbortController();
  connectedCallback() {
    super.connectedCallback();
    const o = { signal: this.#off.signal }, list = $(this.getAttribute("list")), hover = on => () => { this.#over = on; this.flow(); };
    list.addEventListener("pointerenter", hover(true), o); list.addEventListener("pointerleave", hover(false), o);
    list.addEventListener("focusin", hover(true), o); list.addEventListener("focusout", hover(false), o);
    const b = $("[data-pause]", this); b.hidden = false;
    b.addEventListener("click", () => this.toggle(), o);
    addEventListener("keydown", e => { if (e.key === " " && !$("dialog[open]") && !e.target.closest?.("input,select,textarea,button,a,summary")) { e.preventDefault(); this.toggle(); } }, o);
    document.addEventListener("htmx:after:swap", () => $$("tr", list).slice(200).forEach(r => r.remove()), o);
  }
  disconnectedCallback() { super.disconnectedCallback(); this.#off.abort(); }
  toggle() { this.#paused = !this.#paused; $("[data-pause]", this).ariaPressed = this.#paused; super.state(this.#paused ? "paused" : "live"); this.flow(); }
  // What waits is shown in its order; where it is too much, the stream begins anew with the newest.
  flow() {
    if (this.#paused || this.#over) return;
    if (this.#much) this.open(); else this.#held.forEach(h => super.swap(h));
    this.#held = []; this.#much = false;
  }
  state(s) { super.state(this.#paused && s === "live" ? "paused" : s); }
  swap(html) { if (!this.#paused && !this.#over) return super.swap(html); if (this.#held.length < 20) this.#held.push(html); else this.#much = true; }
}
customElements.define("c-feed", Feed);
