// Asks how far a run is: every second while it moves, slower while it does not, never when it is over.

const FIRST = 1000;
const LAST = 5000;

export const poll = () => {
  const place = document.querySelector("[data-poll]");
  if (!place) return;
  const offline = document.querySelector("[data-offline]");
  let etag = "";
  let wait = FIRST;
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  };
  const ask = () => (document.hidden ? later() : window.htmx.trigger(place, "ask"));

  place.addEventListener("htmx:configRequest", (event) => {
    if (etag) event.detail.headers["If-None-Match"] = etag;
  });
  place.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
    const answered = xhr.status === 200 || xhr.status === 304;
    offline.hidden = answered;
    if (xhr.status === 200) {
      etag = xhr.getResponseHeader("ETag") ?? "";
      wait = FIRST;
      if (xhr.getResponseHeader("HX-Refresh")) return;
    } else {
      wait = Math.min(LAST, wait * 1.5);
    }
    // Logged out, or no longer in the team: there is nothing more to ask for.
    if (answered || xhr.status === 0 || xhr.status >= 500) later();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  later();
};
