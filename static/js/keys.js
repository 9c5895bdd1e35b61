// Keys (WebAuthn): a finger, a face or a usb stick instead of a code. Without this the app with codes works as always.
"use strict";

const needed = async (form) => {
  if (!form.dataset.asks) return JSON.parse(document.getElementById("key-options").textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

// A key that works without a password keeps the account itself, and asks for a finger, a face or a PIN.
const made = (options, isPasswordless) => {
  const choice = options.creation_options.publicKey.authenticatorSelection;
  choice.residentKey = isPasswordless ? "required" : "discouraged";
  choice.requireResidentKey = isPasswordless;
  if (isPasswordless) choice.userVerification = "required";
  return webauthnJSON.create(options.creation_options);
};

document.querySelectorAll("form[data-key]").forEach((form) => {
  if (!window.PublicKeyCredential) return;
  form.querySelector("[data-needs-key]").hidden = false;
  form.querySelector("[data-no-key]").hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-key-failed]");
    failed.hidden = true;
    try {
      const options = await needed(form);
      const key = form.dataset.key === "create"
        ? await made(options, form.elements.passwordless.checked)
        : await webauthnJSON.get(options.request_options);
      form.elements.credential.value = JSON.stringify(key);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
});
