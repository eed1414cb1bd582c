"""Tests of factors, levels and throttling."""
