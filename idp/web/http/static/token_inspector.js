/* The token inspector: reads a JWT and checks its signature with WebCrypto. Nothing of the token leaves the page: the one
   request is for our public keys, and the page's content policy allows no other. What is shown is only ever set as text. */
(() => {
  "use strict";

  const part = document.querySelector("[data-inspector]");
  if (!part || !window.crypto || !window.crypto.subtle) return;
  const { issuer, jwks } = part.dataset;
  const find = (name) => part.querySelector(`[data-${name}]`);
  const texts = Object.fromEntries(
    [...part.querySelectorAll("[data-text]")].map((text) => [text.dataset.text, text.textContent]),
  );

  /* Longer than any token of ours; what is longer is not even decoded. */
  const LONGEST = 20000;
  const SKEW = 10;
  const ALGORITHMS = {
    ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, check: { name: "ECDSA", hash: "SHA-256" }, type: "EC" },
    RS256: {
      key: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
      check: { name: "RSASSA-PKCS1-v1_5" },
      type: "RSA",
    },
  };
  /* What we sign, by `typ` (RFC 9068 2.1, Back-Channel Logout 2.4, RFC 8417 2.3); an ID token has JWT or none. */
  const KINDS = {
    "jwt": "id_token",
    "at+jwt": "access_token",
    "application/at+jwt": "access_token",
    "logout+jwt": "logout_token",
    "secevent+jwt": "security_event",
  };

  const toBytes = (text) => {
    if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Error("base64url");
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  };

  const toObject = (text) => {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(toBytes(text)));
    if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Error("object");
    return value;
  };

  const isTime = (value) => typeof value === "number" && Number.isFinite(value) && Math.abs(value) < 8e12;
  const moment = (seconds) => new Date(seconds * 1000).toISOString();

  /* A row of the verdict: what was looked at, whether it is good, and why. */
  const row = (name, good, key, detail) => ({ name, good, text: texts[key] || key, detail });

  const checkTyp = (header) => {
    const typ = header.typ === undefined ? "jwt" : header.typ;
    const kind = typeof typ === "string" && Object.hasOwn(KINDS, typ.toLowerCase()) ? KINDS[typ.toLowerCase()] : null;
    return kind ? row("typ", true, `typ_${kind}`, header.typ) : row("typ", false, "typ_unknown", header.typ);
  };

  const checkIss = (claims) =>
    claims.iss === issuer ? row("iss", true, "iss_good", claims.iss) : row("iss", false, "iss_wrong", claims.iss);

  const checkAud = (claims, wanted) => {
    const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
    const readable = audience.length > 0 && audience.every((one) => typeof one === "string" && one);
    if (!readable) return row("aud", false, "aud_missing", claims.aud);
    if (!wanted) return row("aud", null, "aud_compare", claims.aud);
    return audience.includes(wanted) ? row("aud", true, "aud_good", claims.aud) : row("aud", false, "aud_wrong", claims.aud);
  };

  const checkExp = (header, claims, now) => {
    /* RFC 8417 2.2: a security event is not to expire. */
    if (header.typ === "secevent+jwt" && claims.exp === undefined) return row("exp", true, "exp_absent");
    if (!isTime(claims.exp)) return row("exp", false, "exp_missing", claims.exp);
    return row("exp", claims.exp > now - SKEW, claims.exp > now - SKEW ? "exp_good" : "exp_over", moment(claims.exp));
  };

  const checkNbf = (claims, now) => {
    if (claims.nbf === undefined) return row("nbf", true, "nbf_absent");
    if (!isTime(claims.nbf)) return row("nbf", false, "nbf_wrong", claims.nbf);
    return row("nbf", claims.nbf <= now + SKEW, claims.nbf <= now + SKEW ? "nbf_good" : "nbf_early", moment(claims.nbf));
  };

  const keyOf = async (header) => {
    const answer = await fetch(jwks, { credentials: "omit", cache: "no-cache", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Error("jwks");
    const { keys } = await answer.json();
    return keys.find((key) => key.kid === header.kid && key.alg === header.alg);
  };

  const checkSignature = async (header, pieces) => {
    const known = typeof header.alg === "string" && Object.hasOwn(ALGORITHMS, header.alg) ? ALGORITHMS[header.alg] : null;
    if (!known) return row("signature", false, header.alg === "none" ? "signature_none" : "signature_alg", header.alg);
    let key;
    try {
      key = await keyOf(header);
    } catch (error) {
      return row("signature", null, "signature_keys");
    }
    if (!key || key.kty !== known.type) return row("signature", false, "signature_kid", header.kid);
    try {
      const imported = await crypto.subtle.importKey("jwk", key, known.key, false, ["verify"]);
      const signed = new TextEncoder().encode(`${pieces[0]}.${pieces[1]}`);
      const good = await crypto.subtle.verify(known.check, imported, toBytes(pieces[2]), signed);
      return row("signature", good, good ? "signature_good" : "signature_wrong", header.kid);
    } catch (error) {
      return row("signature", false, "signature_wrong", header.kid);
    }
  };

  const read = (text) => {
    const token = text.trim();
    if (!token) return { problem: "empty" };
    if (token.length > LONGEST) return { problem: "too_long" };
    const pieces = token.split(".");
    if (pieces.length === 5) return { problem: "encrypted" };
    if (pieces.length !== 3) return { problem: "no_token" };
    try {
      return { pieces, header: toObject(pieces[0]), claims: toObject(pieces[1]) };
    } catch (error) {
      return { problem: "unreadable" };
    }
  };

  const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

  const line = ({ name, good, text, detail }) => {
    const entry = document.createElement("div");
    entry.dataset.check = name;
    entry.dataset.good = String(good);
    const term = document.createElement("dt");
    const code = document.createElement("code");
    code.textContent = name;
    const word = good === null ? "open" : good ? "good" : "wrong";
    term.append(code, ` – ${texts[word]}`);
    const meaning = document.createElement("dd");
    meaning.textContent = text;
    entry.append(term, meaning);
    if (detail !== undefined) {
      const value = document.createElement("dd");
      value.className = "hint";
      value.textContent = shown(detail);
      entry.append(value);
    }
    return entry;
  };

  let asked = 0;

  const inspect = async () => {
    const turn = (asked += 1);
    const [verdict, checks, decoded] = [find("verdict"), find("checks"), find("decoded")];
    const token = read(find("token").value);
    checks.replaceChildren();
    decoded.hidden = Boolean(token.problem);
    find("header").textContent = token.header ? JSON.stringify(token.header, null, 2) : "";
    find("claims").textContent = token.claims ? JSON.stringify(token.claims, null, 2) : "";
    if (token.problem) {
      verdict.textContent = texts[token.problem];
      return;
    }
    const now = Date.now() / 1000;
    const rows = [
      await checkSignature(token.header, token.pieces),
      checkTyp(token.header),
      checkIss(token.claims),
      checkAud(token.claims, find("audience").value.trim()),
      checkExp(token.header, token.claims, now),
      checkNbf(token.claims, now),
    ];
    /* The button was pressed again meanwhile: that answer counts. */
    if (turn !== asked) return;
    checks.replaceChildren(...rows.map(line));
    const bad = rows.filter((one) => one.good === false).length;
    verdict.textContent = bad ? texts.verdict_wrong : texts[rows.some((one) => one.good === null) ? "verdict_open" : "verdict_good"];
  };

  find("inspect").addEventListener("click", inspect);
  find("tool").hidden = false;
  find("unsupported").hidden = true;
})();
