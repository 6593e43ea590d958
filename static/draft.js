// Keeps on the server what is typed into a form, while it is typed (aqb/drafts). Without this script "Zwischenspeichern"
// does it. What cannot be sent stays in the window, is said, and is tried again until it is kept.
const mark = document.querySelector("input[name=entwurf]");
const form = mark?.form;
const WORDS = {
  cut: "Keine Verbindung. Ihre Eingaben sind in diesem Fenster noch da; gespeichert wird, sobald der Server wieder zu erreichen ist.",
  ended: "Ihre Sitzung ist beendet. Ihre Eingaben sind aufgehoben und stehen weiter in diesem Fenster.",
  other: "In diesem Browser hat sich eine andere Person angemeldet. Gespeichert wird hier nichts mehr.",
  refused: "Das lässt sich gerade nicht zwischenspeichern. Ihre Eingaben sind in diesem Fenster noch da.",
};
const PAUSE = 700; // milliseconds after the last key
const LONGEST = 5000; // so long somebody may type on before it is kept
const AGAIN = [2000, 5000, 10000, 20000, 30000]; // until the next try
const PLACE = "aqb-stelle"; // where the person was when the form was sent: nothing of what stands in it
const OWN = ["csrfmiddlewaretoken", "then", "entwurf_gleich", "entwurf_trotzdem"];

