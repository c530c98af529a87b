// callas.js — the whole client layer beside htmx. No build step. ~4 KB.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];

// Same digit grouping as the server: browsers disagree about de-CH and en-CH.
const num = n => String(n).replace(/\B(?=(\d{3})+$)/g, document.documentElement.dataset.sep ?? "");

/* ---- theme -------------------------------------------------------------- */
const setTheme = t => { document.documentElement.dataset.theme = t; document.cookie = `theme=${t};path=/;max-age=31536000;samesite=lax`; };
const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
