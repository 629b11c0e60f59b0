"use strict";
// Passkeys. Each form that needs one is marked with data-passkey: "add", "ask" (its options stand in the page) or "login"
// (its options are fetched). Without this script the pages offer the authenticator app.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const listed = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (options) => {
    const key = options.publicKey;
    const made = await navigator.credentials.create({
      publicKey: {
        ...key,
        challenge: bytes(key.challenge),
        user: { ...key.user, id: bytes(key.user.id) },
        excludeCredentials: listed(key.excludeCredentials),
        authenticatorSelection: {
          ...key.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required",
        },
      },
    });
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      authenticatorAttachment: made.authenticatorAttachment,
      clientExtensionResults: made.getClientExtensionResults(),
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
    };
  };

  const get = async (options) => {
    const key = options.publicKey;
    const found = await navigator.credentials.get({
      publicKey: { ...key, challenge: bytes(key.challenge), allowCredentials: listed(key.allowCredentials) },
    });
    return {
      id: found.id,
      rawId: text(found.rawId),
      type: found.type,
      authenticatorAttachment: found.authenticatorAttachment,
      clientExtensionResults: found.getClientExtensionResults(),
      response: {
        clientDataJSON: text(found.response.clientDataJSON),
        authenticatorData: text(found.response.authenticatorData),
        signature: text(found.response.signature),
        userHandle: found.response.userHandle ? text(found.response.userHandle) : null,
      },
    };
  };

  const options = async (form) => {
    if (form.dataset.passkey === "login") {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      return (await answer.json()).request_options;
    }
    const held = JSON.parse(document.getElementById("passkey-options").textContent);
    return held.creation_options || held.request_options;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      try {
        const asked = await options(form);
        const answer = form.dataset.passkey === "add" ? await create(asked) : await get(asked);
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch (error) {
        failed.hidden = false;
        failed.focus();
      }
    });
  }
})();
