// oauth4webapi where the person decides at a device of their own: the device grant (RFC 8628) and CIBA.
import * as oauth from "oauth4webapi";
import { decided, refusal, run } from "./dialogue.mjs";

const INSECURE = { [oauth.allowInsecureRequests]: true };

async function device(about, proof) {
  const scope = new URLSearchParams({ scope: "openid profile" });
  const answer = await oauth.deviceAuthorizationRequest(...about, proof, scope, INSECURE);
  const begun = await oauth.processDeviceAuthorizationResponse(...about, answer);
  return [begun, async () => {
    const told = await oauth.deviceCodeGrantRequest(...about, proof, begun.device_code, INSECURE);
    return [told, await oauth.processDeviceCodeResponse(...about, told)];
  }];
}

async function ciba(about, proof, { login_hint }) {
  const asks = new URLSearchParams({ scope: "openid profile", login_hint, binding_message: "7315" });
  const answer = await oauth.backchannelAuthenticationRequest(...about, proof, asks, INSECURE);
  const begun = await oauth.processBackchannelAuthenticationResponse(...about, answer);
  return [begun, async () => {
    const told = await oauth.backchannelAuthenticationGrantRequest(...about, proof, begun.auth_req_id, INSECURE);
    return [told, await oauth.processBackchannelAuthenticationGrantResponse(...about, told)];
  }];
}

await run(async (asked) => {
  const issuer = new URL(asked.issuer);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
  const about = [server, { client_id: asked.client_id, id_token_signed_response_alg: asked.algorithm }];
  const [begun, poll] = await { device, ciba }[asked.grant](about, oauth.ClientSecretBasic(asked.secret), asked);
  await decided(begun);
  if (asked.denied) return { refused: await refusal(poll) };
  const [answer, tokens] = await poll();
  await oauth.validateApplicationLevelSignature(server, answer, INSECURE);
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const told = await oauth.userInfoRequest(...about, tokens.access_token, INSECURE);
  return { name: (await oauth.processUserInfoResponse(...about, sub, told)).name, type: tokens.token_type };
});
