"""`python -m taper_cli` and the `taper` script: answers --version at once, before anything heavy is imported."""

from __future__ import annotations

import gc
import sys

from taper_cli import __version__


def main() -> None:
    """Run the command line and leave with its exit code."""
    from taper_cli.cli.streams import lost, prepare

    outlet = prepare()
    try:
        code = _answered(sys.argv[1:])
        missing = lost(outlet)
    except KeyboardInterrupt:
        # Before the command line itself can catch it, while its modules are imported.
        code, missing = 130, "interrupted; nothing was written"
    if missing:
        sys.stderr.write(f"taper: {missing}\n")
    sys.exit(code or (2 if missing else 0))


def _answered(arguments: list[str]) -> int:
    """The exit code of a command line."""
    if arguments == ["--version"]:
        sys.stdout.write(f"taper {__version__}\n")
        return 0
    # One command makes no garbage worth collecting before it ends: without the collector it starts a twentieth faster.
    gc.disable()
    from taper_cli.cli.app import run

    return run(arguments)


if __name__ == "__main__":
    main()
