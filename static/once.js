// A form that is sent twice within a moment is sent once. The server would do its work once anyway (aqb/once.py);
// without the second request the answer of the first one is seen.
const MOMENT = 1500; // milliseconds
const sent = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const now = performance.now();
  if (now - (sent.get(form) ?? -MOMENT) < MOMENT) return event.preventDefault();
  sent.set(form, now);
});
