/* Checks a form while it is typed into. A form with data-checked is sent, a moment after the last letter, to its own
   address with the action "check": the page that comes back says what is wrong, in its own words, and the parts about
   the fields that were touched are taken over. Nothing is saved, and without script the same is told on sending. */
(() => {
  "use strict";
  const PAUSE = 400;
  /* Trusted Types: what our own origin answered is parsed, into a document that runs nothing. Nothing else is. */
  const policy = window.trustedTypes ? window.trustedTypes.createPolicy("own-answer", { createHTML: (text) => text }) : null;
  const trusted = (text) => (policy ? policy.createHTML(text) : text);

  /* form.action would be the button of that name. */
  const prepare = (form) => {
    const touched = new Set();
    let timer = 0;
    let asking = null;

    const takeOver = (field, fresh) => {
      const now = form.querySelector(`#${CSS.escape(field)}`);
      const then = fresh.getElementById(field);
      /* A box of several has no text of its own: what is wrong with them is told on sending. */
      if (!now || !then || !now.matches("[aria-describedby]:is(input, select, textarea)")) return;
      const old = form.querySelector(`#${CSS.escape(field)}-error`);
      const told = fresh.getElementById(`${field}-error`);
      if (old) old.remove();
      if (told) {
        const shown = document.importNode(told, true);
        shown.setAttribute("role", "status");
        now.before(shown);
      }
      now.closest(".field").classList.toggle("field-wrong", Boolean(told));
      now.setAttribute("aria-describedby", then.getAttribute("aria-describedby"));
      if (told) now.setAttribute("aria-invalid", "true");
      else now.removeAttribute("aria-invalid");
    };

    const check = async () => {
      if (asking) asking.abort();
      asking = new AbortController();
      const body = new URLSearchParams(new FormData(form));
      body.set("action", "check");
      try {
        const answer = await fetch(form.getAttribute("action"), { method: "POST", body, signal: asking.signal, redirect: "error" });
        if (!answer.ok) return;
        const fresh = new DOMParser().parseFromString(trusted(await answer.text()), "text/html");
        for (const field of touched) takeOver(field, fresh);
        const needs = form.querySelector("[data-needs]");
        if (needs) needs.textContent = (fresh.querySelector("[data-needs]") || needs).textContent;
      } catch {
        /* Signed out, or away: the form is checked when it is sent. */
      }
    };

    form.addEventListener("input", (event) => {
      touched.add(event.target.id);
      clearTimeout(timer);
      timer = setTimeout(check, PAUSE);
    });
  };

  for (const form of document.querySelectorAll("form[data-checked]")) prepare(form);
})();
