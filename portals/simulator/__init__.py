"""Simulator of the population register and the enterprise register, with fault controls."""
