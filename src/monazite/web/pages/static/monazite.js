// What a page does beyond links and forms: the theme, and a word while an answer is made.
const root = document.documentElement;
const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

const button = document.getElementById("theme");
const show = () => { button.textContent = dark() ? "Light" : "Dark"; };
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = dark() ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=strict`;
  show();
});
show();

// A changed field asks at once. Enter changes and submits: it asks once.
let soon;
document.addEventListener("change", ({ target }) => {
  if (target.form?.id === "ask") soon = setTimeout(() => target.form.requestSubmit());
});
document.addEventListener("submit", () => clearTimeout(soon));

const say = (text) => { const line = document.querySelector(".busy"); if (line) line.textContent = text; };
document.addEventListener("submit", () => say("Working…"));
document.addEventListener("htmx:before:request", () => say("Working…"));
document.addEventListener("htmx:after:swap", () => {
  say("");
  const title = document.querySelector("#view h1");
  if (title) document.title = `${title.textContent} – Monazite`;
});
document.addEventListener("htmx:error", () => say("No answer came. Is Monazite still running?"));
