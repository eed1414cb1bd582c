// oauth4webapi as a relying party: the same with every request and every check called by itself.
import * as oauth from "oauth4webapi";
import { browse, privateKey, refusal, run } from "./dialogue.mjs";

const INSECURE = { [oauth.allowInsecureRequests]: true };

class Party {
  constructor(server, asked, authenticate, key) {
    this.asked = asked;
    this.authenticate = authenticate;
    this.client = { client_id: asked.client_id, id_token_signed_response_alg: asked.algorithm };
    this.about = [server, this.client];
    this.options = key ? { DPoP: oauth.DPoP(this.client, key), ...INSECURE } : INSECURE;
  }

  // RFC 9449 8: sends once more where the answer only brings the nonce.
  async send(request, process) {
    try {
      return await process(await request());
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return process(await request());
    }
  }

  // Begins a request and returns its address, its state, nonce and verifier.
  async begin(extra = {}) {
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const parameters = new URLSearchParams({
      client_id: this.client.client_id,
      response_type: "code",
      redirect_uri: this.asked.redirect_uri,
      scope: "openid profile",
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...(this.asked.jarm && { response_mode: "jwt" }),
      ...extra,
    });
    const address = new URL(this.about[0].authorization_endpoint);
    const sent = this.asked.sign ? await this.inOne(parameters) : parameters;
    address.search = String(this.asked.push ? await this.pushed(sent) : sent);
    return { address, state, nonce, verifier };
  }

  // Returns the parameters in one that the client signed (RFC 9101).
  async inOne(parameters) {
    const request = await oauth.issueRequestObject(...this.about, parameters, await privateKey(this.asked.sign));
    return new URLSearchParams({ client_id: this.client.client_id, request });
  }

  async pushed(parameters) {
    const { request_uri } = await this.send(
      () => oauth.pushedAuthorizationRequest(...this.about, this.authenticate, parameters, this.options),
      (answer) => oauth.processPushedAuthorizationResponse(...this.about, answer),
    );
    return new URLSearchParams({ client_id: this.client.client_id, request_uri });
  }

  async response(landing, state) {
    if (this.asked.jarm) return oauth.validateJwtAuthResponse(...this.about, landing, state, INSECURE);
    return oauth.validateAuthResponse(...this.about, landing, state);
  }

  async signIn() {
    const { address, state, nonce, verifier } = await this.begin();
    const values = await this.response(await browse(address), state);
    const checks = { expectedNonce: nonce, requireIdToken: true };
    return this.send(
      () => oauth.authorizationCodeGrantRequest(
        ...this.about, this.authenticate, values, this.asked.redirect_uri, verifier, this.options),
      (answer) => this.signed(answer, oauth.processAuthorizationCodeResponse(...this.about, answer, checks)),
    );
  }

  async refresh(token) {
    return this.send(
      () => oauth.refreshTokenGrantRequest(...this.about, this.authenticate, token, this.options),
      (answer) => this.signed(answer, oauth.processRefreshTokenResponse(...this.about, answer)),
    );
  }

  async signed(answer, processed) {
    const tokens = await processed;
    await oauth.validateApplicationLevelSignature(this.about[0], answer, INSECURE);
    return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
  }

  async person(token, sub) {
    return this.send(
      () => oauth.userInfoRequest(...this.about, token, this.options),
      (answer) => oauth.processUserInfoResponse(...this.about, sub, answer),
    );
  }

  async introspect(token) {
    const answer = await oauth.introspectionRequest(...this.about, this.authenticate, token, INSECURE);
    return oauth.processIntrospectionResponse(...this.about, answer);
  }

  async revoke(token) {
    const answer = await oauth.revocationRequest(...this.about, this.authenticate, token, INSECURE);
    return oauth.processRevocationResponse(answer);
  }

  async signOut(idToken) {
    const address = new URL(this.about[0].end_session_endpoint);
    const { post_logout_redirect_uri } = this.asked;
    address.search = String(new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri, state: "out" }));
    const landed = await browse(address);
    const { address: again, state } = await this.begin({ prompt: "none" });
    const back = await browse(again);
    return [String(landed), await refusal(() => this.response(back, state))];
  }
}

async function authentication(asked) {
  if (asked.key) return oauth.PrivateKeyJwt(await privateKey(asked.key));
  return asked.secret ? oauth.ClientSecretBasic(asked.secret) : oauth.None();
}

await run(async (asked) => {
  const issuer = new URL(asked.issuer);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
  const key = asked.dpop ? await oauth.generateKeyPair("ES256") : undefined;
  const party = new Party(server, asked, await authentication(asked), key);
  const tokens = await party.signIn();
  const person = await party.person(tokens.access_token, tokens.claims.sub);
  const renewed = await party.refresh(tokens.refresh_token);
  const kept = renewed.refresh_token ?? tokens.refresh_token;
  const known = asked.key || asked.secret ? await party.introspect(renewed.access_token) : null;
  await party.revoke(kept);
  const revoked = await refusal(() => party.refresh(kept));
  const [landed, silent] = await party.signOut(tokens.id_token);
  return {
    sub: tokens.claims.sub, name: person.name, type: tokens.token_type, jkt: known?.cnf?.jkt, active: known?.active,
    same: renewed.claims.sub === tokens.claims.sub, rotated: renewed.refresh_token !== undefined, revoked, landed,
    silent,
  };
});
