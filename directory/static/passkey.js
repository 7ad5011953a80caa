// Passkeys. A form that wants one ([data-passkey]: "create" or "get") asks the server what to ask the browser for
// ([data-options]), and is sent with what the browser says as its field "credential". What needs passkeys
// ([data-passkeys]) is hidden until this script shows it, in place of [data-no-passkeys].

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const FAULTS = {
  InvalidStateError: "This device has a passkey for your account already.",
  NotAllowedError: "No passkey was given. Try again.",
  SecurityError: "Passkeys do not work at this address of the directory. Use an app that makes codes.",
};

class Refusal extends Error {}

async function optionsOf(form) {
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(form.dataset.options, { method: "POST", body, redirect: "error" });
  const options = await response.json();
  if (!response.ok) throw new Refusal(options.detail);
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const known of options.allowCredentials ?? options.excludeCredentials) known.id = toBytes(known.id);
  return options;
}

async function credentialOf(form) {
  const publicKey = await optionsOf(form);
  const { id, rawId, type, response } = await navigator.credentials[form.dataset.passkey]({ publicKey });
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];
  const said = parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]);
  return JSON.stringify({ id, rawId: toText(rawId), type, response: Object.fromEntries(said) });
}

function usePasskeys(form) {
  const fault = form.querySelector("[data-passkey-fault]");
  const button = form.querySelector("button");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    button.disabled = true;
    try {
      form.elements.credential.value = await credentialOf(form);
      form.submit();
    } catch (error) {
      const isOurs = error instanceof Refusal;
      fault.textContent = isOurs ? error.message : (FAULTS[error.name] ?? "That did not work. Load this page again.");
      button.disabled = false;
    }
  });
}

if (window.PublicKeyCredential) {
  document.querySelectorAll("form[data-passkey]").forEach(usePasskeys);
  document.querySelectorAll("[data-passkeys], [data-no-passkeys]").forEach((part) => {
    part.hidden = part.matches("[data-no-passkeys]");
  });
}
