// A form that is sent twice within a moment is sent once, and one that comes back by the browser's way back is still the
// form that was sent. The server would do its work once anyway (aqb/once.py); without the second request the answer of the
// first one is seen, and on the way back a page that was asked for anew would carry a new token.
const MOMENT = 1500; // milliseconds
const TOKEN = "input[name=sent_once]";
const sent = new WeakMap();
const name = (form) => `aqb-sent ${location.href} ${form.getAttribute("action") ?? ""}`;

if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
  for (const input of document.querySelectorAll(TOKEN)) {
    input.value = sessionStorage.getItem(name(input.form)) ?? input.value;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const now = performance.now();
  if (now - (sent.get(form) ?? -MOMENT) < MOMENT) return event.preventDefault();
  sent.set(form, now);
  const token = form.querySelector(TOKEN)?.value;
  if (token) sessionStorage.setItem(name(form), token);
});
