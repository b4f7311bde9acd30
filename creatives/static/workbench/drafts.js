// What was typed survives a session that ended, in this tab only and for this person only, until it
// has arrived. Whoever logs out leaves nothing.

export const drafts = () => {
  const sent = sessionStorage.getItem("sent");
  if (sent && document.querySelector(".messages .success")) sessionStorage.removeItem(sent);
  if (document.querySelector("form[data-draft]")) sessionStorage.removeItem("sent");
  for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
};

const keep = (form) => {
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
    for (const notice of form.querySelectorAll("[data-restored]")) notice.hidden = true;
    setTimeout(() => {
      fields.forEach((field) => field.dispatchEvent(new Event("input")));
      sessionStorage.removeItem(key);
    });
  });
  form.addEventListener("submit", () => sessionStorage.setItem("sent", key));
};

// Also loaded by itself, on the admin's pages: one may log out there as well.
for (const form of document.querySelectorAll("form[data-leave]")) {
  form.addEventListener("submit", () => {
    for (const key of Object.keys(sessionStorage)) {
      if (key === "sent" || key.startsWith("draft:")) sessionStorage.removeItem(key);
    }
  });
}
