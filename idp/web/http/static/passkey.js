/* Passkeys (WebAuthn Level 3). An element with data-passkey="get" or "create" stands inside a form and carries the
   options as JSON. The browser's answer goes into the field `credential`, and the form is sent like any other: what
   follows is an ordinary redirect. Where there is no script or no support, the element stays hidden. */
(() => {
  "use strict";

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const withBytes = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  /* By hand, because browsers of 2022 know passkeys but not PublicKeyCredential.parseRequestOptionsFromJSON. */
  const readOptions = (text) => {
    const options = JSON.parse(text);
    options.challenge = toBytes(options.challenge);
    options.allowCredentials = withBytes(options.allowCredentials);
    options.excludeCredentials = withBytes(options.excludeCredentials);
    if (options.user) options.user.id = toBytes(options.user.id);
    return options;
  };

  const writeAnswer = (credential) => {
    const { response } = credential;
    const answer = { clientDataJSON: toText(response.clientDataJSON) };
    if (response.attestationObject) {
      answer.attestationObject = toText(response.attestationObject);
      answer.transports = response.getTransports ? response.getTransports() : [];
    } else {
      answer.authenticatorData = toText(response.authenticatorData);
      answer.signature = toText(response.signature);
      if (response.userHandle) answer.userHandle = toText(response.userHandle);
    }
    return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response: answer });
  };

  const prepare = (part) => {
    const form = part.closest("form");
    const button = part.querySelector("button");
    const field = part.querySelector("input[name=credential]");
    const make = part.dataset.passkey === "create";
    let waiting = null;

    const send = (credential) => {
      field.value = writeAnswer(credential);
      form.requestSubmit(button);
    };

    /* The role comes with the text: only then do readers say it aloud, and no silent alert stands in the page. */
    const tell = (name) => {
      for (const text of part.querySelectorAll("[data-passkey-alert]")) {
        text.hidden = text.dataset.passkeyAlert !== name;
        text.setAttribute("role", text.hidden ? "none" : "alert");
      }
    };

    const ask = async (extra) => {
      if (waiting) waiting.abort();
      waiting = new AbortController();
      const wish = { publicKey: readOptions(part.dataset.options), signal: waiting.signal, ...extra };
      return make ? navigator.credentials.create(wish) : navigator.credentials.get(wish);
    };

    const pressed = async () => {
      tell("nothing");
      try {
        send(await ask({}));
      } catch (error) {
        tell(error.name === "InvalidStateError" && make ? "known" : "failed");
        if ("autofill" in part.dataset) offer();
      }
    };

    /* Offered beside the names that the browser has saved; until one is chosen, nothing is asked or shown. */
    const offer = async () => {
      const known = PublicKeyCredential.isConditionalMediationAvailable;
      if (!known || !(await PublicKeyCredential.isConditionalMediationAvailable())) return;
      try {
        send(await ask({ mediation: "conditional" }));
      } catch (error) {
        /* The button was pressed instead, or the page is being left. */
      }
    };

    form.addEventListener("submit", (event) => {
      /* The add form has this one button; elsewhere the other buttons are none of our business. */
      if (event.submitter !== button || field.value) return;
      event.preventDefault();
      pressed();
    });

    /* Come back to by the back button, the page must not send the old answer again. */
    window.addEventListener("pageshow", () => {
      field.value = "";
      if ("autofill" in part.dataset) offer();
    });

    part.hidden = false;
    for (const text of document.querySelectorAll("[data-passkey-unsupported]")) text.hidden = true;
  };

  if (!window.PublicKeyCredential || !navigator.credentials) return;
  document.querySelectorAll("[data-passkey]").forEach(prepare);
})();
