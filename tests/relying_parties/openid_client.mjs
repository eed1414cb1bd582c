// openid-client as a relying party: signs in, asks, refreshes, revokes, signs out.
import * as oidc from "openid-client";
import { browse, privateKey, refusal, run } from "./dialogue.mjs";

async function authentication(asked) {
  if (asked.key) return oidc.PrivateKeyJwt(await privateKey(asked.key));
  return asked.secret ? oidc.ClientSecretBasic(asked.secret) : oidc.None();
}

async function configured(asked) {
  const metadata = { id_token_signed_response_alg: asked.algorithm };
  const insecure = { execute: [oidc.allowInsecureRequests] };
  const issuer = new URL(asked.issuer);
  const config = await oidc.discovery(issuer, asked.client_id, metadata, await authentication(asked), insecure);
  oidc.enableNonRepudiationChecks(config);
  if (asked.jarm) oidc.useJwtResponseMode(config);
  return config;
}

// Returns the parameters in one that the client signed (RFC 9101).
async function signed(config, asked, parameters) {
  const address = await oidc.buildAuthorizationUrlWithJAR(config, parameters, await privateKey(asked.sign));
  return Object.fromEntries(address.searchParams);
}

// Begins a request and returns its address with what its answer is checked by.
async function begun(config, asked, options, extra = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
  const parameters = {
    redirect_uri: asked.redirect_uri,
    scope: "openid profile",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    ...extra,
  };
  const build = asked.push ? oidc.buildAuthorizationUrlWithPAR : oidc.buildAuthorizationUrl;
  const sent = asked.sign ? await signed(config, asked, parameters) : parameters;
  return { address: await build(config, sent, options), checks: { ...checks, idTokenExpected: true } };
}

async function signedIn(config, asked, options) {
  const { address, checks } = await begun(config, asked, options);
  return oidc.authorizationCodeGrant(config, await browse(address), checks, undefined, options);
}

async function signedOut(config, asked, idToken) {
  const address = oidc.buildEndSessionUrl(config, {
    id_token_hint: idToken,
    post_logout_redirect_uri: asked.post_logout_redirect_uri,
    state: "out",
  });
  const landed = await browse(address);
  const { address: again, checks } = await begun(config, asked, asked.options, { prompt: "none" });
  const back = await browse(again);
  return [String(landed), await refusal(() => oidc.authorizationCodeGrant(config, back, checks))];
}

await run(async (asked) => {
  const config = await configured(asked);
  const options = asked.dpop ? { DPoP: oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair("ES256")) } : {};
  const tokens = await signedIn(config, asked, options);
  const claims = tokens.claims();
  const person = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub, options);
  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, options);
  const kept = renewed.refresh_token ?? tokens.refresh_token;
  const known = asked.key || asked.secret ? await oidc.tokenIntrospection(config, renewed.access_token) : null;
  await oidc.tokenRevocation(config, kept);
  const revoked = await refusal(() => oidc.refreshTokenGrant(config, kept, undefined, options));
  const [landed, silent] = await signedOut(config, { ...asked, options }, tokens.id_token);
  return {
    sub: claims.sub, name: person.name, type: tokens.token_type, jkt: known?.cnf?.jkt, active: known?.active,
    same: renewed.claims().sub === claims.sub, rotated: renewed.refresh_token !== undefined, revoked, landed, silent,
  };
});
