// The npm package oidc-provider with the memory adapter it ships, set up to do what our rows ask for.
// Started by `python -m bench` with PORT; prints nothing unless something is wrong.

import { generateKeyPairSync } from 'node:crypto';

import Provider from 'oidc-provider';

const { PORT, BENCH_CLIENT_SECRET: secret, BENCH_REDIRECT_URI: redirectUri } = process.env;
const RESOURCE = 'https://api.example';
const SCOPES = 'openid profile';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

const client = (id, grants) => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: [redirectUri],
  grant_types: grants,
  response_types: grants.includes('authorization_code') ? ['code'] : [],
  token_endpoint_auth_method: 'client_secret_basic',
  id_token_signed_response_alg: 'ES256',
});
const ALL = ['authorization_code', 'refresh_token', 'client_credentials'];

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  // One and the same client twice: its userinfo and introspection endpoints take opaque access tokens only, so the
  // rows about those endpoints use the second one, for which no resource (and so no JWT) is chosen.
  clients: [client('bench', ALL), client('bench-opaque', ALL)],
  jwks: { keys: [{ ...key, use: 'sig', alg: 'ES256', kid: 'bench' }] },
  cookies: { keys: ['a key that signs the cookies of a benchmark'] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['name', 'birthdate', 'updated_at', 'locale'] },
  scopes: ['openid', 'profile', 'offline_access'],
  rotateRefreshToken: true,
  issueRefreshToken: async (_ctx, one) => one.grantTypeAllowed('refresh_token'),
  ttl: {
    AccessToken: 300, AuthorizationCode: 60, ClientCredentials: 300, IdToken: 300, Interaction: 1800,
    Grant: 43200, RefreshToken: 43200, Session: 43200,
  },
  findAccount: async (_ctx, id) => ({
    accountId: id,
    claims: async () => ({
      sub: id, name: id, birthdate: '2399', updated_at: 1793865600, locale: 'vi',
    }),
  }),
  // No consent page, as our portals of the State have none: the documented way for first-party clients.
  loadExistingGrant: async (ctx) => {
    const known = ctx.oidc.session.grantIdFor(ctx.oidc.client.clientId);
    if (known) return ctx.oidc.provider.Grant.find(known);
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope(SCOPES);
    grant.addResourceScope(RESOURCE, SCOPES);
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: async (_ctx, one) => (one.clientId === 'bench' ? RESOURCE : undefined),
      useGrantedResource: async () => true,
      getResourceServerInfo: async () => ({
        scope: SCOPES, audience: RESOURCE, accessTokenFormat: 'jwt', accessTokenTTL: 300, jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});

provider.listen(Number(PORT), '127.0.0.1');
