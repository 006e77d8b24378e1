// Joins the button of this page to the passkey dialogue that django-allauth's script opens, and says when nothing came.
const told = document.getElementById("passkey");
const { act, credential, stopped, known, absent } = told.dataset;
const button = document.getElementById(told.dataset.button);

if (window.PublicKeyCredential) {
  button.hidden = false;
  button.addEventListener("click", () => { told.textContent = ""; });
  window.allauth.webauthn.forms[`${act}Form`]({ ids: { [act]: button.id, credential, data: "js_data" } });
} else told.textContent = absent;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  told.textContent = event.detail.exception.name === "InvalidStateError" ? known : stopped;
});
