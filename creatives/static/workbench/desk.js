// What the desk's pages do beyond plain forms and links. Everything works without this file.
import { count } from "./counting.js";
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

// What was typed survives a session that ended, in this tab only, until it has arrived.
const sent = sessionStorage.getItem("sent");
if (sent && document.querySelector(".messages .success")) sessionStorage.removeItem(sent);
if (document.querySelector("form[data-draft]")) sessionStorage.removeItem("sent");
for (const form of document.querySelectorAll("form[data-draft]")) {
  const fields = [...form.querySelectorAll("textarea")];
  const key = `draft:${form.dataset.draft}`;
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  const refused = document.querySelector(".refusal[role=alert]");
  if (kept?.length === fields.length && !refused) {
    fields.forEach((field, at) => (field.value = kept[at]));
    const notice = form.querySelector("[data-restored]");
    if (notice) notice.hidden = fields.every((field) => field.value === field.defaultValue);
  }
  form.addEventListener("input", () => {
    sessionStorage.setItem(key, JSON.stringify(fields.map((field) => field.value)));
  });
  form.addEventListener("reset", () => {
    sessionStorage.removeItem(key);
    for (const notice of form.querySelectorAll("[data-restored]")) notice.hidden = true;
    setTimeout(() => fields.forEach((field) => field.dispatchEvent(new Event("input"))));
  });
  form.addEventListener("submit", () => sessionStorage.setItem("sent", key));
}

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
keys();
poll();
