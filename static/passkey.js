// Passkeys: the browser asks the device, and its answer goes into the form. Forms say by data-passkey what to ask.

const WORDS = {
  NotAllowedError: "Der Vorgang wurde abgebrochen oder hat zu lange gedauert. Bitte versuchen Sie es noch einmal.",
  InvalidStateError: "Für dieses Gerät ist hier schon ein Passkey eingerichtet.",
  SecurityError: "Unter dieser Adresse lassen sich Passkeys nicht verwenden.",
  NotSupportedError: "Dieses Gerät bietet keinen Passkey an, der hier genügt.",
  ConstraintError: "Das Gerät kann nicht nach Fingerabdruck, Gesicht oder PIN fragen. Bitte nehmen Sie ein anderes.",
  Refused: "Das waren zu viele Versuche in kurzer Zeit. Bitte warten Sie einige Minuten.",
};
const OTHERWISE = "Das hat nicht funktioniert. Bitte versuchen Sie es noch einmal.";
const UNKNOWN = "Ihr Browser kennt keine Passkeys.";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** The question of the server, with the bytes that travel as text turned into bytes again. */
function question(options) {
  const asked = options.publicKey;
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));
  const read = { ...asked, challenge: toBytes(asked.challenge) };
  if (asked.user) read.user = { ...asked.user, id: toBytes(asked.user.id) };
  if (asked.excludeCredentials) read.excludeCredentials = known(asked.excludeCredentials);
  if (asked.allowCredentials) read.allowCredentials = known(asked.allowCredentials);
  return { publicKey: read };
}

/** The answer of the device as the server reads it. */
function answer(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

/** What to ask: it stands in the page, or is fetched where nobody is known yet. */
async function options(form) {
  const inPage = document.getElementById("passkey-data");
  if (inPage) {
    const data = JSON.parse(inPage.textContent);
    return data.creation_options ?? data.request_options;
  }
  const fetched = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!fetched.ok) throw Object.assign(new Error(), { name: fetched.status === 429 ? "Refused" : "Unreachable" });
  return (await fetched.json()).request_options;
}

function say(form, words) {
  const line = form.querySelector("[data-passkey-message]").content.cloneNode(true);
  line.querySelector("span:last-child").textContent = words;
  form.querySelector("[data-passkey-error]").replaceChildren(line);
}

async function ask(form) {
  if (!window.PublicKeyCredential) return say(form, UNKNOWN);
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const asked = question(await options(form));
    const made = await navigator.credentials[form.dataset.passkey](asked);
    form.elements.credential.value = answer(made);
    form.submit();
  } catch (error) {
    say(form, WORDS[error.name] ?? OTHERWISE);
    button.disabled = false;
    button.focus();
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.querySelector("[data-passkey-without]").remove();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
}

// The list of recovery codes can be printed.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
