// openid-client where the person decides at a device of their own: the device grant (RFC 8628) and CIBA.
import * as oidc from "openid-client";
import { decided, refusal, run } from "./dialogue.mjs";

// The library waits this long before each poll. The person has decided before the first, so that one is enough.
const SOON = 0.1;

const GRANTS = {
  device: {
    begin: (config) => oidc.initiateDeviceAuthorization(config, { scope: "openid profile" }),
    poll: (config, begun) => oidc.pollDeviceAuthorizationGrant(config, { ...begun, interval: SOON }),
  },
  ciba: {
    begin: (config, { login_hint }) =>
      oidc.initiateBackchannelAuthentication(config, { scope: "openid profile", login_hint, binding_message: "7315" }),
    poll: (config, begun) => oidc.pollBackchannelAuthenticationGrant(config, { ...begun, interval: SOON }),
  },
};

await run(async (asked) => {
  const metadata = { id_token_signed_response_alg: asked.algorithm };
  const insecure = { execute: [oidc.allowInsecureRequests] };
  const proof = oidc.ClientSecretBasic(asked.secret);
  const config = await oidc.discovery(new URL(asked.issuer), asked.client_id, metadata, proof, insecure);
  oidc.enableNonRepudiationChecks(config);
  const { begin, poll } = GRANTS[asked.grant];
  const begun = await begin(config, asked);
  await decided(begun);
  if (asked.denied) return { refused: await refusal(() => poll(config, begun)) };
  const tokens = await poll(config, begun);
  const { sub } = tokens.claims();
  return { name: (await oidc.fetchUserInfo(config, tokens.access_token, sub)).name, type: tokens.token_type };
});
