"""The register simulator and the demonstration inbox."""
