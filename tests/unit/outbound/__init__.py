"""The register adapter, part by part, without a network."""
