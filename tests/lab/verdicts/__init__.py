"""The doctor's verdict on many model repositories beside that of a real tritonserver.

`python -m tests.lab.verdicts` runs both on every case, keeps what they said in recording.json, and
writes docs/guide/verdicts.md from it. The tests run both again and compare.
"""
