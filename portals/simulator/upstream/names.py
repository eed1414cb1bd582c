"""What the launcher and the upstream provider agree on."""

REALM = "/auth/realms/citizen"
CLIENT_ID, CLIENT_SECRET = "cong-dich-vu-cong", "demo-only-secret-at-the-upstream"
