"""A copy of a checkout in which a fault may stand for a while, and the runs of its tests."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.fault import Fault, UnfitFaultError

# Without its parameters: they may hold blanks.
_FAILED = re.compile(r"^FAILED (?P<name>[^\s\[]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Run:
    """How a run of tests ended; `failed` is the first test that failed, "" for none."""

    code: int
    failed: str
    output: str

    @property
    def caught(self) -> bool:
        """Say whether a test failed: that tests could not be read or begun is no catch."""
        return self.code == 1 and bool(self.failed)


class CopiedTree:
    """The files that a checkout has or would commit, copied; the checkout itself is only read."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        """Copy the files into an empty folder."""
        self._folder = folder
        self._tried = 0
        # A checkout may belong to another user than the one who tests it.
        argv = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(argv, cwd=checkout, capture_output=True, check=True).stdout.decode()
        for name in filter(None, listed.split("\0")):
            if (checkout / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(checkout / name, folder / name)

    def check(self, fault: Fault) -> None:
        """Raise `UnfitFaultError` where a fault cannot be tried."""
        file = self._folder / fault.file
        fault.applied(file.read_text() if file.is_file() else "")
        self.tests_of(fault)

    def tests_of(self, fault: Fault) -> list[str]:
        """Return the files of tests that must catch a fault, in its order. Raises `UnfitFaultError`."""
        found = [path for pattern in fault.tests for path in sorted(self._folder.glob(pattern))]
        if not found:
            raise UnfitFaultError(f"{fault.id}: no file of tests is named {' or '.join(fault.tests)}")
        return [str(path.relative_to(self._folder)) for path in dict.fromkeys(found)]

    @contextmanager
    def with_fault(self, fault: Fault) -> Iterator[None]:
        """Put a fault in its place and take it away again."""
        file = self._folder / fault.file
        original, stat = file.read_text(), file.stat()
        self._tried += 1
        file.write_text(fault.applied(original))
        # Bytecode is made anew where second or size of the source have changed: two faults may have both in common.
        os.utime(file, (stat.st_atime, stat.st_mtime + self._tried))
        try:
            yield
        finally:
            file.write_text(original)
            os.utime(file, (stat.st_atime, stat.st_mtime))

    def run(self, files: Iterable[str], *, stop_at_first: bool) -> Run:
        """Run the files in one process, with what this one was started with."""
        argv = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", *files]
        ended = subprocess.run(
            [*argv, "-x"] if stop_at_first else argv, cwd=self._folder, capture_output=True, text=True, check=False
        )
        found = _FAILED.search(ended.stdout)
        return Run(ended.returncode, found["name"] if found else "", ended.stdout + ended.stderr)
