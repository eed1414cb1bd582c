"""Tests of the protocol package: snapshot in, answer and effects out."""
