/* The page of check_session_iframe (OpenID Connect Session Management 1.0, 3.2). A portal's page asks "client_id
   session_state"; the answer says whether this browser's session here is still that one. The state is a cookie that
   opens nothing; the portal learns yes or no, of its own origin's values only. */
(() => {
  "use strict";
  const COOKIE = document.documentElement.dataset.cookie;
  const ASKED = /^([\x21-\x7e]{1,128}) ([0-9a-f]{64})\.([A-Za-z0-9_-]{1,64})$/;
  const LONGEST = 300;
  const AT_ONCE = 8;
  let busy = 0;

  /* 3.2: whoever asks has the origin of the page that shows us. */
  const embedder = () => {
    if (location.ancestorOrigins && location.ancestorOrigins.length) return location.ancestorOrigins[0];
    return document.referrer ? new URL(document.referrer).origin : null;
  };
  const mayAsk = (event) => {
    if (!event.source || event.source === window || event.origin === "null") return false;
    const around = embedder();
    return around === null ? event.source === parent : event.origin === around;
  };
  const state = () => {
    const found = document.cookie.split("; ").find((one) => one.startsWith(`${COOKIE}=`));
    const [value, until] = found ? found.slice(COOKIE.length + 1).split(".") : [];
    /* A session that ran out has changed, whoever was there to see it. */
    return Date.now() < Number(until) * 1000 ? value : "";
  };
  const judge = async (asked, origin) => {
    const parts = typeof asked === "string" && asked.length <= LONGEST ? ASKED.exec(asked) : null;
    if (!parts || !window.crypto || !crypto.subtle) return "error";
    const text = new TextEncoder().encode(`${parts[1]} ${origin} ${state()} ${parts[3]}`);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
    const hex = Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("");
    return hex === parts[2] ? "unchanged" : "changed";
  };

  window.addEventListener("message", async (event) => {
    if (busy >= AT_ONCE || !mayAsk(event)) return;
    busy += 1;
    try {
      event.source.postMessage(await judge(event.data, event.origin), event.origin);
    } finally {
      busy -= 1;
    }
  });
})();
