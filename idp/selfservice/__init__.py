"""Use cases for citizens: sign in, step up, register, consent."""
