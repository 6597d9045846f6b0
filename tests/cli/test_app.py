from click.testing import CliRunner

from cli.app import Families


class Importing(Families):
    """Ctrl-C comes while the command's file is imported."""

    def get_command(self, *_):
        raise KeyboardInterrupt


def test_ctrl_c_before_a_command_begins_is_no_failure():
    ended = CliRunner().invoke(Importing(), ["release", "dev", "orders"])

    assert (ended.exit_code, ended.stderr) == (130, "slipway: interrupted\n")
