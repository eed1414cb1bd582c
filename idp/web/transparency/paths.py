"""The addresses of the public log."""

PATH = "/transparency"
CHECKPOINT, ENTRIES = f"{PATH}/checkpoint", f"{PATH}/entries"
INCLUSION, CONSISTENCY = f"{PATH}/proof/inclusion", f"{PATH}/proof/consistency"
