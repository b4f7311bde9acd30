// The keyboard: each key presses a button or follows a link that shows it.

const typing = (target) =>
  target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);

const move = (by) => {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement);
  const next = at === -1 ? (by > 0 ? 0 : rows.length - 1) : at + by;
  rows[Math.max(0, Math.min(rows.length - 1, next))].focus();
  return true;
};

const press = (key) => {
  const control = document.querySelector(`[data-key="${key}"]`);
  if (!control || control.disabled) return false;
  control.click();
  return true;
};

// The finding in hand: the one with the focus, otherwise the first.
const finding = () =>
  document.activeElement?.closest?.(".hit") ?? document.querySelector(".hits .hit");

const nextFinding = () => {
  const all = [...document.querySelectorAll(".hits .hit")];
  if (!all.length) return false;
  const at = all.indexOf(document.activeElement?.closest?.(".hit"));
  all[(at + 1) % all.length].focus();
  return true;
};

// Open or close a part of the finding in hand, and go to its first field when it has one.
const unfold = (part) => {
  const hit = finding();
  const details = hit?.querySelector(`details[data-part="${part}"]`);
  if (!details) return false;
  details.open = !details.open;
  if (details.open) (details.querySelector("select, textarea") ?? hit).focus();
  return true;
};

export const keys = () => {
  const help = document.getElementById("keys");
  document.addEventListener("keydown", (event) => {
    // 229 is what a browser says while an input method composes a character.
    if (event.isComposing || event.keyCode === 229 || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (help?.open) return;
    let done = false;
    if (event.key === "?" && help) {
      help.showModal();
      done = true;
    } else if (event.key === "j") done = move(1) || press("j");
    else if (event.key === "k") done = move(-1) || press("k");
    else if (event.key === "n") done = nextFinding();
    else if (event.key === "l") done = unfold("law");
    else if (event.key === "c") done = unfold("clear");
    else if (["a", "r", "e", "u"].includes(event.key)) done = press(event.key);
    if (done) event.preventDefault();
  });
};
