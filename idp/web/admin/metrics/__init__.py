"""The console's page of sign-in metrics."""
