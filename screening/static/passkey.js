// Joins the button of this page to the passkey dialogue that django-allauth's script opens.
const { button, credential } = document.getElementById("passkey").dataset;
window.allauth.webauthn.forms.authenticateForm({ ids: { authenticate: button, credential, data: "js_data" } });