if (form) {
  const state = document.getElementById("entwurf-stand");
  const session = document.getElementById("sitzung");
  const before = state.innerHTML;
  const resumed = document.querySelector("input[name=entwurf_nach]").value !== ""; // the page began with a draft
  let line = Promise.resolve(true); // one after the other
  let [timer, again, since, failures, stopped] = [0, 0, 0, 0, ""];
  let last = null; // the field that was typed into
  let sending = false; // the form is on its way
  let safe = false; // what is in it is kept, it may go

  const fields = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !OWN.includes(name)) data.append(name, value);
    }
    return data;
  };
  const flat = () => fields().toString();
  const first = flat();
  let kept = first; // as the server knows it

  const say = (words, name = "warning", link = "") => {
    const shown = `<span class="kern-icon kern-icon--${name} kern-icon--small" aria-hidden="true"></span><span>${words}${link}</span>`;
    if (state.innerHTML !== shown) state.innerHTML = shown; // a live region speaks whenever it changes
  };

  // Parts of the answer replace what has the same id; the fields themselves are never touched.
  const fill = (html) => {
    for (const part of new DOMParser().parseFromString(html, "text/html").querySelectorAll("[id]")) {
      const there = document.getElementById(part.id);
      if (!there || there.innerHTML === part.innerHTML) continue;
      const link = there.contains(document.activeElement); // of the state, such as the way to the login
      there.innerHTML = part.innerHTML;
      if (link) last?.focus({ preventScroll: true });
    }
  };

  // `more` says more about the draft; "again" only that it is sent although nothing has changed.
  const request = (now, more) => {
    const body = new URLSearchParams(now);
    body.set("then", "entwurf");
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    return {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: {
        "X-CSRFToken": form.querySelector("input[name=csrfmiddlewaretoken]").value,
        "HX-Request": "true", // a part of the page asks: the end of the session leads nowhere by itself
        "HX-Current-URL": location.href,
      },
    };
  };

  const cut = () => {
    say(WORDS.cut);
    clearTimeout(again);
    again = setTimeout(save, AGAIN[Math.min(failures, AGAIN.length - 1)]);
    failures += 1;
    return false;
  };

  // The login is over, or a new one has changed the token: the server knows which.
  const over = async (once) => {
    let answer;
    try {
      answer = await (await fetch(session.dataset.state, { credentials: "same-origin" })).json();
    } catch {
      return cut();
    }
    const same = String(answer.user) === mark.dataset.person;
    if (same && once) {
      for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = answer.token;
      return send({ again: "" }, false);
    }
    stopped = same ? "refused" : answer.user === null ? "ended" : "other";
    const login = document.querySelector("[data-when=ended][href]");
    const link = ` <a class="kern-link kern-link--small" target="_blank" href="${login?.getAttribute("href")}">Neu anmelden (neuer Tab)</a>`;
    say(WORDS[stopped], "warning", stopped === "ended" && login ? link : "");
    return false;
  };

  const send = async (more = {}, once = true) => {
    const now = flat();
    if (now === kept && !failures && !Object.keys(more).length) return true;
    if (now === first && !resumed) more = { ...more, entwurf_gleich: "1" };
    since = 0;
    let answer;
    let words;
    try {
      answer = await fetch(form.action, { ...request(now, more), signal: AbortSignal.timeout(20000) });
      words = await answer.text();
    } catch {
      return cut();
    }
    if (answer.headers.has("HX-Redirect") || answer.status === 403) return over(once);
    if (answer.status >= 500) return cut();
    if (answer.headers.get("X-AQB-Draft")) fill(words);
    else say(WORDS.refused);
    [failures, stopped] = [0, answer.ok ? "" : "refused"];
    clearTimeout(again);
    if (!answer.ok) return false;
    kept = now;
    if (now === first && !resumed) state.innerHTML = before;
    return true;
  };

  const save = (more) => {
    clearTimeout(timer);
    line = line.then(() => send(more));
    return line;
  };

  const typed = () => {
    if (flat() === kept && !failures) return;
    since ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  };

  // A last word while the page goes away; nobody waits for its answer.
  const lastWord = () => {
    const now = flat();
    if (now === kept || sending || now.length > 60000) return; // browsers let no more through
    fetch(form.action, { ...request(now, {}), keepalive: true }).catch(() => {});
  };

  form.addEventListener("input", ({ target }) => {
    last = target;
    typed();
  });
  form.addEventListener("change", typed);
  state.addEventListener("click", (event) => {
    if (event.target.closest("[data-anyway]")) save({ entwurf_trotzdem: "1" });
  });
  globalThis.addEventListener("online", () => flat() !== kept && save());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || stopped === "ended") typed();
  });
  new BroadcastChannel("aqb-sitzung").addEventListener("message", ({ data }) => {
    if (String(data.user) === mark.dataset.person && stopped === "ended") save();
  });

  // After "Zwischenspeichern" the person is where they were, and hears that it is done.
  const was = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
  sessionStorage.removeItem(PLACE);
  if (was.then === "save" && Date.now() - was.at < 30000 && !document.getElementById("fehlerliste")) {
    const there = document.getElementById(was.id) ?? form.querySelector("button[value=save]:not([hidden])");
    there?.focus({ preventScroll: true });
    scrollTo(0, was.y);
    state.innerHTML = "";
    setTimeout(() => state.innerHTML || (state.innerHTML = before), 300);
  }

  // The form goes only when what is in it is safe: without the network the page stays as it is.
  form.addEventListener("submit", async (event) => {
    if (sending) return event.preventDefault(); // the second click of a double click
    if (safe || (flat() === kept && !failures && navigator.onLine)) {
      sending = true;
      safe = false;
      const { id } = document.activeElement;
      sessionStorage.setItem(PLACE, JSON.stringify({ id, y: scrollY, then: event.submitter?.value, at: Date.now() }));
      setTimeout(() => (sending = false), 5000); // the way may have been stopped
      return;
    }
    event.preventDefault();
    sending = true;
    safe = (await save({ again: "" })) || stopped !== ""; // what is refused as a draft the form itself still says
    sending = false;
    if (safe) form.requestSubmit(event.submitter);
    else state.scrollIntoView({ block: "nearest" });
  });

  globalThis.addEventListener("beforeunload", (event) => {
    if (flat() === kept || sending) return;
    if (failures || stopped) event.preventDefault(); // the browser asks whether to stay
    else lastWord();
  });
  globalThis.addEventListener("pageshow", (event) => event.persisted && location.reload());
}
