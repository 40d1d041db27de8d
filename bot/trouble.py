"""How an error is named in logs and records."""

from __future__ import annotations


def where(problem: BaseException) -> str:
    """The kind of an error and the last lines of code it passed; never its words, which may repeat what was written."""
    steps = []
    trace = problem.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        steps.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(problem).__name__} at {' > '.join(steps[-6:])}"
