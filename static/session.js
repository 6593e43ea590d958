// The end of the session: warns before it, keeps the page as it is, and goes on after a login in another tab.
// Without this script the server still keeps what is sent too late. Seconds and addresses stand in #sitzung.
const place = document.getElementById("sitzung");
const dialog = document.getElementById("sitzungsende");
const WORDS = {
  warning: "Ihre Sitzung endet bald",
  longest: "Ihre Anmeldung endet bald",
  ended: "Ihre Sitzung ist beendet",
  other: "Jemand anders ist angemeldet",
};
const TOKENS = "input[name=csrfmiddlewaretoken]";

if (place && dialog) {
  const user = Number(place.dataset.user);
  const warning = Number(place.dataset.warning);
  const idle = Number(place.dataset.left);
  const pause = Math.min(60, idle / 6) * 1000; // between two words to the server that somebody is typing
  const title = document.title;
  const tabs = new BroadcastChannel("aqb-sitzung");
  const seconds = (until) => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const from = (left) => Date.now() + left * 1000;
  let end = from(idle);
  let last = from(Number(place.dataset.longest));
  let told = Date.now();
  let state = "";
  let later = false; // the longest time of a login was read and put off
  let spoken = 0;

  const show = (next) => {
    if (state === next) return;
    state = next;
    document.title = state ? `${WORDS[state]} – ${title}` : title;
    if (!state) return dialog.close();
    dialog.querySelector("[data-words]").textContent = WORDS[state];
    for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
    dialog.classList.toggle("aqb-session--over", state === "ended" || state === "other");
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("footer [data-when]:not([hidden])").focus();
  };

  const said = (left) => {
    if (left > 90) return `${Math.ceil(left / 60)} Minuten`;
    return left === 1 ? "1 Sekunde" : `${left} Sekunden`;
  };

  // What the server says: who is signed in, until when, and the token that forms need after a new login.
  const ask = async (method = "GET") => {
    const token = document.querySelector(TOKENS)?.value ?? "";
    const headers = method === "POST" ? { "X-CSRFToken": token } : {};
    const offline = dialog.querySelector("[data-offline]");
    try {
      const answer = await fetch(place.dataset.state, { method, headers, credentials: "same-origin" });
      offline.hidden = true;
      if (answer.status === 403 && method === "POST") return ask();
      if (answer.ok) hear(await answer.json());
    } catch {
      offline.hidden = false;
    }
  };

  const hear = (answer) => {
    if (answer.user !== user) return show(answer.user ? "other" : "ended");
    [end, last] = [from(answer.left), from(answer.longest)];
    for (const field of document.querySelectorAll(TOKENS)) field.value = answer.token;
    tabs.postMessage({ user, end, last });
    look();
  };

  const look = () => {
    const left = Math.min(seconds(end), seconds(last));
    if (left > warning) later = false;
    if (left > warning || (later && left > 0)) return show("");
    if (left === 0) return state === "ended" || state === "other" ? undefined : over();
    show(last <= end ? "longest" : "warning");
    for (const time of dialog.querySelectorAll("[data-time]")) time.textContent = said(left);
    const step = left > 60 ? 60 : left > 30 ? 30 : 10; // readers hear it now and then only
    if (left % step === 0 && spoken !== left) {
      spoken = left;
      dialog.querySelector("[data-spoken]").textContent = `Noch ${said(left)}.`;
    }
  };

  // Another window may have been used: the server knows. Without an answer it is over by our own clock.
  const over = async () => {
    show("ended");
    await ask();
  };

  const active = () => {
    if (state || Date.now() - told < pause) return;
    told = Date.now();
    ask("POST");
  };

  tabs.addEventListener("message", ({ data }) => {
    if (data.user !== user || state === "ended" || state === "other") ask();
    else {
      [end, last] = [Math.max(end, data.end), Math.max(last, data.last)];
      look();
    }
  });
  for (const kind of ["input", "keydown", "pointerdown", "scroll"]) {
    document.addEventListener(kind, active, { passive: true });
  }
  dialog.querySelector("[data-stay]").addEventListener("click", () => ask("POST"));
  dialog.querySelector("[data-check]").addEventListener("click", () => ask());
  dialog.querySelector("[data-close]").addEventListener("click", () => {
    later = true;
    look();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault(); // Escape means to stay, and nothing once it is over
    if (state === "warning") ask("POST");
    if (state === "longest") dialog.querySelector("[data-close]").click();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (state === "ended" || state === "other")) ask();
  });
  globalThis.addEventListener("online", () => state && ask());
  globalThis.addEventListener("pageshow", (event) => event.persisted && ask());
  tabs.postMessage({ user, end, last });
  setInterval(look, 1000);
}
