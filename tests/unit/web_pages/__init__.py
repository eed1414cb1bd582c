"""Tests of what people see: pages, texts, styles."""
