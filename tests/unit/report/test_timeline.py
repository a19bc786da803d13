"""Rows of a timeline arrive in the tab, as text that cannot become markup."""

from __future__ import annotations

import flyte
import flyte.report
from flyte.report import Timeline, abbreviate, duration_ms

env = flyte.TaskEnvironment(name="timeline_unit")
SEEN: list[str] = []


@env.task(report=True)
def steps() -> None:
    timeline = Timeline("agent")
    timeline.heading("Steps & more")
    timeline.row(
        label="<call>", meta=duration_ms("2026-01-01T00:00:00Z", "2026-01-01T00:00:01.5Z"), error=ValueError("<b>")
    )
    SEEN.append(flyte.report.get_tab("agent").get_html())


def test_a_task_writes_rows_into_a_tab() -> None:
    flyte.run(steps).wait()
    (html,) = SEEN
    assert "<h3>Steps &amp; more</h3>" in html
    assert "&lt;call&gt;" in html
    assert "1500 ms" in html
    assert "&lt;b&gt;" in html


def test_outside_of_a_run_rows_are_kept_nowhere() -> None:
    Timeline().row(label="alone")
    assert not flyte.report.current_report().has_content()


def test_a_long_value_can_be_opened() -> None:
    assert abbreviate(None) == ""
    assert abbreviate("<x>") == "&lt;x&gt;"
    text = abbreviate("y" * 301)
    assert text.startswith("<details><summary>" + "y" * 300)
    assert "(+1)" in text


def test_a_duration_of_what_is_no_time_is_empty() -> None:
    assert duration_ms(None, "2026-01-01") == ""
    assert duration_ms("soon", "later") == ""
