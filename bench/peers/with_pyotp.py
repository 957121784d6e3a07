# A contender: the Python package pyotp. bench/contenders/protocol.ts describes work and lines.
import base64
import datetime
import hashlib
import importlib.metadata
import sys
import time

import pyotp

with open(sys.argv[1], encoding="ascii") as file:
    HASH, NOW, WINDOW, _ = file.readline().split()
    ROWS = [line.split() for line in file]
DIGEST = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}[HASH]
TOKENS = [
    (pyotp.TOTP(base64.b32encode(bytes.fromhex(secret)).decode(), digest=DIGEST), code)
    for secret, code in ROWS
]
AT = datetime.datetime.fromtimestamp(int(NOW))


def run(first: int, count: int) -> int:
    accepted = 0
    for at in range(first, first + count):
        token, code = TOKENS[at % len(TOKENS)]
        accepted += token.verify(code, for_time=AT, valid_window=int(WINDOW))
    return accepted


try:
    VERSION = importlib.metadata.version("pyotp")
except importlib.metadata.PackageNotFoundError:  # a copy that was not installed by a package
    VERSION = "-"
print("ready", VERSION, flush=True)
position = 0
for line in sys.stdin:
    begin = time.perf_counter_ns()
    accepted = run(position, int(line))
    print(time.perf_counter_ns() - begin, accepted, flush=True)
    position += int(line)
