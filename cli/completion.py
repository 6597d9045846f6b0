"""``slipway completion``: the script by which a shell completes commands and options."""

import click
from click.shell_completion import get_completion_class

from cli.errors import Refusal

VARIABLE = "_SLIPWAY_COMPLETE"
_WHERE = {
    "bash": 'eval "$(slipway completion bash)"  in ~/.bashrc',
    "zsh": 'eval "$(slipway completion zsh)"  in ~/.zshrc',
    "fish": "slipway completion fish > ~/.config/fish/completions/slipway.fish",
}


@click.command(epilog="\b\n" + "\n".join(_WHERE.values()))
@click.argument("shell", type=click.Choice(list(_WHERE)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes SHELL complete `slipway`."""
    kind = get_completion_class(shell)
    if kind is None:
        raise Refusal(f"click completes nothing in {shell}")
    click.echo(kind(context.find_root().command, {}, "slipway", VARIABLE).source())
