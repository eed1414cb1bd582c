"""Relying parties that check strictly."""
