"""Unpacks chosen members of a wheel: unpack-wheel.py WHEEL FOLDER RULE…

A rule is PATTERN=TARGET. PATTERN is a regular expression for a whole member name, TARGET where the member goes below FOLDER
(\\1 stands for the first group). Files that belong to a program (`bin/`) become executable. Each member's CRC is checked while
it is read. Exits with 1 when a rule matches nothing.
"""

import os
import re
import shutil
import sys
import zipfile


def main() -> int:
    wheel, folder = sys.argv[1:3]
    rules = [rule.split("=", 1) for rule in sys.argv[3:]]
    unused = {pattern for pattern, _ in rules}
    root = os.path.realpath(folder)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            for pattern, target in rules:
                match = re.fullmatch(pattern, member.filename)
                if match is None or member.is_dir():
                    continue
                unused.discard(pattern)
                path = os.path.realpath(os.path.join(root, match.expand(target)))
                if not path.startswith(root + os.sep):
                    print(f"{member.filename} would be unpacked outside {folder}", file=sys.stderr)
                    return 1
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with archive.open(member) as source, open(path, "wb") as destination:
                    shutil.copyfileobj(source, destination, 1 << 20)
                if "/bin/" in member.filename:
                    os.chmod(path, 0o755)
                break
    for pattern in sorted(unused):
        print(f"{wheel} holds nothing that matches {pattern}", file=sys.stderr)
    return 1 if unused else 0


sys.exit(main())
