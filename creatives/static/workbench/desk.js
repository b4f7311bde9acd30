// What the desk's pages do beyond plain forms and links. Everything works without this file.
import { count } from "./counting.js";
import { drafts } from "./drafts.js";
import { keys } from "./keys.js";
import { poll } from "./progress.js";

for (const control of document.querySelectorAll("[data-submit]")) {
  control.addEventListener("change", () => control.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-fallback]")) button.hidden = true;

// A second click sends nothing: the button rests once its form is on its way.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    const verb = event.submitter?.dataset.verb;
    for (const field of form.querySelectorAll("[data-needed]")) {
      const needed = field.dataset.needed.split(" ").includes(verb) && !field.value.trim();
      if (needed) {
        event.preventDefault();
        field.focus();
        field.setAttribute("aria-invalid", "true");
        return;
      }
    }
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A mark and its finding light up together.
for (const one of document.querySelectorAll("[data-hits]")) {
  const numbers = new Set(one.dataset.hits.split(" "));
  const others = [...document.querySelectorAll("[data-hits]")].filter((other) =>
    other.dataset.hits.split(" ").some((number) => numbers.has(number)),
  );
  const light = (on) => others.forEach((other) => other.classList.toggle("lit", on));
  one.addEventListener("pointerenter", () => light(true));
  one.addEventListener("pointerleave", () => light(false));
  one.addEventListener("focusin", () => light(true));
  one.addEventListener("focusout", () => light(false));
}

count();
drafts();
keys();
poll();
