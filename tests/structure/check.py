#!/usr/bin/env python3
"""Keeps the house straight: cores do no I/O, and dependencies run one way (DESIGN, README "The picture").

    check.py ROOT        report every violation, exit 1 if there is any
    check.py --self-test see each rule catch a planted violation
"""
import pathlib
import re
import sys
import tempfile

CORES = [
    "common/util", "common/crypto", "common/store", "common/wire",
    "bootstrap-server/core", "bootstrap-server/store",
    "peer-node/chain", "peer-node/ledger", "peer-node/mempool", "peer-node/mining", "peer-node/sync",
    "peer-node/p2p", "peer-node/audit", "peer-node/classic", "peer-node/node", "peer-node/store", "peer-node/api",
]

# What a core must not name, and what it takes instead.
FORBIDDEN = [
    (r'#\s*include\s*[<"]boost/(asio|beast|process|filesystem)', "no sockets or files: return an action"),
    (r'#\s*include\s*[<"](sys/|netinet/|arpa/|unistd\.h|fcntl\.h|poll\.h)', "no system calls: return an action"),
    (r'#\s*include\s*[<"]rocksdb/', "no database: read a StoreView, write a Draft"),
    (r'#\s*include\s*<(thread|mutex|shared_mutex|condition_variable|future|atomic|stop_token|semaphore)>',
     "no threads: one thread runs all core calls"),
    (r'#\s*include\s*<(fstream|iostream|filesystem|cstdio|ctime)>', "no files, consoles or clocks"),
    (r'#\s*include\s*[<"]spdlog/', "no log sink: return a Report"),
    (r'#\s*include\s*"[^"]*/shell/', "dependencies run shell -> core"),
    (r'\b(system_clock|steady_clock|high_resolution_clock)\b', "no clock: time is an argument"),
    (r'\b(gettimeofday|clock_gettime|getenv|random_device|sleep_for|sleep_until)\b', "no environment"),
]
ALLOWED = {
    ("common/util/check.cpp", "cstdio"),       # the last words of a process that ends
    ("common/util/ip_address.cpp", "arpa/"),  # inet_pton reads text and nothing else
}

# Folder -> folders it may include from; anything else of ours is a dependency the wrong way round.
MAY_INCLUDE = {
    "common": {"common"},
    "bootstrap-server": {"common", "bootstrap-server"},
    "peer-node": {"common", "peer-node"},
    "admin-client": {"common", "peer-node", "admin-client"},
    "vote-client": {"common", "peer-node", "vote-client"},
}
OURS = set(MAY_INCLUDE) | {"tests", "fuzz", "benchmarks"}
INCLUDE = re.compile(r'#\s*include\s*"([^"/]+)/')


def sources(root, folder):
    return sorted(p for ending in ("*.hpp", "*.cpp") for p in (root / folder).rglob(ending))


def code_lines(text):
    """Lines with // comments and string contents taken out, so that prose may say "thread"."""
    for number, line in enumerate(text.splitlines(), 1):
        if not re.match(r"\s*#\s*include", line):
            line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
        yield number, line.split("//")[0]


def violations(root):
    found = []
    for core in CORES:
        if not (root / core).is_dir():
            found.append(f"{core}: the folder named in tests/structure/check.py does not exist")
        for path in sources(root, core):
            name = path.relative_to(root).as_posix()
            for number, line in code_lines(path.read_text(encoding="utf-8")):
                for pattern, instead in FORBIDDEN:
                    match = re.search(pattern, line)
                    if match and (name, match.group(match.lastindex or 0)) not in ALLOWED:
                        found.append(f"{name}:{number}: {line.strip()}  ({instead})")
    for folder, allowed in MAY_INCLUDE.items():
        for path in sources(root, folder):
            for number, line in code_lines(path.read_text(encoding="utf-8")):
                match = INCLUDE.search(line)
                if match and match.group(1) in OURS - allowed:
                    found.append(f"{path.relative_to(root).as_posix()}:{number}: {folder} may not include "
                                 f"{match.group(1)}")
    return found


PLANTED = [
    ("peer-node/chain/planted.cpp", "#include <boost/asio.hpp>\n"),
    ("peer-node/p2p/planted.hpp", "#include <sys/socket.h>\n"),
    ("bootstrap-server/core/planted.cpp", "#include <rocksdb/db.h>\n"),
    ("peer-node/sync/planted.cpp", "#include <thread>\n"),
    ("common/wire/planted.cpp", "#include <iostream>\n"),
    ("peer-node/node/planted.cpp", '#include "common/shell/reactor.hpp"\n'),
    ("peer-node/mempool/planted.cpp", "auto now = std::chrono::steady_clock::now();\n"),
    ("peer-node/mining/planted.cpp", "std::random_device device;\n"),
    ("common/shell/planted.cpp", '#include "peer-node/node/node.hpp"\n'),
    ("bootstrap-server/planted.cpp", '#include "peer-node/node/node.hpp"\n'),
]
INNOCENT = ('// a thread, steady_clock and <iostream> in a comment\n'
            'constexpr const char* kText = "system_clock";\n#include "common/util/time.hpp"\n')


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for core in CORES:
            (root / core).mkdir(parents=True, exist_ok=True)
        (root / "common/shell").mkdir()
        (root / "common/util/innocent.hpp").write_text(INNOCENT)
        if violations(root):
            sys.exit(f"an innocent file is accused: {violations(root)}")
        for name, text in PLANTED:
            (root / name).write_text(text)
            if len(violations(root)) != 1:
                sys.exit(f"not caught in {name}: {text}")
            (root / name).unlink()
    print(f"{len(PLANTED)} planted violations caught")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = violations(pathlib.Path(sys.argv[1]).resolve())
    print("\n".join(found) if found else "cores do no I/O, dependencies run one way")
    sys.exit(1 if found else 0)


main()
