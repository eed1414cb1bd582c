"""Tests of the protocol room: snapshot in, answer and effects out."""
