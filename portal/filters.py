"""The Jinja filters, tests and globals of the templates, by the subject that their words belong to."""

import re
from types import SimpleNamespace

from flask import Flask
from markupsafe import Markup, escape

from portal import charts, env_editor, release_form
from portal.data import env_elsewhere
from portal.registration import labels
from portal.text import (
    audit,
    entries,
    env_edits,
    next_steps,
    platform,
    provisioning,
    releases,
    resources,
    schedules,
    states,
    tasks,
)
from portal.text.language import N_, _
from portal.text.translate import of_problem, said
from portal.why import WHY_MAX
from runtime.diagnosis import diagnosis
from service_catalog import image_references, naming

_CHANGES = {"added": N_("+ added"), "changed": N_("~ changed"), "removed": N_("− removed")}
_LONG = 200
"""A longer value would push everything else off the page."""


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        said=said,
        sentence=sentence,
        quoted=quoted,
        lightly_escaped=lightly_escaped,
        code_words=code_words,
        shortened=lambda text: text if len(text) <= _LONG else f"{text[:_LONG]}…",
        change_word=lambda kind: _(_CHANGES[kind]),
        field_of=labels.field_of,
        label_of=labels.label_of,
        schedule_words=schedules.words,
        moment_words=schedules.moment_words,
        phase_words=provisioning.phase_words,
        provisioning_state=provisioning.state,
        run_words=provisioning.run_words,
        counts_words=resources.counts_words,
        resource_step=resources.step_words,
        action_word=resources.action_word,
    )
    _of_entries(app)
    _of_env_files(app)
    _of_releases(app)
    _of_tasks(app)
    _of_platform(app)
    app.jinja_env.globals.update(
        states=SimpleNamespace(**{name: it for name, it in vars(states).items() if isinstance(it, states.State)}),
        states_of_ends=states.OUTCOMES,
        chart_box=(charts.WIDTH, charts.HEIGHT),
        local_environment=naming.LOCAL,
        why_max=WHY_MAX,
        log_group_of=naming.log_group,
    )


def _of_entries(app: Flask) -> None:
    app.jinja_env.filters.update(
        capacity_words=entries.capacity_words,
        size_words=entries.size_words,
        volume_words=entries.volume_words,
        tasks_words=entries.tasks_words,
        scaling_words=entries.scaling_words,
        route_words=entries.route_words,
        deployment_words=entries.deployment_words,
        health_words=entries.health_words,
        protocol_words=entries.protocol_words,
    )


def _of_env_files(app: Flask) -> None:
    app.jinja_env.filters.update(
        env_version=lambda number: f"v{number}" if number else "–",
        fix_name=env_editor.fix_name,
        fixed_key=env_editor.fixed_key,
        change_counts=env_edits.change_counts,
        verdict=env_edits.verdict,
        reference=env_elsewhere.reference,
        unquoted=env_edits.unquoted,
        side_words=env_edits.side_words,
        cell_words=env_edits.cell_words,
        place_words=lambda it: code_words(env_edits.place_words(it)),
    )


def _of_releases(app: Flask) -> None:
    app.jinja_env.filters.update(
        chip=releases.chip,
        release_words=releases.release_words,
        words_beside=releases.words_beside,
        image_word=image_references.short,
        highest_version=releases.highest_version,
        limits=releases.limits_words,
        kind_word=lambda kind: _(releases.KINDS[kind]),
        step_word=lambda step: _(releases.STEPS[step]),
        form_fields=release_form.fields,
        run_state=lambda status: states.RUNS[status],
        alarm_state=lambda alarm: states.ALARMS[alarm.state if alarm else None],
        act_state=lambda outcome: states.ACTS[outcome.status if outcome else None],
        action_words=audit.action_words,
        through_words=audit.through_words,
        in_short=diagnosis.in_short,
        steps=next_steps.steps,
        env_button=next_steps.env_button,
        env_file_of=next_steps.env_file_of,
    )


def _of_tasks(app: Flask) -> None:
    app.jinja_env.filters.update(
        task_state=states.task_state,
        container_words=tasks.container_words,
        exit_words=tasks.exit_words,
        stop_words=tasks.stop_words,
        plain_arns=tasks.plain_arns,
        is_bad_line=tasks.is_error,
    )
    app.jinja_env.globals["ended_words"] = tasks.ended_words
    app.jinja_env.tests["printed_line"] = tasks.is_printed


def _of_platform(app: Flask) -> None:
    app.jinja_env.filters.update(
        pending_state=lambda action: platform.PENDING[action],
        drift_state=lambda kind: platform.DRIFT[kind],
        problem_words=of_problem,
    )


def sentence(text: str) -> Markup:
    """What rooms below the portal say, as a page shows it."""
    return code_words(tasks.plain_arns(said(text)))


def lightly_escaped(text: str) -> Markup:
    """For text between tags, or between single quotes: double quotes, of which JSON is full, stay as they are."""
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;"))


def quoted(text: str) -> str:
    """Words of a person, or of ECS."""
    return _("“%(words)s”", words=said(text))


def code_words(text: str) -> Markup:
    """Words between backticks set as code, as the sentences from below and the model's descriptions mark them."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
