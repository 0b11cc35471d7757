// Connects the buttons of passkeys with allauth's scripts. A button names what it does in data-passkey, and its form holds
// the field for the credential.

const forms = { add: "add", authenticate: "authenticate", login: "login" };

for (const button of document.querySelectorAll("[data-passkey]")) {
  const kind = forms[button.dataset.passkey];
  const credential = button.form.elements.namedItem("credential");
  const passwordless = button.form.elements.namedItem("passwordless");
  const ids = { [kind]: button.id, credential: credential.id, data: "js_data" };
  if (passwordless) ids.passwordless = passwordless.id;
  window.allauth.webauthn.forms[`${kind}Form`]({ ids });
}

// Cancelling in the browser's dialogue is no error; the page just stays.
document.addEventListener("allauth.error", (event) => {
  if (event.detail.exception?.name === "NotAllowedError") event.preventDefault();
});
