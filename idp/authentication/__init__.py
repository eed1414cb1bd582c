"""Factors, attempts, assurance levels and throttling."""
