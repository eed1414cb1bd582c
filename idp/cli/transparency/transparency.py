"""`idp transparency`: the public log of what is done to clients, keys and the administration."""

import typer

from idp.app.foundation.opening import Foundation
from idp.app.transparency import compose_publisher
from idp.cli.output import AsJson, say, say_json, tell
from idp.cli.session import run
from idp.cli.transparency.verify import verify_command

transparency_program = typer.Typer(help="Publish and verify the public transparency log.", no_args_is_help=True)


transparency_program.command("verify")(verify_command)


@transparency_program.command("publish")
def publish_command(*, as_json: AsJson = False) -> None:
    """Publish what the audit log has sealed: for those who run neither server nor `idp worker`."""
    document = run(_publish)
    if as_json:
        say_json(document)
        return
    signed = f"a checkpoint over {document['size']} is signed" if document["size"] is not None else "nothing to sign"
    say(f"{document['entries']} entries published; {signed}.")


async def _publish(foundation: Foundation) -> dict[str, object]:
    now = foundation.clock.now()
    done = await (await compose_publisher(foundation, now)).publish(now)
    if done.differing:
        tell(f"idp: events that are not as they were sealed: {done.differing}; run `idp audit verify`")
    head = done.head
    return {"entries": done.entries, "size": head.size if head else None, "root": head.root if head else None}
