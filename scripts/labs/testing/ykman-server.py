# Debian's ykman without its seconds of start-up: its packages are loaded once, and each command
# runs `ykman.cli.__main__:main`, the entry point of /usr/bin/ykman, in a process of its own.
#
# A line in: {"args": [...], "env": {...}}. Lines out: {"out": TEXT} or {"err": TEXT} as it comes,
# then {"exit": CODE}.
import json
import os
import selectors
import sys

from ykman.cli.__main__ import main

sys.stdout.reconfigure(line_buffering=True)


def run(args, env, out, err):
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.environ.update(env)
    sys.argv = ["ykman", *args]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def tell(message):
    print(json.dumps(message), flush=True)


for line in sys.stdin:
    order = json.loads(line)
    out, err = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out[0])
        os.close(err[0])
        run(order["args"], order["env"], out[1], err[1])
    os.close(out[1])
    os.close(err[1])
    with selectors.DefaultSelector() as selector:
        selector.register(out[0], selectors.EVENT_READ, "out")
        selector.register(err[0], selectors.EVENT_READ, "err")
        while selector.get_map():
            for key, _ in selector.select():
                text = os.read(key.fd, 65536)
                if text:
                    tell({key.data: text.decode(errors="replace")})
                else:
                    selector.unregister(key.fd)
                    os.close(key.fd)
    _, status = os.waitpid(child, 0)
    tell({"exit": os.waitstatus_to_exitcode(status)})
