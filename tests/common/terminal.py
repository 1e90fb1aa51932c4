"""Runs a program on a terminal of its own: terminal.py ANSWERS PROGRAM ARG...

ANSWERS is a JSON list of [text to wait for, text to type]. Prints what the program shows, then its exit code on a line.
"""

import json
import os
import pty
import select
import sys
import time

answers = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

shown, waiting, end = b"", b"", time.monotonic() + 60
while time.monotonic() < end:
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # Linux says so when the program has closed the terminal.
        break
    if not piece:
        break
    shown += piece
    waiting += piece
    while answers and answers[0][0].encode() in waiting:
        awaited, typed = answers.pop(0)
        # What comes next is waited for in what is shown after it.
        waiting = waiting.split(awaited.encode(), 1)[1]
        os.write(terminal, typed.encode())

code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.stdout.buffer.write(shown)
print(f"\nunanswered: {len(answers)}\nexit code: {code}")
