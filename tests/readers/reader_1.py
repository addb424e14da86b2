"""A reader of the JSON reports as somebody wrote it when schema version 1 was new. Never change it.

It stands for programs out there that nobody can change: whatever is added to a report, it has to go
on reading it. It imports nothing of the doctor:

    triton-doctor --format json | python reader_1.py
"""

import json
import sys

OUTCOMES = {"passed", "found", "skipped", "could-not-tell", "crashed", "timed-out"}
SEVERITIES = {"note", "warning", "error"}
APPLICABILITIES = {"show", "ask", "safe"}


def read(text):
    report = json.loads(text)
    assert report["schema_version"] == 1
    lines = [f"doctor {report['doctor']['version']} ended with {report['exit_code']}"]
    lines.append(f"image {report['deployment']['image']} after {report['seconds']:.1f} s")
    for check in report["checks"]:
        assert check["outcome"] in OUTCOMES, check["outcome"]
        lines.append(f"{check['id']} {check['outcome']} {check['seconds']:.1f} {check['reason']}")
    for finding in report["findings"]:
        lines += finding_lines(finding)
    assert isinstance(report["facts"], dict)
    return lines


def finding_lines(finding):
    assert finding["severity"] in SEVERITIES, finding["severity"]
    place = finding["where"] or finding["check"]
    lines = [f"{finding['severity']} {finding['problem']} at {place}: {finding['title']}"]
    lines += [finding["why"] + finding["remedy"], *finding["evidence"], finding["docs"]]
    if finding["fix"] is not None:
        assert finding["fix"]["applicability"] in APPLICABILITIES
        lines += [finding["fix"]["title"], *(step["show"] for step in finding["fix"]["steps"])]
    return lines


def read_logs(text):
    told = json.loads(text)
    assert told["schema_version"] == 1
    lines = []
    for log in told["logs"]:
        roles = [finding["role"] for finding in log["findings"]]
        assert roles == sorted(roles, key=["root-cause", "consequence"].index)
        for finding in log["findings"]:
            assert finding["severity"] in SEVERITIES
            place = f"{log['source']}:{finding['line']:d}"
            lines.append(f"{place} {finding['problem']}: {finding['evidence']}")
    return lines


if __name__ == "__main__":
    sys.stdout.write("\n".join(read(sys.stdin.read())) + "\n")
