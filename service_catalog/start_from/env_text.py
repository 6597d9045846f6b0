"""Of an env file, as its variables: ``KEY=value``, a line each."""

from service_catalog import env_file
from service_catalog.messages import say
from service_catalog.problems import CatalogError, Problem
from service_catalog.start_from.start import Start


def read(text: str) -> Start:
    """Raises CatalogError."""
    found = env_file.effective([text])
    if not found:
        message = say("holds no variable")
        raise CatalogError([Problem(".env", "", message, say("paste lines like KEY=value"))])
    start = Start()
    start.take_variables(found)
    for problem in env_file.lint(text):
        start.left_out.append(say("line %(line)s: %(problem)s", line=problem.line, problem=problem.message))
    return start
