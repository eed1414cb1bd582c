"""Identity proofing: what a person declares against what a register says, and the verdict."""
